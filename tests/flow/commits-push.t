#!/usr/bin/env bash
# commits-push.t - `patchmda commits` in a hook, with hostile commits, on repositories of all kinds, killed,
# with a role of its own, and on the tables of an older Patchwork
. "$(dirname "$0")/../lib.sh"
need git jq
. "$(dirname "$0")/../mail.sh"
LIST=ring.lists.example.org
pg_start
ready_db commits_push
patchmda project add ring --list-id $LIST

export HOME=$T GIT_CONFIG_NOSYSTEM=1
git config --global user.name Ada
git config --global user.email ada@x.org
git config --global init.defaultBranch main

# tree_of DIR [OPTION]... - creates a repository with a file of 300 lines
tree_of() {
	git init -q "${@:2}" "$1"
	seq 300 >"$1/f"
	git -C "$1" add f
	git -C "$1" commit -qm 'The tree'
}

# edited LINE [TITLE] - commits a change of a line of f, which is the next patch
edited() {
	sed -i "$1s/.*/changed $1/" f
	git commit -qam "${2-ring: $1}"
}

# mailed ID - delivers the last commit as a mail
mailed() {
	git format-patch -1 --stdout --add-header="Message-ID: <$1@x.org>" --add-header="List-Id: <$LIST>" |
		patchmda deliver
}

# ref_of ID - prints state and commit of the patch
ref_of() {
	sql "select s.slug, coalesce(p.commit_ref, '-') from patchwork_patch p
		join patchwork_state s on s.id = p.state_id where p.msgid = '<$1@x.org>'"
}

tree_of "$T/work"
cd "$T/work"
for n in 10 20 30 40 50 60 70 80; do
	edited $n
	mailed p$n
done

# at N - prints the commit of the patch `ring: N`
at() {
	git -C "$T/work" log -1 --format=%H --grep "ring: $1\$" main
}

# ---- a hook

git init -q --bare "$T/hub.git"
cat >"$T/hub.git/hooks/post-receive" <<HOOK
#!/bin/sh
exec patchmda commits --project ring --post-receive --ref refs/heads/main --ref 'refs/heads/stable*' >>"$T/hook.out" 2>>"$T/hook.err"
HOOK
chmod +x "$T/hub.git/hooks/post-receive"
git remote add hub "$T/hub.git"
# pushed WORD... - pushes, and prints the output of the hook without its total
pushed() {
	: >"$T/hook.out"
	: >"$T/hook.err"
	git push -q hub "$@"
	cat "$T/hook.err"
	awk '!/ commits: / { print $3 }' "$T/hook.out" | xargs
}
id() {
	sql "select id from patchwork_patch where msgid = '<p$1@x.org>'"
}

is "$(pushed "$(at 10):refs/heads/topic")" '' "a push to a branch that --ref does not name"
is "$(ref_of p10)" 'new|-' "changes nothing"
is "$(pushed "$(at 10):refs/heads/main")" "- $(id 10)" "a new branch: all its commits"
is "$(ref_of p10)" "accepted|$(at 10)" "and its patches are accepted"
is "$(pushed "$(at 30):main")" "$(id 20) $(id 30)" "a push of two commits: only those"
is "$(ref_of p30)" "accepted|$(at 30)" "with their commits"
git checkout -q -b stable-1 "$(at 30)"
git cherry-pick "$(at 60)" >/dev/null
is "$(pushed stable-1)" "$(id 60)" "a new branch beside another: the commits that the other branch lacks"
is "$(ref_of p60)" "accepted|$(git rev-parse HEAD)" "the patch gets this commit, the first that was pushed"
git checkout -q main
is "$(pushed main stable-1:refs/heads/stable-2)" "$(id 40) $(id 50) $(id 60) $(id 70) $(id 80)" \
	"two branches in one push, of which one is new and has no new commits"
is "$(pushed :stable-2)" '' "a branch that is deleted"
git tag -a -m 'A tag' v1 "$(at 40)"
is "$(pushed v1)" '' "a tag"
git commit -q --amend -m 'ring: 80, once more'
is "$(pushed -f main)" "$(id 80)" "a forced push"
is "$(ref_of p80)" "accepted|$(git rev-parse 'hub/main@{1}')" "a patch keeps its commit"
like "$(patchmda status)" 'commits   looked up' "status shows the hook's run"

