#!/usr/bin/env bash
# httpd-programs.t - git-pw and b4 against patchmda httpd: list, show, download, apply, update
. "$(dirname "$0")/../lib.sh"
need git git-pw b4
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"
. "$(dirname "$0")/../readme.sh"
. "$(dirname "$0")/../daemon.sh"
export HOME=$T/home LC_ALL=C.UTF-8 GIT_CONFIG_NOSYSTEM=1 COLUMNS=200
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME
mkdir -p "$HOME"

# ---- a repository, its branch by mail, and a server

git config --global user.name 'Ada Lovelace'
git config --global user.email ada@x.org
git config --global init.defaultBranch master
git config --global sendemail.suppressCc all
mkdir "$T/author"
cd "$T/author"
git init -q .
seq 1 20 >wheel
git add wheel
git commit -q -m 'wheel: new'
git clone -q . "$T/maintainer"
sed -i 's/^5$/five/' wheel
git commit -qam 'wheel: turn five' -m 'It turns.'
sed -i 's/^9$/nine/' wheel
git commit -qam 'wheel: turn nine' -m 'It turns on.'
git format-patch -q --cover-letter --cover-from-description=subject -o "$T/out" HEAD~2 --thread=shallow \
	--add-header='List-Id: <ltp.example.org>' --to=ltp@example.org
sed -i 's/\*\*\* SUBJECT HERE \*\*\*/wheels/; s/\*\*\* BLURB HERE \*\*\*/They turn./' "$T"/out/0000-*

