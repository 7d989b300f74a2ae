#!/usr/bin/env bash
# rows.t - the rows that result from mail: projects, states, delegates, kinds, series, tags, events, people. The rules
# are those of the reference and its improvements (D1 and so on); numbers are sections of the specification.

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

ada='Ada <ada@x.org>'
ben='Ben <ben@x.org>'

# project NAME [SETTING]... - creates a project with the list NAME.example.org, to which the next mails are sent
project() {
	patchmda project add "$1" --list-id "$1.example.org" --list-email "$1@example.org" "${@:2}"
	LIST=$1.example.org
	project=$1
}

# give, give_patch - deliver a mail, or a mail with a change; the arguments are those of `mail`
give() {
	mail "$@" | patchmda deliver
}
give_patch() {
	patch "$@" | patchmda deliver
}

# series - prints the series of the current project as `version/total name [cover letter] number:id ...`
series() {
	sql "select format('v%s/%s %s [%s]%s', s.version, s.total, coalesce(s.name, '-'),
			coalesce(trim(c.msgid, '<>'), '-'),
			(select string_agg(' ' || p.number || ':' || trim(p.msgid, '<>'), '' order by p.number)
				from patchwork_patch p where p.series_id = s.id))
		from patchwork_series s
		join patchwork_project j on j.id = s.project_id and j.linkname = '$project'
		left join patchwork_cover c on c.id = s.cover_letter_id
		order by s.date, s.version, s.name"
}
references() {
	sql "select string_agg(trim(r.msgid, '<>'), ' ' order by r.msgid)
		from patchwork_seriesreference r
		join patchwork_project j on j.id = r.project_id and j.linkname = '$project'"
}
comments() {
	sql "select 'patch ' || trim(p.msgid, '<>') || ' ' || trim(c.msgid, '<>')
		from patchwork_patchcomment c join patchwork_patch p on p.id = c.patch_id
		join patchwork_project j on j.id = p.project_id and j.linkname = '$project'
		union all
		select 'cover ' || trim(p.msgid, '<>') || ' ' || trim(c.msgid, '<>')
		from patchwork_covercomment c join patchwork_cover p on p.id = c.cover_id
		join patchwork_project j on j.id = p.project_id and j.linkname = '$project'
		order by 1"
}
covers() {
	sql "select trim(c.msgid, '<>') from patchwork_cover c
		join patchwork_project j on j.id = c.project_id and j.linkname = '$project' order by c.id"
}
patches() {
	sql "select trim(p.msgid, '<>') from patchwork_patch p
		join patchwork_project j on j.id = p.project_id and j.linkname = '$project' order by p.id"
}
# of_patch ID COLUMNS - prints columns of a patch
of_patch() {
	sql "select $2 from patchwork_patch p left join patchwork_state t on t.id = p.state_id
		left join auth_user u on u.id = p.delegate_id where p.msgid = '<$1>'"
}
project_of() {
	of_patch "$1" "(select linkname from patchwork_project j where j.id = p.project_id)"
}
tags() {
	sql "select t.abbrev || x.count from patchwork_patchtag x
		join patchwork_patch p on p.id = x.patch_id and p.msgid = '<$1>'
		join patchwork_tag t on t.id = x.tag_id order by 1" | tr '\n' ' '
}
# events - prints the events of the project, in the order in which clients see them
events() {
	sql "select concat_ws(' ', e.category, trim(coalesce(pc.msgid, cc.msgid, p.msgid, c.msgid), '<>'),
			case when e.series_id is not null then 's' end)
		from patchwork_event e
		join patchwork_project j on j.id = e.project_id and j.linkname = '$project'
		left join patchwork_patch p on p.id = e.patch_id
		left join patchwork_cover c on c.id = e.cover_id
		left join patchwork_patchcomment pc on pc.id = e.patch_comment_id
		left join patchwork_covercomment cc on cc.id = e.cover_comment_id
		order by e.date, e.id"
}
person() {
	sql "select email || '|' || coalesce('\"' || name || '\"', 'null') from patchwork_person
		where upper(email) = upper('$1')"
}

pg_start
ready_db rows

# ---- the project (2)

