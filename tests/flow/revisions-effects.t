#!/usr/bin/env bash
# revisions-effects.t - the levels relate and supersede: relations and states of older versions' patches

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
ada='Ada <ada@x.org>'

# states - prints each patch with its state
states() {
	sql "select split_part(substr(msgid, 2), '@', 1) || ' ' || slug from patchwork_patch p
		join patchwork_state s on s.id = p.state_id order by 1" | paste -sd,
}

# relations - prints the groups of related patches
relations() {
	sql "select string_agg(split_part(substr(msgid, 2), '@', 1), ' ' order by msgid) from patchwork_patch
		where related_id is not null group by related_id order by 1" | paste -sd,
}

set_state() {
	sql "update patchwork_patch set state_id = (select id from patchwork_state where slug = '$2')
		where msgid = '<$1@x.org>'"
}

v1() {
	mail "$ada" '[PATCH 1/2] ring: one' a1@x.org "$(change a.c)"
}
v1b() {
	mail -r '<a1@x.org>' "$ada" '[PATCH 2/2] ring: two' a2@x.org "$(change b.c)"
}
v2() {
	mail -d 10 "$ada" '[PATCH v2 1/2] ring: one' b1@x.org "$(change a.c)"
}
v2b() {
	mail -d 10 -r '<b1@x.org>' "$ada" '[PATCH v2 2/2] ring: second' b2@x.org "$(change b.c other.c)"
}

# hour_passes - makes all dates an hour older, also the time up to which incomplete versions were processed
hour_passes() {
	sql "update patchmda.revision set date = date - 3700" \
		"update patchwork_series set date = date - interval '3700 s'" \
		"update patchmda.progress set done = done - 3700 where job = 'incomplete versions'"
}

clear_all() {
	sql 'set client_min_messages = warning' 'truncate patchwork_series, patchwork_patch, patchwork_event,
		patchwork_seriesreference, patchwork_patchrelation, patchmda.revision, patchmda.revision_ref,
		patchmda.revision_signer, patchmda.member, patchmda.patch_key, patchmda.patch_file, patchmda.superseded,
		patchmda.related cascade'
}

pg_start
ready_db revisions_effects
patchmda project add ring --list-id ring.example.org --revisions supersede >/dev/null

for order in 'v1 v1b v2 v2b' 'v2b v2 v1b v1' 'v2 v1 v2b v1b'; do
	for mail in $order; do
		$mail | patchmda deliver
	done
	is "$(states)" 'a1 superseded,a2 superseded,b1 new,b2 new' "states in the order $order"
	is "$(relations)" 'a1 b1,a2 b2' "relations: by title, and by files"
	is "$(sql "select count(*) from patchwork_event where category = 'patch-state-changed'
		and previous_state_id = 1 and current_state_id = (select id from patchwork_state where slug = 'superseded')")" 2 \
		"each with its event"
	[ "$order" = 'v2 v1 v2b v1b' ] || clear_all
done
is "$(sql "select count(distinct patch_id) from patchwork_event where category = 'patch-relation-changed'")" 4 \
	"and each relation with its event"

# A user changes the level, and all effects of the four patches happen at once.
clear_all
patchmda project set ring --revisions record
for mail in v2b v1 v2 v1b; do
	$mail | patchmda deliver
done
patchmda project set ring --revisions supersede
patchmda revisions >/dev/null
is "$(sql "select string_agg(split_part(category, '-', 2) || ' ' || substr(p.msgid, 2, 2), ',' order by e.id)
	from patchwork_event e join patchwork_patch p on p.id = e.patch_id where category like 'patch-%-changed'")" \
	'relation b2,relation a1,relation b1,relation a2,state a1,state a2' \
	"events of one change are ordered by their category, then by patch"

# Two series that are one chain until the first version of the second comes.
r1() { patch "$ada" '[PATCH] ring: wait for room' r1@x.org; }
r2() { patch -d 10 "$ada" '[PATCH v2] ring: wait for room' r2@x.org; }
s1() { patch -d 20 "$ada" '[PATCH] stats: count in 64 bits' s1@x.org; }
s2() { patch -d 30 "$ada" '[PATCH v2] stats: count in 64 bits' s2@x.org; }
for order in 'r1 r2 s1 s2' 'r1 r2 s2 s1' 's2 r2 r1 s1'; do
	clear_all
	for mail in $order; do
		$mail | patchmda deliver
	done
	is "$(relations)" 'r1 r2,s1 s2' "two chains, two relations, in the order $order"
	is "$(states)" 'r1 superseded,r2 new,s1 superseded,s2 new' "and the states"
