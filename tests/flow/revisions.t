#!/usr/bin/env bash
# revisions.t - the predecessor of each series is recorded when mail arrives, in any order, and by `patchmda revisions`
# for series that are stored already

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
LIST=ring.example.org
ada='Ada <ada@x.org>'
day=1440

# previous - prints the first message of each series and that of its predecessor, with the rule
previous() {
	sql "select r.first, p.first, r.rule from patchmda.revision r
		join patchmda.revision p on p.series_id = r.previous_id order by r.first"
}

# forget - all series
forget() {
	sql 'set client_min_messages = warning' 'truncate patchwork_series, patchwork_patch, patchwork_event, patchwork_seriesreference,
		patchmda.revision, patchmda.revision_ref, patchmda.revision_signer, patchmda.member, patchmda.patch_key, patchmda.patch_file cascade'
}

v1() { patch "$ada" '[PATCH] ring: wait for room' 1@x.org; }
v2() { patch -d $day "$ada" '[PATCH v2] Ring, wait: for room!' 2@x.org; }
v3() { patch -d $((2 * day)) "$ada" '[PATCH v3] ring: wait for room' 3@x.org; }
chain='<2@x.org>|<1@x.org>|title
<3@x.org>|<2@x.org>|title'

pg_start
ready_db revisions
patchmda project add ring --list-id ring.example.org >/dev/null

for order in 'v1 v2 v3' 'v3 v2 v1' 'v3 v1 v2' 'v2 v3 v1'; do
	for mail in $order; do
		$mail | patchmda deliver
	done
	is "$(previous)" "$chain" "in the order $order"
	forget
done

# The facts about a series change as its mails arrive: the cover letter has the title and the change-id.
patch -r '<c@x.org>' -d 5 "$ada" '[PATCH v2 1/2] ring: one' b1@x.org | patchmda deliver
mail "$ada" '[PATCH 0/1] All of it' a@x.org 'change-id: 20260302-ring-1a2b' | patchmda deliver
patch -r '<a@x.org>' "$ada" '[PATCH 1/1] something else' a1@x.org | patchmda deliver
is "$(previous)" '<b1@x.org>|<a@x.org>|hash' "without a cover letter, the predecessor is found by the hash"
mail -d 4 "$ada" '[PATCH v2 0/2] Everything' c@x.org 'change-id: 20260302-ring-1a2b' | patchmda deliver
is "$(previous)" '<c@x.org>|<a@x.org>|change-id' "with the late cover letter it is found by the change-id"
is "$(sql "select base_commit is null, prerequisites from patchmda.revision where first = '<c@x.org>'")" \
	't|{}' "without a base commit and prerequisites"
mail -d 20 "$ada" '[PATCH 0/1] more' d@x.org 'base-commit: 0123456789abcdef
prerequisite-message-id: <a@x.org>' | patchmda deliver
is "$(sql "select base_commit, prerequisites from patchmda.revision where first = '<d@x.org>'")" \
	'0123456789abcdef|{"message-id <a@x.org>"}' "the base commit and prerequisites of a series are stored"
is "$(sql "select f.files from patchmda.patch_file f join patchwork_patch p on p.id = f.patch_id
	where msgid = '<a1@x.org>'")" '{src/ring.c}' "so are the files of a patch"

# Only the reference shows that this is a version of the series that arrives after it.
mail -d $day -r '<e@x.org>' "$ada" '[PATCH v2] quite new' e2@x.org "$(change src/new.c)" | patchmda deliver
mail "$ada" '[PATCH] an old one' e@x.org "$(change src/old.c)" | patchmda deliver
is "$(previous | sift e2@)" '<e2@x.org>|<e@x.org>|reply' "a reply to a series that arrives later"
sql "delete from patchwork_event; delete from patchwork_seriesreference; delete from patchwork_patch where msgid like '<e%';
	delete from patchwork_series where id in (select series_id from patchmda.revision where first like '<e%')"
patchmda revisions >/dev/null