pg_start
ready_db httpd_programs
patchmda project add ltp --list-id ltp.example.org >/dev/null
token=$(patchmda user add maint --email maint@x.org --maintainer ltp --token)
for mail in "$T"/out/*; do
	patchmda deliver <"$mail"
done
is "$(sql 'select count(*), count(series_id) from patchwork_patch')" '2|2' 'a series is stored'
port=$(free_port)
httpd_start --listen "127.0.0.1:$port"
id=$(sql "select id from patchwork_patch where name like '%five%'")
series=$(sql 'select series_id from patchwork_patch limit 1')
cd "$T/maintainer"

# ---- README's settings

configured() {
	recipe "$1" | sed "s,https://patchwork.example.org,http://127.0.0.1:$port,; s/KEY/$token/" | sh -e
}
configured git-pw
configured b4

# pw ARGUMENT... - runs git-pw; its output is in $T/pw
pw() {
	timeout 60 git-pw "$@" >"$T/pw" 2>"$T/pw.err" || diag "$(cat "$T/pw.err")"
}

state() {
	sql "select s.slug from patchwork_patch p join patchwork_state s on s.id = p.state_id where p.id = $1"
}

# ---- git-pw

pw patch list --format simple
is "$(count 'turn (five|nine)' "$T/pw")" 2 'git-pw patch list'
pw patch list --state accepted --format simple
is "$(count 'turn (five|nine)' "$T/pw")" 0 'git-pw patch list of a state'
pw patch list --submitter ada@x.org --format simple nine
is "$(count 'turn (five|nine)' "$T/pw")" 1 'git-pw patch list of a submitter, with a word'
pw patch show "$id"
like "$(cat "$T/pw")" 'Ada Lovelace .ada@x.org.' 'git-pw patch show'
pw series list --format simple
is "$(count wheels "$T/pw")" 1 'git-pw series list'
pw series show "$series"
like "$(cat "$T/pw")" '2 of 2' 'git-pw series show'
pw patch update --state under-review --commit-ref abc --archived true "$id"
is "$(state "$id") $(sql "select archived, commit_ref from patchwork_patch where id = $id")" 'under-review t|abc' 'git-pw patch update'
pw patch update --delegate maint --archived false "$id"
is "$(sql "select u.username, archived from patchwork_patch p join auth_user u on u.id = p.delegate_id where p.id = $id")" 'maint|f' \
	'a delegate, by name'
pw patch download "$id" "$T/one.patch"
ok 'git-pw patch download' grep -q '^+five' "$T/one.patch"
pw series download "$series" "$T/series.mbox"
is "$(count '^From ' "$T/series.mbox")" 2 'git-pw series download'
pw patch apply "$id"
is "$(git log -1 --format='%an %s')" 'Ada Lovelace wheel: turn five' 'git-pw patch apply'
git reset -q --hard origin/master
pw series apply "$series"
is "$(git log -2 --format=%s | tr '\n' ' ')" 'wheel: turn nine wheel: turn five ' 'git-pw series apply'
git reset -q --hard origin/master
pw bundle create mine "$id"
is "$(sql 'select b.name, p.patch_id from patchwork_bundle b join patchwork_bundlepatch p on p.bundle_id = b.id')" "mine|$id" \
	'git-pw bundle create'
pw bundle list --format simple
is "$(count mine "$T/pw")" 1 'git-pw bundle list'
pw bundle show mine
like "$(cat "$T/pw")" 'wheel: turn five' 'git-pw bundle show, by name'
# It also reads private bundles.
is "$(sql 'select public from patchwork_bundle')" f 'the bundle is private'
bundle=$(sql 'select id from patchwork_bundle')
pw bundle download "$bundle" "$T/bundle.mbox"
ok 'git-pw bundle download' grep -q '^+five' "$T/bundle.mbox"
pw bundle apply "$bundle"
is "$(git log -1 --format='%an %s')" 'Ada Lovelace wheel: turn five' 'git-pw bundle apply'
git reset -q --hard origin/master
other=$(sql "select id from patchwork_patch where id <> $id")
pw bundle add "$bundle" "$other"
is "$(sql 'select count(*) from patchwork_bundlepatch')" 2 'git-pw bundle add, by id'
pw bundle remove "$bundle" "$other"
is "$(sql 'select patch_id from patchwork_bundlepatch')" "$id" 'git-pw bundle remove'
pw bundle update --name ours --public --patch "$other" "$bundle"
is "$(sql 'select b.name, b.public, p.patch_id from patchwork_bundle b join patchwork_bundlepatch p on p.bundle_id = b.id')" \
	"ours|t|$other" 'git-pw bundle update'
pw bundle delete "$bundle"
is "$(sql 'select count(*) from patchwork_bundle')" 0 'git-pw bundle delete'

# ---- b4

sql "update patchwork_patch set state_id = 1, delegate_id = null" >/dev/null
msgid=$(sql "select trim(both '<>' from msgid) from patchwork_patch where id = $id")
mkdir "$T/am" "$T/ty"
get "/series/$series/mbox/"
cp "$T/body" "$T/thread.mbox"
ok 'b4 am' timeout 60 b4 am -m "$T/thread.mbox" -o "$T/am" "$msgid"
is "$(sql 'select distinct s.slug from patchwork_patch p join patchwork_state s on s.id = p.state_id')" under-review \
	'sets the state of the patches to under-review'
ok 'git am applies its file' git am -q "$T"/am/*.mbx
git reset -q --hard origin/master
sql "update patchwork_patch set state_id = 1" >/dev/null
ok 'b4 shazam' timeout 60 b4 --offline-mode shazam -m "$T/thread.mbox" "$msgid"
is "$(git log -2 --format=%s | tr '\n' ' ')$(sql 'select distinct s.slug from patchwork_patch p join patchwork_state s on s.id = p.state_id')" \
	'wheel: turn nine wheel: turn five under-review' 'applies the series, and sets the state'
git config user.name Maintainer
ok 'b4 ty' timeout 60 b4 ty -a -b master --since 2.days.ago -o "$T/ty" </dev/null
is "$(sql 'select distinct s.slug from patchwork_patch p join patchwork_state s on s.id = p.state_id')" accepted \
	'sets the state to accepted'
done_testing
