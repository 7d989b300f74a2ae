#!/usr/bin/env bash
# held.t - mail that cannot be parsed, or whose list has no project, is held complete

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

pg_start
ready_db held
LIST=known.example.org
patchmda project add known --list-id known.example.org >/dev/null

# The bytes of a mail without a sender: NUL, 8-bit bytes and a missing last line end are kept.
printf 'Subject: [PATCH] no sender\nMessage-Id: <n@x.org>\nList-Id: <known.example.org>\n\n\0\351x' >"$T/bad"
exits 0 'a mail without a sender is acknowledged' patchmda deliver <"$T/bad"
exits 0 'and acknowledged again' patchmda deliver <"$T/bad"
is "$(sql 'select count(*) from patchmda.held')" 1 'it is held once'
exits 0 'the list of held mail' patchmda held
like "$(cat "$T/out")" 'no From header' 'gives the reason'
like "$(cat "$T/out")" '<n@x.org>' 'and the message id'
like "$(cat "$T/out")" "$(sql "select to_char(received at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"') from patchmda.held")" \
	'and the time'
id=$(sql 'select id from patchmda.held')
exits 0 'show' patchmda held show "$id"
ok 'prints the mail byte for byte' cmp "$T/out" "$T/bad"
exits 0 'retry, with nothing changed' patchmda held retry
is "$(cat "$T/out")" '0 delivered, 1 still held' 'does not deliver it'

# A sender's escape sequences do not reach the terminal.
printf 'Subject: x\nMessage-Id: <\033[31mred@x.org>\nList-Id: <known.example.org>\n\nx\n' |
	patchmda deliver
exits 0 'a message id with escape codes' patchmda held list
unlike "$(cat "$T/out")" $'\033' 'is listed without them'

# A list that gets a project later.
LIST=later.example.org
patch 'Ada <ada@x.org>' '[PATCH] early' early@x.org | patchmda deliver
mail -r '<early@x.org>' 'Bob <bob@x.org>' 'Re: [PATCH] early' re@x.org 'Reviewed-by: Bob <bob@x.org>' |
	patchmda deliver
is "$(sql "select count(*) from patchmda.held where kind = 'no-project' and expires > now()")" 2 \
	'mail for an unknown list is held for a time'
is "$(sql "select count(*) > 0, count(expires) from patchmda.held where kind <> 'no-project'")" 't|0' \
	'other held mail does not expire'
exits 0 'project add' patchmda project add later --list-id later.example.org
like "$(cat "$T/out")" 'held messages delivered: 2' 'delivers it'
is "$(sql 'select p.msgid, c.msgid from patchwork_patch p join patchwork_patchcomment c on c.patch_id = p.id')" \
	'<early@x.org>|<re@x.org>' 'patch and comment are stored'
is "$(sql "select count(*) from patchmda.held where kind = 'no-project'")" 0 'and no longer held'

exits 0 'drop' patchmda held drop "$id"
is "$(sql "select count(*) from patchmda.held where id = $id")" 0 'deletes it'
exits 65 'drop of mail that does not exist' patchmda held drop "$id"
exits 65 'show of mail that does not exist' patchmda held show 999999
exits 64 'an invalid id' patchmda held show x1
exits 64 'show without an id' patchmda held show

# The list id is in the envelope, and not in the headers.
LIST= patch 'Ada <ada@x.org>' '[PATCH] envelope' env@x.org >"$T/env"
exits 0 'mail for an unknown list of the envelope' \
	patchmda deliver --list-id envelope.example.org <"$T/env"
exits 0 'its project is added' patchmda project add env --list-id envelope.example.org
like "$(cat "$T/out")" 'held messages delivered: 1' 'and the mail is delivered'
is "$(sql "select p.linkname from patchwork_patch join patchwork_project p on p.id = project_id
	where msgid = '<env@x.org>'")" env 'for that project'

# A mail that the database refused is held as long as the database refuses it.
sql "alter table patchwork_patch add constraint no_blue check (name not like '%blue%')"
LIST=known.example.org
patch 'Ada <ada@x.org>' '[PATCH] blue' blue@x.org >"$T/blue"
exits 0 'mail that the database refuses' patchmda deliver <"$T/blue"
id=$(sql "select id from patchmda.held where kind = 'refused'")
exits 0 'retry while the database still refuses it' patchmda held retry "$id"
is "$(cat "$T/out")" '0 delivered, 1 still held' 'reports that'
is "$(sql "select count(*) from patchmda.held where id = $id")" 1 'and keeps the mail'
exits 65 'retry of an id that does not exist' patchmda held retry 999999
is "$(cat "$T/out" "$T/err")" 'patchmda held: held message 999999: it does not exist' 'prints only that error'
exits 65 'deletion of an id that does not exist' patchmda held drop 999999
is "$(cat "$T/out" "$T/err")" "patchmda held: no message with the id 999999 is held; 'patchmda held' lists the ids" 'prints only that error'
sql "alter table patchwork_patch drop constraint no_blue"
exits 0 'retry when the database accepts it' patchmda held retry "$id"
is "$(cat "$T/out")" '1 delivered, 0 still held' 'delivers the mail'
is "$(sql "select count(*) from patchwork_patch where msgid = '<blue@x.org>'")" 1 'the patch is stored'

