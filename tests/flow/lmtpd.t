#!/usr/bin/env bash
# lmtpd.t - the daemon alone: dialogues, a database that is stopped, signals
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
LIST=ring.example.org
pg_start own
ready_db lmtpd
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
patchmda project add other --list-id other.example.org --list-email o@example.org >/dev/null

patches='select count(*) from patchwork_patch'

welcome() {
	[[ $(talk 2 <<<QUIT) = '220 '* ]]
}

# ---- dialogues

lmtpd_start --grace 120 --message-bytes 3000000
like "$(talk <<<'QUIT')" '^220 .* LMTP.*221 2\.0\.0' "replies to QUIT"
is "$(printf 'LHLO me\nQUIT\n' | talk | sed 1,2d | sort)" "$(sort <<'END'
250-PIPELINING
250-SIZE
250-8BITMIME
250-SMTPUTF8
250-ENHANCEDSTATUSCODES
250 CHUNKING
221 2.0.0 bye
END
)" "announces its extensions"

ada='Ada <ada@x.org>'
is "$(patch "$ada" '[PATCH] one' 1@x.org | lmtp)" '250 2.0.0 stored' "stores a patch"
is "$(sql "$patches where msgid = '<1@x.org>'")" 1 "which can be read after the reply"
is "$(patch "$ada" '[PATCH] one' 1@x.org | lmtp)" '250 2.0.0 duplicate' "reports a duplicate"
is "$(mail -r '<1@x.org>' "$ada" 'Re: [PATCH] one' 2@x.org | lmtp a@b c@d)" \
	$'250 2.0.0 stored\n250 2.0.0 stored' "replies for each recipient"
is "$(sql 'select count(*) from patchwork_patchcomment')" 1 "and stores once"
is "$(patch "$ada" '[PATCH] two' 3@x.org | lmtp p+other.example.org@x p@x q+nobody@x)" \
	$'250 2.0.0 stored\n250 2.0.0 stored\n250 2.0.0 held' \
	"stores a mail once for each list id in an address"
is "$(sql "select linkname from patchwork_project p join patchwork_patch on p.id = project_id
	where msgid = '<3@x.org>' order by 1")" $'other\nring' "in the projects of these list ids"
is "$(patch -h 'X-Patchwork-Hint: ignore' "$ada" '[PATCH] no' 4@x.org | lmtp)" \
	'250 2.0.0 ignored' "ignores mail with the header for that"
is "$(LIST=nobodys.example.org mail "$ada" 'Hello' 5@x.org | lmtp)" \
	'250 2.0.0 held' "holds mail for an unknown list"
is "$(echo nonsense | lmtp)" '250 2.0.0 held' "holds mail that cannot be parsed"

patch "$ada" '[PATCH] chunks' 6@x.org | sed 's/$/\r/' >"$T/chunks"
bytes=$(stat -c %s "$T/chunks")
like "$({
	printf 'LHLO me\nMAIL FROM:<>\nRCPT TO:<a@b>\nBDAT %d LAST\n' "$bytes"
	tr -d '\r' <"$T/chunks"
	printf 'QUIT\n'
} | talk)" '250 2\.0\.0 stored.221' "accepts BDAT"
is "$(sql "select diff <> '' and strpos(coalesce(content, '') || diff, e'\r') = 0
	from patchwork_patch where msgid = '<6@x.org>'")" t "without the CRs of its lines"

patch "$ada" '[PATCH] after RSET' 8@x.org >"$T/whole"
like "$({
	printf 'LHLO me\nMAIL FROM:<>\nRCPT TO:<a@b>\nBDAT 11\nX-Gone: 1\nRSET\n'
	printf 'MAIL FROM:<>\nRCPT TO:<a@b>\nBDAT %d LAST\n' "$(sed 's/$/\r/' "$T/whole" | wc -c)"
	cat "$T/whole"
	printf 'QUIT\n'
} | talk)" '250 2\.0\.0 .*250 2\.0\.0 .*250 2\.0\.0 stored.221' "accepts a mail after a chunk and RSET"
is "$(sql "select strpos(headers, 'X-Gone') from patchwork_patch where msgid = '<8@x.org>'")" 0 \
	"without the bytes of the chunk"

# ---- large mail

{
	mail "$ada" '[PATCH] large' 10@x.org "$(change big.c)"
	seq 40000 | sed 's|.*|+a line that makes this diff a large one|'
} | sed 's/^@@ .*/@@ -1,2 +1,40002 @@/' >"$T/large"
is "$(lmtp <"$T/large")" '250 2.0.0 stored' "stores a large mail, which is spooled to a file"
is "$(sql "select length(diff) > 1600000 from patchwork_patch where msgid = '<10@x.org>'")" t \
	"completely"
cat "$T/large" "$T/large" | sed 's/10@x/11@x/' >"$T/huge"
is "$(lmtp <"$T/huge")" '250 2.0.0 held' "holds the first part of a mail over the limit"

# ---- the log