project main
patchmda project add net --list-id main.example.org --subject-match '\bnet(-next)?\b'
patchmda project add regex --list-id main.example.org --subject-match '^\[[^]]*re:gex'
patchmda project add other --list-id other.example.org
give_patch "$ada" '[PATCH] plain' plain@p
is "$(project_of plain@p)" main "project: if no subject_match matches, the project without one"
give_patch "$ada" '[PATCH NET-next] x' net@p
is "$(project_of net@p)" net "project: subject_match, any case"
give_patch "$ada" '[PATCH] internet' internet@p
is "$(project_of internet@p)" main "project: subject_match searches the subject, as a regular expression"
give_patch "$ada" '=?utf-8?q?=5BPATCH_re=3Agex=5D_x?=' regex@p
is "$(project_of regex@p)" regex "project: subject_match sees the decoded subject"
LIST='' give_patch -h 'List-Id: Main <main.example.org>' -h 'X-Mailing-List: other.example.org' "$ada" '[PATCH] x' order1@p
is "$(project_of order1@p)" main "project: List-ID before X-Mailing-List"
LIST='' give_patch -h 'X-list: main.example.org' -h 'X-Mailing-List: other.example.org' "$ada" '[PATCH] x' order2@p
is "$(project_of order2@p)" other "project: X-Mailing-List before X-list"
LIST='' give_patch -h 'List-Id: <unknown.example.org>' -h 'X-list: <other.example.org>' "$ada" '[PATCH] x' order3@p
is "$(project_of order3@p)" other "project: the first header whose list id has a project"
LIST='' give_patch -h 'List-Id: <unknown.example.org>' -h 'List-Id: <other.example.org>' "$ada" '[PATCH] x' order4@p
is "$(project_of order4@p)" "" "project: of a repeated header only the first counts"
LIST='' give_patch -h 'List-Id: <OTHER.example.org>' "$ada" '[PATCH] x' order5@p
is "$(project_of order5@p)" "" "project: list ids are compared exactly"
LIST='' give_patch -h 'List-Id: <unclosed <a> <other.example.org> trailing' "$ada" '[PATCH] x' order6@p
is "$(project_of order6@p)" other "project: the text between the last < and the > after it"
patch "$ada" '[PATCH] x' cmdline@p | patchmda deliver --list-id other.example.org
is "$(project_of cmdline@p)" other "project: the command line replaces the headers"
sql "update patchwork_project set subject_match = '(' where linkname = 'net'" # as Patchwork's own pages allow
give_patch "$ada" '[PATCH net] y' badregex@p
is "$(project_of badregex@p)" main "project: a subject_match that is no regular expression matches nothing"
project two
give_patch "$ada" '[PATCH] plain' plain@p
is "$(sql "select count(*) from patchwork_patch where msgid = '<plain@p>'")" 2 \
	"project: one message id in two projects is two patches"

# ---- state, delegate, action required (12)

sql "insert into auth_user (id, password, is_superuser, username, first_name, last_name, email,
		is_staff, is_active, date_joined)
	select i, '', false, n, '', '', n || '@users.org', false, true, now()
	from (values (101, 'uma'), (102, 'ulf'), (103, 'una')) u(i, n)"
project states
give_patch "$ada" '[PATCH] x' state0@p
is "$(of_patch state0@p "t.name, p.delegate_id, p.archived")" "New||f" "state: the one with ordering 0, and no delegate"
give_patch -h 'X-Patchwork-State: under REVIEW' "$ada" '[PATCH] x' state1@p
is "$(of_patch state1@p t.name)" "Under Review" "X-Patchwork-State: by name, any case"
give_patch -h 'X-Patchwork-State: under-review' "$ada" '[PATCH] x' state2@p
is "$(of_patch state2@p t.name)" "New" "X-Patchwork-State: a name that does not exist"
give_patch -h 'X-Patchwork-Delegate: Ulf@users.org' "$ada" '[PATCH] x' delegate1@p
is "$(of_patch delegate1@p u.username)" ulf "X-Patchwork-Delegate: the user with that address"
give_patch -h 'X-Patchwork-Delegate: nobody@users.org' "$ada" '[PATCH] x' delegate2@p
is "$(of_patch delegate2@p u.username)" "" "X-Patchwork-Delegate: an address that no user has"
give -r '<state1@p>' -h 'X-Patchwork-Action-Required: yes' "$ben" 'Re: [PATCH] x' act1@p
give -r '<state1@p>' "$ben" 'Re: [PATCH] x' act2@p
is "$(sql "select trim(msgid, '<>'), addressed from patchwork_patchcomment order by id desc limit 2")" \
	$'act2@p|\nact1@p|f' "X-Patchwork-Action-Required: not addressed; without the header null"
give "$ada" '[PATCH 0/2] x' actcover@p
give -r '<actcover@p>' -h 'X-Patchwork-Action-Required: yes' "$ben" 'Re: [PATCH 0/2] x' act3@p
is "$(sql "select addressed from patchwork_covercomment order by id desc limit 1")" "" \
	"X-Patchwork-Action-Required: null for a reply to a cover letter"

project rules
sql "insert into patchwork_delegationrule (path, priority, project_id, user_id)
	select r.path, r.priority, j.id, r.u from patchwork_project j,
		(values ('src/*', 0, 101), ('src/net/*', 5, 102), ('*.h', 1, 102), ('doc/[ab]?', 0, 103)) r(path, priority, u)
	where j.linkname = 'rules'"
