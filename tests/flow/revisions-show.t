#!/usr/bin/env bash
# revisions-show.t - how the versions of a series are shown: list, show, why; files, blobs, and the
# trailers of a cover letter

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
need jq git
LIST=ring.example.org
ada='Ada <ada@x.org>'
bob='Bob <bob@x.org>'

# listed ARGUMENT... - prints the message ids of a list, without brackets, in one line
listed() {
	patchmda list --json --project ring "$@" | jq -r '.[].msgid' | tr -d '<>' | paste -sd ' '
}

pg_start
ready_db revisions_show
patchmda project add ring --list-id ring.example.org >/dev/null

# Another project has the same ids, before and after.
patchmda project add twin --list-id twin.example.org >/dev/null
LIST=twin.example.org
patch "$bob" '[PATCH] other' other@x.org | patchmda deliver
mail "$ada" '[PATCH 0/1] cover' c3@x.org | patchmda deliver
patch -r '<c3@x.org>' "$ada" '[PATCH 1/1] patch' p3@x.org | patchmda deliver
mail -d 900 "$ada" '[PATCH] ring' twin@x.org "change-id: ring-1

$(change src/ring.c)" | patchmda deliver
LIST=ring.example.org

mail "$ada" '[PATCH 0/2] ring: wait' c1@x.org 'change-id: ring-1' | patchmda deliver
patch -r '<c1@x.org>' "$ada" '[PATCH 1/2] ring: one' a1@x.org | patchmda deliver
mail -r '<c1@x.org>' "$ada" '[PATCH 2/2] ring: two' b1@x.org "$(change doc/ring.txt)" | patchmda deliver
mail -d 100 "$ada" '[PATCH v2 0/1] ring: wait for room' c2@x.org 'change-id: ring-1
base-commit: 0123456789abcdef
prerequisite-message-id: <other@x.org>
prerequisite-change-id: ring-1:v1
prerequisite-patch-id: 1234' | patchmda deliver
mail -d 100 -r '<c2@x.org>' "$ada" '[PATCH v2 1/1] ring: one' a2@x.org \
	"$(change src/ring.c | sed 's/^---.a.src.*/index 3f2a1b0..9c8d7e6 100644\n&/')" | patchmda deliver
mail -d 200 "$bob" '[PATCH] other' other@x.org "$(change src/rings/other_1.c)" | patchmda deliver
first=$(sql "select id from patchwork_series where version = 1 and total = 2")
second=$(sql "select id from patchwork_series where version = 2")
other=$(sql "select series_id from patchwork_patch where msgid = '<other@x.org>' and project_id = 1")

# list
is "$(patchmda list --json --project ring | jq -c '.[] | [.version, .previous, .previous_rule]' | paste -sd ' ')" \
	"[1,null,null] [2,$first,\"change-id\"] [1,null,null]" "list has the predecessor and the rule"
is "$(listed --latest)" "other@x.org c2@x.org" "--latest leaves the older version out"
is "$(listed)" "other@x.org c2@x.org c1@x.org" "which is listed without --latest"
is "$(listed patches --file src/ring.c)" "a2@x.org a1@x.org" "patches by file"
is "$(listed patches --file 'src/*')" "other@x.org a2@x.org a1@x.org" "by a pattern"
is "$(listed patches --file 'src/')" "other@x.org a2@x.org a1@x.org" "by a folder"
is "$(listed patches --file 'doc/rin?.txt')" "b1@x.org" "by a pattern of one character"
is "$(listed patches --file 'src/rings/other%')$(listed patches --file 'src/rings/other1.c')" "" \
	"special characters of LIKE are not special here"
is "$(listed patches --file 'src/rings/other_1.c')" "other@x.org" "but match themselves"
is "$(listed patches --blob 3f2a)" "a2@x.org" "by the beginning of a blob"
is "$(listed patches --blob 3F2A)" "a2@x.org" "in upper case"
is "$(listed patches --blob 9c8d7e6f00112233)" "a2@x.org" "by a longer id than the mail has"
is "$(listed patches --blob 3f2a1c)" "" "another blob finds nothing"
exits 64 "a blob of three digits" patchmda list patches --blob 3f2
exits 64 "--file of series" patchmda list --file x
exits 64 "--latest of patches" patchmda list patches --latest

