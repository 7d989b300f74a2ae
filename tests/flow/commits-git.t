#!/usr/bin/env bash
# commits-git.t - `patchmda commits` on repositories made here: the patches that it finds, the states and commits
# that it sets, and those that it keeps; `patchmda hash`
. "$(dirname "$0")/../lib.sh"
need git jq /usr/bin/python3
. "$(dirname "$0")/../mail.sh"
LIST=ring.lists.example.org
pg_start
ready_db commits_git
patchmda project add ring --list-id $LIST --list-email ring@lists.example.org
patchmda project add rung --list-id rung.lists.example.org

export HOME=$T GIT_CONFIG_NOSYSTEM=1
git config --global user.name Committer
git config --global user.email committer@x.org
git config --global init.defaultBranch main
git config --global advice.detachedHead false
# Hashes are those of git's defaults, whatever settings a user has in these files.
cp "$T/.gitconfig" "$T/odd"
for setting in diff.noprefix=true diff.mnemonicPrefix=true diff.context=7 diff.interHunkContext=9 \
	diff.renames=false diff.algorithm=patience diff.suppressBlankEmpty=true diff.external=/bin/false \
	color.ui=always format.pretty=oneline log.showSignature=true log.decorate=full log.showRoot=false \
	diff.submodule=log diff.orderFile=/nowhere diff.relative=true core.quotePath=false \
	i18n.logOutputEncoding=ISO-8859-1 log.follow=true diff.wordRegex=. diff.indentHeuristic=false \
	core.bigFileThreshold=1 core.abbrev=40 core.attributesFile="$T/attributes" diff.wsErrorHighlight=all \
	diff.colorMoved=zebra diff.renameLimit=1 diff.ignoreSubmodules=all log.date=iso log.abbrevCommit=true \
	i18n.commitEncoding=ISO-8859-1 color.diff=always; do
	git config --file "$T/odd" "${setting%%=*}" "${setting#*=}"
done
echo '* binary' >"$T/attributes"
patchmda() {
	GIT_CONFIG_GLOBAL=$T/odd GIT_DIFF_OPTS=--unified=9 GIT_EXTERNAL_DIFF=/bin/false command patchmda "$@"
}

# ---- mail: patches of a small tree, each mailed by its author

git init -q "$T/tree"
cd "$T/tree"
mkdir src
seq -f 'line %g' 200 >src/ring.c
seq -f 'word %g' 200 >src/rope.c
printf 'bin\0ary' >src/bin
git add .
git commit -qm 'The tree'
git tag start

# author NAME - sets the author of the next commits
author() {
	export GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=${1,,}@x.org
}

# edit FILE LINE - changes that line
edit() {
	sed -i "$2s/.*/changed by $GIT_AUTHOR_NAME, ${3-once}/" "$1"
}

clock=$MAIL_EPOCH

# made SUBJECT [BODY] - commits all changes, a minute after the last commit
made() {
	clock=$((clock + 60))
	git add -A
	GIT_AUTHOR_DATE="@$clock +0000" GIT_COMMITTER_DATE="@$clock +0000" \
		git commit -qm "$1${2+$'\n\n'$2}"
}

