#!/usr/bin/env bash
# named.t - the daemon prepares a statement once for each connection, and recovers when plans and names are lost.
# The pages of a list are one statement.  With PgBouncer, where the next transaction may use another connection, it uses
# no names.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../httpd.sh"
. "$(dirname "$0")/../pgbouncer.sh"
PATH=$PATH:/usr/sbin
LIST=named.example.org
ada='Ada <ada@x.org>'
pg_start own
log=$PGHOST/log
ready_db named
patchmda project add named --list-id $LIST --list-email named@example.org >/dev/null

# The server logs each command, with the name of the statement and the client's process.
sql "alter database named set log_min_duration_statement = 0" \
	"alter system set log_line_prefix = '%p %a '" "select pg_reload_conf()" >/dev/null

# parsed FROM - prints `process name` of each statement that was prepared since line FROM of the log
parsed() {
	tail -n "+$1" "$log" | sed -nE 's/^([0-9]+) patchmda LOG: .* parse ([^:]+): .*/\1 \2/p'
}
# ran FROM - prints the same for each statement that was executed
ran() {
	tail -n "+$1" "$log" | sed -nE 's/^([0-9]+) patchmda LOG: .* execute ([^:]+): .*/\1 \2/p'
}
now() {
	echo $(($(wc -l <"$log") + 1))
}
say() {
	mail "$ada" "[PATCH] $1" "$1@x.org" "$(change "$1.c")" | lmtp
}
# texts FROM - prints the number of prepared statements, and of those prepared more than once for a process
texts() {
	tail -n "+$1" "$log" | sed -nE 's/^([0-9]+) patchmda LOG: .* parse [^<:]+: (.*)/\1 \2/p' | sort | uniq -c |
		awk '{ n++; twice += $1 > 1 } END { print (n > 0 ? "some" : "none"), twice + 0 }'
}

# ---- once for a connection

from=$(now)
lmtpd_start
is "$(say first)" '250 2.0.0 stored' "a first mail"
is "$(say second)" '250 2.0.0 stored' "and a second mail"
then=$(now)
is "$(say third)" '250 2.0.0 stored' "and a third mail"
is "$(texts "$from")" 'some 0' "statements are prepared, each once"
is "$(parsed "$then" | sed '/unnamed/d')" '' "no statement is prepared for the third mail"
ok "statements are executed by their names" [ "$(ran "$then" | grep -vc unnamed)" -ge 10 ]

# ---- a lost plan: the columns of the table have changed

server() {
	sql "select pid from pg_stat_activity where application_name = 'patchmda' and datname = 'named'"
}
before=$(server)
sql "alter table patchwork_person alter name type varchar(300)"
is "$(say retyped)" '250 2.0.0 stored' "a column has another type: the mail is stored"
ok "over another connection" [ "$(server)" != "$before" ]

# ---- lost names, as if a person had deallocated them

sql "create function forget() returns trigger language plpgsql as
		\$\$ begin execute 'deallocate all'; return null; end \$\$" \
	"create trigger forget after insert on patchwork_patch execute function forget()"
is "$(say forgets)" '250 2.0.0 stored' "a mail after which no name is left"
sql "drop trigger forget on patchwork_patch"
before=$(server)
is "$(say afterwards)" '250 2.0.0 stored' "the next is stored"
ok "over another connection" [ "$(server)" != "$before" ]
is "$(sql "select count(*), count(distinct msgid) from patchwork_patch")" '6|6' "each of them is stored once"
lmtpd_stop
is "$LMTPD_STATUS" 0 "the daemon ends in order"

# ---- lists

# pages QUERY... - prints the names of the statements by which httpd finds the rows of these pages
pages() {
	local from query
	from=$(now)
	for query; do
		get "/api/patches/$query"
		[ "$status" = 200 ] || echo "status $status"
	done
	tail -n "+$from" "$log" | sed -nE 's/^[0-9]+ patchmda LOG: .* execute ([^:]+): select x[.]id from .*/\1/p'
}
httpd_start --workers 1
is "$(pages '?page=1' '?page=2&per_page=2' '?per_page=5' | sort | uniq -c | sed -E 's/ +/ /g; s/p[0-9]+/named/')" ' 3 named' \
	"all pages of a list are one prepared statement"
is "$(pages '?archived=true&order=date' '?order=name' | grep -c '^p')" 2 "a fixed condition, another order: prepared, too"
is "$(pages '?project=named' '?q=first' '?order=name,date' | sort | uniq -c | tr -s ' ')" ' 3 <unnamed>' \
	"statements with values of filters, or with one of many orders, are not"
httpd_stop
is "$stopped" 0 "httpd ends in order"

# ---- PgBouncer

if ! command -v pgbouncer >/dev/null; then
	skip "missing tool: pgbouncer"
	done_testing
	exit
fi
bouncer_start
from=$(now)
lmtpd_start
is "$(say pooled)" '250 2.0.0 stored' "a mail is stored through PgBouncer"
ok "by statements" [ "$(ran "$from" | grep -c unnamed)" -ge 10 ]
is "$(ran "$from" | sed '/unnamed/d')" '' "without names"
lmtpd_stop
done_testing
