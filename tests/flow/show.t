#!/usr/bin/env bash
# show.t - `patchmda show`: the documents of the seeds, mails that git am applies, complete series
#
# The five seeds are documents of a public Patchwork (tests/corpus/seed-*/document.json). Their mails are
# delivered, and other facts of that Patchwork are added: the first mails of the series, states, checks. Then the
# documents must be the same texts, except for ids and the prefixes of URLs (the version of the interface, the
# format).

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
need git

export HOME=$T GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 LC_ALL=C.UTF-8
git config --global user.name Maintainer
git config --global user.email maintainer@x.org
git config --global init.defaultBranch main
git config --global advice.detachedHead false

site=http://patchwork.ozlabs.org

# ---- the seeds

# project LINKNAME LIST-ID LIST-EMAIL NAME
project() {
	patchmda project add "$1" --list-id "$2" --list-email "$3" --name "$4" >/dev/null
}

# without_ids - prints the document on standard input with N for each id
without_ids() {
	sed -E -e 's/("id": )[0-9]+/\1N/' \
		-e '/"(url|mbox|web_url|comments|checks)": "http/ {
			s,/api/1\.2/,/api/,
			s,\?format=api",",
			s,/(patches|projects|people|series)/[0-9]+/,/\1/N/,
			s,(\?series=)[0-9]+,\1N,
		}'
}

# check MSGID STATE... - adds checks, each in its own context; 0 pending, 1 success, 2 warning, 3 fail
check() {
	local msgid=$1 state
	shift
	for state; do
		sql "insert into patchwork_check (date, state, context, user_id, patch_id)
			select now(), $state, 'ci-' || $state || random(), 1, id
			from patchwork_patch where msgid = '<$msgid>'"
	done
}

make_user() {
	sql "insert into auth_user (password, is_superuser, username, first_name, last_name, email,
		is_staff, is_active, date_joined)
		values ('secret', false, '$1', '$2', '$3', '$1@x.org', false, true, now())"
}

deliver_seeds() {
	local seed
	project ltp ltp.lists.linux.it ltp@lists.linux.it 'Linux Test Project development'
	project linux-ext4 linux-ext4.vger.kernel.org linux-ext4@vger.kernel.org \
		'Linux ext4 filesystem development'
	project linux-pci linux-pci.vger.kernel.org linux-pci@vger.kernel.org 'Linux PCI development'
	project qemu-devel qemu-devel.nongnu.org qemu-devel@nongnu.org 'QEMU Development'
	for seed in "$ROOT"/tests/corpus/seed-*; do
		patchmda deliver <"$seed/mail"
	done
	MAIL_EPOCH=$(date -u -d '2026-04-22 23:23:47' +%s) LIST=linux-ext4.vger.kernel.org patch \
		-r '<177689989498.3821326.15497525132012299039.stgit@frogsfrogsfrogs>' \
		'"Darrick J. Wong" <djwong@kernel.org>' \
		'[PATCH 01/10] libext2fs: make it possible to extract the fd from an IO manager' \
		177689989520.1@frogsfrogsfrogs | patchmda deliver
	MAIL_EPOCH=$(date -u -d '2026-03-30 17:40:08' +%s) LIST=linux-pci.vger.kernel.org mail \
		'Farhan Ali <alifm@linux.ibm.com>' \
		'[PATCH v12 0/7] Error recovery for vfio-pci devices on s390x' \
		20260330174011.1161-1-alifm@linux.ibm.com | patchmda deliver
	MAIL_EPOCH=$(date -u -d '2026-02-18 13:26:09' +%s) LIST=qemu-devel.nongnu.org mail \
		'Hanna Czenczek <hreitz@redhat.com>' \
		'[PATCH v4 00/24] export/fuse: Use coroutines and multi-threading' \
		20260218132633.29748-1-hreitz@redhat.com | patchmda deliver
}