# show
exits 0 "show --series --json" patchmda show --series --json a1@x.org
is "$(jq -c '[.series, (.chain | map(.id)), (.patches | map(.msgid))]' "$T/out")" \
	"[$first,[$first,$second],[\"<a1@x.org>\",\"<b1@x.org>\"]]" "has the chain and the patches"
is "$(jq -c '.chain[1] | [.version, .previous, .previous_rule, .change_id, .base_commit, .received, .total]' "$T/out")" \
	"[2,$first,\"change-id\",\"ring-1\",\"0123456789abcdef\",1,1]" "and the facts about a version"
is "$(jq -c '.chain[1].prerequisites' "$T/out")" \
	"[{\"kind\":\"message-id\",\"id\":\"<other@x.org>\",\"series\":$other},{\"kind\":\"change-id\",\"id\":\"ring-1:v1\",\"series\":$first},{\"kind\":\"patch-id\",\"id\":\"1234\",\"series\":null}]" \
	"and its prerequisites, with their series"
exits 0 "show --series --latest, of the older one" patchmda show --series --latest --json c1@x.org
is "$(jq -c '[.series, (.patches | map(.msgid))]' "$T/out")" "[$second,[\"<a2@x.org>\"]]" "is the latest"
exits 64 "--json without --series" patchmda show --json a1@x.org
exits 64 "--latest without --series" patchmda show --latest a1@x.org
exits 64 "--json and --format" patchmda show --series --json --format diff a1@x.org

# why
exits 0 "why" patchmda why a2@x.org
is "$(grep -A1 '^  versions' "$T/out")" "  versions   v1 <c1@x.org>
             v2 <c2@x.org>, the next of series $first by change-id (this one)" "lists the versions"
exits 0 "why of a series without other versions" patchmda why other@x.org
is "$(sift -c '^  versions' "$T/out")" 0 "lists none"

# Trailers on the cover letter.
mail -d 300 -r '<c1@x.org>' "$bob" 'Re: [PATCH 0/2] ring: wait' r1@x.org 'Reviewed-by: Bob <bob@x.org>' | patchmda deliver
mail -d 301 -r '<a1@x.org>' "$bob" 'Re: [PATCH 1/2] ring: one' r2@x.org 'Tested-by: Bob <bob@x.org>' | patchmda deliver
tags() {
	patchmda show --format mbox "$@" | sift -E '^(Reviewed|Tested)-by' | paste -sd,
}
is "$(tags a1@x.org)" 'Reviewed-by: Bob <bob@x.org>,Tested-by: Bob <bob@x.org>' "trailers on the cover letter count for each patch"
is "$(tags --series b1@x.org | tr , '\n' | sift -c Reviewed)" 2 "of the series"
is "$(tags --no-cover-trailers a1@x.org)" 'Tested-by: Bob <bob@x.org>' "but not with --no-cover-trailers"
is "$(sql "select count(*) from patchwork_patchtag")" 1 "Patchwork's counts of tags are not changed"

# Versions that were sent again, and a part of a version. The last one is stored first.
patch -d 2500 "$ada" '[PATCH v2.1] wait less' w4@x.org | patchmda deliver
patch -d 2400 "$ada" '[PATCH v2 RESEND] wait less' w5@x.org | patchmda deliver
patch -d 2250 "$ada" '[PATCH v2] wait less' w3@x.org | patchmda deliver
patch -d 2200 "$ada" '[PATCH RESEND] wait less' w2@x.org | patchmda deliver
patch -d 2100 "$ada" '[PATCH] wait less' w1@x.org | patchmda deliver
is "$(patchmda show --series --json w2@x.org | jq -r '.chain[].msgid' | tr -d '<>' | paste -sd ' ')" \
	'w1@x.org w2@x.org w3@x.org w5@x.org w4@x.org' "the order of a chain is that of dates"