# The first part of a mail that was too large never becomes a patch.
. "$(dirname "$0")/../daemon.sh"
patch 'Ada <ada@x.org>' '[PATCH] long' long@x.org >"$T/long"
lmtpd_start --message-bytes 300
like "$(lmtp <"$T/long")" '^250 2.0.0 held' 'too large for the daemon'
lmtpd_stop
is "$(sql "select kind, length(message) from patchmda.held where msgid = '<long@x.org>'")" 'cut|300' \
	'its first part is held'
exits 0 'retry of it' patchmda held retry \
	"$(sql "select id from patchmda.held where msgid = '<long@x.org>'")"
is "$(cat "$T/out")" '0 delivered, 1 still held' 'does not deliver it'

# Limits. Mail for unknown lists is evicted first.
sql 'delete from patchmda.held'
unlisted() {
	LIST=unlisted.example.org patch 'Eve <eve@x.org>' "[PATCH] $1" "unlisted-$1@x.org"
}
invalid() {
	mail 'nobody' '[PATCH] x' "invalid-$1@x.org"
}
kept() {
	sql "select string_agg(substr(msgid, 2, length(msgid) - 8), ' ' order by id) from patchmda.held"
}
limited() {
	patchmda deliver --held-messages 3 "$@"
}
for n in 1 2 3; do unlisted $n | limited; done
is "$(kept)" 'unlisted-1 unlisted-2 unlisted-3' 'the maximum number of mails'
exits 0 'one of them again' limited < <(unlisted 1)
is "$(kept)" 'unlisted-1 unlisted-2 unlisted-3' 'needs no room'
exits 0 'one more' limited < <(unlisted 4)
is "$(kept)" 'unlisted-2 unlisted-3 unlisted-4' 'and the oldest is deleted'
for n in 1 2; do invalid $n | limited; done
is "$(kept)" 'unlisted-4 invalid-1 invalid-2' 'mail for unknown lists is evicted for mail that could not be parsed'
invalid 3 | limited
is "$(kept)" 'invalid-1 invalid-2 invalid-3' 'all of it'
exits 75 'then no mail is evicted: the mail server keeps the next one' limited < <(invalid 4)
like "$(cat "$T/err")" '^4\.3\.1 ' 'and gets the reason'
exits 75 'mail for unknown lists is deferred, too' limited < <(unlisted 5)
exits 0 'mail that is held already is acknowledged' limited < <(invalid 2)
exits 0 'valid mail is stored' limited < <(LIST=known.example.org patch 'Ada <ada@x.org>' '[PATCH] good' good@x.org)
exits 0 'the list' patchmda held
like "$(cat "$T/out")" '4 messages for unknown lists were deleted' 'reports how many were deleted'

lmtpd_start --held-messages 3
like "$(invalid 4 | lmtp)" '^451 4\.3\.1 ' 'the daemon defers'
like "$(LIST=known.example.org patch 'Ada <ada@x.org>' '[PATCH] fine' fine@x.org | lmtp)" '^250 ' 'and stores the others'
lmtpd_stop
ok 'its log has the reason' until_true logged 'no room to hold'

sql "delete from patchmda.held"
size=$(unlisted 1 | wc -c)
by_bytes() {
	patchmda deliver --held-bytes $((2 * size + 10))
}
for n in 1 2 3; do unlisted $n | by_bytes; done
is "$(kept)" 'unlisted-2 unlisted-3' 'bytes are counted, too'
exits 0 'one more' patchmda deliver --held-bytes $((2 * size)) < <(unlisted 5)
is "$(kept)" 'unlisted-3 unlisted-5' 'up to and including the limit'
{ unlisted 4; head -c $((3 * size)) /dev/zero; } >"$T/fat"
exits 75 'a mail larger than the limit' by_bytes <"$T/fat"
is "$(kept)" 'unlisted-3 unlisted-5' 'evicts no other mail'
sql 'delete from patchmda.held'

# Expiry.
patch 'Ada <ada@x.org>' '[PATCH] old' old@x.org | sed 's/known/unknown/' | patchmda deliver
sql "update patchmda.held set expires = now() - interval '1 day' where kind = 'no-project'" >/dev/null
: >"$T/empty"
patchmda import --quiet "$T/empty" >/dev/null
is "$(sql "select count(*) from patchmda.held where kind = 'no-project'")" 0 \
	'mail for an unknown list is deleted when its time is over'

done_testing