delegate_of() {
	mail "$ada" '[PATCH] x' "$1@p" "$(change "${@:2}")" | patchmda deliver
	of_patch "$1@p" u.username
}
is "$(delegate_of rule1 src/ring.c)" uma "delegation: a rule that matches"
is "$(delegate_of rule2 src/net/deep/tcp.c)" ulf "delegation: the one of higher priority; * matches / too"
is "$(delegate_of rule3 src/a.c src/b/c.c)" uma "delegation: all files give one user"
is "$(delegate_of rule4 src/a.c src/net/b.c)" "" "delegation: two files give two users"
is "$(delegate_of rule5 src/a.c README)" "" "delegation: one file gives none"
is "$(delegate_of rule6 doc/a1)" una "delegation: ? and [] match"
is "$(delegate_of rule7 doc/a12)" "" "delegation: the whole path has to match"
mail "$ada" '[PATCH] x' rule8@p $'new\n\n--- /dev/null\n+++ b/src/new.c\n@@ -0,0 +1 @@\n+a' | patchmda deliver
is "$(of_patch rule8@p u.username)" uma "delegation: /dev/null is not counted"
give_patch -h 'X-Patchwork-Delegate: una@users.org' "$ada" '[PATCH] x' rule9@p
is "$(of_patch rule9@p u.username)" una "delegation: the header has priority over the rules"
project norules
give_patch "$ada" '[PATCH] x' rule10@p
is "$(of_patch rule10@p u.username)" "" "delegation: rules apply only to their project"

# ---- kinds (12)

project kinds
give_patch "$ada" '[PATCH] one' one@k
give "$ada" '[PATCH 0/3] set' cover@k
give -r '<one@k>' "$ben" 'Re: [PATCH] one' c1@k
give -r '<c1@k>' "$ada" 'Re: [PATCH] one' c2@k
give -r '<cover@k>' "$ben" 'Re: [PATCH 0/3] set' c3@k
give -r '<c3@k>' "$ada" 'Re: [PATCH 0/3] set' c4@k
give -r '<nothing@k> <cover@k> <one@k>' "$ben" 'Re: both' c5@k
give -r '<one@k> <c3@k>' "$ben" 'Re: both' c6@k
give -r '<one@k>' "$ben" 'no Re, yet it refers to it' c7@k
is "$(comments)" "cover cover@k c3@k
cover cover@k c4@k
patch one@k c1@k
patch one@k c2@k
patch one@k c5@k
patch one@k c6@k
patch one@k c7@k" "kinds: a comment's parent is a patch that it refers to, otherwise a cover letter"
mail -r '<one@k>' "$ben" 'Re: [PATCH] one' c8@k "$(change a.c)" | patchmda deliver
is "$(patches)" one@k "kinds: a diff in a reply makes no patch"
give "$ben" 'Hello' hello@k
give -r '<hello@k>' "$ben" 'Re: Hello' hello2@k
is "$(comments | wc -l)|$(sql "select count(*) from patchmda.waiting")" "8|0" \
	"kinds: other mail is not stored, nor are replies to it"
mail "$ada" '[GIT PULL] x' pull@k $'The following changes since commit 1:\n\nare available in the git repository at:\n\n  git://x.org/y.git for-you\n' | patchmda deliver
is "$(of_patch pull@k "p.pull_url, p.diff is null, p.hash is null")" "git://x.org/y.git for-you|t|t" \
	"kinds: a pull request is a patch without a diff"
before=$(sql "select count(*) from patchwork_event")
give_patch "$ada" '[PATCH] another' one@k
give "$ada" '[PATCH 0/9] another' cover@k
give -r '<one@k>' "$ben" 'Re: another' c1@k
is "$(of_patch one@k p.name)|$(covers)|$(comments | wc -l)|$(sql "select count(*) from patchwork_event")" \
	"one|cover@k|8|$before" "kinds: a duplicate changes nothing"
give_patch "$ada" '[PATCH] as a patch' cover@k
give "$ada" '[PATCH 0/2] as a cover letter' one@k
is "$(patches | grep -c cover@k)|$(covers | grep -c one@k)" "1|1" \
	"kinds: only mail of the same kind is a duplicate"

project d2
give -r '<p@d2>' "$ben" 'Re: [PATCH] p' r1@d2
give -r '<r1@d2>' "$ada" 'Re: [PATCH] p' r2@d2
give "$ben" 'Re: no references' r3@d2
is "$(sql "select trim(msgid, '<>') from patchmda.waiting order by id")" $'r1@d2\nr2@d2' \
	"D2: replies before their parent wait, those without references do not"
is "$(sql "select distinct round(extract(epoch from expires - received) / 86400) from patchmda.waiting")" \
	30 "D2: for thirty days"
mail -r '<q@d2>' "$ben" 'Re: q' r4@d2 | patchmda deliver --waiting-days 2
is "$(sql "select round(extract(epoch from expires - received) / 86400) from patchmda.waiting order by id desc limit 1")" 2 \
	"D2: or for --waiting-days"