done
clear_all
for mail in v1 v1b v2 v2b; do
	$mail | patchmda deliver
done

# States that a user has set are kept.
set_state a1 new
set_state b2 accepted
mail -d 20 "$ada" '[PATCH v3 1/2] ring: one' c1@x.org "$(change a.c)" | patchmda deliver
is "$(states)" 'a1 new,a2 superseded,b1 superseded,b2 accepted,c1 new' \
	"an old version counts as complete; states that a user has set back or chosen are kept"
patchmda revisions >"$T/out"
is "$(states)" 'a1 new,a2 superseded,b1 superseded,b2 accepted,c1 new' "patchmda revisions keeps them, too"
unlike "$(cat "$T/out")" 'states' "and changes no state"
is "$(relations)" 'a1 b1 c1,a2 b2' "the third is related, too"

# A version that is less than an hour old and not complete does not supersede.
clear_all
v1 | patchmda deliver
v1b | patchmda deliver
mail "$ada" '[PATCH v2 1/2] ring: one' n1@x.org "$(change a.c)" | sed "s/^Date: .*/Date: $(LC_ALL=C date -Ru)/" >"$T/young"
patchmda deliver <"$T/young"
is "$(states)" 'a1 new,a2 new,n1 new' "a new version that lacks a patch supersedes no other"
is "$(relations)" 'a1 n1' "but is related"
mail -r '<n1@x.org>' "$ada" '[PATCH v2 2/2] ring: two' n2@x.org "$(change b.c)" |
	sed "s/^Date: .*/Date: $(LC_ALL=C date -Ru)/" | patchmda deliver
is "$(states)" 'a1 superseded,a2 superseded,n1 new,n2 new' "when it is complete, it supersedes"

# An hour later, without further mail.
clear_all
v1 | patchmda deliver
v1b | patchmda deliver
patchmda deliver <"$T/young"
lmtpd_start
is "$(states)" 'a1 new,a2 new,n1 new' "a new incomplete version does not supersede"
until_true sql_is "select done > 0 from patchmda.progress where job = 'incomplete versions'" t
lmtpd_stop
is "$(states)" 'a1 new,a2 new,n1 new' "nor after the daemon has processed incomplete versions"
hour_passes
lmtpd_start
ok "an hour later two states are changed" until_true sql_is "select count(*) from patchwork_event
	where category = 'patch-state-changed'" 2
lmtpd_stop
is "$(states)" 'a1 superseded,a2 superseded,n1 new' "an hour later the daemon supersedes without mail"
set_state a1 new
hour_passes
patchmda import --quiet /dev/null
is "$(states)" 'a1 new,a2 superseded,n1 new' "only once: a state that was set back is kept"
clear_all
v1 | patchmda deliver
patchmda deliver <"$T/young"
hour_passes
patchmda import --quiet /dev/null
is "$(states)" 'a1 superseded,n1 new' "an import does it at its end"
clear_all
patchmda project set ring --revisions relate
v1 | patchmda deliver
patchmda deliver <"$T/young"
hour_passes
patchmda project set ring --revisions supersede
sql "update patchmda.progress set done = extract(epoch from now()) - 3601 where job = 'incomplete versions'"
is "$(states)" 'a1 new,n1 new' "a version that the last search has not seen"
patchmda import --quiet /dev/null
is "$(states)" 'a1 superseded,n1 new' "supersedes after the next search"

# The first search goes back a day, and the next one begins where it has ended, an hour ago.
noted() {
	sql "select (extract(epoch from now()) - done)::int between 3600 and 3630 from patchmda.progress
		where job = 'incomplete versions'"
}
clear_all
v1 | patchmda deliver
patchmda deliver <"$T/young"
sql 'update patchmda.revision set date = date - 23 * 3600' "delete from patchmda.progress where job = 'incomplete versions'" \
	"insert into patchmda.progress (job, done) values ('of a test', 1 << 40)"
