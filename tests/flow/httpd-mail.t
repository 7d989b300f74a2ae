#!/usr/bin/env bash
# httpd-mail.t - changes over HTTP beside mail for the same patches: no change is lost, every event is right
#
# Clients set states, delegates, relations and marks of an archive in a loop; meanwhile comments, duplicates, later
# versions that supersede these patches, patches in another order than their series', and pull requests arrive.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../httpd.sh"
need curl perl git

LIST=list.example.org
pg_start own
ready_db httpd_mail
patchmda project add one --list-id $LIST --name One >/dev/null
patchmda project set one --revisions supersede
sql 'update patchwork_project set send_notifications = true'
SERIES=4
# version N K - the patches of version N of series K, the last one first, and its cover letter last
version() {
	local v=$1 k=$2 prefix=
	[ "$v" = 1 ] || prefix="v$v "
	patch -d $((v * 60 + 2)) -r "<c$k-$v@x.org>" 'Ada <ada@x.org>' "[PATCH ${prefix}2/2] part b of $k" "b$k-$v@x.org" >"$T/mails/$v-$k-1"
	patch -d $((v * 60 + 1)) -r "<c$k-$v@x.org>" 'Ada <ada@x.org>' "[PATCH ${prefix}1/2] part a of $k" "a$k-$v@x.org" >"$T/mails/$v-$k-2"
	mail -d $((v * 60)) 'Ada <ada@x.org>' "[PATCH ${prefix}0/2] parts of $k" "c$k-$v@x.org" >"$T/mails/$v-$k-3"
}
mkdir "$T/mails"
for ((k = 1; k <= SERIES; k++)); do
	version 1 $k
	version 2 $k
done
for file in "$T"/mails/1-*; do
	patchmda deliver <"$file"
done
is "$(sql 'select count(*) from patchwork_patch where state_id = 1')" $((SERIES * 2)) 'patches are new'
user maint one
user other one
httpd_start --workers 6
lmtpd_start

# change NUMBER - a client; its statuses are in $T/client.NUMBER
change() {
	local i id seed=$1 body states=(new under-review accepted rfc) delegates=(1 2 null) marks=(true false)
	RANDOM=$seed
	for i in {1..30}; do
		id=$((1 + RANDOM % (SERIES * 2)))
		case $((RANDOM % 5)) in
		0) body="{\"related\": [$((1 + RANDOM % (SERIES * 2)))]}" ;;
		1) body='{"related": []}' ;;
		2) body="{\"delegate\": ${delegates[RANDOM % 3]}, \"archived\": ${marks[RANDOM % 2]}}" ;;
		*) body="{\"state\": \"${states[RANDOM % 4]}\", \"delegate\": ${delegates[RANDOM % 3]}}" ;;
		esac
		curl -s -o /dev/null -w '%{http_code}\n' --unix-socket "$HTTPD_SOCKET" -X PATCH \
			-H "$(as "$([ $((seed % 2)) = 0 ] && echo maint || echo other)")" -H 'Content-Type: application/json' \
			-d "$body" "http://p.example.org/api/patches/$id/"
	done >"$T/client.$seed"
}
# comments NUMBER - replies to all patches, delivered one by one; their exit statuses are in $T/mail.NUMBER
comments() {
	local k p n=$1
	for ((k = 1; k <= SERIES; k++)); do
		for p in a b; do
			mail -r "<$p$k-1@x.org>" 'Bob <bob@x.org>' "Re: part $p of $k" "r$n-$p$k@x.org" 'Acked-by: Bob <bob@x.org>' |
				patchmda deliver || echo "$?"
			patchmda deliver <"$T/mails/1-$k-1" || echo "$?"
		done
	done >"$T/mail.$n"
}
versions() {
	local file
	for file in "$T"/mails/2-*; do
		patchmda-deliver --socket "$LMTPD_SOCKET" <"$file" || echo "$?"
	done >"$T/mail.versions"
}
pulls() {
	local k
	for ((k = 1; k <= SERIES; k++)); do
		mail -r "<c$k-1@x.org>" 'Ada <ada@x.org>' "[GIT PULL] parts of $k" "p$k@x.org" \
			$'The following changes since commit 1:\n\nare available in the git repository at:\n\n  git://x.org/y.git parts\n' |
			patchmda deliver || echo "$?"
	done >"$T/mail.pulls"
}
pids=()
for n in 1 2 3 4; do
	change $n &
	pids+=($!)
done
for work in 'comments 1' 'comments 2' versions pulls; do
	$work &
	pids+=($!)
