#!/usr/bin/env bash
# held.t - mail that cannot be understood, or is for no list of ours, is kept whole (ingest 16, D3)

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

pg_start
ready_db held
LIST=known.example.org
patchmda project add known --list-id known.example.org >/dev/null

# The bytes of a mail that has no sender: NUL, 8-bit and a missing last line end stay.
printf 'Subject: [PATCH] no sender\nMessage-Id: <n@x.org>\nList-Id: <known.example.org>\n\n\0\351x' >"$T/bad"
exits 0 'a mail without a sender is acknowledged' patchmda deliver <"$T/bad"
exits 0 'and once more' patchmda deliver <"$T/bad"
is "$(sql 'select count(*) from patchmda.held')" 1 'it is held once'
exits 0 'the list of what is held' patchmda held
like "$(cat "$T/out")" 'no From header' 'gives the reason'
like "$(cat "$T/out")" '<n@x.org>' 'and the message id'
id=$(sql 'select id from patchmda.held')
exits 0 'show' patchmda held show "$id"
ok 'gives the mail back byte for byte' cmp "$T/out" "$T/bad"
exits 0 'retry, with nothing changed' patchmda held retry
is "$(cat "$T/out")" '0 taken in, 1 held still' 'leaves it held'

# Escape sequences of a sender do not reach the terminal.
printf 'Subject: x\nMessage-Id: <\033[31mred@x.org>\nList-Id: <known.example.org>\n\nx\n' |
	patchmda deliver
exits 0 'a message id with escape codes' patchmda held list
unlike "$(cat "$T/out")" $'\033' 'is listed without them'

# A list that becomes ours later.
LIST=later.example.org
patch 'Ada <ada@x.org>' '[PATCH] early' early@x.org | patchmda deliver
mail -r '<early@x.org>' 'Bob <bob@x.org>' 'Re: [PATCH] early' re@x.org 'Reviewed-by: Bob <bob@x.org>' |
	patchmda deliver
is "$(sql "select count(*) from patchmda.held where kind = 'no-project' and expires > now()")" 2 \
	'mail for an unknown list is held for a time'
exits 0 'project add' patchmda project add later --list-id later.example.org
like "$(cat "$T/out")" 'held for it: 2' 'takes it in'
is "$(sql 'select p.msgid, c.msgid from patchwork_patch p join patchwork_patchcomment c on c.patch_id = p.id')" \
	'<early@x.org>|<re@x.org>' 'patch and comment are there'
is "$(sql "select count(*) from patchmda.held where kind = 'no-project'")" 0 'and no longer held'

# What is fixed by hand is taken in by retry: here the reason, a sender without an address.
mail 'nobody' '[PATCH] x' late@x.org >"$T/late"
LIST=known.example.org
exits 0 'drop' patchmda held drop "$id"
is "$(sql "select count(*) from patchmda.held where id = $id")" 0 'deletes it'
exits 65 'drop of what is not there' patchmda held drop "$id"
exits 65 'show of what is not there' patchmda held show 999999
exits 64 'an id that is none' patchmda held show x1
exits 64 'show without an id' patchmda held show

# Time is over.
patch 'Ada <ada@x.org>' '[PATCH] old' old@x.org | sed 's/known/unknown/' | patchmda deliver
sql "update patchmda.held set expires = now() - interval '1 day' where kind = 'no-project'" >/dev/null
: >"$T/empty"
patchmda import --quiet "$T/empty" >/dev/null
is "$(sql "select count(*) from patchmda.held where kind = 'no-project'")" 0 \
	'mail for an unknown list goes when its time is over'

done_testing