PGTZ=Asia/Tokyo patchmda import --quiet /dev/null
is "$(states)" 'a1 superseded,n1 new' "the first search finds a version of 23 hours ago"
is "$(sql "select abs(extract(epoch from now() - date)) < 60 from patchwork_event where category = 'patch-state-changed'")" t \
	"its event has the time of now, whatever the zone of the client is"
is "$(noted)" t "the search has ended an hour ago"
sql "update patchmda.progress set done = done - 5000 where job = 'incomplete versions'"
patchmda import --quiet /dev/null
is "$(noted)" t "and so has the next one"
sql "delete from patchmda.progress where job = 'of a test'"

# The search waits for the lock of the project, as mail does, and tells those who wait for events.
clear_all
v1 | patchmda deliver
patchmda deliver <"$T/young"
hour_passes
exec {psql}> >(psql -XqAt >"$T/psql" 2>&1)
echo 'listen patchmda_event; select pg_advisory_lock(1886217317, 0); -- as readers of events do
	begin; select pg_advisory_xact_lock(1886217313, id) from patchwork_project;' >&$psql
advisory="select count(*) from pg_locks where locktype = 'advisory' and classid = 1886217313 and database = (
	select oid from pg_database where datname = current_database())"
until_true sql_is "$advisory and granted" 1
patchmda import --quiet /dev/null &
import=$!
ok "the search waits while another program has the project's lock" until_true sql_is "$advisory and not granted" 1
is "$(states)" 'a1 new,n1 new' "and changes nothing"
echo 'commit;' >&$psql
wait "$import"
is "$(states)" 'a1 superseded,n1 new' "then it does"
echo 'select 1;' >&$psql
exec {psql}>&-
ok "the listener is notified" until_true grep -q '"patchmda_event"' "$T/psql"

# A part of a version.
clear_all
v1 | patchmda deliver
v1b | patchmda deliver
mail -d 10 -r '<a2@x.org>' "$ada" '[PATCH v1.1 2/2] ring: two' p2@x.org "$(change b.c)" | patchmda deliver
is "$(states)" 'a1 new,a2 superseded,p2 new' "v1.1 2/2 supersedes only the second patch"
clear_all
v1 | patchmda deliver
v1b | patchmda deliver
mail -d 10 -r '<a2@x.org>' "$ada" '[PATCH v2 2/2] ring: two' p2@x.org "$(change b.c)" | patchmda deliver
is "$(states)" 'a1 new,a2 superseded,p2 new' "so does v2 2/2 in reply to that patch"
clear_all
v1 | patchmda deliver
v1b | patchmda deliver
mail -d 10 "$ada" '[PATCH v1.1 2/2] ring: two' p2@x.org "$(change b.c)" | patchmda deliver
is "$(states)" 'a1 new,a2 superseded,p2 new' "so does v1.1 2/2 in another thread"
v2_of_one() { mail -d 10 -r '<a1@x.org> <a2@x.org>' "$ada" '[PATCH v2] ring: two' p2@x.org "$(change b.c)"; }
for order in 'v1 v1b v2_of_one' 'v2_of_one v1 v1b' 'v1 v2_of_one v1b'; do
	clear_all
	for mail in $order; do
		$mail | patchmda deliver
	done
	is "$(states)" 'a1 new,a2 superseded,p2 new' "so does v2 of one patch in reply to it, in the order $order"
done
clear_all
v1 | sed 's,1/2,1/1,' | patchmda deliver
mail -d 10 -r '<a1@x.org>' "$ada" '[PATCH v2] all else' p2@x.org "$(change z.c)" | patchmda deliver
is "$(states)" 'a1 superseded,p2 new' "a reply to a series of one patch supersedes it"

# Numbers that begin again after an RFC.
q() { patch -d "$2" "$ada" "[$1] ring: wait for room" "$3@x.org"; }
rfc1() { q 'RFC PATCH' 0 r1; }
rfc2() { q 'RFC PATCH v2' 10 r2; }
new1() { q PATCH 20 s1; }
new2() { q 'PATCH v2' 30 s2; }
clear_all
for mail in rfc1 rfc2 new1; do
	$mail | patchmda deliver
