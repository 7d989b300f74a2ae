#!/usr/bin/env bash
# plans-thread.t - rows that wait, or may move, are not read again for each mail of a long thread that arrives
# backwards

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

LIST=ring.lists.example.org
pg_start own
sql "alter system set autovacuum = off" "alter system set track_counts = on" "select pg_reload_conf()" \
	>/dev/null

# thread FIRST LAST - those replies, each to the one before; 0 is the patch. With `all` as the third word, a
# reply names all earlier ones.
thread() {
	local n refs i
	for n in $(seq "$1" -1 "$2"); do
		[ "$n" != 0 ] || { patch "Ada <ada@x.org>" '[PATCH] ring' "t0@x.org" | mbox; continue; }
		refs="<t$((n - 1))@x.org>"
		[ "${3-}" != all ] || refs=$(for ((i = 0; i < n; i++)); do printf '<t%s@x.org> ' $i; done)
		mail -d "$n" -r "${refs% }" "Bob <bob@x.org>" 'Re: [PATCH] ring' "t$n@x.org" | mbox
	done
}

# rows_read - of the tables of waiting replies and of references of comments
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
	is "$(sql "select count(*) from patchwork_patchcomment")" $replies "$1: all replies are there"
	is "$(sql "select count(*) from patchmda.waiting")" 0 "and none waits"
	# A server process that ends reports its counts a moment later.
	for ((i = 0; i < 100; i++)); do
		[ "$(rows_read)" = "$before" ] || break
		sleep 0.1
	done
	sleep 0.5
	read=$(($(rows_read) - before))
	is "$((read > 0 && read <= $2))" 1 "$read rows were read for it, and not again for each reply"
}

replies=60
thread $replies 0 >"$T/chain.mbox"
backwards chain $((12 * replies))
{ thread 0 0; thread $replies 1 all; } >"$T/late.mbox"
backwards late $((4 * replies * replies / 2))

done_testing
