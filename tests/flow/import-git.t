#!/usr/bin/env bash
# import-git.t - `patchmda import` of git repositories of public-inbox: the rows are those of the mailbox, and the
# next import reads only new mail

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../import.sh"
. "$(dirname "$0")/../git.sh"
. "$(dirname "$0")/../fault.sh"

need git /usr/bin/python3
pg_start
reference_start

# same_rows NAME - tests that the rows are those of the mailbox; held mail is left out, because its location differs
same_rows() {
	is "$(without_held "$T/facts")" "$(cat "$T/reference.without")" "$1"
}
position() {
	sql "select last_commit from patchmda.repository where path like '%/$1'"
}
all="42 messages: 20 patches, 3 covers, 16 comments, 1 duplicates, 1 ignored, 1 held (0 of them waiting), 0 errors"
none="0 messages: 0 patches, 0 covers, 0 comments, 0 duplicates, 0 ignored, 0 held (0 of them waiting), 0 errors"

# ---- the formats

make_archive "$T/v2" --mails 15 <"$sample"
git init -q --bare "$T/v2/all.git"
echo x >"$T/v2/msgmap.sqlite3"
ready_db import_git_v2
import "a folder with epochs" "$T/v2"
is "$(counts)" "$all" "the summary counts the mails"
same_rows "the rows are those of the mailbox"
for epoch in 0 1 2; do
	is "$(position "git/$epoch.git")" "$(head_of "$T/v2/git/$epoch.git")" "the position in epoch $epoch is at its end"
done
is "$(sql "select place from patchmda.held")" "$T/v2/git/2.git:$(head_of "$T/v2/git/2.git")" \
	"held mail has its repository and commit"
is "$(sql "select md5(message) from patchmda.held")" "$(git -C "$T/v2/git/2.git" show HEAD:m | md5sum | cut -d ' ' -f 1)" \
	"and the bytes that it has in git"
import "again" "$T/v2"
is "$(counts)" "$none" "nothing is read again"
same_rows "and nothing is changed"

ready_db import_git_epochs
mkdir "$T/epochs"
for epoch in 0 1 2; do
	git clone -q --bare "$T/v2/git/$epoch.git" "$T/epochs/$epoch.git"
done
mv "$T/epochs/2.git" "$T/epochs/10.git"
import "epochs in the folder itself" "$T/epochs"
same_rows "the rows are those of the mailbox"

ready_db import_git_single
for epoch in 0 1 2; do
	git clone -q "$T/v2/git/$epoch.git" "$T/clone-$epoch" 2>/dev/null
	import "a single epoch, not bare ($epoch)" "$T/clone-$epoch"
done
same_rows "the rows are those of the mailbox"
import "the same archive at another path" "$T/v2"
is "$(counts)" "$none" "it is recognised by its first commits"

ready_db import_git_shallow
git clone -q --bare --depth 5 "file://$T/v2/git/0.git" "$T/shallow.git"
import "a shallow clone" "$T/shallow.git"
like "$(counts)" '^5 messages: ' "has the newest mails"
git -C "$T/shallow.git" fetch -q --unshallow
import "after it is complete" "$T/shallow.git"
like "$(counts)" '^15 messages: ' "all are read"

ready_db import_git_v1
make_archive "$T/v1" --v1 <"$sample"
import "format v1" --batch 5 "$T/v1"
same_rows "the rows are those of the mailbox"
is "$(position v1)" "$(head_of "$T/v1")" "the position is at its end"

ready_db import_git_crlf
sed 's/$/\r/' "$sample" >"$T/crlf.mbox"
import "CR LF in a mailbox" "$T/crlf.mbox"
without_held "$T/facts" >"$T/crlf"
ready_db import_git_crlf2
make_archive "$T/crlf.v2" <"$T/crlf.mbox"
import "CR LF in git" "$T/crlf.v2"
is "$(sift -v '^held' "$T/facts")" "$(cat "$T/crlf")" "the rows are the same"