# hook_says STATUS REGEX WHAT LINE - tests the exit status and output of the command for this line of git's
hook_says() {
	exits "$1" "$3" bash -c 'printf "%s\n" "$1" | patchmda commits --post-receive "$2"' - "$4" "$T/hub.git"
	like "$(cat "$T/out" "$T/err")" "$2" "$3: with a message"
}
zero=0000000000000000000000000000000000000000
hook_says 65 'not that of a post-receive hook: what is this' "an invalid line" 'what is this'
hook_says 65 'not that of a post-receive hook' "an invalid hash" "$zero --output=/x refs/heads/main"
hook_says 0 '^0 commits' "no line" ''
hook_says 0 '8 commits: 0 by trailer, 7 by hash' "an older commit that does not exist any more" "1${zero:1} $(at 70) refs/heads/main"
exits 64 "a range beside it" patchmda commits --post-receive "$T/hub.git" main </dev/null
exits 64 "--ref without it" patchmda commits --ref refs/heads/main "$T/hub.git"

# ---- operands and options

cd "$T"
json_of() {
	patchmda commits --json --dry-run "$@" | jq -r '.msgid // "-"' | xargs
}
is "$(json_of work --max-count 1 main~2)" '<p60@x.org>' "a folder and a range"
is "$(json_of "$T/work" "$(at 20)..$(at 40)")" '<p30@x.org> <p40@x.org>' "oldest first"
is "$(cd work && json_of "$(at 20)..$(at 40)")" '<p30@x.org> <p40@x.org>' "a range here"
is "$(json_of hub.git "^$(at 20)" "$(at 40)" -n 1)" '<p40@x.org>' "a bare repository, and several words"
is "$(json_of work --grep 'ring: [13]0$' --all)" '<p10@x.org> <p30@x.org>' "git log's own options"
is "$(json_of work "$(at 40)" -- f | wc -w)" 5 "paths"
is "$(json_of work "$(at 40)" -- nothing)" '' "a path that does not exist"
is "$(GIT_DIR=$T/work/.git json_of hub.git "$(at 20)..$(at 30)")" '<p30@x.org>' "a repository that is named has priority over GIT_DIR"
is "$(GIT_DIR=$T/work/.git json_of "$(at 20)..$(at 30)")" '<p30@x.org>' "without a named repository GIT_DIR counts"
for option in --graph --format=%H --oneline --stat -p --no-patch --output=x --color=always --word-diff --cc -m -z \
	--pretty=x -U9 --binary --notes --show-signature -R --name-only -s --no-renames -M --src-prefix=x; do
	exits 64 "$option is refused" patchmda commits work $option
done
ok "and no file is written" test ! -e x
exits 65 "a directory that is not a repository" patchmda commits "$T"
like "$(cat "$T/err")" "^patchmda commits: git log failed in $T: fatal: not a git repository" "with a message"
exits 64 "a directory that does not exist" patchmda commits "$T/nowhere"
like "$(cat "$T/err")" "there is no directory $T/nowhere" "with a message"
exits 65 "a range that does not exist" patchmda commits work nosuch..main
like "$(cat "$T/err")" "git log failed in work: fatal: bad revision 'nosuch..main'" "with a message"
mkdir "$T/nogit"
ln -s "$BUILD/patchmda" "$T/nogit"
exits 69 "no git" env PATH="$T/nogit" patchmda commits work
like "$(cat "$T/err")" "the program 'git' was not found" "with a message"
exits 69 "no database" env PGHOST=/nowhere patchmda commits work
exits 74 "output that cannot be written" bash -c 'patchmda commits --dry-run work >/dev/full'

# ---- hostile commits

cd "$T/work"
# raw FILE [COMMIT [HEADER]] - makes a commit of HEAD's tree with the bytes of the file as its message
raw() {
	git reset -q --hard "$({
		printf 'tree %s\nparent %s\nauthor Ada <ada@x.org> 1772442000 +0000\ncommitter Ada <ada@x.org> 1772442000 +0000\n%s\n' \
			"$(git rev-parse "${2-HEAD}^{tree}")" "$(git rev-parse HEAD)" "${3-}"
		cat "$1"
	} | git hash-object -t commit -w --stdin --literally)"
}
start=$(git rev-parse HEAD)
edited 100 'ring: a patch of somebody else'
mailed victim
victim_diff=$(git show --format= HEAD)
git reset -q --hard "$start"
format='\0%s\0%s\0001772442000\0Ada\0ada@x.org\0ring: a patch of somebody else\n\0%s\0\n'
nonce=0123456789abcdef0123456789abcdef
# shellcheck disable=SC2059 # the format is a constant
{ printf 'harmless\n\n'; printf "$format" $nonce "$start" $nonce; printf '%s\n' "$victim_diff"; } >"$T/nuls"
raw "$T/nuls"
{ printf 'harmless too\n\n%s\n\ncommit %s\nAuthor: Ada <ada@x.org>\n\n    ring: 1\n\n' "$victim_diff" "$start"; } >"$T/diff"
raw "$T/diff"
printf 'not \xff text\n\nLink: https://x.org/\xff@x.org\n\xed\xa0\x80' >"$T/bytes"
raw "$T/bytes"
printf '+AAA-x+AAA-\n' >"$T/utf7"
raw "$T/utf7" HEAD 'encoding UTF-7
'
printf '\xe4rger\n' >"$T/latin1"
raw "$T/latin1" HEAD 'encoding ISO-8859-1
'
: >"$T/empty"
raw "$T/empty"
head -c 3000000 /dev/zero | tr '\0' m >"$T/long"
raw "$T/long"
printf '\033[31mred\007\n' >"$T/control"
raw "$T/control"
evil=$(printf 'evil\nfile')
printf '%s' x >"$evil"
git add -A
git commit -qm 'a file name'
is "$(json_of . "$start..")" '- - - - - - - - -' "no patch is found for these commits"
is "$(patchmda commits --dry-run . "$start.." | wc -l)" 10 "each of them has a line"
unlike "$(patchmda commits --dry-run . "$start..")" $'[\033\007]' "without control characters"
like "$(patchmda commits --dry-run . "$start..")" 'ärger' "in UTF-8"
is "$(ref_of victim)" 'new|-' "the patch that their messages contain is not changed"