give -r '<r4@d2>' "$ben" 'Re: q' r4@d2
is "$(sql "select count(*) from patchmda.waiting")" 3 "D2: a duplicate of a waiting reply changes nothing"
give_patch "$ada" '[PATCH] p' p@d2
is "$(comments)|$(sql "select count(*) from patchmda.waiting where msgid <> '<r4@d2>'")" \
	$'patch p@d2 r1@d2\npatch p@d2 r2@d2|0' "D2: they become comments when the parent arrives, also chains"
is "$(events | LC_ALL=C sort)" "patch-comment-created r1@d2
patch-comment-created r2@d2
patch-completed p@d2 s
patch-created p@d2
series-completed s
series-created s" "D2: with their events"
give "$ada" '[PATCH 0/1] q' q@d2
is "$(comments | head -n 1)" "cover q@d2 r4@d2" "D2: a cover letter is a parent as well"

give -r '<z@d2>' "$ben" 'Re: z' r5@d2
sql "update patchmda.waiting set expires = now() - interval '1 second' where msgid = '<r5@d2>'"
give -r '<y@d2>' "$ben" 'Re: y' r6@d2
is "$(sql "select trim(msgid, '<>') from patchmda.waiting")" r6@d2 \
	"D2: a reply that has waited too long is deleted when another one begins to wait"
give -r '<z@d2>' "$ben" 'Re: z' r5@d2
is "$(sql "select trim(msgid, '<>') from patchmda.waiting")" r6@d2 "D2: and does not wait again"

project d3
mail 'no address' '[PATCH] x' bad@d3 "$(change a.c)" >"$T/bad"
patchmda deliver <"$T/bad"
sql "select encode(message, 'base64') from patchmda.held where msgid = '<bad@d3>'" | base64 -d >"$T/kept"
ok "D3: mail that cannot be parsed is held complete" cmp "$T/bad" "$T/kept"
isnt "$(sql "select reason from patchmda.held where msgid = '<bad@d3>'")" "" "D3: with the reason"

project d4
give_patch -h 'X-Odd: =?utf-8?q?J=C3=B6?=' -h $'X-Folded: one\n\t two' -h $'X-Raw: J\xf6\xc3\xb6' "$ada" '[PATCH] x' d4@p
is "$(of_patch d4@p "substring(p.headers from 'X-Odd.*')")" \
	$'X-Odd: =?utf-8?q?J=C3=B6?=\nX-Folded: one\n\t two\nX-Raw: J\xef\xbf\xbd\xc3\xb6' \
	"D4: headers are stored unchanged, except for conversion to valid UTF-8"

# ---- series (13)

project refs
give "$ada" '[PATCH 0/2] a set' r0@s
is "$(references)" "r0@s" "series: for a cover letter only its own id is recorded"
give_patch -r '<r0@s>' -d 1 "$ada" '[PATCH 1/2] one' r1@s
give_patch -r '<r0@s>' -d 2 "$ada" '[PATCH 2/2] two' r2@s
is "$(series)" "v1/2 a set [r0@s] 1:r1@s 2:r2@s" "series: by reference to the cover letter"
is "$(references)" "r0@s" "series: for a patch that joins a series no id is recorded"
give_patch -r '<r0@s>' -d 3 "$ada" '[PATCH 2/2] two, again' r2b@s
is "$(series)" "v1/2 a set [r0@s] 1:r1@s 2:r2@s
v1/2 - [-] 2:r2b@s" "series: if the number is taken there is a new series, and the marker is not used"
is "$(references)" "r0@s r2b@s" "series: ids that are not recorded yet are recorded"
give_patch -r '<r0@s>' -d 60 "$ben" '[PATCH 3/2] three' r3@s
is "$(series | head -n 1)" "v1/2 a set [r0@s] 1:r1@s 2:r2@s 3:r3@s" \
	"series: by reference, person, total and date need not agree"

project threaded
give_patch "$ada" '[PATCH 1/3] one' t1@s
give_patch -r '<t1@s>' "$ada" '[PATCH 2/3] two' t2@s
give_patch -r '<t1@s> <t2@s>' "$ada" '[PATCH 3/3] three' t3@s
is "$(series)" "v1/3 [1/3] one [-] 1:t1@s 2:t2@s 3:t3@s" "series: threaded without a cover letter, named after patch 1"
give_patch -r '<t1@s>' -d 3000 "$ada" '[PATCH] alone' t4@s
is "$(series | tail -n 1)" "v1/1 alone [-] 1:t4@s" "series: a patch without a marker has a series of its own"