patch "$ada" '[PATCH] esc' $'7\e[2J\x9b\x07@x.org' | lmtp >/dev/null
ok "text from mail is printable in the log" \
	within $PATIENCE_SECS logged '7\\x1b\[2J.*: (stored|kept|held)'
is "$(LC_ALL=C count '[^ -~]' "$LMTPD_LOG")" 0 "and the log has only printable ASCII"
ok "a line for each message" until_true logged '^<1@x\.org>: stored patch [0-9]+ of series [0-9]+ in ring, '

# ---- a database that refuses

refuse_by_name
is "$(patch "$ada" '[PATCH] sqlstate 53100' full@x.org | lmtp)" '451 4.3.1 no space, try again later' \
	"a mail that the database has no room for is not acknowledged"
is "$(patch "$ada" '[PATCH] sqlstate XX000' broken@x.org | lmtp a@b c@d)" \
	$'451 4.3.0 temporary failure, try again later\n451 4.3.0 temporary failure, try again later' \
	"nor is a mail at which it fails, for any recipient"
is "$(patch "$ada" '[PATCH] sqlstate 42501' rights@x.org | lmtp p+other.example.org@x q+nobody@x)" \
	$'451 4.3.5 temporary failure, try again later\n451 4.3.5 temporary failure, try again later' \
	"nor for any list id, if one is refused"
is "$(sql "$patches where name like 'sqlstate%'")|$(sql "select count(*) from patchmda.held
	where convert_from(message, 'utf8') like '%sqlstate%'")" '0|0' "and no part of these mails is stored"
sql "drop trigger refuse on patchwork_patch"
is "$(patch "$ada" '[PATCH] sqlstate 53100' full@x.org | lmtp)" '250 2.0.0 stored' "the mail is stored when there is room"

# ---- a database that is stopped

pg_stop
patch "$ada" '[PATCH] waits' 20@x.org | lmtp >"$T/waits" &
waiting=$!
sleep 1
pg_restart
wait $waiting
is "$(cat "$T/waits")" '250 2.0.0 stored' "mail waits while the database is restarted"
lmtpd_stop
lmtpd_start --grace 3 --refuse 5 --timeout 600
patch "$ada" '[PATCH] before' 23@x.org | lmtp >/dev/null
pg_stop kill
started=${EPOCHREALTIME/./}
is "$({
	printf 'LHLO me\n'
	for i in 1 2; do
		printf 'MAIL FROM:<>\nRCPT TO:<a@b>\nDATA\n'
		patch "$ada" '[PATCH] later' 21@x.org
		printf '.\n'
	done
	printf 'QUIT\n'
} | talk $PATIENCE_SECS | sift '^4')" "$(printf '451 4.4.1 no database, try again later\n%.0s' 1 2)" \
	"but not longer than its limit, and neither does the next mail"
took=$((${EPOCHREALTIME/./} - started))
ok "and each waits as long as its limit ($took us)" test $took -ge 6000000
refused() {
	[[ $(talk 2 </dev/null) = '421 4.3.2 no database'* ]]
}
ok "then sessions are refused" within $PATIENCE_SECS refused
exits 75 "patchmda-deliver reports that" patchmda-deliver --socket "$LMTPD_SOCKET" <"$T/large"
like "$(cat "$T/err")" '^4\.3\.2 patchmda: no database' "with the daemon's status code and text"
pg_restart
ok "until the database runs again" within $PATIENCE_SECS welcome
is "$(patch "$ada" '[PATCH] later' 21@x.org | lmtp)" '250 2.0.0 stored' "and mail is stored"
ok "the log has the loss of the connection" until_true logged '^no database: .*'
ok "and the new connection" until_true logged '^connected to the database again after '

lmtpd_stop

# A server that accepts connections and does not respond.
lmtpd_start --timeout 3
patch "$ada" '[PATCH] before' 24@x.org | lmtp >/dev/null
backend=$(sql "select pid from pg_stat_activity where application_name = 'patchmda'")
kill -STOP "$backend"
is "$(patch "$ada" '[PATCH] hangs' 22@x.org | lmtp)" '451 4.4.7 timed out, try again later' \
	"mail is deferred if the server hangs"
ok "the log has the reply to this mail" until_true logged '^<?22@x\.org>?: deferred 4\.4\.7, '
ok "its connection is broken" within $PATIENCE_SECS logged 'breaking the connection'
is "$(patch "$ada" '[PATCH] beside' 25@x.org | lmtp)" '250 2.0.0 stored' "and another one serves"
kill -CONT "$backend"
is "$(patch "$ada" '[PATCH] hangs' 22@x.org | lmtp | sed 's/duplicate/stored/')" \
	'250 2.0.0 stored' "mail is stored again without help"

# ---- reload and shutdown

patchmda project add third --list-id third.example.org --list-email t@example.org >/dev/null
kill -HUP $LMTPD_PID
ok "after SIGHUP the settings are read again" within $PATIENCE_SECS logged 'reloaded projects'
is "$(LIST=third.example.org patch "$ada" '[PATCH] three' 40@x.org | lmtp)" '250 2.0.0 stored' \
	"so that a new project is known"
