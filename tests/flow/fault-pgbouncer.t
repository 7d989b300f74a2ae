#!/usr/bin/env bash
# fault-pgbouncer.t - PgBouncer in transaction mode: each way of delivery works, and two connections to the server
# are enough for many clients
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
. "$(dirname "$0")/../pgbouncer.sh"
PATH=$PATH:/usr/sbin
need pgbouncer
LIST=near.example.org
pg_start own
ready_db bounced
server=$PGHOST
bouncer_start 'default_pool_size = 2' 'max_client_conn = 100'
exits 0 "init works through PgBouncer" patchmda init
exits 0 "project works through PgBouncer" patchmda project add near --list-id $LIST --list-email near@example.org
fault_start

make_mails all
ok "deliver" by_deliver all
ok "the daemon" by_lmtp all
ok "import" by_import all
is "$(stored all)" $'deliver|1\nimport|1\nlmtp|1' "all is stored, once"
for way in deliver lmtp import; do
	ok "$way: the same again" "by_$way" all
done
is "$(stored all)" $'deliver|1\nimport|1\nlmtp|1' "adds nothing"
echo nonsense | patchmda deliver
exits 0 "held works through PgBouncer" patchmda held

# Many clients at once over two connections; each sends the same mails.
for ((i = 0; i < 30; i++)); do
	patch 'Ada <ada@x.org>' "[PATCH $((i + 1))/30] many $i" "many.$i@x.org" >"$T/many.$i"
	mbox "$T/many.$i"
done >"$T/many.mbox"
patchmda import --quiet --batch 5 "$T/many.mbox" >/dev/null 2>"$T/imported" &
importer=$!
jobs=()
for ((i = 0; i < 30; i++)); do
	patchmda deliver <"$T/many.$i" 2>>"$T/many.said" &
	jobs+=($!)
	hand "$T/many.$i" >>"$T/many.replies"
done
wrong=
for job in "${jobs[@]}"; do
	wait "$job" || wrong+="$? "
done
is "$wrong" '' "many deliver processes at the same time"
diag "$(cat "$T/many.said")"
is "$(cut -d ' ' -f 1 "$T/many.replies" | sort | uniq -c | tr -s ' ')" ' 30 250' "and the daemon"
ok "and an import" wait $importer
is "$(sql "select count(*), count(distinct msgid), count(distinct series_id) from patchwork_patch
	where name like '%many %'")" '30|30|1' "all mails are stored once, in one series"
is "$(PGHOST=$server PGPORT=5432 sql "select count(*) <= 2 from pg_stat_activity
	where datname = 'bounced' and pid <> pg_backend_pid()")" t "over two connections"
is "$(sql "show lock_timeout" "show synchronous_commit")" $'0\non' \
	"whose settings have not changed"

# For a mail that is not stored, there is a transaction without commit. PgBouncer must not take that for a client
# that has vanished, and close the connection to the server.
backends() {
	PGHOST=$server PGPORT=5432 sql "select pid from pg_stat_activity
		where datname = 'bounced' and pid <> pg_backend_pid() order by pid"
}
mail -h 'X-Patchwork-Hint: ignore' 'Ada <ada@x.org>' '[PATCH] ignored' ignored@x.org "$(change x.c)" >"$T/ignored"
before=$(backends)
exits 0 "a mail to ignore" patchmda deliver <"$T/ignored"
is "$(backends)" "$before" "does not make PgBouncer close a connection"

# Names of statements would stay on the server connection, for the next client.
names_left() {
	local names
	names=$(sql "select pg_sleep(1)" "select name from pg_prepared_statements") &&
		names+=$(sql "select name from pg_prepared_statements")
	echo "$names"
}
ok "the daemon keeps its connection to PgBouncer" by_lmtp all
names_left >"$T/names.1" &
other=$!
names_left >"$T/names.2"
wait $other
is "$(cat "$T"/names.? | tr -d '\n')" '' "and prepares no statements on the connections to the server"

# ---- the server behind PgBouncer is stopped

pg_stop
trouble behind
pg_restart
recovery behind
lmtpd_stop
is "$LMTPD_STATUS" 0 "the daemon ends in order"
done_testing
