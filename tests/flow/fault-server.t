#!/usr/bin/env bash
# fault-server.t - PostgreSQL is stopped, restarted, or out of connections: each way of delivery defers mail in
# time, and stores mail without help when the server works again
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
LIST=near.example.org
pg_start own
ready_db near
fault_start

# ---- stopped

pg_stop
trouble stopped
pg_restart
recovery stopped

# ---- restarted while mail is delivered

# stream WAY - sends each of many mails until it is accepted, as a mail server does
stream() {
	local i
	for ((i = 0; i < 60; i++)); do
		patch 'Ada <ada@x.org>' "[PATCH] stream $i by $1" "stream.$i.$1@x.org" >"$T/stream.$1"
		until_true "stream_$1" || return 1
	done
}
stream_deliver() {
	patchmda deliver --timeout $DELIVER_SECS <"$T/stream.deliver"
}
stream_lmtp() {
	[[ $(hand "$T/stream.lmtp") = '250 '* ]]
}
streamed() {
	[ "$(sql "select count(*) from patchwork_patch where name like 'stream%'" 2>/dev/null)" -ge "$1" ]
}
stream deliver &
one=$!
stream lmtp &
two=$!
until_true streamed 10
pg_stop
pg_restart
until_true streamed 30
pg_stop kill
pg_restart
ok "restarted: deliver stores its mail" wait $one
ok "restarted: the daemon stores its mail" wait $two
is "$(sql "select count(*), count(distinct msgid) from patchwork_patch where name like 'stream%'")" \
	'120|120' "restarted: all mail is stored once"

# ---- out of connections

sql "alter system set max_connections = 8" "alter system set max_wal_senders = 0"
pg_stop
pg_restart
mkfifo "$T/hold"
holders=()
exec {hold}<>"$T/hold"
hold_one() {
	PGAPPNAME=holder psql -Xq <"$T/hold" >/dev/null 2>&1 {hold}>&- {psql}>&- &
	holders+=($!)
}
# The eighth connection counts the others. The daemon may have got one of them; then another holder tries.
exec {psql}> >(psql -XqAt >"$T/psql" 2>&1 {hold}>&-)
all_held() {
	echo "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'patchmda';
		select 'held ' || count(*) from pg_stat_activity where application_name = 'holder';" >&$psql
	sleep 0.3
	if [ "$(tail -n 1 "$T/psql")" != 'held 7' ]; then
		hold_one
		return 1
	fi
}
until_true all_held
trouble connections
exec {hold}>&- {psql}>&-
for holder in "${holders[@]}"; do
	wait "$holder" || [ $? -eq 2 ] # it got no connection
done
recovery connections
sql "alter system reset max_connections" "alter system reset max_wal_senders"

lmtpd_stop
is "$LMTPD_STATUS" 0 "the daemon ends in order"
done_testing
