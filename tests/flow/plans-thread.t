#!/usr/bin/env bash
# plans-thread.t - a long thread arrives in reverse order: waiting replies, and comments that may move, are not read
# again for each mail

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

LIST=ring.lists.example.org
pg_start own
sql "alter system set autovacuum = off" "alter system set track_counts = on" "select pg_reload_conf()" \
	>/dev/null

# thread FIRST LAST [all] - prints these replies, each to the one before; 0 is the patch. With `all`, a reply refers
# to all earlier mails.
thread() {
	local n refs i
	for n in $(seq "$1" -1 "$2"); do
		[ "$n" != 0 ] || { patch "Ada <ada@x.org>" '[PATCH] ring' "t0@x.org" | mbox; continue; }
		refs="<t$((n - 1))@x.org>"
		[ "${3-}" != all ] || refs=$(for ((i = 0; i < n; i++)); do printf '<t%s@x.org> ' $i; done)
		mail -d "$n" -r "${refs% }" "Bob <bob@x.org>" 'Re: [PATCH] ring' "t$n@x.org" | mbox
	done
}

# rows_read - prints the number of rows read from the tables of waiting replies and of references of comments
rows_read() {
	sql "select sum(idx_tup_fetch)::int from pg_stat_user_tables
		where relname in ('waiting', 'mention', 'patchwork_patchcomment')"
}

# backwards NAME MOST - imports $T/NAME.mbox one by one; at most MOST rows may be read
backwards() {
	local before read i
	ready_db "plans_$1"
	before=$(rows_read)
	patchmda import --create-projects --batch 1 "$T/$1.mbox" >"$T/out" 2>&1
	is "$(sql "select count(*) from patchwork_patchcomment")" $replies "$1: all replies are stored"
	is "$(sql "select count(*) from patchmda.waiting")" 0 "and none waits"
	# The counts of a backend are visible some time after it has ended.
	for ((i = 0; i < 100; i++)); do
		[ "$(rows_read)" = "$before" ] || break
		sleep 0.1
	done
	sleep 0.5
	read=$(($(rows_read) - before))
	is "$((read > 0 && read <= $2))" 1 "$read rows were read, and not again for each reply"
}

replies=60
thread $replies 0 >"$T/chain.mbox"
backwards chain $((12 * replies))
{ thread 0 0; thread $replies 1 all; } >"$T/late.mbox"
backwards late $((4 * replies * replies / 2))

done_testing