project marker
give_patch "$ada" '[PATCH 1/4] one' m1@s
give_patch -d 20 "$ada" '[PATCH 2/4] two' m2@s
is "$(series)" "v1/4 [1/4] one [-] 1:m1@s 2:m2@s" "series: by marker, up to twenty minutes apart"
give_patch -d 21 "$ada" '[PATCH 3/4] three' m3@s
is "$(series | tail -n 1)" "v1/4 - [-] 3:m3@s" "series: by marker, not twenty-one minutes apart"
give_patch "$ben" '[PATCH 4/4] four' m4@s
give_patch "$ada" '[PATCH v2 4/4] four' m5@s
give_patch "$ada" '[PATCH 4/5] four' m6@s
is "$(series | wc -l)" 5 "series: by marker, person, version and total have to be the same"
project marker2
give_patch "$ada" '[PATCH 1/2] a' n1@s
give_patch -d 5 "$ada" '[PATCH 1/2] b' n2@s
give_patch -d 6 "$ada" '[PATCH 2/2] b' n3@s
give_patch -d 7 "$ada" '[PATCH 2/2] a' n4@s
is "$(series)" "v1/2 [1/2] a [-] 1:n1@s 2:n4@s
v1/2 [1/2] b [-] 1:n2@s 2:n3@s" "series: by marker, of several series the latest one that lacks the number"
project zero
give_patch "$ada" '[PATCH 0/1] a diff in it' z0@s
give_patch -r '<z0@s>' "$ada" '[PATCH 1/1] one' z1@s
is "$(series)|$(of_patch z0@s "p.series_id is null, p.number is null")|$(covers)" "v1/1 [1/1] one [-] 1:z1@s|t|t|" \
	"series: for a patch numbered 0 a series is created, and the patch is not in it"
project late
give_patch -r '<l0@s>' "$ada" '[PATCH 1/2] one' l1@s
is "$(series)" "v1/2 [1/2] one [-] 1:l1@s" "series: named after patch 1"
give -d -1 "$ada" '[PATCH 0/2] the set' l0@s
is "$(series)" "v1/2 the set [l0@s] 1:l1@s" "series: a late cover letter finds it by its id, and renames it"
project named
give_patch -r '<h0@s>' "$ada" '[PATCH 1/2] one' h1@s
sql "update patchwork_series set name = 'by hand' where name = '[1/2] one' and project_id = (select id from patchwork_project where linkname = 'named')"
give -d -1 "$ada" '[PATCH 0/2] the set' h0@s
is "$(series)" "v1/2 by hand [h0@s] 1:h1@s" "series: a name that a user has set is kept"
project covers
give "$ada" '[PATCH 0/1] first' cc0@s
give_patch -r '<cc0@s>' -d 1 "$ada" '[PATCH 1/1] one' cc1@s
give -r '<cc0@s>' -d 2 "$ada" '[PATCH 0/1] second' cc2@s
is "$(series)" "v1/1 first [cc0@s] 1:cc1@s
v1/1 second [cc2@s]" "series: a series keeps its first cover letter"
give "$ada" '[PATCH 0/3]' cc3@s
is "$(series | grep -c -e '\[cc3@s\]')" 1 "series: a cover letter without a name"

project versions
give "$ada" '[PATCH 0/2] set' v0@s
give_patch -r '<v0@s>' -d 1 "$ada" '[PATCH 1/2] one' v1@s
give -r '<v0@s>' -d 1440 "$ada" '[PATCH v2 0/2] set' w0@s
give_patch -r '<v0@s> <w0@s>' -d 1441 "$ada" '[PATCH v2 1/2] one' w1@s
is "$(series)" "v1/2 set [v0@s] 1:v1@s
v2/2 set [w0@s] 1:w1@s" "series: a v2 in reply to v1 is found by its own cover letter"
project d7
give "$ada" '[PATCH 0/2] set' v0@d7
give_patch -r '<v0@d7>' -d 1 "$ada" '[PATCH 1/2] one' v1@d7
give_patch -r '<v0@d7> <w0@d7>' -d 1441 "$ada" '[PATCH v2 2/2] two' w2@d7
is "$(series)" "v1/2 set [v0@d7] 1:v1@d7
v2/2 - [-] 2:w2@d7" "D7: a v2 patch before its own cover letter does not join v1"
give -r '<v0@d7>' -d 1440 "$ada" '[PATCH v2 0/2] set' w0@d7
is "$(series)" "v1/2 set [v0@d7] 1:v1@d7
v2/2 set [w0@d7] 2:w2@d7" "D7: and joins that cover letter when it arrives"
give_patch -r '<v0@d7>' -d 10 "$ada" '[PATCH v3 2/2] soon' x2@d7
is "$(series | head -n 1)" "v1/2 set [v0@d7] 1:v1@d7 2:x2@d7" "D7: a series of another version within twenty minutes is not ignored"

project d8
give "$ada" '[PATCH 0/1] set' v0@d8
give -r '<v0@d8>' -d 9 "$ada" '[PATCH 0/1] set' w0@d8
is "$(covers)|$(comments)" $'v0@d8\nw0@d8|' "D8: a cover letter with a known name is a cover letter, whatever it refers to"
give -r '<v0@d8>' -d 9 "$ada" 'Fwd: [PATCH 0/1] set' x0@d8
is "$(covers)|$(comments)" $'v0@d8\nw0@d8|cover v0@d8 x0@d8' "D8: a forwarded cover letter that refers to another one is a comment"
give -r '<v0@d8>' "$ada" 'Re: [PATCH 0/1] set' y0@d8
is "$(covers | wc -l)" 2 "D8: a reply is not a cover letter"
give -d 30 "$ada" 'Fw: [PATCH 0/7] other' z0@d8
is "$(covers | tail -n 1)" z0@d8 "D8: a forwarded cover letter without references is a cover letter"