done
wait "${pids[@]}"
lmtpd_stop
is "$(cat "$T"/client.* | sift -vE '^(200|409)$')" '' 'each change is made, or refused because of two relations'
is "$(cat "$T"/client.* | wc -l)" 120 'each client has sent all of its changes'
is "$(cat "$T"/mail.*)" '' 'all mail is stored'
is "$(count 'deadlock detected' "$PGHOST/log")" 0 'without a deadlock'
sift -A 12 'deadlock detected' "$PGHOST/log" | sed 's/^/# /'

# ---- events

# chain CATEGORY COLUMN FIRST - prints how many events there are, and then the patches for which the values of these
# events do not lead, without a gap, from the first value to that of the patch
chain() {
	sql "with e as (
			select patch_id, id, coalesce(previous_$2_id, 0) as old, coalesce(current_$2_id, 0) as new
			from patchwork_event where category = '$1'),
		steps as (
			select patch_id, old, lag(new, 1, $3) over (partition by patch_id order by id) as before from e),
		lasts as (
			select p.id, coalesce(p.$2_id, 0) as now, coalesce((
				select new from e where e.patch_id = p.id order by e.id desc limit 1), $3) as told
			from patchwork_patch p)
		select (select count(*) > 20 from e), (select count(*) from steps where old <> before),
			(select count(*) from e where old = new), (select count(*) from lasts where now <> told)"
}
is "$(chain patch-state-changed state 1)" 't|0|0|0' 'events of states are a chain that ends at the present state'
is "$(chain patch-delegated delegate 0)" 't|0|0|0' 'those of delegates likewise'
is "$(sql "select count(distinct patch_id), count(distinct actor_id) from patchwork_event
	where category = 'patch-state-changed' and current_state_id = (
		select id from patchwork_state where slug = 'superseded')")" "$(sql "select count(*), 0 from patchmda.superseded")" \
	'patches of older versions are superseded, by nobody'
isnt "$(sql 'select count(*) from patchmda.superseded')" 0 'of which there are some'
is "$(sql "select count(*), count(distinct patch_comment_id) from patchwork_event where category = 'patch-comment-created'" \
	'select count(*), count(distinct msgid) from patchwork_patchcomment')" \
	$'16|16\n16|16' 'each comment has its event'
is "$(sql "select count(*), count(distinct patch_id) from patchwork_event where category = 'patch-created'" \
	'select count(*), count(distinct msgid) from patchwork_patch')" $'20|20\n20|20' 'so has each patch'
is "$(sql "select count(*) from patchwork_patchchangenotification n
	full join (select id from patchwork_patch where state_id <> 1) p on p.id = n.patch_id
	where p.id is null or n.patch_id is null or n.orig_state_id <> 1")" 0 'the notes for mails are those of changed patches'
is "$(sql "select count(*) from (
		select series_id from patchwork_patch group by 1 having count(*) <> 2) s
	where s.series_id in (select id from patchwork_series where total = 2)")" 0 'series are whole'
is "$(sql 'select count(*) from patchwork_patchrelation r where not exists (
	select 1 from patchwork_patch p where p.related_id = r.id)')" 0 'no relation is empty'
httpd_stop
# ---- the order of locks

# The row of the lower id is behind that of the higher one in the table, and another transaction has locked it.
read -r low high old_low old_high < <(sql "select a.id || ' ' || b.id || ' ' || a.state_id || ' ' || b.state_id
	from patchwork_patch a join patchwork_patch b on a.id < b.id and a.ctid > b.ctid limit 1")
isnt "$high" '' 'there are patches in another order than that of ids'
psql -Xqv ON_ERROR_STOP=1 >"$T/other" 2>&1 <<END &
	begin;
	select id from patchwork_patch where id = $low for no key update;
	\! touch $T/locked; until [ -e $T/waiting ]; do sleep 0.1; done
	select id from patchwork_patch where id = $high for no key update;
	commit;
END
other=$!
until_true test -e "$T/locked"
# With a hash join the order of the update is that of the table.
PGOPTIONS='-c enable_nestloop=off -c enable_mergejoin=off' psql -Xqv ON_ERROR_STOP=1 -f "$ROOT/sql/revisions/effects.sql" \
	-c "execute effects_set('{$low,$high}', '{$old_low,$old_high}', '{4,4}', '{}', '{}', '{}', 0)" >"$T/effects" 2>&1 &
effects=$!
is_waiting() {
	[ "$(sql 'select count(*) from pg_locks where not granted')" != 0 ]
}
until_true is_waiting
touch "$T/waiting"
status=0
wait $effects || status=$?
wait $other || status=$?
is $status 0 'superseding locks patches in the order of ids'
[ $status = 0 ] || diag "$(cat "$T/effects" "$T/other")"
is "$(sql "select count(*) from patchwork_patch where id in ($low, $high) and state_id = 4")" 2 'and supersedes them'
done_testing
