#!/usr/bin/env bash
# follow-clone.t - the clones that `patchmda follow` makes are like their sources, and can be used after processes
# were killed in them; clones of other programs are not changed

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../git.sh"

need git flock
pg_start
ready_db follow_clone
LIST=tarn.example.org
patchmda project add tarn --list-id $LIST >/dev/null
url=file://$T/up

# new_mail REPOSITORY NAME
new_mail() {
	patch 'Ada <ada@x.org>' "[PATCH] $2" "$2@x.org" | append "$1"
}
is_stored() {
	sql_is "select count(*) from patchwork_patch where name = '$1'" 1
}
follow() {
	timeout -s KILL $((2 * PATIENCE_SECS)) patchmda follow --once "$@"
}

# ---- files that killed processes leave

git init -q --bare "$T/up/list/git/0.git"
new_mail "$T/up/list/git/0.git" one
exits 0 "a clone" follow "$url/list" "$T/list"
clone=$T/list/git/0.git
branch=$(git -C "$clone" symbolic-ref HEAD)
for file in "$branch.lock" HEAD.lock packed-refs.lock shallow.lock objects/pack/tmp_pack_x1 objects/pack/tmp_idx_x1; do
	touch "$clone/$file"
done
true &
pid=$!
wait $pid
echo "$pid $(hostname)" >"$clone/gc.pid"
new_mail "$T/up/list/git/0.git" two
exits 0 "with the locks of a killed git" follow "$T/list"
ok "the clone is fetched nevertheless" is_stored two
is "$(cd "$clone" && find . -name '*.lock' -o -name 'tmp_*')" "" "and the locks are deleted"
exec {held}>"$clone/patchmda-mirror"
flock "$held"
new_mail "$T/up/list/git/0.git" three
touch "$clone/$branch.lock"
exits 75 "while another process is using it" follow --timeout 1s "$T/list"
like "$(cat "$T/err")" "$clone: another process is using it" "the error is reported"
ok "the locks of that process are kept" test -e "$clone/$branch.lock"
exec {held}>&-
exits 0 "after that process has ended" follow "$T/list"
ok "the clone is fetched" is_stored three

# ---- changes of the source

git -C "$T/up/list/git/0.git" branch -m trunk
git -C "$T/up/list/git/0.git" symbolic-ref HEAD refs/heads/trunk
new_mail "$T/up/list/git/0.git" four
exits 0 "the branch has another name" follow "$T/list"
ok "that branch is followed" is_stored four
is "$(git -C "$clone" symbolic-ref HEAD)" refs/heads/trunk "the clone's HEAD names it, too"
git -C "$clone" config fetch.unpackLimit 1
git -C "$clone" config gc.autoPackLimit 1
for name in five six; do
	new_mail "$T/up/list/git/0.git" $name
	exits 0 "a pack for each fetch" follow "$T/list"
done
is "$(ls "$clone/objects/pack" | sift -c 'pack$')" 1 "git joins packs when there are many"

git init -q --bare --object-format=sha256 "$T/up/sha256"
new_mail "$T/up/sha256" seven
exits 0 "a repository with SHA-256" follow "$url/sha256/" "$T/sha256"
ok "is followed" is_stored seven
new_mail "$T/up/sha256" eight
exits 0 "and again, whether the URL ends in a slash or not" follow "$url/sha256/" "$T/sha256"
ok "is followed" is_stored eight
exits 75 "another repository whose URL begins like that" follow "$url/sha" "$T/sha256"
like "$(cat "$T/err")" "its remote 'origin' is $url/sha256, not at $url/sha" "the error is reported"

# ---- clones of other programs

git clone -q "$url/list/git/0.git" "$T/plain/0" 2>"$T/clone"
git clone -q "$url/list/git/0.git" "$T/plain/1" 2>"$T/clone"
git clone -q --mirror "$url/list/git/0.git" "$T/theirs.git" 2>"$T/clone"
touch "$T/theirs.git/objects/pack/tmp_pack_x1" "$T/theirs.git/refs/heads/trunk.lock"
new_mail "$T/up/list/git/0.git" nine
exits 75 "a lock in a clone that another program has made" follow "$T/theirs.git"
like "$(cat "$T/err")" "Unable to create '$T/theirs.git/.*refs/heads/trunk.lock': File exists\\. .*a killed one has left the file: remove it" \
	"is named, with what to do"
ok "it is kept" test -e "$T/theirs.git/refs/heads/trunk.lock"
rm "$T/theirs.git/refs/heads/trunk.lock"
exits 0 "after the lock is removed" follow "$T/theirs.git"
ok "new mail is fetched" is_stored nine
ok "other files are kept" test -e "$T/theirs.git/objects/pack/tmp_pack_x1"
is "$(ls "$T/theirs.git" | sift patchmda)" "" "and none is added"
new_mail "$T/up/list/git/0.git" ten
exits 0 "a folder of clones that are not bare" follow "$T/plain"
ok "is followed" is_stored ten

done_testing