# ---- dependencies (13, schema 0048)

project depends
dependencies() {
	sql "select trim(coalesce(a.msgid, x.msgid), '<>') || ' on ' || trim(coalesce(b.msgid, y.msgid), '<>')
		from patchwork_series_dependencies d
		left join patchwork_patch a on a.series_id = d.from_series_id and a.number = 1
		left join patchwork_series s on s.id = d.from_series_id
		left join patchwork_cover x on x.id = s.cover_letter_id
		left join patchwork_patch b on b.series_id = d.to_series_id and b.number = 1
		left join patchwork_series t on t.id = d.to_series_id
		left join patchwork_cover y on y.id = t.cover_letter_id order by d.id"
}
# depends_on ID VALUE... - delivers a patch with such lines; prints the rows that they added
depends_on() {
	local id=$1 line lines=
	shift
	for line; do
		lines+="Depends-on: $line"$'\n'
	done
	mail -d "$((minute += 100))" "$ada" '[PATCH] x' "$id@dep" "$lines$(change a.c)" | patchmda deliver
	dependencies | sift "^$id@dep "
}
minute=0
give_patch "$ada" '[PATCH] a' a@dep
give "$ada" '[PATCH 0/2] b' b0@dep
id=$(sql "select series_id from patchwork_patch where msgid = '<a@dep>'")
elsewhere=$(sql "select series_id from patchwork_patch where msgid = '<v1@d7>'")
is "$(depends_on d1 '<a@dep>')" "d1@dep on a@dep" "Depends-on: the id of a patch"
is "$(depends_on d2 '<b0@dep>')" "d2@dep on b0@dep" "Depends-on: the id of a cover letter"
is "$(depends_on d3 "https://pw.example.org/project/depends/list/?series=$id")" "d3@dep on a@dep" "Depends-on: the URL of a series"
is "$(depends_on d4 "https://pw.example.org/project/depends/patch/a@dep/")" "d4@dep on a@dep" "Depends-on: the URL of a patch"
is "$(depends_on d5 '<a@dep>' '<b0@dep>' '<a@dep>')" $'d5@dep on a@dep\nd5@dep on b0@dep' "Depends-on: several lines"
is "$(depends_on d6 '<d6@dep>')" "" "Depends-on: never on itself"
is "$(depends_on d7 '<v1@d7>' "https://pw.example.org/project/d7/list/?series=$elsewhere" '<none@dep>' 'the other one' '')" "" \
	"Depends-on: other projects, and mail that is not stored, are ignored"
mail -d 5000 "$ada" '[PATCH 0/1] c' c0@dep $'Words.\n\nDepends-on: <a@dep>\n' | patchmda deliver
is "$(dependencies | tail -n 1)" "c0@dep on a@dep" "Depends-on: in a cover letter"
before=$(dependencies)
give_reply=$(mail -r '<b0@dep>' "$ben" 'Re: [PATCH 0/2] b' cr@dep 'Depends-on: <a@dep>')
patchmda deliver <<<"$give_reply"
is "$(dependencies)" "$before" "Depends-on: ignored in a reply"

# ---- tags (14)

project tags
mail "$ada" '[PATCH] x' tag@p "$(printf 'Reviewed-by: A <a@x>\nreviewed-BY: B <b@x>\n> Acked-by: quoted\n Tested-by: indented\n'; change a.c)" | patchmda deliver
is "$(tags tag@p)" "R2 " "tags: at the start of lines, any case"
mail -r '<tag@p>' "$ben" 'Re: [PATCH] x' tag1@p $'Acked-by: Ben <ben@x.org>\nReviewed-by: Ben <ben@x.org>' | patchmda deliver
is "$(tags tag@p)" "A1 R3 " "tags: those of a comment are added"
mail -r '<tag1@p>' "$ben" 'Re: [PATCH] x' tag2@p 'Tested-by: Ben <ben@x.org>' | patchmda deliver
mail -r '<tag1@p>' "$ben" 'Re: [PATCH] x' tag2@p $'Tested-by: Ben <ben@x.org>\nAcked-by: Ben <ben@x.org>' | patchmda deliver
is "$(tags tag@p)" "A1 R3 T1 " "tags: a duplicate adds none"
give_patch "$ada" '[PATCH] x' tag3@p
is "$(tags tag3@p)" "" "tags: there is no row with 0"
sql "update patchwork_patchtag set count = 77 where patch_id = (select id from patchwork_patch where msgid = '<tag@p>')"
mail -r '<tag@p>' "$ben" 'Re: [PATCH] x' tag4@p 'Acked-by: Zoe <z@x.org>' | patchmda deliver
is "$(tags tag@p)" "A2 R3 T1 " "tags: they are counted again, so that a wrong number is corrected"
project untagged --use-tags off
mail "$ada" '[PATCH] x' tag5@p "$(printf 'Reviewed-by: A <a@x>\n'; change a.c)" | patchmda deliver
mail -r '<tag5@p>' "$ben" 'Re: [PATCH] x' tag6@p 'Acked-by: Ben <ben@x.org>' | patchmda deliver
is "$(tags tag5@p)" "" "tags: a project without use_tags has none"