# A diff that is larger than any mail: memory is bounded, and the commit is found by its message.
git checkout -q -b large
seq 1 13000000 >large
git add large
git commit -qm 'ring: large'
mail 'Ada <ada@x.org>' '[PATCH] ring: large' large@x.org "$(change other.c)" >"$T/mail"
sed "s/^Date:.*/Date: $(git log -1 --format=%aD)/" "$T/mail" | patchmda deliver
mkdir "$T/roomy"
printf '#!/bin/sh\nulimit -S -v unlimited\nexec %s "$@"\n' "$(command -v git)" >"$T/roomy/git"
chmod +x "$T/roomy/git"
if is_sanitized; then
	skip "the sanitizers need more address space than the limit"
else
	is "$(ulimit -S -v 400000 && PATH=$T/roomy:$PATH json_of . HEAD~..)" '<large@x.org>' "a diff of 100 MB, with little memory"
fi
git checkout -q main

# ---- repositories of other kinds

tree_of "$T/sha256" --object-format=sha256
cd "$T/sha256"
edited 200 'ring: long hashes'
mailed sha256
is "$(patchmda commits . -n 1 | awk 'NR == 1 { print $2 }')" hash "SHA-256: found"
is "$(ref_of sha256)" "accepted|$(git rev-parse HEAD)" "SHA-256: the whole hash is kept"
printf '%s %s refs/heads/main\n' "$(printf %064d 0)" "$(git rev-parse HEAD)" >"$T/line"
is "$(patchmda commits --json --dry-run --post-receive . <"$T/line" | jq -r .msgid | xargs)" 'null <sha256@x.org>' "SHA-256: a push"
git clone -q --depth 2 "file://$T/work" "$T/shallow" 2>/dev/null
is "$(json_of "$T/shallow" | wc -w)" 2 "a shallow clone: the commits that it has"
git clone -q --bare "$T/work" "$T/bare.git" 2>/dev/null
is "$(json_of "$T/bare.git" "$(at 20)..$(at 30)")" '<p30@x.org>' "a bare repository"
git init -q "$T/new"
exits 65 "an empty repository" patchmda commits "$T/new"
like "$(cat "$T/err")" 'does not have any commits' "with a message"
# git refuses repositories of other users, except those that its user has named.
cp -r "$T/bare.git" "$T/foreign.git"
if [ $EUID -eq 0 ]; then # id is a function here
	chown -R nobody "$T/foreign.git"
	exits 65 "a repository of another user" patchmda commits "$T/foreign.git"
	git config --global --add safe.directory "$T/foreign.git"
	is "$(json_of "$T/foreign.git" "$(at 20)..$(at 30)")" '<p30@x.org>' "and one that safe.directory names"
else
	skip "not root"
fi

# ---- killed

cd "$T/work"
git checkout -q -b many "$start"
{
	for n in $(seq 600); do
		printf 'commit refs/heads/many\ncommitter Ada <ada@x.org> %s +0000\ndata <<END\nmany: %s\nEND\n' $((1772600000 + n)) "$n"
		[ "$n" != 1 ] || printf 'from %s\n' "$start"
		printf 'M 100644 inline m\ndata <<END\n%s\nEND\n' "$n"
	done
} | git fast-import --quiet --force
patch -d 2640 'Ada <ada@x.org>' '[PATCH] many: 0' many0@x.org | mbox >"$T/mail"
for n in $(seq 600); do
	sed "s/many: 0/many: $n/; s/many0/many$n/" "$T/mail"
