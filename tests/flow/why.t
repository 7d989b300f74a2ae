#!/usr/bin/env bash
# why.t - `patchmda why`: the facts about a message id, and the rules by which it was stored

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

pg_start
ready_db why
LIST=list.example.org
patchmda project add one --list-id list.example.org >/dev/null
patchmda project add two --list-id other.example.org >/dev/null
ada='Ada <ada@x.org>' bob='Bob <bob@x.org>'

# why ID - prints the output of patchmda why without ages; its exit status may be 65, if the id is not known
why() {
	local status=0
	patchmda why "$1" >"$T/why" || status=$?
	[ $status -eq 0 ] || [ $status -eq 65 ] || echo "exit status $status"
	sed -E 's/ \([0-9]+[a-z]+ ago\)$//' "$T/why"
}

# reason ID REGEX NAME - tests the reason why the message is where it is
reason() {
	like "$(why "$1" | sed -n 's/^  why there  *//p')" "$2" "$3"
}

# ---- never seen, waiting, held, dropped

exits 65 'an id that never came' patchmda why never@x.org
is "$(cat "$T/out")" 'never seen: no mail with this id is stored, held or remembered' 'is reported as unknown'
exits 65 'an id of a patch' patchmda why 12
is "$(sed 1d "$T/out")" "'patchmda show 12' shows the patch with this id, and its message id" 'is no message id'
mail -r '<never@x.org> <also@x.org>' "$bob" 'Re: never' waits@x.org | patchmda deliver
exits 0 'a reply that waits' patchmda why waits@x.org
like "$(cat "$T/out")" '^waiting in project one since [0-9: Z-]+, until [0-9: Z-]+: no message to which it replies' 'is reported'
like "$(cat "$T/out")" '<also@x.org>.*<never@x.org>|<never@x.org>.*<also@x.org>' 'with the ids for which it waits'
is "$(why '<never@x.org>' | tail -n 2)" $'referred to by\n  <waits@x.org>  waiting for its parent, project one' \
	'a missing message shows the reply that waits for it'
is "$(why never@x.org | head -n 1)" 'never seen: no mail with this id is stored, held or remembered' 'and is still reported as unknown'

mail "$bob" 'Hello' hello@x.org | patchmda deliver
exits 0 'mail that is not stored' patchmda why hello@x.org
like "$(cat "$T/out")" '^dropped in project one: ' 'is reported as dropped'

printf 'Subject: [PATCH] x\nMessage-Id: <bad@x.org>\nList-Id: <list.example.org>\n\nx\n' | patchmda deliver
exits 0 'mail that could not be parsed' patchmda why bad@x.org
like "$(cat "$T/out")" "^held since [0-9: Z-]+ \('patchmda held show [0-9]+'\)" 'is held'
like "$(cat "$T/out")" 'reason     .*no From header' 'with the reason'
patch "$ada" '[PATCH] x' lost@x.org | sed 's/list\.example/unknown.example/' | patchmda deliver
like "$(why lost@x.org)" $'^held since .*, until .*\n  reason .*\n  lists      unknown.example.org$' 'mail for an unknown list'

# ---- by reference, by marker

mail "$ada" '[PATCH 0/3] threaded' t0@x.org | patchmda deliver
for i in 1 2 3; do
	patch -d $i -r '<t0@x.org>' "$ada" "[PATCH $i/3] threaded $i" t$i@x.org | patchmda deliver
done
is "$(why t2@x.org)" "$(cat <<'END'
stored as a patch in project one
  patch      2, [2/3] threaded 2
  from       Ada <ada@x.org>, 2026-03-02T09:02:00 UTC
  state      new
  series     1, threaded, version 1: 3 of 3 patches are stored, this is number 2
  why there  by reference: it refers to <t0@x.org>, the cover letter of the series
  refers to  <t0@x.org>  a cover letter
Further mail with this id is a duplicate and changes nothing.
END
)" 'a patch of a series'
is "$(why t0@x.org)" "$(cat <<'END'
stored as a cover letter in project one
  cover      1, [0/3] threaded
  from       Ada <ada@x.org>, 2026-03-02T09:00:00 UTC
  series     1, threaded, version 1: 3 of 3 patches are stored
  why there  the series was made for it: it is the first message of the series