# Another project, another person.
patchmda project add other --list-id other.example.org >/dev/null
LIST=other.example.org
v1 | patchmda deliver
patch -d $day 'Bob <bob@x.org>' '[PATCH v2] ring: wait for room' bob@x.org | sed '/^Signed-off-by/d' | patchmda deliver
is "$(sql "select count(previous_id) from patchmda.revision r
	join patchwork_project p on p.id = r.project_id where linkname = 'other'")" 0 \
	"the same title in another project, or by another person, makes no predecessor"

mail -d $((2 * day)) 'Bob <bob@x.org>' '[PATCH v3] ring: wait for room' bob3@x.org "Signed-off-by: Ada <Ada@x.org>
Signed-off-by: Bob <bob@x.org>
$(change src/ring.c)" | patchmda deliver
is "$(previous | sift bob)" '<bob3@x.org>|<bob@x.org>|title' "a series of the same person is preferred"
sql "delete from patchwork_event; delete from patchwork_seriesreference; delete from patchwork_patch where msgid = '<bob@x.org>';
	delete from patchwork_series where id in (select series_id from patchmda.revision where first = '<bob@x.org>')"
patchmda revisions >/dev/null
is "$(previous | sift bob)" '<bob3@x.org>|<1@x.org>|takeover' "otherwise the series of another person who has signed the patch is found"

# Series that were stored before, and series that are deleted.
before=$(previous)
sql 'truncate patchmda.revision, patchmda.revision_ref, patchmda.revision_signer, patchmda.patch_file'
exits 0 "a dry run" patchmda revisions --dry-run
is "$(cat "$T/out")" 'other: 2 series, 1 later versions, 1 with a predecessor, 1 changed
ring: 3 series, 1 later versions, 1 with a predecessor, 1 changed' "reports the changes to be made"
is "$(sql 'select count(*) from patchmda.revision') $(sql 'select count(*) from patchmda.patch_file')" '0 0' \
	"and makes none"
exits 0 "revisions, of one project" patchmda revisions --project ring
is "$(previous)" "$(grep -v bob <<<"$before")" "finds the same as before"
is "$(sql 'select count(*) from patchmda.patch_file')" 4 "and the files of all patches"
exits 0 "again" patchmda revisions
like "$(cat "$T/out")" 'ring: .*, 0 changed' "there are no changes"
sql "delete from patchwork_event; delete from patchwork_patch where msgid = '<a1@x.org>'; delete from patchwork_seriesreference;
	delete from patchwork_series where id in (select series_id from patchmda.revision where first = '<a@x.org>')"
exits 0 "after a series was deleted" patchmda revisions --project ring
is "$(previous | sift -v bob)$(sql "select first from patchmda.revision where first = '<a@x.org>'")" '' "it is no predecessor any more"
exits 65 "a project that does not exist" patchmda revisions --project none
like "$(cat "$T/err")" "^patchmda revisions: there is no project '.*'; the projects are " "is named, with those that exist"

# The setting.
exits 0 "off" patchmda project set other --revisions off
LIST=other.example.org
v2 | patchmda deliver
is "$(sql "select count(*) from patchwork_patch where msgid = '<2@x.org>'"), $(sql "select count(*) from patchmda.revision
	where first = '<2@x.org>'")" '1, 0' "no version is recorded"
exits 0 "revisions of this project" patchmda revisions --project other
is "$(cat "$T/out")" 'other: off' "records none either"
patchmda project set other --revisions record
patchmda revisions >/dev/null
is "$(previous | sift -v bob)" '<2@x.org>|<1@x.org>|title' "versions that arrived meanwhile are found after \`record\` is set"
exits 64 "no such level" patchmda project set other --revisions all

# One person with two addresses, and with a list's; the names are compared, not those of the rows of persons.
forget
LIST=ring.example.org
a1() { patch 'Ada Quill <ada@one.org>' '[PATCH] ring: count' a1@x.org; }
a2() { patch -d $day '"Quill, Ada (Two Ltd)" <ada@two.org>' '[PATCH v2] ring: count' a2@x.org; }
a3() { patch -d $((2 * day)) 'Ada Quill via Ring <ring@lists.org>' '[PATCH v3] ring: count' a3@x.org; }
b3() { patch -d $((3 * day)) 'Bo Quill via Ring <ring@lists.org>' '[PATCH] other' b3@x.org; }
for order in 'a1 a2 a3 b3' 'b3 a3 a2 a1' 'a2 a1 b3 a3'; do
	for mail in $order; do
		$mail | sed '/^Signed-off-by/d' | patchmda deliver
	done
	is "$(previous)" '<a2@x.org>|<a1@x.org>|title