# ---- events (14)

project events
give_patch -d 1 "$ada" '[PATCH 2/3] two' e2@p
give_patch -d 2 "$ada" '[PATCH 3/3] three' e3@p
is "$(events)" "patch-created e2@p
series-created s
patch-created e3@p" "events: a patch is not complete without those with lower numbers"
give_patch -d 3 "$ada" '[PATCH 1/3] one' e1@p
is "$(events | tail -n +4)" "patch-created e1@p
patch-completed e1@p s
patch-completed e2@p s
patch-completed e3@p s
series-completed s" "events: with the missing number, all patches up to the next gap are complete"
give_patch -d 4 "$ada" '[PATCH 4/3] four' e4@p
is "$(events | tail -n +9)" "patch-created e4@p
patch-completed e4@p s
series-completed s" "events: a patch that joins a complete series completes it again"
give -r '<e1@p>' "$ben" 'Re: [PATCH 1/3] one' ec@p
give -d 50 "$ada" '[PATCH 0/3] set' e0@p
give -r '<e0@p>' "$ben" 'Re: [PATCH 0/3] set' ecc@p
is "$(events | tail -n +12)" "patch-comment-created ec@p
cover-created e0@p
series-created s
cover-comment-created ecc@p" "events: of comments and cover letters"
is "$(sql "select count(*) from patchwork_event group by date having count(*) > 1")" "" "events: no two have the same date"
is "$(sql "select count(*) from patchwork_event where actor_id is not null or abs(extract(epoch from now() - date)) > 600")" 0 \
	"events: they have the current date, and no actor"
for ((i = 1; i <= 3; i++)); do
	patch -r '<b0@e>' -d $((300 + i)) "$ada" "[PATCH $i/3] batch" "b$i@e" | mbox
	mail -r "<b$i@e>" -d 310 "$ben" "Re: [PATCH $i/3] batch" "bc$i@e" | mbox
done | patchmda import - >/dev/null
is "$(sql "select count(*), count(distinct date) from patchwork_event")" \
	"$(sql "select count(*), count(*) from patchwork_event")" "events: nor in the same batch"
is "$(sql "select string_agg(e.category, ' ' order by e.category) from patchwork_event e join patchwork_patch p on p.id = e.patch_id where p.msgid = '<b2@e>'")" \
	"patch-comment-created patch-completed patch-created" "events: one for each new object"

# ---- people (6)

project people
give_patch 'Carl@Example.ORG' '[PATCH] a' p1@p
is "$(person carl@example.org)" 'Carl@Example.ORG|null' "people: an address alone has no name"
give_patch '"" <carl@example.org>' '[PATCH] b' p2@p
is "$(person carl@example.org)" 'Carl@Example.ORG|""' "people: the first spelling of the address is kept; an empty name replaces a missing one"
give_patch -d 10 'Carl C <CARL@example.org>' '[PATCH] c' p3@p
give_patch -d 20 'carl@example.org (Carl Clever)' '[PATCH] d' p4@p
is "$(person carl@example.org)" 'Carl@Example.ORG|"Carl Clever"' "people: a later message renames"
give_patch -d 15 'Old Carl <carl@example.org>' '[PATCH] e' p5@p
is "$(person carl@example.org)" 'Carl@Example.ORG|"Carl Clever"' "people: a message with an earlier date does not rename (17 b)"
give_patch -d 30 'carl@example.org' '[PATCH] f' p6@p
is "$(person carl@example.org)" 'Carl@Example.ORG|"Carl Clever"' "people: a missing name does not replace a name"
give -d 40 'Gone <carl@example.org>' 'not stored' p7@p
give_patch -d 40 'Gone <carl@example.org>' '[PATCH] a' p1@p
is "$(person carl@example.org)" 'Carl@Example.ORG|"Carl Clever"' "people: only a message that is stored renames"
give -d 40 'Nobody <nobody@example.org>' 'not stored' p8@p
is "$(person nobody@example.org)" "" "people: a person is added only for a message that is stored"
sql "update patchwork_person set user_id = 101, name = 'My Own' where email = 'Carl@Example.ORG'"
give_patch -d 50 'Mailer <carl@example.org>' '[PATCH] g' p9@p
is "$(person carl@example.org)" 'Carl@Example.ORG|"My Own"' "people: the name of a person who is a user is kept (17 b)"
give_patch -h 'Reply-To: Dora <dora@example.org>' 'Dora via people <people@example.org>' '[PATCH] h' p10@p
is "$(person dora@example.org)|$(person people@example.org)" 'dora@example.org|"Dora"|' "people: the sender of mail whose From the list has rewritten is found"

