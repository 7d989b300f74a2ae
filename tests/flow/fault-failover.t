#!/usr/bin/env bash
# fault-failover.t - two servers with synchronous replication: a cancelled wait for the standby is not a
# success, a standby takes no mail, and when the primary dies and the standby is promoted, delivery continues
# by itself and no acknowledged mail is lost
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
LIST=near.example.org
IMPORTED=600
pg_start own
ready_db failover
patchmda project add near --list-id near.example.org --list-email near@example.org >/dev/null
patchmda project add far --list-id far.example.org --list-email far@example.org >/dev/null
patch 'Ada <ada@x.org>' '[PATCH] first' first@x.org | patchmda deliver
standby_start
primary=$PGHOST

# ---- a daemon that is connected to the standby alone

LMTPD_SOCKET=$T/standby.sock LMTPD_LOG=$T/standby.log
PGHOST=$STANDBY_HOST
fault_start
trouble standby
ok "the daemon reports that the server is read-only" logged '^no database: .*read-only'
is "$(count '^connected to the database' "$LMTPD_LOG")" 0 "and does not use it as a primary"
standby_daemon=$LMTPD_PID standby_port=$LMTPD_PORT

# ---- a wait for the standby that is cancelled

export PGHOST=$primary,$STANDBY_HOST PGTARGETSESSIONATTRS=read-write
LMTPD_SOCKET=$T/lmtp.sock LMTPD_LOG=$T/lmtpd.log
fault_start
wait_for_standby
sender=$(sql "select pid from pg_stat_replication")
kill -STOP "$sender"

# ended FUNCTION COMMAND... - runs the command, ends each of its waits for the standby at once by the function, and
# prints the exit status
ended() {
	local how=$1 status=0 job
	shift
	"$@" &
	job=$!
	while kill -0 $job 2>/dev/null; do
		sql "select $how(pid) from pg_stat_activity where wait_event = 'SyncRep'" |
			sift . >>"$T/$how"
		sleep 0.1
	done
	wait $job || status=$?
	echo $status
}
make_mails cancel
make_mails terminate
is "$(ended pg_cancel_backend by_deliver cancel 2>"$T/said")" 75 "deliver: fails if the wait is cancelled"
like "$(cat "$T/said")" '^4\..*canceling wait for synchronous replication' "and reports that"
is "$(sql "select count(*) from patchwork_patch where name = 'cancel by deliver'")" 1 \
	"the mail is on this server"
exits 75 "but not on the other, so delivering it again fails, too" by_deliver cancel
is "$(ended pg_terminate_backend by_deliver terminate 2>/dev/null)" 75 "deliver: fails if its backend is terminated"
is "$(ended pg_cancel_backend by_import cancel 2>/dev/null)" 75 "import: fails if the wait is cancelled"
isnt "$(ended pg_cancel_backend by_lmtp cancel)" 0 "the daemon: does not acknowledge the mail if the wait is cancelled"
like "$(cat "$T/cancel.reply")" '^451 4\.' "and defers it"
isnt "$(ended pg_terminate_backend by_lmtp terminate)" 0 "the daemon: nor if its backend is terminated"
# If the daemon has not committed for some time, its greeting reports that.
like "$(cat "$T/terminate.reply")" '^4[25]1 4\.' "and defers it"
ok "some waits were cancelled" test -s "$T/pg_cancel_backend"
ok "and some backends terminated" test -s "$T/pg_terminate_backend"
kill -CONT "$sender"
recovery cancel
ok "terminate: deliver stores the mail" until_true by_deliver terminate
ok "terminate: the daemon, too" until_true by_lmtp terminate
is "$(stored terminate)" $'deliver|1\nlmtp|1' "terminate: both mails are stored once"

# ---- the primary dies

# stream WAY - sends each of many mails until it is accepted, as a mail server does
stream() {
	local i
	for ((i = 0; i < 40; i++)); do
		patch 'Ada <ada@x.org>' "[PATCH] stream $i by $1" "stream.$i.$1@x.org" >"$T/stream.$1"
		until_true "by_$1" stream || return 1
	done
}
streamed() {
	[ "$(sql "select count(*) from patchwork_patch where name like 'stream%'")" -ge "$1" ]
}
imported() {
	[ "$(sql "select count(*) from patchwork_patch where name like 'archive%'")" -ge "$1" ]
}
LIST=far.example.org patch 'Ada <ada@x.org>' '[PATCH] archive @' archive.@@x.org | mbox >"$T/one"
for ((i = 0; i < IMPORTED; i++)); do
	echo $i