# complete_seeds - adds facts that are not in mails: states, checks, and nulls in columns that were once nullable
complete_seeds() {
	make_user ci Con Integration
	sql "update patchwork_patch set state_id = (select id from patchwork_state where slug = 'superseded')
		where msgid = '<20260327122237.8071-1-wegao@suse.com>'" \
	"update patchwork_patch set state_id = (select id from patchwork_state where slug = 'changes-requested')
		where msgid = '<6215241a-07c4-4eed-8549-0e0afc2fc096@linux.ibm.com>'" \
	"alter table patchwork_project alter web_url drop not null, alter scm_url drop not null,
		alter webscm_url drop not null" \
	"update patchwork_project set web_url = null, scm_url = null, webscm_url = null
		where linkname in ('linux-pci', 'linux-ext4')"
	check 20260327122237.8071-1-wegao@suse.com 1 1
	check 6215241a-07c4-4eed-8549-0e0afc2fc096@linux.ibm.com 1 3 2
	check 20260330174011.1161-6-alifm@linux.ibm.com 1 0 1
}

seeds_come_out() {
	local seed msgid
	for seed in "$ROOT"/tests/corpus/seed-*; do
		msgid=$(sed -n 's/^    "msgid": "\(.*\)",/\1/p' "$seed/document.json")
		patchmda show --base-url $site/ "$msgid" >"$T/shown"
		is "$(without_ids <"$T/shown")" "$(without_ids <"$seed/document.json")" \
			"$1: the document of ${seed##*/}"
	done
}

# json DOCUMENT-EXPRESSION [ID] - prints a part of the document, by PostgreSQL's operators, in one line
json() {
	psql -XqAt -v ON_ERROR_STOP=1 -v document="$(patchmda show --base-url https://p.example.org "${2:-1}")" \
		<<<"select (:'document'::json)$1" | tr -d '\n' | sed -E 's/  +//g'
}

pg_start
ready_db show_seeds
deliver_seeds
complete_seeds
seeds_come_out 'our tables'
is "$(patchmda show 2 | sed -n '2,3p')" $'    "id": 2,\n    "url": "http://localhost/api/patches/2/",' \
	'a patch by its id'

for shape in 0046 0048; do
	fresh_db show_django_$shape
	"$ROOT/tests/django-schema" $shape | psql -XqAt -v ON_ERROR_STOP=1 -1
	patchmda init --time-zone UTC >/dev/null
	deliver_seeds
	complete_seeds
	seeds_come_out "Patchwork's tables at $shape"
done

# ---- the document, member by member

ready_db show_document
LIST=list.example.org
project one list.example.org list@example.org One
patch -h 'X-Twice: 1' -h $'X-Once: \t a: b' -h 'x-twice: 2' -h 'X-Empty:' -h $'X-Fold: 1\n\t2' -h 'X-Twice: 3' \
	'"Ada" <ada@x.org>' '[PATCH 2 of 4,RFC v3] subject' 'a/b%c d+é@x.org' | patchmda deliver
is "$(json "->'headers'" | tr -d ' ')" \
	"$(printf '%s' '{"From":"\"Ada\"<ada@x.org>","Subject":"[PATCH2of4,RFCv3]subject",' \
		'"Message-Id":"<a/b%cd+é@x.org>","Date":"Mon,02Mar202609:00:00+0000",' \
		'"List-Id":"<list.example.org>","X-Twice":["1","2","3"],"X-Once":"a:b","x-twice":["1","2","3"],' \
		'"X-Empty":"","X-Fold":"1\n\t2"}')" \
	'headers: in order of first occurrence; the value of a repeated name, in any case, is a list'
is "$(json "->>'prefixes'")" '["2","of","4","RFC","v3"]' 'prefixes of the stored name, split at white space too'
page=https://p.example.org/project/one/patch/a%252Fb%25c%20d+%C3%A9@x.org/
is "$(json "->>'web_url'") $(json "->>'mbox'")" "$page ${page}mbox/" 'a message id is quoted in a URL, a slash twice'
is "$(json "->>'list_archive_url'")" '' 'no archive, no URL'
patchmda project set one --list-archive-url-format 'https://lore.example.org/r/{}'
is "$(json "->>'list_archive_url'")" 'https://lore.example.org/r/a/b%c d+é@x.org' \
	'the address in the archive has the id unquoted'
is "$(json "->>'delegate'")" '' 'no delegate'
make_user bob Bob Jones
sql "update patchwork_patch set delegate_id = 1, archived = true, commit_ref = 'abc'"
is "$(json "->>'delegate'")" '{"id": 1,"url": "https://p.example.org/api/users/1/","username": "bob","first_name": "Bob","last_name": "Jones","email": "bob@x.org"}' \
	'the delegate'