ready_db import_git_raw
git init -q --bare "$T/raw.git"
mail 'Ada <ada@x.org>' '[PATCH 0/1] a cover' raw@x.org $'From the hills\n>From afar' | append "$T/raw.git"
import "lines that start with From" "$T/raw.git"
is "$(sql "select content from patchwork_cover")" $'From the hills\n>From afar' "nothing is unquoted"

# ---- new mail

LIST=tarn-devel.lists.example.org
ready_db import_git_new
make_archive "$T/new" --mails 15 < <(messages 1 20)
import "the first mails" "$T/new"
like "$(counts)" '^20 messages: ' "are read"
make_archive "$T/new" --mails 30 < <(messages 21 42)
mv "$T/new" "$T/moved"
import "the others, after a move" "$T/moved"
like "$(counts)" '^22 messages: ' "are read, and no others"
same_rows "the rows are those of the mailbox"
is "$(sql "select path from patchmda.repository where last_commit = '$(head_of "$T/moved/git/1.git")'")" \
	"$T/moved/git/1.git" "the new path is recorded"

# last_of - prints the number of commits up to the position
last_of() {
	git -C "$T/moved/git/1.git" rev-list --count "$(position git/1.git)"
}
before=$(last_of)
patch 'Ada <ada@x.org>' '[PATCH] one' new1@x.org | append "$T/moved/git/1.git"
import "--dry-run" --dry-run "$T/moved"
like "$(counts)" '^1 messages: 1 patches' "counts new mail"
is "$(last_of)" "$before" "and does not move the position"
import "--restart" --restart "$T/moved"
like "$(counts)" '^43 messages: 1 patches' "reads all"
is "$(last_of)" $((before + 1)) "and moves the position to the end"

# ---- dates

ready_db import_git_dates
git init -q --bare "$T/days.git"
for day in 01 02 03 04; do
	mail 'Ada <ada@x.org>' '[PATCH 0/1] a cover' "day$day@x.org" "text" |
		sed "s/^Date: .*/Date: Thu, $day Jan 2015 23:30:00 +0000/" | append "$T/days.git"
done
days() {
	sql "select string_agg(substr(msgid, 5, 2), ' ' order by msgid) from patchwork_cover"
}
import "--since" --since 2015-01-03 "$T/days.git"
is "$(days)" "03 04" "reads later mail"
import "--since, again" --since 2015-01-03 "$T/days.git"
is "$(counts)" "$none" "reads only new mail"
import "--since, of a later day" --since 2015-01-04 "$T/days.git"
is "$(counts)" "$none" "also reads only new mail"
mail 'Ada <ada@x.org>' '[PATCH 0/1] a cover' "day05@x.org" "text" |
	sed "s/^Date: .*/Date: Thu, 03 Jan 2015 23:30:00 +0000/" | append "$T/days.git"
import "--since, of a later day" --since 2015-01-04 "$T/days.git"
is "$(days)" "03 04" "a mail that it leaves out"
import "--since, of the day before" --since 2015-01-03 "$T/days.git"
is "$(days)" "03 04 05" "is read"
import "--since, of an earlier day" --since 2015-01-02 "$T/days.git"
is "$(days)" "02 03 04 05" "reads from the beginning"
import "--until" --until 2015-01-01 "$T/days.git"
is "$(days)" "01 02 03 04 05" "reads from the beginning"
import "without dates" "$T/days.git"
like "$(counts)" '^5 messages: 0 patches, 0 covers, .* 5 duplicates' "also reads from the beginning"
import "without dates, again" "$T/days.git"
is "$(counts)" "$none" "reads only new mail"

patchmda project add other --list-id other.example.org >/dev/null
import "--list-id" --list-id other.example.org "$T/days.git"
like "$(counts)" '^5 messages: 0 patches, 5 covers' "another list has a position of its own"
ready_db import_git_until
import "--until, first" --until 2015-01-02 "$T/days.git"
is "$(days)" "01 02" "reads no later mail"
import "without a limit" "$T/days.git"
is "$(days)" "01 02 03 04 05" "later mail is not lost"
mail 'Ada <ada@x.org>' '[PATCH 0/1] a cover' "day06@x.org" "text" |
	sed "s/^Date: .*/Date: Tue, 06 Jan 2015 23:30:00 +0000/" | append "$T/days.git"