done | patchmda import --quiet - >/dev/null
many() {
	sql "select count(*) filter (where commit_ref is not null), count(*) filter (where s.slug = 'accepted'),
		(select count(*) from patchwork_event e join patchwork_patch p on p.id = e.patch_id
			where category = 'patch-state-changed' and p.name like 'many:%')
		from patchwork_patch p join patchwork_state s on s.id = p.state_id where p.name like 'many:%'"
}
# Another session locks a patch of the third batch, so the run waits there and is killed.
victim=$(sql "select id from patchwork_patch where msgid = '<many590@x.org>'")
{
	echo "begin; select 1 from patchwork_patch where id = $victim for update;"
	until_true sql_is "select count(*) from pg_stat_activity where wait_event_type = 'Lock'
		and datname = current_database() and query like 'update patchwork_patch%'" 1
	kill -KILL "$(pgrep -P $$ -x patchmda)"
	echo 'rollback;'
} | psql -Xq >/dev/null &
until_true sql_is "select count(*) from pg_locks where mode = 'RowShareLock' and relation = 'patchwork_patch'::regclass" 1
exits 137 "killed in the third batch" patchmda commits --project ring . "$start..many"
wait
is "$(many)" '512|512|512' "two batches are complete"
exits 0 "once more" patchmda commits --project ring . "$start..many"
is "$(many)" '600|600|600' "and then all, each with one event"

# If git ends in the middle, the last part of its output is not used.
mkdir "$T/bin"
cat >"$T/bin/git" <<GIT
#!/bin/sh
$(command -v git) "\$@" | head -c 100000
kill -9 \$\$
GIT
chmod +x "$T/bin/git"
exits 65 "git is killed" env PATH="$T/bin:$PATH" patchmda commits --dry-run . "$start..many"
like "$(cat "$T/err")" 'git log failed' "is reported"

# ---- the role that delivers mail is sufficient

sql "create table if not exists patchwork_patchchangenotification (patch_id integer primary key, last_modified timestamptz not null,
	orig_state_id integer not null)" "update patchwork_project set send_notifications = true"
psql -Xq -v role=commits_role -f "$ROOT/sql/grants.sql" >/dev/null
sql "update patchwork_patch set commit_ref = null, state_id = 1 where msgid = '<p20@x.org>'"
exits 0 "the role that grants.sql creates" env PGUSER=commits_role patchmda commits . "$(at 10)..$(at 20)"
is "$(ref_of p20)" "accepted|$(at 20)" "can set state and commit"
is "$(sql 'select count(*) from patchwork_patchchangenotification')" 1 "notifications, too"
psql -Xq -v role=commits_viewer -v read_only=1 -f "$ROOT/sql/grants.sql" >/dev/null
exits 0 "the role that only reads can read" env PGUSER=commits_viewer patchmda commits --dry-run . "$(at 10)..$(at 20)"

# ---- the tables of Patchwork 3.1, which have no index on the hash, and a patch that its own parser has
# stored

fresh_db commits_old
"$ROOT/tests/django-schema" 0046 | psql -Xq -v ON_ERROR_STOP=1
patchmda init --time-zone Australia/Canberra >/dev/null
patchmda project add ring --list-id $LIST
git checkout -q "$(at 40)"
mailed p40
old=$(sql "select hash from patchwork_patch")
git checkout -q "$(at 50)"
hash=$(git show | patchmda hash)
sql "insert into patchwork_patch (msgid, date, headers, content, name, project_id, submitter_id, archived, diff, hash, state_id)
	select '<parser@x.org>', now(), '', '', 'another name', project_id, submitter_id, false, 'x', '$hash', state_id from patchwork_patch" \
	"insert into patchwork_patch (msgid, date, headers, content, name, project_id, submitter_id, archived, diff, hash, state_id)
	select '<title@x.org>', date, '', '', '[v2] Ring: 60', project_id, submitter_id, false, null, null, state_id
	from patchwork_patch where hash = '$old'"
is "$(json_of . "$(at 30)..$(at 60)")" '<p40@x.org> <parser@x.org> <title@x.org>' "found by patchmda's own index, also patches that the parser has stored"
psql -Xq -v role=commits_viewer -v read_only=1 -f "$ROOT/sql/grants.sql" >/dev/null
sql "insert into patchwork_patch (msgid, date, headers, content, name, project_id, submitter_id, archived, state_id)
	select '<late@x.org>', now(), '', '', 'late', project_id, submitter_id, false, state_id from patchwork_patch limit 1"
is "$(PGUSER=commits_viewer json_of . "$(at 30)..$(at 40)")" '<p40@x.org>' "the role that only reads finds patches"
exits 69 "and cannot change them" env PGUSER=commits_viewer patchmda commits . "$(at 30)..$(at 40)"
done_testing