done
is "$(states)" 'r1 superseded,r2 superseded,s1 new' "version 1 after an RFC supersedes its versions"
for order in 'rfc1 rfc2 new1 new2' 'new2 new1 rfc2 rfc1' 'new1 rfc1 new2 rfc2'; do
	clear_all
	for mail in $order; do
		$mail | patchmda deliver
	done
	is "$(states)" 'r1 superseded,r2 superseded,s1 superseded,s2 new' "an RFC, in the order $order"
done
clear_all
patch "$ada" '[PATCH] fix spelling' t1@x.org | patchmda deliver
mail -d 10 "$ada" '[PATCH] fix spelling' t2@x.org "$(change other.c)" | patchmda deliver
is "$(states)" 't1 new,t2 new' "a patch of the same title for another file supersedes nothing"
clear_all
v1 | patchmda deliver
v1b | patchmda deliver
mail -d 10 -r '<a1@x.org>' "$ada" '[PATCH v2 0/2] ring' k0@x.org 'All of it.' | patchmda deliver
mail -d 10 -r '<k0@x.org>' "$ada" '[PATCH v2 1/2] ring: one' k1@x.org "$(change a.c)" | patchmda deliver
is "$(states)" 'a1 superseded,a2 superseded,k1 new' "a version with a cover letter is complete"

# A relation that a user has made.
clear_all
v1 | patchmda deliver
v1b | patchmda deliver
sql "insert into patchwork_patchrelation values (77)" "update patchwork_patch set related_id = 77"
v2 | patchmda deliver
v2b | patchmda deliver
is "$(relations)" 'a1 a2 b1 b2' "patches are added to it, and none is removed"
is "$(sql 'select string_agg(id::text, $$ $$) from patchwork_patchrelation')" 77 "no other relation is made"

# A better predecessor arrives late: the state of the patch that was superseded before is set back.
clear_all
mail "$ada" '[PATCH] ring: draft of one' w1@x.org "$(change a.c)" | patchmda deliver
mail -d 10 -r '<late@x.org>' "$ada" '[PATCH v2] ring: one' w2@x.org "$(change a.c)" | patchmda deliver
is "$(states)|$(relations)" 'w1 superseded,w2 new|w1 w2' "the only possible predecessor is superseded"
mail -d 5 "$ada" '[PATCH] all else' late@x.org "$(change z.c)" | patchmda deliver
is "$(states)|$(relations)" 'late superseded,w1 new,w2 new|' "a better predecessor replaces it"

# A user sets a state before the better predecessor arrives, and while a version is stored.
clear_all
mail "$ada" '[PATCH] ring: draft of one' w1@x.org "$(change a.c)" | patchmda deliver
mail -d 10 -r '<late@x.org>' "$ada" '[PATCH v2] ring: one' w2@x.org "$(change a.c)" | patchmda deliver
set_state w1 rejected
mail -d 5 "$ada" '[PATCH] all else' late@x.org "$(change z.c)" | patchmda deliver
is "$(states)" 'late superseded,w1 rejected,w2 new' "a state that a user has set on the former predecessor is kept"
clear_all
v1 | patchmda deliver
lock "update patchwork_patch set state_id = (select id from patchwork_state where slug = 'rejected') where msgid = '<a1@x.org>'"
v2 >"$T/v2"
patchmda deliver <"$T/v2" &
late=$!
until_waiting
echo 'commit;' >&"$lock_input"
unlock
ok "a version that waits for a user's change is stored" wait $late
is "$(states)" 'a1 rejected,b1 new' "so is a state that a user sets in the meantime"
clear_all
v1 | patchmda deliver
sql 'insert into patchwork_patchrelation values (76)'
lock "update patchwork_patch set related_id = 76 where msgid = '<a1@x.org>'"
patchmda deliver <"$T/v2" &
late=$!
until_waiting
echo 'commit;' >&"$lock_input"
unlock
ok "a version that waits for a user's relation is stored" wait $late
is "$(sql 'select distinct related_id from patchwork_patch')" 76 "its patch is added to that relation"

# The levels below supersede.
clear_all
patchmda project set ring --revisions relate
for mail in v1 v1b v2 v2b; do
	$mail | patchmda deliver
done
is "$(states)|$(relations)" 'a1 new,a2 new,b1 new,b2 new|a1 b1,a2 b2' "relate changes no state"
clear_all
patchmda project set ring --revisions record
for mail in v1 v1b v2 v2b; do
	$mail | patchmda deliver