Further mail with this id is a duplicate and changes nothing.
referred to by
  <t1@x.org>  a patch, project one
  <t2@x.org>  a patch, project one
  <t3@x.org>  a patch, project one
END
)" 'its cover letter, and the mails that refer to it'
before=$(why t2@x.org)
patch -d 2 -r '<t0@x.org>' "$ada" '[PATCH 2/3] another' t2@x.org | patchmda deliver
is "$(why t2@x.org)" "$before" 'a duplicate changes nothing'

# The cover letter arrives last; in canonical order it is still the first.
patch -d 101 -r '<l0@x.org>' "$ada" '[PATCH 1/2] late' l1@x.org | patchmda deliver
reason l1@x.org '^the series was made for it: it is the first' 'the first of a series without its cover letter'
patch -d 102 -r '<l0@x.org>' "$ada" '[PATCH 2/2] late' l2@x.org | patchmda deliver
reason l2@x.org '^by reference: it refers to <l0@x.org> \(never seen\), which leads to the series' \
	'a series is found by the id of a missing message'
mail -d 100 "$ada" '[PATCH 0/2] late' l0@x.org | patchmda deliver
reason l0@x.org '^the series was made for it' 'a cover letter that arrives last'
reason l1@x.org '^by reference: it refers to <l0@x.org>, the cover letter of the series' 'becomes the first message'

# A cover letter that is dated after a patch which refers to it, and refers to that patch.
patch -d 200 -r '<o0@x.org>' "$ada" '[PATCH 1/2] odd' o1@x.org | patchmda deliver
mail -d 205 -r '<o1@x.org>' "$ada" '[PATCH 0/2] odd' o0@x.org | patchmda deliver
reason o0@x.org '^(by reference: another message of the series refers to it|the series was made for it)' \
	'two messages that refer to each other'

patch -d 300 "$ada" '[PATCH v2 1/3] loose' m1@x.org | patchmda deliver
patch -d 303 "$ada" '[PATCH v2 2/3] loose' m2@x.org | patchmda deliver
reason m1@x.org '^the series was made for it: it is the first' 'the first of an unthreaded series'
reason m2@x.org '^by marker: no id leads to the series, but submitter, version 2 and total 3 are the same and the dates 3m apart' \
	'the second of an unthreaded series'
patch -d 340 "$ada" '[PATCH v2 3/3] loose' m3@x.org | patchmda deliver
reason m3@x.org '^the series was made for it: it is the first' 'a patch that is dated too late'
patch -d 400 "$ada" '[PATCH] alone' alone@x.org | patchmda deliver
reason alone@x.org 'a patch without a number such as 1/3 has its own series' 'a patch without a number'
patch -d 410 -r '<t0@x.org>' "$ada" '[PATCH 2/3] again' t2b@x.org | patchmda deliver
reason t2b@x.org '<t0@x.org> leads to series 1, but number 2 is taken there by <t2@x.org>' 'a number that another patch has'
patch -d 4000 -r '<t0@x.org>' "$ada" '[PATCH v2 1/3] next' v2@x.org | patchmda deliver
reason v2@x.org '<t0@x.org> leads to series 1, but that has version 1 and another date' 'the next version'
patch -d 3 -r '<t0@x.org>' "$ada" '[PATCH 0/3] with a diff' z@x.org | patchmda deliver
reason z@x.org 'numbered 0 and has a diff, so it is not counted in its series \(1\)' 'a patch that is numbered 0'
patch -d 501 -r '<c1@x.org> <c2@x.org>' "$ada" '[PATCH 1/1] two covers' c@x.org | patchmda deliver
mail -d 500 "$ada" '[PATCH 0/1] first cover' c1@x.org | patchmda deliver
mail -d 502 "$ada" '[PATCH 0/1] second cover' c2@x.org | patchmda deliver
reason c1@x.org '^the series was made for it' 'a cover letter of its own'
reason c@x.org '^by reference: it refers to <c2@x.org>, the cover letter of the series' 'the nearest reference decides'
# Two cover letters and a patch that refer to each other; the patch is the first by date.
patch -d 600 -r '<e1@x.org> <e2@x.org>' "$ada" '[PATCH 1/1] cycle' e@x.org | patchmda deliver
mail -d 601 -r '<e@x.org>' "$ada" '[PATCH 0/1] first' e1@x.org | patchmda deliver
mail -d 602 -r '<e@x.org>' "$ada" '[PATCH 0/1] second' e2@x.org | patchmda deliver
reason e1@x.org '^by reference: another message of the series refers to it' 'a cover letter that joins a series'
reason e2@x.org '^it leads to series [0-9]+, which has another cover letter: the first one counts' 'a second cover letter'