# mailed ID [PREFIX [FROM [HEADER]...]] - the last commit, mailed by its author
mailed() {
	local id=$1 prefix=${2-PATCH} from=${3-} headers=() header
	shift $(($# < 3 ? $# : 3))
	for header; do
		headers+=(--add-header="$header")
	done
	git format-patch -1 -q \
		--no-numbered --stdout --subject-prefix="$prefix" --add-header="Message-ID: <$id@x.org>" \
		--add-header="List-Id: <$LIST>" ${headers[@]+"${headers[@]}"} ${from:+--from="$from"} |
		tee "$T/$id.mail" | patchmda deliver
}

author Ada
edit src/ring.c 10
made 'ring: one'
mailed one
edit src/ring.c 50
made 'ring: two'
mailed two-v1 'PATCH v1'
git checkout -q HEAD~
edit src/ring.c 50 twice
made 'ring: two'
mailed two-v2 'PATCH v2'
author Bob
edit src/rope.c 20
made 'rope: three' 'What three is about.'
mailed three
edit src/rope.c 60
made 'rope: four'
mailed four PATCH 'Carol <carol@x.org>'
git mv src/rope.c src/line.c
edit src/line.c 90
made 'rope: is a line now'
mailed renamed
printf 'other\0' >src/bin
made 'bin: another'
mailed binary
chmod +x src/ring.c
made 'ring: a program'
mailed mode
author Ada
mkdir 'src/ü'
seq 9 >"src/ü/ö.c"
made 'Ärger: fünf'
mailed umlaut
edit src/ring.c 120
made 'ring: six'
mailed six 'PATCH 1/2' '' 'In-Reply-To: <cover@x.org>' 'References: <cover@x.org>'
edit src/ring.c 150
made 'ring: seven'
mailed seven 'PATCH 2/2' '' 'In-Reply-To: <cover@x.org>' 'References: <cover@x.org>'
mail 'Ada <ada@x.org>' '[PATCH 0/2] ring: six and seven' cover@x.org | patchmda deliver
edit src/ring.c 180
made 'ring: eight'
mailed eight
edit src/ring.c 190
made 'ring: nine'
mailed nine
mail -r '<nine@x.org>' 'Bob <bob@x.org>' 'Re: [PATCH] ring: nine' reply@x.org | patchmda deliver
edit src/ring.c 195
made 'ring: cross-posted'
mailed crossed
sed 's/^List-Id: .*/List-Id: <rung.lists.example.org>/' "$T/crossed.mail" | patchmda deliver
is "$(sql 'select count(*) from patchwork_patch')" 15 "the patches are stored"

# patch_of ID [COLUMN] - prints the id, or another column, of the patch with this message id
patch_of() {
	sql "select ${2-p.id} from patchwork_patch p join patchwork_state s on s.id = p.state_id
		join patchwork_project j on j.id = p.project_id where p.msgid = '<$1@x.org>' and j.linkname = 'ring'"
}

# ---- a maintainer's repository

git init -q "$T/work"
cd "$T/work"
git pull -q --tags "$T/tree" start
unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL

# apply ID [SED-SCRIPT] - applies the mail, changed by sed, with git am
apply() {
	clock=$((clock + 60))
	sed -E "${2-}" "$T/$1.mail" | GIT_COMMITTER_DATE="@$clock +0000" git am -q -3
}

# commit - prints the hash of the last commit
commit() {
	git rev-parse HEAD
}

# found COMMIT - prints `rule msgid changed` from a dry run
found() {
	patchmda commits --json --dry-run --project ring . --max-count 1 "$1" |
		jq -r '"\(.rule) \(.msgid) \(.changed)"'
}

apply one
one=$(commit)
is "$(found "$one")" 'hash <one@x.org> true' "git am: found by its hash"
apply two-v2 's/twice/three times/; s/^Subject: .*/Subject: [PATCH] Ring: TWO/'
edited=$(commit)
is "$(found "$edited")" 'author <two-v2@x.org> true' "edited when it was applied: by author and title, the last version"
apply three 's/^What three is about./&\n\nLink: https:\/\/lore.kernel.org\/r\/three@x.org/; s/^\+changed.*/&!/; s/^From: .*/From: Z <z@x.org>/'
linked=$(commit)
is "$(found "$linked")" 'trailer <three@x.org> true' "by a Link: that a maintainer added, whatever was changed"
apply four 's/^\+changed by.*/&, and edited/'
in_body=$(commit)
is "$(git log -1 --format=%ae), $(patch_of four '(select email from patchwork_person where id = p.submitter_id)')" \
	'bob@x.org, carol@x.org' "the author of the next patch is not its sender"
is "$(found "$in_body")" 'author <four@x.org> true' "it is found by the author in its text"
apply renamed
is "$(found HEAD)" 'hash <renamed@x.org> true' "a rename"
git commit -q --amend --reset-author -m 'mine: another title'
is "$(found HEAD)" 'hash <renamed@x.org> true' "by the hash alone: another author, and another title"
renamed=$(commit)
git checkout -q HEAD -- . && printf 'other\0' >src/bin && git commit -qam 'bin: another' --author 'Bob <bob@x.org>' --date "@$clock"
is "$(found HEAD)" 'author <binary@x.org> true' "a binary file has no hash, and is found by author and title"
chmod +x src/ring.c && git commit -qam 'ring: a program' --author 'Nobody <nobody@x.org>' --date "@$clock"
is "$(found HEAD)" 'null null false' "a change of a mode has no hash, and is not taken for another such change"
apply umlaut
is "$(found HEAD)" 'hash <umlaut@x.org> true' "file names that git quotes, and a title that is not English"
git commit -q --amend -m 'x' && apply six && git reset -q --soft HEAD~2 && git commit -qm 'ring: squashed'
squashed=$(commit)
is "$(found HEAD)" 'null null false' "a commit of two squashed patches is neither of them"
apply seven 's/^\+changed.*/&!/; s/^From: .*/From: Z <z@x.org>/; s/^---$/Link: https:\/\/l.org\/r\/cover@x.org\/\n---/'
is "$(git log -1 --format=%B | grep Link)" 'Link: https://l.org/r/cover@x.org/' "a link to the cover letter"
is "$(found HEAD)" 'trailer <seven@x.org> true' "finds the patch of its thread with the title of the commit"
git commit -q --amend -m "another

Link: https://l.org/r/cover@x.org"
is "$(found HEAD)" 'null null false' "and none if no patch has that title"
apply nine 's/^\+changed.*/&!/; s/^From: .*/From: Z <z@x.org>/; s/^---$/Message-Id: <reply@x.org>\n---/'
is "$(found HEAD)" 'trailer <nine@x.org> true' "the message id of a reply finds the patch of its thread, too"
nine=$(commit)
git commit -q --amend -m 'ring: nine' && git commit -q --allow-empty -m 'ring: empty'
is "$(found HEAD)" 'null null false' "an empty commit"
git revert --no-edit "$one" >/dev/null
is "$(found HEAD)" 'null null false' "a revert is not the commit that it reverts"
git checkout -q -b stable start
git cherry-pick -x "$one" >/dev/null
git commit -q --amend --no-edit --date "@$((clock + 86400 * 500))"
is "$(found HEAD)" 'hash <one@x.org> true' "a cherry-pick is found by its hash"
picked=$(commit)
git checkout -q main
git merge -q --no-edit stable -s ours
is "$(patchmda commits --dry-run --project ring . -n 1 HEAD~1..HEAD | tail -n 1 | cut -d: -f1)" '1 commits' \
	"a merge is skipped"
# With a graft or a replacement a commit has other parents, and thereby another diff.
echo "$one" >.git/info/grafts
git replace --graft "$edited"
is "$(found "$one"), $(found "$edited")" 'hash <one@x.org> true, author <two-v2@x.org> true' "grafts and replacements do not count"
is "$(patchmda commits --dry-run --project ring . -n 1 2>&1 >/dev/null)" '' "and git prints nothing about them"
rm .git/info/grafts
git replace -d "$edited" >/dev/null
is "$(patchmda commits --dry-run --json --project rung . "$one~..$one" | jq -c .rule)" null \
	"patches of other projects are not found"

# ---- a run

# facts - prints the rows that may change
facts() {
	sql "select p.msgid, j.linkname, s.slug, p.commit_ref from patchwork_patch p
		join patchwork_state s on s.id = p.state_id join patchwork_project j on j.id = p.project_id order by p.id" \
		"select * from patchwork_event order by id" \
		"select * from patchmda.progress where job not in ('commits')"
}

before=$(facts)
exits 0 "--dry-run" patchmda commits --dry-run --project ring .
is "$(facts)" "$before" "--dry-run: changes nothing"
like "$(cat "$T/out")" "${one:0:12}  hash +$(patch_of one) +new -> accepted +ring: one" "and prints what would change"
like "$(tail -n 1 "$T/out")" '^[0-9]+ commits: 1 by trailer, [0-9]+ by hash, 3 by author .* without a patch; [0-9]+ patches would change$' \
	"with a summary"

sql "insert into auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
	date_joined) values ('', false, 'bot', '', '', 'bot@x.org', false, true, now())" \
	"update patchwork_patch set state_id = (select id from patchwork_state where slug = 'under-review')
	where msgid = '<two-v2@x.org>'" \
	"update patchwork_patch set state_id = (select id from patchwork_state where slug = 'rejected')
	where msgid = '<three@x.org>'" \
	"update patchwork_patch set state_id = (select id from patchwork_state where slug = 'accepted')
	where msgid = '<four@x.org>'" \
	"update patchwork_patch set commit_ref = 'as somebody wrote' where msgid = '<renamed@x.org>'"
events=$(sql 'select max(id) from patchwork_event')
exits 0 "a run" patchmda commits --json --project ring --actor bot .
is "$(jq -c 'keys' "$T/out" | sort -u)" '["changed","commit","msgid","patch","rule"]' "--json: an object on each line"
is "$(patch_of one 's.slug, p.commit_ref')" "accepted|$one" "a patch is accepted, and has its first commit"
is "$(jq -r "select(.commit == \"$picked\") | .changed" "$T/out")" false "the cherry-pick changes nothing"
is "$(patch_of two-v2 's.slug, p.commit_ref')" "accepted|$edited" "a patch under review is accepted"
is "$(patch_of two-v1 's.slug, p.commit_ref')" 'new|' "its older version is not changed"
is "$(patch_of three 's.slug, p.commit_ref')" "rejected|$linked" "a state that a user has set is kept"
is "$(patch_of four 's.slug, p.commit_ref')" "accepted|$in_body" "a patch that a user has accepted gets its commit"
is "$(patch_of renamed 's.slug, p.commit_ref')" 'new|as somebody wrote' "a commit that a user has entered is kept"
is "$(sql "select string_agg(p.msgid || ' ' || a.slug || ' ' || b.slug || ' ' || u.username, ', ' order by p.id)
	from patchwork_event e join patchwork_patch p on p.id = e.patch_id and p.project_id = e.project_id
	join patchwork_state a on a.id = e.previous_state_id join patchwork_state b on b.id = e.current_state_id
	join auth_user u on u.id = e.actor_id
	where e.id > $events and e.category = 'patch-state-changed' and e.series_id is null")" \
	"<one@x.org> new accepted bot, <two-v2@x.org> under-review accepted bot, <binary@x.org> new accepted bot" \
	"each new state has its event, with the actor"
is "$(sql "select count(*) from patchwork_event where id > $events"), \
$(sql "select count(distinct date) from patchwork_event where id > $events")" '3, 3' "there are no other events, and no two have the same time"
after=$(facts)
exits 0 "once more" patchmda commits --project ring .
is "$(facts)" "$after" "once more: nothing changes"
like "$(tail -n 1 "$T/out")" ' 0 patches changed$' "and it is reported"

# ---- changes that a user makes afterwards

sql "update patchwork_patch set state_id = (select id from patchwork_state where slug = 'new')
	where msgid = '<one@x.org>'"
patchmda commits --project ring . >/dev/null
is "$(patch_of one 's.slug, p.commit_ref')" "new|$one" "a patch that a user has set back is not changed"
patchmda commits --project ring --force . >/dev/null
is "$(patch_of one 's.slug, p.commit_ref'), $(patch_of three s.slug), $(patch_of renamed 's.slug, p.commit_ref')" \
	"accepted|$one, accepted, accepted|as somebody wrote" "--force: all are accepted, and keep their commits"

# A user changes a patch while its batch is decided: the run waits, and the user's change is kept.

# beside_person UPDATE - runs the command while a user's change has locked the patches
beside_person() {
	sql "update patchwork_patch set commit_ref = null, state_id = 1 where msgid in ('<one@x.org>', '<two-v2@x.org>')"
	{
		echo "begin; update patchwork_patch $1;"
		until_true sql_is "select count(*) from pg_stat_activity where wait_event_type = 'Lock'
			and datname = current_database() and query like 'update patchwork_patch%'" 1
		echo 'commit;'
	} | psql -Xq &
	until_true sql_is "select count(*) from pg_locks where mode = 'RowExclusiveLock' and relation = 'patchwork_patch'::regclass" 1
	ok "a run beside a change by a user" patchmda commits --project ring .
	wait
}
beside_person "set commit_ref = 'mine' where msgid = '<one@x.org>'"
is "$(patch_of one 's.slug, p.commit_ref')" 'new|mine' "beside a change by a user: the user's commit is kept"
beside_person "set state_id = (select id from patchwork_state where slug = 'rejected') where msgid = '<one@x.org>'"
is "$(patch_of one 's.slug, p.commit_ref')" "rejected|$one" "the change by the user is kept"
is "$(patch_of two-v2 s.slug)" accepted "the other patches of the batch are changed"

# ---- missing states, users and projects

exits 65 "a state that does not exist" patchmda commits --state nonsense .
like "$(cat "$T/err")" "there is no state 'nonsense'; the states are new, " "with a message"
exits 65 "a user that does not exist" patchmda commits --actor nobody .
like "$(cat "$T/err")" "there is no user 'nobody'; " "with a message"
exits 65 "a project that does not exist" patchmda commits --project ring --project nonsense .
like "$(cat "$T/err")" "there is no project 'nonsense'; the projects are .*ring" "with a message"
sql "update patchwork_patch set commit_ref = null, state_id = 1 where msgid = '<one@x.org>'"
patchmda commits --project rung --project ring --state 'Awaiting Upstream' . "$one~..$one" >/dev/null
is "$(patch_of one 's.slug, p.commit_ref')" "awaiting-upstream|$one" "--state by its name; --project twice"

# ---- events about which Patchwork sends mail

sql "create table if not exists patchwork_patchchangenotification (patch_id integer primary key references patchwork_patch
	deferrable initially deferred, last_modified timestamptz not null, orig_state_id integer not null
	references patchwork_state deferrable initially deferred)"