done
is "$(states)|$(relations)" 'a1 new,a2 new,b1 new,b2 new|' "record does not change Patchwork's tables"
patchmda revisions >/dev/null
is "$(states)|$(relations)" 'a1 new,a2 new,b1 new,b2 new|' "neither does patchmda revisions"
patchmda project set ring --revisions supersede
exits 0 "revisions, after the level was raised" patchmda revisions
is "$(states)|$(relations)" 'a1 superseded,a2 superseded,b1 new,b2 new|a1 b1,a2 b2' "supersedes and relates"
like "$(cat "$T/out")" 'states and relations changed: 6' "and reports that"

# Users have made two relations for patches of one group.
clear_all
patchmda project set ring --revisions record
v1 | patchmda deliver
v2 | patchmda deliver
mail -d 20 "$ada" '[PATCH v3 1/2] ring: one' c1@x.org "$(change a.c)" | patchmda deliver
sql "insert into patchwork_patchrelation values (78), (79)" \
	"update patchwork_patch set related_id = case msgid when '<a1@x.org>' then 78 else 79 end
		where msgid <> '<c1@x.org>'"
patchmda project set ring --revisions supersede
patchmda revisions >/dev/null
is "$(states)|$(relations)" 'a1 superseded,b1 superseded,c1 new|a1,b1' "both are kept, and another patch is in neither"

# A user has removed a patch from the relation that patchmda made.
clear_all
v1 | patchmda deliver
v2 | patchmda deliver
is "$(relations)" 'a1 b1' "both versions are related"
sql "update patchwork_patch set related_id = null where msgid = '<a1@x.org>'"
mail -d 20 "$ada" '[PATCH v3 1/2] ring: one' c1@x.org "$(change a.c)" | patchmda deliver
is "$(relations)" 'b1 c1' "a patch that a user has removed stays out when the next version arrives"
patchmda revisions >/dev/null
is "$(relations)" 'b1 c1' "and with the command"

# Until v2 arrives, v3 is taken for a version of the patch that a user has related.
clear_all
mail "$ada" '[PATCH] ring: draft of one' w1@x.org "$(change a.c)" | patchmda deliver
mail "$ada" '[PATCH] all else' o1@x.org "$(change z.c)" | patchmda deliver
sql "insert into patchwork_patchrelation values (90)" "update patchwork_patch set related_id = 90"
mail -d 10 -r '<late@x.org>' "$ada" '[PATCH v2] ring: one' w2@x.org "$(change a.c)" | patchmda deliver
is "$(relations)" 'o1 w1 w2' "a later version is added to a user's relation"
mail -d 5 "$ada" '[PATCH] other things' late@x.org "$(change y.c)" | patchmda deliver
is "$(relations)" 'o1 w1' "and leaves it if it was none"

# What has no patch, or claims to be of next week, supersedes nothing.
clear_all
v1 | patchmda deliver
mail -d 10 "$ada" '[PATCH v2 0/0] ring: one' e0@x.org | patchmda deliver
mail -d 20 "$ada" '[PATCH v3 0/1] ring: one' f0@x.org | patchmda deliver
is "$(states)" 'a1 new' "a version without a patch has no effect"
mail -d 700000000 "$ada" '[PATCH v4] ring: one' g1@x.org "change-id: far-1
$(change a.c)" | patchmda deliver
is "$(sql "select date > now() + interval '1 day' from patchwork_series where id = (select series_id from patchwork_patch where msgid = '<g1@x.org>')")" t \
	"a version is of the future"
is "$(states)" 'a1 new,g1 new' "it has no effect yet"
mail -d 30 "$ada" '[PATCH v2] ring: one' b9@x.org "change-id: far-1
$(change a.c)" | patchmda deliver
is "$(states)" 'a1 superseded,b9 new,g1 new' "a version of today has its effect, and the future one none on it"
sql "update patchmda.revision set date = extract(epoch from now())::bigint - 3700 where first = '<g1@x.org>'" \
	"update patchmda.progress set done = extract(epoch from now())::bigint - 3660 where job = 'incomplete versions'"