is "$(json "->>'archived'") $(json "->>'commit_ref'")" 'true abc' 'archived, commit_ref'
is "$(json "->>'related'")" '[]' 'related to none'
patch 'Ada <ada@x.org>' '[PATCH] other' b@x.org | patchmda deliver
sql "insert into patchwork_patchrelation default values" "update patchwork_patch set related_id = 1"
is "$(json "->'related'->0->>'msgid'") $(json "->'related'->0->>'mbox'" 2)" \
	"<b@x.org> ${page}mbox/" \
	'each of two related patches shows the other'
sql "update patchwork_patch set content = null, diff = null, hash = null, state_id = null, series_id = null,
	headers = '' where id = 1" "update patchwork_person set name = null"
is "$(json '' | sed -E 's/.*("commit_ref")/\1/' | grep -oE '"[a-z_]+": (null|\{\}|\[\])' | tr -d '\n')" \
	'"pull_url": null"state": null"hash": null"name": null"series": []"tags": {}"headers": {}"content": null"diff": null' \
	'missing values are null or empty'
sql "update patchwork_patch set date = '2026-03-02 09:00:00.25 Australia/Canberra' where id = 1"
sql "update patchmda.setting set value = 'Australia/Canberra'"
is "$(PGTZ=Asia/Tokyo patchmda show 1 | sed -n 's/^    "date": //p')" \
	'"2026-03-02T09:00:00.250000",' "dates are clock readings in the recorded zone, not in that of the session"
is "$(patchmda show --time-zone Australia/Canberra 2 | sed -n 's/^    "date": //p')" \
	'"2026-03-02T20:00:00",' 'and --time-zone may name the same zone'
sql "update patchmda.setting set value = 'UTC'"

