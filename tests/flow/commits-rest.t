#!/usr/bin/env bash
# commits-rest.t - a push to a bare repository, end to end: mail, hook, and the REST interface
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../httpd.sh"
need git curl perl
LIST=ring.lists.example.org
pg_start
ready_db commits_rest
patchmda project add ring --list-id $LIST
user maint ring
user robot
export HOME=$T GIT_CONFIG_NOSYSTEM=1
git config --global user.name Ada
git config --global user.email ada@x.org
git config --global init.defaultBranch main

# ---- a tree, three patches on the list, and a hub

git init -q "$T/work"
cd "$T/work"
seq 300 >f
git add f
git commit -qm 'The tree'
git init -q --bare "$T/hub.git"
cat >"$T/hub.git/hooks/post-receive" <<HOOK
#!/bin/sh
exec patchmda commits --project ring --actor robot --post-receive --ref refs/heads/main >>"$T/hook.log" 2>&1
HOOK
chmod +x "$T/hub.git/hooks/post-receive"
git remote add hub "$T/hub.git"
git push -q hub main
for n in 10 20 30; do
	sed -i "${n}s/.*/changed $n/" f
	git commit -qam "ring: $n"
	git format-patch -1 --stdout --add-header="Message-ID: <p$n@x.org>" --add-header="List-Id: <$LIST>" |
		patchmda deliver
done
httpd_start

# shown N - prints state and commit of the patch
shown() {
	get "/api/patches/?msgid=p$1@x.org"
	echo "$(field "->0->>'state'") $(field "->0->>'commit_ref'")"
}
at() {
	git log -1 --format=%H --grep "ring: $1\$" main
}
# events - prints the events of changed states, oldest first: patch, states, actor
events() {
	get '/api/events/?category=patch-state-changed&order=date'
	psql -XqAt -F ' ' -v document="$body" <<<"select x->'payload'->'patch'->>'msgid', x->'payload'->>'previous_state',
		x->'payload'->>'current_state', x->'actor'->>'username' from json_array_elements(:'document'::json) x"
}
is "$(shown 10), $(shown 20), $(shown 30)" 'new , new , new ' 'before the push'
is "$(events)" '' 'there are no events of states'

# ---- a maintainer sets a state, then commits are pushed

get '/api/patches/?msgid=p30@x.org'
ask PATCH "/api/patches/$(field "->0->>'id'")/" -H "$(as maint)" -H 'Content-Type: application/json' -d '{"state": "rejected"}'
is "$status" 200 'a maintainer rejects a patch'
git push -q hub main
like "$(cat "$T/hook.log")" '3 commits: ' 'the hook has run'
is "$(shown 10)" "accepted $(at 10)" 'the patch of a commit is accepted, with the commit'
is "$(shown 20)" "accepted $(at 20)" 'and so is the second'
is "$(shown 30)" "rejected $(at 30)" 'the state that the maintainer set stays; the commit is known'
is "$(events)" '<p30@x.org> new rejected maint
<p10@x.org> new accepted robot
<p20@x.org> new accepted robot' 'each change has an event, with the user'
get "/api/patches/?hash=$(git show "$(at 20)" | patchmda hash)"
is "$(field "->0->>'msgid'")" '<p20@x.org>' 'the hash of the commit finds the patch'
like "$(patchmda status)" 'commits   looked up [0-9]+s ago' 'status shows when the hook ran'

# ---- again

printf '%s %s refs/heads/main\n' "$(git rev-parse main~3)" "$(git rev-parse main)" |
	(cd "$T/hub.git" && hooks/post-receive)
is "$(shown 10), $(shown 20), $(shown 30)" "accepted $(at 10), accepted $(at 20), rejected $(at 30)" \
	'the same push again changes nothing'
is "$(events | wc -l)" 3 'and makes no events'

# ---- versions: the project supersedes, and the second of three versions is applied

patchmda project set ring --revisions supersede
sql "update patchwork_project set send_notifications = true"
# mailed N VERSION - delivers the last commit as a mail, dated now
mailed() {
	git format-patch -1 --stdout --subject-prefix="PATCH v$2" --add-header="Message-ID: <p$1-v$2@x.org>" \
		--add-header="List-Id: <$LIST>" | patchmda deliver
}
# version N VERSION - changes the last commit, and delivers it
version() {
	sed -i "$1s/.*/changed $1 for v$2/" f
	git add f
	GIT_AUTHOR_DATE="2026-03-0$2 12:00:00 +0000" git commit -q ${3---amend} -m "ring: $1" \
		--date "2026-03-0$2 12:00:00 +0000"
	mailed "$1" "$2"
}
version 200 1 -a
version 200 2
is "$(shown 200-v1), $(shown 200-v2)" 'superseded , new ' 'a later version supersedes the older one'
applied=$(git rev-parse HEAD)
version 200 3
get '/api/patches/?msgid=p200-v2@x.org'
ask PATCH "/api/patches/$(field "->0->>'id'")/" -H "$(as maint)" -H 'Content-Type: application/json' -d '{"state": "new"}'
is "$(shown 200-v2), $(shown 200-v3)" 'new , new ' 'a maintainer takes the second one up again'
before=$(events | wc -l)
git push -q hub "$applied:main"
is "$(shown 200-v1), $(shown 200-v2), $(shown 200-v3)" "superseded , accepted $applied, superseded " \
	'the one that was applied is accepted, the newer one superseded'
is "$(events | tail -n "+$((before + 1))")" '<p200-v2@x.org> new accepted robot
<p200-v3@x.org> new superseded robot' 'each with its event'
is "$(sql "select s.slug from patchwork_patchchangenotification n join patchwork_patch p on p.id = n.patch_id
	join patchwork_state s on s.id = n.orig_state_id where p.msgid = '<p200-v3@x.org>'")" new 'and Patchwork sends a mail'
get '/api/patches/?msgid=p200-v3@x.org'
get "/api/patches/$(field "->0->>'id'")/"
is "$(field "->'related'->0->>'msgid'") $(field "->'related'->1->>'msgid'")" '<p200-v1@x.org> <p200-v2@x.org>' \
	'`related` of the REST interface has the other versions'
like "$(patchmda why p200-v3@x.org)" 'v2 <p200-v2@x.org>' 'why names them'
ask PATCH "/api/patches/$(field "->>'id'")/" -H "$(as maint)" -H 'Content-Type: application/json' -d '{"state": "new"}'
printf '%s %s refs/heads/main\n' "$(git rev-parse "$applied~")" "$applied" | (cd "$T/hub.git" && hooks/post-receive)
patchmda revisions >/dev/null
is "$(shown 200-v3)" 'new ' 'a state that a maintainer has set back stays, whatever runs again'

# A push makes relations, which nobody asked for, and states.
git checkout -q -B later "$applied"
patchmda project set ring --revisions record
version 210 1 -a
applied=$(git rev-parse HEAD)
version 210 2
last=$(sql 'select max(id) from patchwork_event')
patchmda project set ring --revisions supersede
git push -q hub "$applied:main"
is "$(sql "select string_agg(e.category || ' ' || p.msgid || ' ' || coalesce(u.username, 'nobody'), E'\n' order by e.id)
	from patchwork_event e join patchwork_patch p on p.id = e.patch_id left join auth_user u on u.id = e.actor_id
	where e.id > $last")" 'patch-state-changed <p210-v1@x.org> robot
patch-relation-changed <p210-v1@x.org> nobody
patch-relation-changed <p210-v2@x.org> nobody
patch-state-changed <p210-v2@x.org> robot' 'only the events of states have an actor'
httpd_stop
done_testing