exec {idle}<>"/dev/tcp/127.0.0.1/$LMTPD_PORT" {busy}<>"/dev/tcp/127.0.0.1/$LMTPD_PORT"
read -r -t $PATIENCE_SECS line <&$idle
read -r -t $PATIENCE_SECS line <&$busy
patch "$ada" '[PATCH] last' 41@x.org | sed 's/$/\r/' >"$T/last"
printf 'LHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n' >&$busy
head -n 3 "$T/last" >&$busy
sleep 0.2
kill -TERM $LMTPD_PID
like "$(timeout $PATIENCE_SECS cat <&$idle)" '^421 4\.3\.2' "at shutdown, idle clients get a reply"
sed 1,3d "$T/last" >&$busy
printf '.\r\n' >&$busy
like "$(timeout $PATIENCE_SECS cat <&$busy | tr -d '\r')" $'250 2\\.0\\.0 stored\n421 4\\.3\\.2' \
	"and a mail that is being received is stored"
status=0
wait $LMTPD_PID || status=$?
is $status 0 "with status 0"
ok "its socket is deleted" test ! -e "$LMTPD_SOCKET"

lmtpd_start --stop 1
exec {busy}<>"/dev/tcp/127.0.0.1/$LMTPD_PORT"
printf 'LHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n' >&$busy
until_true eval 'read -r -t 1 line <&$busy && [[ $line = 354* ]]'
kill -TERM $LMTPD_PID
ok "mail that is never finished does not keep it" within $PATIENCE_SECS eval '! kill -0 $LMTPD_PID'

# ---- sockets and options

lmtpd_start
killed $LMTPD_PID
ok "a daemon that is killed leaves its socket" test -S "$LMTPD_SOCKET"
lmtpd_start
ok "the next daemon takes it over" within $PATIENCE_SECS welcome
exits 69 "but not while the first one runs" patchmda lmtpd --listen "unix:$LMTPD_SOCKET"
lmtpd_stop
exits 69 "nothing to listen on is an error" patchmda lmtpd
exits 64 "an invalid option, too" patchmda lmtpd --sessions none

# ---- addresses

exits 64 "no address" patchmda lmtpd --listen nonsense
exits 69 "a directory that does not exist" patchmda lmtpd --listen "unix:$T/not/there"
exits 69 "a name that is too long" patchmda lmtpd --listen "unix:$T/$(printf '%0200d' 0)"
exits 69 "an unknown host" patchmda lmtpd --listen 'nowhere.invalid:2424'
: >"$LMTPD_LOG"
lmtpd_start --listen "unix:$T/second.sock" --listen "localhost:$(free_port)"
patch "$ada" '[PATCH] second' second@x.org >"$T/second"
exits 0 "several addresses" patchmda-deliver --socket "$T/second.sock" <"$T/second"
is "$(stat -c %a "$T/second.sock")" 660 "a socket that the daemon creates is not for all users"
lmtpd_stop
if [ -e /proc/net/if_inet6 ] && grep -q '^0*1 ' /proc/net/if_inet6; then
	: >"$LMTPD_LOG"
	port=$(free_port)
	lmtpd_start --listen "[::1]:$port"
	exec {six}<>"/dev/tcp/::1/$port"
	read -r -t $PATIENCE_SECS line <&$six
	like "$line" '^220 ' "IPv6 in brackets"
	exec {six}>&-
	lmtpd_stop
fi

# ---- without a database at the start; credentials

mkdir "$T/credentials" "$T/runtime"
echo '*:*:*:secret:Geheimnis' >"$T/credentials/pgpass"
chmod 0440 "$T/credentials/pgpass"
sql "create role secret superuser login password 'Geheimnis'"
hba=$(sql 'show hba_file')
sed -i '1i local all secret scram-sha-256' "$hba"
pg_stop
PGUSER=secret CREDENTIALS_DIRECTORY=$T/credentials RUNTIME_DIRECTORY=$T/runtime lmtpd_start --grace 120
is "$(stat -c %a "$T/runtime/pgpass")" 600 "a password file that is too open is copied"
patch "$ada" '[PATCH] early' 50@x.org | lmtp >"$T/early" &
waiting=$!
sleep 0.5
pg_restart
wait $waiting
is "$(cat "$T/early")" '250 2.0.0 stored' "the daemon may start before the database, which requires the password"
lmtpd_stop
rm "$T/runtime/pgpass"
ok "libpq itself ignores such a file" eval \
	'! PGUSER=secret PGPASSFILE=$T/credentials/pgpass psql -XwAtc "select 1"'
chmod 0400 "$T/credentials/pgpass"
PGUSER=secret CREDENTIALS_DIRECTORY=$T/credentials RUNTIME_DIRECTORY=$T/runtime lmtpd_start
is "$(patch "$ada" '[PATCH] close' 51@x.org | lmtp)" '250 2.0.0 stored' "a password file that is not too open is used"
ok "and not copied" test ! -e "$T/runtime/pgpass"
lmtpd_stop
done_testing