<a3@x.org>|<a2@x.org>|title' "one person with three addresses, in the order $order"
	forget
done

# Another person names the older series by a link, by a reply, or by the name or address of its sender.
bo() { mail -d $day "${@:2}" 'Bo <bo@x.org>' '[PATCH v2] ring: count them all' b2@x.org "$1$(change src/ring.c)"; }
by_link() { bo "Link to v1: https://x.org/r/a1@x.org
"; }
by_reply() { bo '' -r '<a1@x.org>'; }
by_name() { bo 'Signed-off-by: Ada Quill <ada@two.org>
'; }
by_address() { bo 'Signed-off-by: Quill <Ada@one.org>
'; }
for how in by_link by_reply by_name by_address; do
	for order in "a1 $how" "$how a1"; do
		for mail in $order; do
			$mail | patchmda deliver
		done
		is "$(previous)" '<b2@x.org>|<a1@x.org>|takeover' "a series of another person, in the order $order"
		forget
	done
done

# A link to another message than the first of a series is neither a link to this series nor a reply.
l1() { patch -r '<l@x.org>' "$ada" '[PATCH 1/2] ring: one' l1@x.org; }
l2() { patch -r '<l@x.org>' "$ada" '[PATCH 2/2] ring: two' l2@x.org; }
m2() { mail -d $day "$ada" '[PATCH v2] all else' m2@x.org "Link to v1: https://x.org/r/l2@x.org
$(change z.c)"; }
for mail in l1 l2 m2; do
	$mail | patchmda deliver
done
is "$(sql "select r.links, previous_id from patchmda.revision r where first = '<m2@x.org>'")" '{<l2@x.org>}|' \
	"a link to the second patch makes no predecessor"
forget

# A takeover is found beside any number of other patches of its title, here or in another project.
taken() { patch -d $day 'Bob <bob@x.org>' '[PATCH v2] ring: wait for room' taken@x.org; }
for LIST in ring.example.org other.example.org; do
	for i in {1..120}; do
		patch -d "$i" 'Carol <carol@x.org>' '[PATCH] ring: wait for room' "$i.$LIST" | mbox
	done >"$T/many.$LIST"
done
LIST=ring.example.org
v1 | mbox >"$T/v1"
taken | mbox >"$T/taken"
for many in ring.example.org other.example.org; do
	for order in "v1 many.$many taken" "taken many.$many v1" "many.$many taken v1"; do
		forget
		for file in $order; do
			patchmda import --quiet "$T/$file" 2>/dev/null
		done
		is "$(previous | sift taken)" '<taken@x.org>|<1@x.org>|takeover' "a takeover, in the order $order"
	done
done

# Later versions that were stored before their signers were kept apart.
signers() { sql "select y.*, r.first from patchmda.revision_signer y join patchmda.revision r using (series_id) order by 1, 4"; }
before=$(signers)
like "$before" '|<taken@x.org>' "the signer of a later version is kept"
sql 'drop view patchmda.outdated' 'drop function patchmda.is_part' 'drop function patchmda.series_of_prerequisite' \
	'drop table patchmda.revision_signer' 'drop index patchmda.revision_sender_idx' \
	'alter table patchmda.revision drop column name' "delete from patchmda.migration where name >= '0015'"
exits 0 "init" patchmda init
is "$(signers)" "$before" "init adds those of stored series"
patchmda revisions >/dev/null
is "$(signers)" "$before" "and each is kept once"
forget
patchmda revisions >/dev/null

ok "hostile series in several orders, against the model of the rule" \
	"$ROOT/tests/revisions/run" --here --cases 40 --orders 3 --seed 3
done_testing