import "--until, after an import without it" --until 2015-01-02 "$T/days.git"
import "without a limit, again" "$T/days.git"
like "$(counts)" '^1 messages: 0 patches, 1 covers' "the position has stayed where it was"

# ---- a history that was rewritten, and mail that was deleted

ready_db import_git_rewritten
git init -q --bare "$T/list.git"
for i in 1 2 3 4; do
	patch 'Ada <ada@x.org>' "[PATCH] number $i" "$i@x.org" >"$T/$i"
	commit "$T/list.git" "number $i" m "$T/$i"
done
import "four patches" "$T/list.git"
delete "$T/list.git" "$T/2"
import "one is deleted" "$T/list.git"
is "$(counts)" "$none" "a deletion is not counted as a message"
is "$(sql "select count(*) from patchwork_patch")" 4 "the stored patches are kept"
like "$(patchmda why 2@x.org)" "deleted from its archive, as noted 20[-0-9]+ [0-9:]+Z: commit $(head_of "$T/list.git") in $T/list.git; what is stored here stays" \
	"why reports it"
unlike "$(patchmda why 1@x.org)" "deleted from" "and not for other mail"
patch 'Ada <ada@x.org>' "[PATCH] number 5" "5@x.org" | append "$T/list.git"
purge "$T/list.git" "number 3"
import "one is purged, and one is new" "$T/list.git"
like "$(counts)" '^2 messages: 1 patches, 0 covers, 0 comments, 1 duplicates, 0 ignored, 0 held .*, 0 errors' \
	"known mail is skipped"
is "$(sql "select count(*) from patchwork_patch")" 5 "the stored patches are kept"
like "$(patchmda why 3@x.org)" "deleted from its archive" "why reports it"
git clone -q --bare "$T/list.git" "$T/other.git"
git -C "$T/other.git" gc -q --prune=now
sql "update patchmda.repository set last_commit = '$(git -C "$T/list.git" hash-object "$T/1")'"
import "the last commit is unknown" "$T/other.git"
like "$(counts)" '^4 messages: 0 patches, 0 covers, 0 comments, 4 duplicates' "all is read again"

# A mail whose subject is that of a purge is a mail.
patch 'Ada <ada@x.org>' "purged $(git hash-object "$T/1")" 6@x.org |
	commit "$T/list.git" "purged $(git hash-object "$T/1")" m -
import "a subject like that of a purge" "$T/list.git"
is "$(sql "select count(*) from patchwork_patch")" 6 "is no purge"

ready_db import_git_deleted
import "all of it at once" "$T/list.git"
is "$(sql "select string_agg(msgid, ' ' order by msgid) from patchwork_patch")" "<1@x.org> <2@x.org> <4@x.org> <5@x.org> <6@x.org>" \
	"deleted mail is stored; purged mail does not exist"

# ---- unreadable repositories

ready_db import_git_broken
git init -q --bare "$T/broken.git"
for i in 1 2 3; do
	append "$T/broken.git" "$T/$i"
done
remove_object "$T/broken.git" "$(git hash-object "$T/2")"
exits 75 "a mail that is missing" patchmda import --create-projects "$T/broken.git"
like "$(cat "$T/err")" "patchmda import: $T/broken.git: $(git -C "$T/broken.git" rev-parse HEAD^): git cannot read it" "is named"
like "$(counts)" '^2 messages: 2 patches, .* 1 errors$' "and counted; the others are stored"
exits 75 "the next import tries it again" patchmda import "$T/broken.git"
put_back
import "after it was restored" "$T/broken.git"
is "$(sql "select count(*) from patchwork_patch")" 3 "it is stored"
is "$(position broken.git)" "$(head_of "$T/broken.git")" "and the position is at the end"