patchmda import --quiet /dev/null >/dev/null
is "$(states)" 'a1 superseded,b9 superseded,g1 new' "when its date has passed, it has its effect"

# A user changes a patch while the command computes the effects.
clear_all
patchmda project set ring --revisions record
v1 | patchmda deliver
v2 | patchmda deliver
patchmda project set ring --revisions supersede
lock "update patchwork_patch set state_id = (select id from patchwork_state where slug = 'accepted') where msgid = '<a1@x.org>'"
patchmda revisions >"$T/out" 2>"$T/err" &
command=$!
until_waiting
echo 'commit;' >&"$lock_input"
unlock
status=0
wait $command || status=$?
is "$status $(states)|$(relations)" '0 a1 accepted,b1 new|a1 b1' "the command begins again, and keeps the user's state"

# One change-id in the series of 3,000 people: the CPU time does not grow with the square or the cube.
clear_all
awk 'BEGIN {
	for (i = 1; i <= 3000; i++)
		printf "From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: P%d <p%d@x.org>\nSubject: [PATCH v2] part %d\n" \
			"Message-Id: <s%d@x.org>\nDate: Tue, 3 Mar 2026 %02d:%02d:00 +0000\nList-Id: <ring.example.org>\n\n" \
			"change-id: far-1\n---\ndiff --git a/f%d.c b/f%d.c\n--- a/f%d.c\n+++ b/f%d.c\n@@ -1 +1 @@\n-a\n+b\n\n",
			i, i, i, i, i / 60 % 24, i % 60, i, i, i, i
}' >"$T/crowd"
mail -d -1 "$ada" '[PATCH] the first' first@x.org "change-id: far-1
$(change a.c)" | patchmda deliver
mail -d 9000 'Eve <eve@x.org>' '[PATCH v2] one more' crowd@x.org "change-id: far-1
$(change eve.c)" >"$T/one-more"
is_sanitized && secs=40 || secs=4
ok "3,000 series with one change-id are imported in $secs seconds" \
	eval '(ulimit -t $secs && exec patchmda import --quiet "$T/crowd" >/dev/null)'
ok "and one more is delivered" eval '(ulimit -t $secs && exec patchmda deliver <"$T/one-more")'
is "$(sql "select count(*) from patchmda.revision where change_id = 'far-1' and previous_id is not null")" 3001 \
	"all are versions of the first one"

# Patchwork sends a mail for each row of this table.
notes() {
	sql "select split_part(substr(p.msgid, 2), '@', 1), s.slug, n.last_modified > '2026-01-01'
		from patchwork_patchchangenotification n join patchwork_patch p on p.id = n.patch_id
		join patchwork_state s on s.id = n.orig_state_id order by 1" | paste -sd,
}
clear_all
patchmda project add other --list-id other.example.org >/dev/null
sql "update patchwork_project set send_notifications = linkname = 'other'"
v1 | patchmda deliver
v2 | patchmda deliver
is "$(states)|$(notes)" 'a1 superseded,b1 new|' "no mail if only another project sends some"
clear_all
sql "update patchwork_project set send_notifications = true"
mail "$ada" '[PATCH] ring: draft of one' w1@x.org "$(change a.c)" | patchmda deliver
sql "insert into patchwork_patchchangenotification (patch_id, last_modified, orig_state_id)
	select p.id, '2020-01-01', s.id from patchwork_patch p, patchwork_state s where s.slug = 'rejected'"
mail -d 10 -r '<late@x.org>' "$ada" '[PATCH v2] ring: one' w2@x.org "$(change a.c)" | patchmda deliver
is "$(notes)" 'w1|rejected|t' "a mail that is due tells the first state, at a new time"
sql "update patchwork_patchchangenotification set orig_state_id = (select id from patchwork_state where slug = 'new')"
mail -d 5 "$ada" '[PATCH] all else' late@x.org "$(change z.c)" | patchmda deliver
is "$(states)|$(notes)" 'late superseded,w1 new,w2 new|late|new|t' "none about a patch that has its first state again"

clear_all
sql "update patchwork_state set slug = 'replaced' where slug = 'superseded'"
v1 | patchmda deliver
exits 0 "without the state superseded" patchmda deliver < <(v2)
is "$(states)|$(relations)" 'a1 new,b1 new|a1 b1' "versions are only related"
done_testing