# ---- comments

mail -r '<t1@x.org>' "$bob" 'Re: t' r1@x.org | patchmda deliver
mail -r '<t0@x.org> <r1@x.org>' "$bob" 'Re: t' r2@x.org | patchmda deliver
mail -r '<t0@x.org>' "$bob" 'Re: t' r3@x.org | patchmda deliver
mail -r '<r3@x.org>' "$bob" 'Re: t' r4@x.org | patchmda deliver
is "$(why r2@x.org)" "$(cat <<'END'
stored as a comment in project one
  from       Bob <bob@x.org>, 2026-03-02T09:00:00 UTC
  on patch   <t1@x.org> [1/3] threaded 1
  why there  by reference: it refers to <r1@x.org>, a comment on a patch
  refers to  <r1@x.org>  a comment on a patch
             <t0@x.org>  a cover letter
Further mail with this id is a duplicate and changes nothing.
END
)" 'a comment on a comment'
reason r1@x.org '^by reference: it refers to the patch$' 'a comment on a patch'
reason r3@x.org '^by reference: it refers to the cover letter$' 'a comment on a cover letter'
reason r4@x.org '^by reference: it refers to <r3@x.org>, a comment on a cover letter$' 'a comment on such a comment'
is "$(why r4@x.org | sed -n 3p)" '  on cover   <t0@x.org> [0/3] threaded' 'with its parent'

# ---- Depends-on

mail -d 1000 "$ada" '[PATCH] needs' needs@x.org "$(printf 'Depends-on: <t1@x.org>\n%s' "$(change n.c)")" | patchmda deliver
is "$(why needs@x.org | sed -n '/^  depends on/p')" '  depends on <t1@x.org>' 'the dependency of a patch'
like "$(why t1@x.org)" '<needs@x.org>  depends on it, project one' 'a patch that others depend on'

# ---- positions that no rule explains

sql "update patchwork_patch set series_id = 1, number = 9 where msgid = '<alone@x.org>'" \
	"update patchwork_patch set series_id = null, number = null where msgid = '<t3@x.org>'" \
	"update patchwork_patchcomment set patch_id = (select id from patchwork_patch where msgid = '<m1@x.org>')
		where msgid = '<r1@x.org>'" \
	"delete from patchmda.member where msgid = '<m3@x.org>'"
reason alone@x.org '^no rule leads there: a user or another parser has put it there' 'a patch that a user has put into a series'
reason t3@x.org '^no rule excludes it: a user or another parser has removed it' 'a patch that a user has removed from its series'
is "$(why t3@x.org | grep '^  series')" '  series     none' 'has no series'
reason r1@x.org '^no rule leads there' 'a comment that a user has moved'
reason m3@x.org '^another parser has stored it, and patchmda has not read it yet' 'a patch of another parser'

# ---- improvements that applied to a message, if the stored message shows them

# rules ID - prints their names, in one line
rules() {
	why "$1" | sed -n 's/^  rule  *\(D[0-9]*\): .*/\1/p' | paste -sd ' '
}