# checks_are CHECKS [USER] - adds checks, as context:state@minute, and prints the combined state
checks_are() {
	local entry context state
	sql 'delete from patchwork_check'
	for entry in $1; do
		context=${entry%%:*} state=${entry#*:}
		sql "insert into patchwork_check (date, state, context, user_id, patch_id)
			values (timestamptz '2026-01-01' + ${state#*@} * interval '1 min', ${state%@*}, '$context',
				(select id from auth_user where username = '${2:-bob}'), 2)"
	done
	json "->>'check'" 2
}
while read -r wanted states; do
	is "$(checks_are "$states")" "$wanted" "the combined state of the checks '$states' is $wanted"
done <<'END'
pending
pending a:0@1
success a:1@1
warning a:2@1
fail a:3@1
success a:1@1 b:1@1
pending a:1@1 b:0@1
warning a:1@1 b:0@1 c:2@1
fail a:1@1 b:0@1 c:2@1 d:3@1
success a:3@1 a:1@2
fail a:3@2 a:1@1
pending a:1@1 a:0@2
END

# ---- operands

ready_db show_find
project one list.example.org list@example.org One
LIST=other.example.org project two other.example.org other@example.org Two
patch 'Ada <ada@x.org>' '[PATCH 1/2] a' a1@x.org >"$T/a1"
patchmda deliver <"$T/a1"
sed 's/list.example.org/other.example.org/' "$T/a1" | patchmda deliver
mail 'Ada <ada@x.org>' '[PATCH 0/2] a' a0@x.org | patchmda deliver
mail -r '<a1@x.org>' 'Bob <bob@x.org>' 'Re: [PATCH 1/2] a' r1@x.org | patchmda deliver
mail -r '<a0@x.org>' 'Bob <bob@x.org>' 'Re: [PATCH 0/2] a' r0@x.org | patchmda deliver
exits 0 'a message that two projects have' patchmda show '<a1@x.org>'
like "$(cat "$T/err")" 'that of project one; project two has one, too' 'is shown from the first project, which is reported'
is "$(grep '"link_name"' "$T/out")" '        "link_name": "one",' 'the document is that of the first project'
exits 0 '--project' patchmda show --project two a1@x.org
is "$(grep '"link_name"' "$T/out")$(cat "$T/err")" '        "link_name": "two",' 'chooses the project'
exits 65 'an unknown message id' patchmda show nobody@x.org
like "$(cat "$T/err")" "^patchmda show: no patch, cover letter or comment has the message id 'nobody@x.org'; 'patchmda why'" 'is named'
exits 65 'an unknown message id in a project' patchmda show --project two nobody@x.org
like "$(cat "$T/err")" "comment in project two has the message id 'nobody@x.org'" 'names both'
exits 65 'an unknown project' patchmda show --project none a1@x.org
is "$(cat "$T/err")" "patchmda show: there is no project 'none'; the projects are one, two" 'is named, with those that exist'
exits 65 'an unknown id' patchmda show 99
is "$(cat "$T/err")" "patchmda show: there is no patch with the id 99; 'patchmda list patches' shows the ids of patches" 'is named'
exits 65 'neither an id nor a message id' patchmda show x
is "$(cat "$T/err")" "patchmda show: 'x' is not the id of a patch, which is a number, nor a message id" 'is named'
exits 64 'a message id that begins with -' patchmda show -x@x.org
like "$(cat "$T/err")" "unknown option '-x@x.org'; a message id that begins with - follows --" 'needs --'
exits 65 'after --' patchmda show -- -x@x.org
like "$(cat "$T/err")" "has the message id '-x@x.org'" 'it is a message id'
exits 65 'a cover letter' patchmda show a0@x.org
exits 65 'a comment' patchmda show r1@x.org
like "$(cat "$T/err")" 'comment on the patch <a1@x.org>' 'names its patch in the error'
exits 65 'a comment on a cover letter' patchmda show r0@x.org
like "$(cat "$T/err")" 'comment on the cover letter <a0@x.org>' 'names that in the error'
exits 64 'no operand' patchmda show
exits 64 'an unknown format' patchmda show --format xml 1
exits 0 '--format diff' patchmda show --format diff 1
is "$(cat "$T/out")" "$(sql 'select diff from patchwork_patch where id = 1')" 'is the diff'
exits 69 'no database' patchmda show -d "dbname=nowhere" 1
exits 0 'help' patchmda show --help
like "$(cat "$T/out")" 'git am' 'has examples'
fresh_db show_empty
exits 69 'no tables' patchmda show 1
like "$(cat "$T/err")" "run 'patchmda init'" 'names the remedy'

# ---- mails that git am applies

ready_db show_mbox
LIST=list.example.org
project one list.example.org list@example.org One

# repo DIRECTORY - creates a repository with one file of ten lines and a file with CR LF
repo() {
	git init -q "$1"
	seq 1 10 >"$1/lines"
	printf 'one\r\ntwo\r\nthree\r\n' >"$1/dos"
	git -C "$1" add .
	git -C "$1" commit -q -m base
}

# commit AUTHOR MESSAGE - commits the changes in $T/from
commit() {
	git -C "$T/from" add -A
	GIT_AUTHOR_DATE='2026-03-02 10:11:12 +0530' git -C "$T/from" commit -q --author "$1" -F - <<<"$2"
}

# post ID [FORMAT-PATCH-OPTION]... - prints the last commit as the list would send it
post() {
	local id=$1
	shift
	git -C "$T/from" format-patch --stdout --binary -1 "$@" | sed -e 1d -e "1,/^\$/ {
		/^\$/i List-Id: <$LIST>\nMessage-Id: <$id>
	}"
}

# applied ID [AM-OPTION]... - applies the output of `show` in $T/to
applied() {
	local id=$1
	shift
	patchmda show --format mbox "$id" >"$T/mbox"
	git -C "$T/to" am -q "$@" <"$T/mbox" >"$T/am" 2>&1 || {
		diag "$(cat "$T/am")"
		git -C "$T/to" am --abort
	}
}

commit_of() {
	git -C "$1" log -1 --format='%an <%ae> %ad%n%T%n%B'
}

repo "$T/from"
git clone -q "$T/from" "$T/to"
n=0
# round_trip NAME AUTHOR MESSAGE [SED-SCRIPT] - commits, mails (changed by sed), delivers, shows and applies a change;
# tests that both commits are the same
round_trip() {
	n=$((n + 1))
	echo "change $n" >>"$T/from/lines"
	commit "$2" "$3"
	post "$n@x.org" | sed -E "${4-}" | patchmda deliver
	applied "$n@x.org"
	is "$(commit_of "$T/to")" "$(commit_of "$T/from")" "git am: $1"
	git -C "$T/from" fetch -q "$T/to"
	git -C "$T/from" diff --quiet HEAD FETCH_HEAD ||
		diag "$(git -C "$T/from" diff --binary HEAD FETCH_HEAD)" "$(cat "$T/am" "$T/mbox")"
}

round_trip 'a plain patch' 'Ada Lovelace <ada@x.org>' $'engine: turn\n\nIt turns.\n\nSigned-off-by: Ada <ada@x.org>'
round_trip 'no message but the subject' 'Ada Lovelace <ada@x.org>' 'engine: turn'
round_trip 'names and words beyond ASCII' 'Jürgen Groß-Ünlü Ærøskøbing Đặng Łukasz Øy <j@x.org>' \
	$'Motor: dreht sich für Ævar, schnell und in jede Richtung, die man ihm gibt, immer öfter ☂\n\nGrüße 漢字.'
round_trip 'a name with a comma and quotes' 'Lovelace, "A." Ada <ada@x.org>' $'engine: turn\n\nx'
round_trip 'a name beyond ASCII with specials' 'Ünlü, A. (Ada) <ada@x.org>' $'engine: turn\n\nx'
round_trip 'a long subject that is folded' 'Ada <ada@x.org>' "engine: $(seq -s ' word' 1 40)"
round_trip 'the author where the list munged him' 'Zoë Ünlü <zoe@x.org>' $'engine: turn\n\nx' \
	'1,/^$/ s/^From: .*/From: =?UTF-8?Q?Zo=C3=AB_=C3=9Cnl=C3=BC_via_List?= <list@example.org>\nReply-To: =?UTF-8?Q?Zo=C3=AB_=C3=9Cnl=C3=BC?= <zoe@x.org>/'
unlike "$(sed '/^$/q' "$T/mbox")" 'list@example.org>$' 'the list is not in the mail as its author'
round_trip 'lines that begin with From' 'Ada <ada@x.org>' \
	$'engine: turn\n\nFrom here on\nFrom a@x.org Thu Jan  1 00:00:00 1970\n>From there, >>From x = y.\n.\n..dots\nSoft  \nlong '"$(seq -s ' ' 100)"$' é'
is "$(grep -c '^From ' "$T/mbox")" 1 'no line of the message looks like the start of another mail'
round_trip 'a From line in the message, for the author' 'Ada <ada@x.org>' $'engine: turn\n\nIt turns.' \
	'1,/^$/ s/^From: .*/From: Relay <relay@x.org>/; /^It turns/i From: Ada <ada@x.org>\n'
sed -i '3d' "$T/from/lines"
printf 'no line end' >"$T/from/new"
head -c 3000 /dev/urandom >"$T/from/binary"
round_trip 'a binary file, and one without a line end' 'Ada <ada@x.org>' $'engine: turn\n\nx'
sed -i '2s/.*/zwei\r/' "$T/from/dos"
round_trip 'a file with CR LF' 'Ada <ada@x.org>' $'engine: turn\n\nx'
is "$(git -C "$T/to" show HEAD:dos | tr '\r' '~')" $'one~\nzwei~\nthree~' 'keeps its line ends'
round_trip 'a mail that came with CR LF throughout' 'Ada <ada@x.org>' $'engine: turn\n\nx\ny' 's/$/\r/'

# body ID - prints the body of the mail that `show` prints
body() {
	patchmda show --format mbox "$1" | sed '1,/^$/d'
}
diff_text=$(change a.c | sed '1,/^---$/d')
mail 'Ada <ada@x.org>' '[PATCH] bare' bare@x.org $'It turns.\n\n'"$diff_text" | patchmda deliver
is "$(body bare@x.org)" $'It turns.\n\n'"$diff_text" 'no line --- before the diff, if the message had none'
mail 'Ada <ada@x.org>' '[PATCH] svn' svn@x.org \
	$'It turns.\n\n=== modified file a.c\n'"$(sed 1d <<<"$diff_text")" | patchmda deliver
sql "update patchwork_patch set content = 'It turns.', diff = e'=== modified file a.c\n' || diff
	where msgid = '<svn@x.org>' and diff not like '=%'"
is "$(body svn@x.org | sed -n 2,4p)" $'---\n\n=== modified file a.c' 'unless git would take the beginning of the diff for the message'
mail 'Ada <ada@x.org>' '[GIT PULL] turns' pull@x.org \
	$'The following changes since commit 1:\n\nare available in the git repository at:\n\n  git://x.org/y.git turn\n' |
	patchmda deliver
is "$(body pull@x.org | tail -n 2)" '  git://x.org/y.git turn' 'the mail of a pull request ends with the request'

# A date that git would read differently.
n=$((n + 1))
echo "change $n" >>"$T/from/lines"
commit 'Ada <ada@x.org>' 'dates'
post "$n@x.org" | sed 's/^Date: .*/Date: 2 Mar 26 05:11:12 EST/' | patchmda deliver
applied "$n@x.org"
is "$(git -C "$T/to" log -1 --format=%ad --date=iso-strict)" 2026-03-02T10:11:12+00:00 \
	'git am: an odd date is that of the database'

# ---- tags of the comments

# answer ID MINUTES BODY - delivers a reply to the mail
answers=0
answer() {
	answers=$((answers + 1))
	mail -r "<$1>" -d "$2" 'Bob <bob@x.org>' 'Re: x' "answer-$answers@x.org" "$3" | patchmda deliver
}

# tagged NAME MESSAGE WANTED-MESSAGE ANSWER... - tests the message of a patch with these replies after `git am`
tagged() {
	local name=$1 message=$2 wanted=$3 minutes=60
	shift 3
	n=$((n + 1))
	echo "change $n" >>"$T/from/lines"
	commit 'Ada <ada@x.org>' "$message"
	post "$n@x.org" ${post_options-} | patchmda deliver
	for text; do
		minutes=$((minutes - 1))
		answer "$n@x.org" $minutes "$text"
	done
	applied "$n@x.org"
	is "$(git -C "$T/to" log -1 --format=%B)" "$wanted" "tags: $name"
	is "$(git -C "$T/to" log -1 --format=%T)" "$(git -C "$T/from" log -1 --format=%T)" "tags: $name, same tree"
}

tagged 'after a message without trailers' $'turn\n\nIt turns.' \
	$'turn\n\nIt turns.\n\nAcked-by: Bob <bob@x.org>' 'Acked-by: Bob <bob@x.org>'
tagged 'after existing trailers' $'turn\n\nIt turns.\n\nSigned-off-by: Ada <ada@x.org>' \
	$'turn\n\nIt turns.\n\nSigned-off-by: Ada <ada@x.org>\nAcked-by: Bob <bob@x.org>' 'Acked-by: Bob <bob@x.org>'
tagged 'after a message that is only a subject' 'turn' $'turn\n\nAcked-by: Bob <bob@x.org>' 'Acked-by: Bob <bob@x.org>'
tagged 'all six kinds, by date, each once; no quoted, empty or other lines' \
	$'turn\n\nSigned-off-by: Ada <ada@x.org>\n[Bob: fixed]\nCc: x\nReviewed-by: Old <old@x.org>' \
	$'turn\n\nSigned-off-by: Ada <ada@x.org>\n[Bob: fixed]\nCc: x\nReviewed-by: Old <old@x.org>
Tested-by: Cy <cy@x.org>\nReported-by: Di <di@x.org>\nNacked-by: Ed <ed@x.org>\nAcked-by: Bob <bob@x.org>
Reviewed-by: Bob <bob@x.org>\nSigned-off-by: Bob Ünlü <bob@x.org>' \
	$'Well.\n\nAcked-by: Bob <bob@x.org>\nreviewed-by:  old <old@x.org>\nReviewed-by: Bob <bob@x.org>\nSigned-off-by: Bob Ünlü <bob@x.org>  ' \
	$'> Acked-by: No <no@x.org>\n Acked-by: No <no@x.org>\nAcked-by:\nSuggested-by: No <no@x.org>\nACKED-BY: Bob <bob@x.org>' \
	$'Tested-by: Cy <cy@x.org>\nReported-by: Di <di@x.org>\nNacked-by: Ed <ed@x.org>'
post_options='--notes'
n_notes=$((n + 1))
git -C "$T/from" config notes.rewriteRef refs/notes/commits
tagged 'before a line ---' $'turn\n\nIt turns.\n---\nNot for the log.' \
	$'turn\n\nIt turns.\n\nAcked-by: Bob <bob@x.org>' 'Acked-by: Bob <bob@x.org>'
like "$(cat "$T/mbox")" $'Acked-by: Bob <bob@x.org>\n---\nNot for the log.' 'and the text after it is kept'

# ---- a complete series

ready_db show_series
project one list.example.org list@example.org One
rm -rf "$T/from" "$T/to"
repo "$T/from"
git clone -q "$T/from" "$T/to"
for i in 1 2 3; do
	sed -i "${i}s/.*/line $i/" "$T/from/lines"
	commit "Ada $i <ada@x.org>" "step $i"
done
git -C "$T/from" format-patch -q --cover-letter -3 --thread -o "$T/series" --add-header "List-Id: <$LIST>"
sed -i 's/^Subject: .*SUBJECT HERE.*/Subject: [PATCH 0\/3] three steps/' "$T"/series/0000*
for i in 3 1 0 2; do
	sed 1d "$T"/series/000$i-* | patchmda deliver
done
cover=$(sql 'select msgid from patchwork_cover')
third=$(sql 'select msgid from patchwork_patch where number = 3')
answer "${third//[<>]/}" 5 'Tested-by: Bob <bob@x.org>'
id=$(sql 'select id from patchwork_series')
exits 0 'a series by its cover letter' patchmda show --series "$cover"
git -C "$T/to" am -q <"$T/out"
is "$(git -C "$T/to" log --format='%an %s' -3)" $'Ada 3 step 3\nAda 2 step 2\nAda 1 step 1' 'git am applies all its patches in order'
is "$(git -C "$T/to" rev-parse 'HEAD^{tree}')" "$(git -C "$T/from" rev-parse 'HEAD^{tree}')" 'with the same tree'
is "$(git -C "$T/to" log --format='%(trailers:only)' -1)" 'Tested-by: Bob <bob@x.org>' 'and the tags'
mv "$T/out" "$T/whole"
for key in "$third" answer-$answers@x.org "$id"; do
	ok "the same by $key" cmp "$T/whole" <(patchmda show --series "$key")
done
is "$(patchmda show --series --format json "$id" | grep -c '^    {')" 3 'as JSON it is the list of its patches'
is "$(patchmda show --series --format diff "$id" | grep -c '^diff --git')" 3 'as diff, one after another'
exits 65 'an unknown series' patchmda show --series 99
is "$(cat "$T/err")" "patchmda show: there is no series with the id 99; 'patchmda list' shows the ids of series" 'is named'
exits 65 'neither a series nor a message id' patchmda show --series x
is "$(cat "$T/err")" "patchmda show: 'x' is not the id of a series, which is a number, nor the message id of its mail" 'is named'
sql "delete from patchwork_patchtag" "update patchwork_patch set series_id = null, number = null where number = 2"
exits 0 'a series with a gap' patchmda show --series "$id"
like "$(cat "$T/err")" '2 of 3 patches are stored' 'is printed, and reported'

# ---- a mailbox of patches that `show` has printed: their import gives the same patches

# carried - prints the parts of all patches that are in their mails; of the commit message, the lines that are not tags
carried() {
	sql "select p.msgid, p.name, p.date, p.hash, md5(p.diff), w.email, p.number, p.pull_url,
			(select md5(string_agg(line, e'\n' order by i))
				from regexp_split_to_table(p.content, e'\n') with ordinality u (line, i)
				where line !~* '^[a-z-]+-by:|^(---)?\\s*$')
		from patchwork_patch p join patchwork_person w on w.id = p.submitter_id order by p.msgid"
}
ready_db show_sample
patchmda import --quiet --create-projects "$ROOT/tests/data/sample.mbox" >/dev/null
sql 'select id from patchwork_patch order by id' >"$T/ids"
while read -r id; do
	patchmda show --format mbox "$id"
done <"$T/ids" >"$T/patches.mbox"
carried >"$T/there"
ready_db show_back
patchmda import --quiet --create-projects "$T/patches.mbox" >/dev/null
is "$(carried)" "$(cat "$T/there")" 'the sample mailbox: mails of its patches become the same patches'
isnt "$(wc -l <"$T/there")" 0 'the sample mailbox has patches'

done_testing