# ---- transactions and the clock (5)

project clock
give_patch "$ada" '[PATCH] zone' z1@c
sql "update patchmda.setting set value = 'Australia/Canberra'"
patch "$ada" '[PATCH] zone' z2@c | patchmda deliver
is "$(sql "set timezone = 'UTC'" "select date at time zone 'UTC' from patchwork_patch where msgid = '<z1@c>'")" \
	"2026-03-02 09:00:00" "dates: the clock reading is UTC's"
is "$(sql "select date at time zone 'Australia/Canberra' from patchwork_patch where msgid = '<z2@c>'")" \
	"2026-03-02 09:00:00" "dates: the clock reading is stored in the recorded zone"
patch "$ada" '[PATCH] zone' z3@c | sed '/^Date/d' | patchmda deliver
ok "dates: the time of receipt is stored without a shift" \
	test "$(sql "select abs(extract(epoch from now() - date)) < 600 from patchwork_patch where msgid = '<z3@c>'")" = t

# ---- a database of Patchwork 3.2

fresh_db rows_0046
"$ROOT/tests/django-schema" 0046 | psql -Xq -v ON_ERROR_STOP=1
patchmda init --time-zone UTC >/dev/null
project old
give "$ada" '[PATCH 0/1] set' o0@p
mail -r '<o0@p>' -d 1 "$ada" '[PATCH 1/1] one' o1@p "Depends-on: <o0@p>

$(change a.c)" | patchmda deliver
mail -r '<o1@p>' "$ben" 'Re: [PATCH 1/1] one' o2@p 'Acked-by: Ben <ben@x.org>' | patchmda deliver
is "$(series)|$(comments)|$(tags o1@p)" "v1/1 set [o0@p] 1:o1@p|patch o1@p o2@p|A1 " "tables of 0046: series, comments and tags are stored"

# ---- sequences that no column owns, which some databases have after tables were renamed and restored

fresh_db rows_lost
"$ROOT/tests/django-schema" 0046 | psql -Xq -v ON_ERROR_STOP=1
patchmda init --time-zone UTC >/dev/null
sql "do \$\$ declare lost regclass; begin
	for lost in select oid from pg_class c where relkind = 'S' and relnamespace = 'public'::regnamespace
			and exists (select from pg_depend where objid = c.oid and deptype = 'a') loop
		execute format('alter sequence %s owned by none', lost);
	end loop; end \$\$"
is "$(sql "select pg_get_serial_sequence('patchwork_patch', 'id') is null,
	pg_get_serial_sequence('patchwork_series', 'id') is null,
	pg_get_serial_sequence('patchwork_covercomment', 'id') is null")" "t|t|f" \
	"lost sequences: only those of identity columns are owned by a column"
psql -Xq -v ON_ERROR_STOP=1 -v role=rows_t_deliverer -f "$ROOT/sql/grants.sql"
project lost
export PGUSER_BEFORE=$PGUSER PGUSER=rows_t_deliverer
for ((i = 1; i <= 2; i++)); do
	patch -r '<l0@p>' -d $i "$ada" "[PATCH $i/2] part" "l$i@p" | mbox
	mail -r "<l$i@p>" -d 5 "$ben" "Re: [PATCH $i/2] part" "lc$i@p" | mbox
done | patchmda import - >/dev/null
give "$ada" '[PATCH 0/2] set' l0@p
give -r '<l0@p>' -d 6 "$ben" 'Re: [PATCH 0/2] set' lc0@p
give_patch -r '<l0@p>' -d 9 "$ada" '[PATCH v2] one' l3@p
give -r '<later@p>' "$ben" 'Re: [PATCH] later' lw@p
PGUSER=$PGUSER_BEFORE
is "$(series)" "v1/2 set [l0@p] 1:l1@p 2:l2@p
v2/1 [v2] one [-] 1:l3@p" "lost sequences: series are created"
is "$(comments)" "cover l0@p lc0@p
patch l1@p lc1@p
patch l2@p lc2@p" "lost sequences: comments on patches and cover letters, too"
is "$(sql "select (select max(id) from patchwork_patch) = (select last_value from patchwork_submission_id_seq),
	(select max(id) from patchwork_series) = (select last_value from patchwork_series_id_seq),
	(select max(id) from patchwork_cover) = (select last_value from patchwork_cover_id_seq),
	(select max(id) from patchwork_patchcomment) = (select last_value from patchwork_comment_id_seq)")" \
	"t|t|t|t" "lost sequences: ids are drawn from the sequences in the columns' defaults"

done_testing