again() {
	sql "update patchwork_patch set commit_ref = null, state_id = ${2-1} where msgid = '<$1@x.org>'"
	patchmda commits --project ring --force . "$one~..$one" >/dev/null
	sql "select p.msgid, n.orig_state_id from patchwork_patchchangenotification n
		join patchwork_patch p on p.id = n.patch_id"
}
is "$(again one)" '' "no notification if the project sends none"
sql "update patchwork_project set send_notifications = true"
is "$(again one)" '<one@x.org>|1' "a notification with the former state"
is "$(again one 2)" '<one@x.org>|1' "after another change it still has the state before the first"
sql "update patchwork_patchchangenotification set orig_state_id = (select id from patchwork_state where slug = 'accepted')"
is "$(again one)" '' "it is deleted when the patch is in that state again"

# ---- hash

is "$(patchmda hash "$T/one.mail")" "$(patch_of one p.hash)" "hash: of a mail"
is "$(git show "$one" | patchmda hash)" "$(patch_of one p.hash)" "hash: of git show"
is "$(sed '/^Message-ID:/d' "$T/umlaut.mail" | patchmda hash -)" "$(patch_of umlaut p.hash)" "hash: of git format-patch"
# encoded PROGRAM ENCODING - prints the mail without a Message-ID, with an encoded text
encoded() {
	sed -n '1,/^$/p' "$T/umlaut.mail" | sed -E '/^(Message-ID|Content-Transfer-Encoding|MIME-Version|Content-Type):/d
		s/^$/MIME-Version: 1.0\nContent-Type: text\/plain; charset=UTF-8\nContent-Transfer-Encoding: '"$2"'\n/'
	sed '1,/^$/d' "$T/umlaut.mail" | /usr/bin/python3 -c "$1"
}
is "$(encoded 'import base64, sys; sys.stdout.write(base64.encodebytes(sys.stdin.buffer.read()).decode())' base64 |
	patchmda hash)" "$(patch_of umlaut p.hash)" "hash: of a mail in base64 without a Message-ID"
is "$(encoded 'import quopri, sys; quopri.encode(sys.stdin.buffer, sys.stdout.buffer, False)' quoted-printable |
	patchmda hash)" "$(patch_of umlaut p.hash)" "hash: of one in quoted-printable"
is "$(sql "select diff from patchwork_patch where msgid = '<one@x.org>'" | patchmda hash)" "$(patch_of one p.hash)" "hash: of a diff"
exits 65 "hash: of no diff" patchmda hash <<<'no diff'
like "$(cat "$T/err")" 'standard input contains no diff' "hash: with a message"
exits 65 "hash: of nothing" patchmda hash /dev/null
exits 66 "hash: of no file" patchmda hash "$T/nowhere"
like "$(cat "$T/err")" "nowhere: No such file" "hash: with a message"

# ---- status

like "$(patchmda status)" 'commits   looked up [0-9]+s ago' "status shows when \`commits\` ran"
like "$(patchmda status --openmetrics)" 'patchmda_commits_timestamp_seconds [1-9]' "and so do the metrics"
done_testing