patch 'Ada <ada@x.org>' "[PATCH] number 7" "7@x.org" | append "$T/broken.git"
remove_object "$T/broken.git" "$(git -C "$T/broken.git" rev-parse 'HEAD^{tree}')"
exits 66 "a tree that is missing" patchmda import "$T/broken.git"
put_back
remove_object "$T/broken.git" "$(head_of "$T/broken.git")"
exits 66 "a commit that is missing" patchmda import "$T/broken.git"
like "$(cat "$T/err")" "$T/broken.git: its newest commit cannot be read" "is named"
put_back
import "after it was restored" "$T/broken.git"
is "$(sql "select count(*) from patchwork_patch")" 4 "the mail is stored"

git init -q --bare "$T/unborn.git"
exits 66 "no commits" patchmda import "$T/unborn.git"
like "$(cat "$T/err")" "$T/unborn.git: there is no mail in this repository: it has no commits" "is reported as an error"
git init -q --bare "$T/v2/git/3.git"
import "an epoch without commits" "$T/v2"
unlike "$(cat "$T/err")" '3\.git' "is not read yet"
git -C "$T/v2/git/0.git" symbolic-ref HEAD refs/heads/x
exits 75 "a HEAD that names a missing branch" patchmda import --create-projects "$T/v2"
like "$(cat "$T/err")" "$T/v2/git/0.git: HEAD is the branch refs/heads/x, which does not exist; refs/heads/master does" \
	"is reported as an error"
rm "$T/v2/git/1.git/HEAD"
exits 75 "a directory that is not an epoch" patchmda import "$T/v2"
like "$(cat "$T/err")" "$T/v2/git/1.git: fatal: not a git repository" "is reported with git's message"
git init -q "$T/code" && touch "$T/code/README" && git -C "$T/code" add . && git -C "$T/code" commit -q -m x
exits 66 "a repository of other files" patchmda import "$T/code/.git"
like "$(cat "$T/err")" "not one of public-inbox" "is reported as an error"

# There is no room to hold a mail: the position is not moved beyond it by later batches.
ready_db import_git_room
{
	cat "$sample"
	awk '/^From / && mails++ { exit } { print }' "$sample"
} | make_archive "$T/room"
exits 75 "no room for held mail" patchmda import --create-projects --held-messages 0 --batch 1 "$T/room"
like "$(counts)" ' 1 errors$' "is an error"
isnt "$(position git/0.git)" "$(head_of "$T/room/git/0.git")" "the position is before it"
import "when there is room" "$T/room"
same_rows "nothing is missing"
is "$(sql "select count(*) from patchmda.held")" 1 "it is held"

# The database refuses the first mail permanently and the second temporarily: the position does not move.
ready_db import_git_halves
refuse_by_name
git init -q --bare "$T/halves.git"
for state in 22001 ok 53100; do
	patch 'Ada <ada@x.org>' "[PATCH] sqlstate $state" "$state@x.org" | append "$T/halves.git"
	if [ $state = ok ]; then
		exits 75 "no room to hold the first half of a batch" \
			patchmda import --create-projects --held-messages 0 "$T/halves.git"
		is "$(sql "select name from patchwork_patch")|$(position halves.git)" 'sqlstate ok|' \
			"the second half is done, and the position is before it"
	fi
done
exits 75 "no space for a part of the second half" patchmda import --create-projects "$T/halves.git"
is "$(sql "select kind from patchmda.held")" refused "the first half is processed"
is "$(position halves.git)" '' "and the position is before it"

# ---- the environment

ready_db import_git_place
PATH=$BUILD:/nowhere exits 66 "without git" "$BUILD/patchmda" import "$T/list.git"
like "$(cat "$T/err")" "git cannot be run: it is not installed" "is reported as an error"
GIT_DIR=$T/v1 import "GIT_DIR names another repository" "$T/list.git"
like "$(counts)" '^5 messages: 5 patches' "the path counts"

done_testing