sql "update patchwork_project set listemail = 'list@x.org' where linkname = 'one'"
is "$(rules t2@x.org)" '' 'a patch that Patchwork reads in the same way has none'
patch -d 2000 "$ada" '[RFC-v3] glued' glued@x.org | patchmda deliver
is "$(why glued@x.org | sed -n 's/^  rule  *//p')" 'D18: the version is joined to a word, as in PATCHv2' 'a version that is joined to a word'
patch -d 2001 "$ada" '[for stable [1.4, 1.5] 1/2] nested' nested@x.org | patchmda deliver
is "$(rules nested@x.org)" D20 'brackets in a bracket'
patch -d 2002 "$ada" '[PATCH] bare' bare@x.org | sed 's/^Message-Id: <\(.*\)>/Message-Id: \1/' | patchmda deliver
is "$(rules bare@x.org)" D19 'an id without brackets'
patch -d 2003 -h 'X-Original-From: Cy <cy@x.org>' 'Cy via Relay <relay@x.org>' '[PATCH] relayed' relayed@x.org | patchmda deliver
is "$(rules relayed@x.org)" D22 "a relay's mail"
patch -d 2003 -h 'X-Original-From: Cy <cy@x.org>' 'Cy via List <list@x.org>' '[PATCH] munged' munged@x.org | patchmda deliver
is "$(rules munged@x.org)" '' 'mail from the list itself, which the reference recognises, too'
patch -d 2004 -h 'Content-Type: application/octet-stream' "$ada" '[PATCH] relabelled' relabelled@x.org | patchmda deliver
is "$(rules relabelled@x.org)" D16 'a text with another content type'
mail -d 2005 -h 'Content-Type: application/patch; name=a.patch' "$ada" '[PATCH] attached' attached@x.org "$(change a.c)" |
	patchmda deliver
is "$(rules attached@x.org)" 'D9 D16' 'a patch that is an attachment'
mail -d 2006 -h 'Content-Type: text/plain; format=flowed' "$ada" '[PATCH] flowed' flowed@x.org \
	"$(change a.c | sed 's/^ / &/; s/^From/ &/')" | patchmda deliver
is "$(rules flowed@x.org)" D17 'a flowed diff'
mail -d 2007 "$ada" '[PATCH] marker' marker@x.org "$(change a.c)
\\ Kein Zeilenumbruch am Dateiende." | patchmda deliver
is "$(rules marker@x.org)" D21 'a marker in another language'
mail -d 2008 "$ada" '[PATCH 0/1] interdiff' interdiff@x.org "$(change a.c | grep -v '^---$')" | patchmda deliver
is "$(rules interdiff@x.org)" D25 'a cover letter with an interdiff'
mail -h 'Content-Type: application/octet-stream' "$bob" 'Re: [PATCHv2 [x] 1/1] t' answer@x.org |
	sed '/^Content-Type/i References: t2@x.org' | patchmda deliver
is "$(rules answer@x.org)" 'D16 D19' 'a comment, which has neither version nor prefixes'

# ---- several projects, and hostile text

patch "$ada" '[PATCH] both' both@x.org >"$T/both"
patchmda deliver <"$T/both"
sed 's/list\.example/other.example/' "$T/both" | patchmda deliver
is "$(why both@x.org | grep '^stored')" $'stored as a patch in project one\nstored as a patch in project two' \
	'one message in two projects'
printf 'From: \033[31m <e@x.org>\nSubject: [PATCH] \033]0;x\007y\nMessage-Id: <\033[1me@x.org>\nList-Id: <%s>\nDate: %s\n\n%s\n' \
	$LIST "$(mail_date 900)" "$(change a)" | patchmda deliver
exits 0 'an id with escape codes' patchmda why $'\033[1me@x.org'
unlike "$(cat "$T/out")" $'[\001-\011\013-\037\177]' 'no control character is printed'

exits 64 'no id' patchmda why
exits 64 'two ids' patchmda why a b
exits 69 'no database' patchmda why -d dbname=nowhere x
exits 0 'help' patchmda why --help
like "$(cat "$T/out")" 'Examples:' 'has examples'

# ---- a mailbox: for every message there is a rule

ready_db why_sample
patchmda import --quiet --create-projects "$ROOT/tests/data/sample.mbox" >/dev/null
sql 'select msgid from patchwork_patch union all select msgid from patchwork_cover
	union all select msgid from patchwork_patchcomment union all select msgid from patchwork_covercomment' >"$T/ids"
while read -r id; do
	patchmda why "$id" | sed -n "s/^  why there /$id/p"
done <"$T/ids" >"$T/reasons"
isnt "$(grep -c 'by reference' "$T/reasons")" 0 'much of the sample mailbox is stored by reference'
is "$(sed -nE '/no rule|another parser/p' "$T/reasons")" '' 'and no message without a rule'
is "$(sort -u "$T/ids" | wc -l)" "$(cut -d ' ' -f 1 "$T/reasons" | sort -u | wc -l)" 'every message has a reason'

done_testing