is "$(patchmda show --series --latest --json w1@x.org | jq -r '.patches[].msgid')" '<w4@x.org>' "the latest is the last part"
is "$(listed --latest | xargs -n 1 | sift '^w')" w4@x.org "a list has the same order"
# A final version after an RFC with a higher number, and two versions in reply to the first one.
patch -d 2600 "$ada" '[RFC PATCH v3] burn slowly' r3@x.org | patchmda deliver
patch -d 2700 "$ada" '[PATCH] burn slowly' r1@x.org | patchmda deliver
is "$(listed --latest | xargs -n 1 | sift '^r')" r1@x.org "the final version is later than the RFC"
is "$(patchmda show --series --latest --json r3@x.org | jq -r '.patches[].msgid')" '<r1@x.org>' "also for show"
patch -d 2600 "$ada" '[PATCH] melt' f1@x.org | patchmda deliver
patch -d 2610 -r '<f1@x.org>' "$ada" '[PATCH v2] melt or freeze' f2@x.org | patchmda deliver
patch -d 2620 -r '<f1@x.org>' "$ada" '[PATCH v3] freeze only' f3@x.org | patchmda deliver
is "$(patchmda list --json --project ring | jq -r '.[] | select(.msgid == "<f3@x.org>" or .msgid == "<f2@x.org>") | .previous' |
	sort -u | wc -l)" 1 "two versions may have the same predecessor"
is "$(listed --latest | xargs -n 1 | sift '^f')" f3@x.org "the later one of both is the latest version"
is "$(patchmda show --series --latest --json f2@x.org | jq -r '.patches[].msgid')" '<f3@x.org>' "also for show"

# A part of a version leaves the rest of it current, until another version follows.
mail -d 2700 "$ada" '[PATCH 0/2] bend' g0@x.org | patchmda deliver
patch -d 2700 -r '<g0@x.org>' "$ada" '[PATCH 1/2] bend left' g1@x.org | patchmda deliver
patch -d 2700 -r '<g0@x.org>' "$ada" '[PATCH 2/2] bend right' g2@x.org | patchmda deliver
patch -d 2710 -r '<g2@x.org>' "$ada" '[PATCH v1.1 2/2] bend right' h2@x.org | patchmda deliver
is "$(listed --latest | xargs -n 1 | sift '^[gh]' | paste -sd ' ')" 'h2@x.org g0@x.org' "a part and its version are listed"
is "$(patchmda list --json | jq -c '.[] | select(.msgid == "<h2@x.org>") | [.version, .part]')" '[1,1]' "a list has the number of the part"
like "$(patchmda list | grep 'no name yet' | grep v1.1)" 'v1.1' "a table, too"
patchmda show --series --latest --json h2@x.org >"$T/out" 2>"$T/err"
is "$(jq -r '.patches[].msgid' "$T/out" | paste -sd ' ')" '<g1@x.org> <g2@x.org>' "show prints the version, not its part"
like "$(<"$T/err")" 'is a later part of series' "and names the part"
patch -d 2720 -r '<g0@x.org>' "$ada" '[PATCH v1.2] bend right' h3@x.org | patchmda deliver
mail -d 2730 "$ada" '[PATCH v2 0/1] bend' g3@x.org | patchmda deliver
patch -d 2730 -r '<g3@x.org>' "$ada" '[PATCH v2 1/1] bend left' g4@x.org | patchmda deliver
is "$(listed --latest | xargs -n 1 | sift '^[gh]' | paste -sd ' ')" g3@x.org "the next version follows all of them"

patch -d 3100 "$ada" '[PATCH RESEND] once more' x2@x.org | patchmda deliver
patch -d 3000 "$ada" '[PATCH] once more' x1@x.org | patchmda deliver
is "$(listed --latest | xargs -n 1 | sift '^x')" x2@x.org "the latest version is the one that was sent last"

# Prerequisites: a cover letter, and change ids without a version.
mail "$ada" '[PATCH 0/1] cover' c3@x.org | patchmda deliver
patch -r '<c3@x.org>' "$ada" '[PATCH 1/1] patch' p3@x.org | patchmda deliver
mail "$ada" '[PATCH] needs' n@x.org "prerequisite-message-id: <c3@x.org>
prerequisite-change-id: ring-1
prerequisite-change-id: ring-2

$(change x.c)" | patchmda deliver
cover=$(sql "select series_id from patchwork_patch where msgid = '<p3@x.org>' and project_id = 1")
is "$(patchmda show --series --json n@x.org | jq -c '[.chain[0].prerequisites[].series]')" "[$cover,$second,null]" \
	"are the series of the cover letter, the latest version, and none"
done_testing