done | awk 'NR == FNR { text = text $0 "\n"; next }
	{ mail = text; gsub(/archive [@]/, "archive " $0, mail); gsub(/archive[.][@]/, "archive." $0, mail)
	printf "%s", mail }' "$T/one" - >"$T/archive"
size=$(stat -c %s "$T/archive")
cut() {
	head -c "$2" "$T/archive" | tail -c +$(($1 + 1))
}

mkfifo "$T/feed"
patchmda import --quiet --batch 20 - <"$T/feed" >"$T/imported" 2>&1 &
import=$!
exec {feed}>"$T/feed"
cut 0 $((size / 2)) >&$feed
until_true imported 200
stream deliver &
one=$!
stream lmtp &
two=$!
until_true streamed 20

# The rows that the import stores from now on are on this server only.
kill -STOP "$(sql "select pid from pg_stat_replication")"
before=$(sql "select count(*) from patchwork_patch where name like 'archive%'")
cut $((size / 2)) $((size * 3 / 4)) >&$feed
until_true imported $((before + 40))
kill -STOP $import
PGHOST=$primary pg_stop kill
is "$(on_standby "select count(*) >= $before + 40 from patchwork_patch where name like 'archive%'")" \
	f "the import was ahead of the standby"
on_standby "select pg_promote()" >/dev/null
# The numbers of the lost transactions are used by others.
for ((i = 0; i < 60; i++)); do
	echo "begin; select pg_logical_emit_message(true, 'test', ''); commit;"
done | PGHOST=$STANDBY_HOST PGTARGETSESSIONATTRS=any psql -Xq >/dev/null
kill -CONT $import
# The import may have exited by now.
(trap '' PIPE; cut $((size * 3 / 4)) "$size" >&$feed 2>/dev/null || true)
exec {feed}>&-
status=0
wait $import || status=$?
is $status 75 "an import whose last commits were lost with the primary fails"
ok "deliver continues without help" wait $one
ok "so does the daemon" wait $two
is "$(sql "select count(*), count(distinct msgid) from patchwork_patch where name like 'stream%'")" \
	'80|80' "all mail that they were sent is stored once"
is "$(stored cancel)" $'deliver|1\nimport|1\nlmtp|1' "earlier mail is stored"
like "$(cat "$T/imported")" 'run it again' "the message of the import asks to run it again"
ok "the import succeeds when it is run again" patchmda import --quiet "$T/archive"
is "$(sql "select count(*), count(distinct msgid) from patchwork_patch where name like 'archive%'")" \
	"$IMPORTED|$IMPORTED" "and all its mail is stored once"
ok "this server is the former standby" sql_is "select pg_is_in_recovery()" f

# ---- one server becomes read-only, another one accepts writes

pg_restart
PGHOST=$primary sql "alter system reset synchronous_standby_names" "select pg_reload_conf()" >/dev/null
PGHOST=$primary until_true sql_is "show synchronous_standby_names" ''
on_standby "alter system set default_transaction_read_only = on" "select pg_reload_conf()" >/dev/null
until_true eval '[ "$(on_standby "show default_transaction_read_only")" = on ]'
make_mails moved
ok "the daemon changes from a server that has become read-only to the other one" until_true by_lmtp moved
is "$(PGHOST=$primary sql "select count(*) from patchwork_patch where name = 'moved by lmtp'")" 1 "which has the mail"
on_standby "set default_transaction_read_only = off" \
	"alter system reset default_transaction_read_only" "select pg_reload_conf()" >/dev/null
until_true eval '[ "$(on_standby "show default_transaction_read_only")" = off ]'
lmtpd_stop
is "$LMTPD_STATUS" 0 "the daemon ends in order"

# ---- the daemon that was connected to the standby alone

LMTPD_PID=$standby_daemon LMTPD_PORT=$standby_port
PGHOST=$STANDBY_HOST recovery standby
done_testing
