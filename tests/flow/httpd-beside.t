#!/usr/bin/env bash
# httpd-beside.t - two processes of `patchmda httpd` change patches while `deliver` and `import` store later versions,
# which supersede and relate them: no change is lost, each has one event, and no client gets an error. Then Patchwork's
# web interface changes the same patches.
. "$(dirname "$0")/../lib.sh"
need curl perl python3
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"

LIST=ring.example.org
ROUNDS=${ROUNDS:-10} # requests of each client
pg_start own # deadlocks are counted
ready_db beside
patchmda project add ring --list-id $LIST --name Ring --revisions supersede >/dev/null
sql "update patchwork_project set send_notifications = true"
user maint ring

# series NAME VERSION - writes the mails of a series of two patches to $T/mails
mkdir "$T/mails"
series() {
	local name=$1 version=$2 part refs=()
	for part in 1 2; do
		mail ${refs[@]+"${refs[@]}"} -d $((version * 10 + part)) 'Ada <ada@x.org>' \
			"[PATCH v$version $part/2] $name: part $part" "$name.$version.$part@x.org" \
			"$(change "$name/$part.c")" >"$T/mails/$name.$version.$part"
		refs=(-r "<$name.$version.1@x.org>")
	done
}
for name in wheel axle spoke; do
	for version in 1 2 3 4; do
		series $name $version
	done
	for part in 1 2; do
		patchmda deliver <"$T/mails/$name.1.$part"
	done
done
first_event=$(sql 'select max(id) from patchwork_event')

declare -A sockets=()
for server in left right; do
	HTTPD_SOCKET=$T/$server.sock
	httpd_start
	sockets[$server]=$HTTPD_SOCKET
	curl -sN --unix-socket "$HTTPD_SOCKET" -o "$T/$server.events" http://p.example.org/api/events/stream &
	at_exit httpd_kill $!
	until_true grep -q '^id: ' "$T/$server.events"
done

# client SOCKET SEED - changes patches at random, and prints the status of each response
cat >"$T/client.py" <<'PYTHON'
import http.client, json, random, socket, sys

path, seed, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random.seed(seed)
states = ["new", "under-review", "accepted", "rejected", "superseded", "rfc"]

class Client(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)

def ask(method, url, document=None):
    headers = {"Authorization": "Token " + "m" * 40, "Content-Type": "application/json"}
    client.request(method, url, json.dumps(document) if document is not None else None, headers)
    response = client.getresponse()
    body = response.read()
    return response.status, json.loads(body)

client = Client("p.example.org", timeout=120)
for i in range(rounds):
    status, patches = ask("GET", "/api/patches/?per_page=250")
    ids = [p["id"] for p in patches]
    document = {"state": random.choice(states)}
    if random.random() < 0.3:
        document["delegate"] = random.choice([1, None])
    if random.random() < 0.3:
        document["related"] = random.sample(ids, random.choice([0, 1, 2]))
    status, answer = ask("PATCH", "/api/patches/%d/" % random.choice(ids), document)
    print(status, answer.get("detail", "")[:60] if status not in (200, 409) else "", flush=True)
    if i % 5 == 0:
        status, answer = ask("POST", "/api/patches/%d/checks/" % random.choice(ids), {"state": "success"})
        print(status, flush=True)
PYTHON
jobs=()
for n in 1 2 3 4; do
	server=$([ $((n % 2)) = 0 ] && echo left || echo right)
	python3 "$T/client.py" "${sockets[$server]}" $n "$ROUNDS" >"$T/client.$n" 2>&1 &
	jobs+=($!)
done
# Mail comes while the clients are at work.
(
	for version in 2 3 4; do
		for name in wheel axle spoke; do
			for part in 2 1; do
				patchmda deliver <"$T/mails/$name.$version.$part" || echo "deliver $?"
			done
		done
	done
) >"$T/delivered" 2>&1 &
jobs+=($!)
(
	for version in 3 4 2; do
		for file in "$T"/mails/*."$version".?; do
			mbox "$file"
		done | patchmda import --quiet - >"$T/summary" || echo "import $?"
	done
) >"$T/imported" 2>&1 &
jobs+=($!)
wait "${jobs[@]}"
is "$(cat "$T/delivered")$(cat "$T/imported")" '' 'all mail is stored'
is "$(sort "$T"/client.? | sed 's/ *$//' | sort -u | paste -sd,)" '200,201,409' 'no client gets an error of the database'
is "$(cat "$T"/client.? | wc -l)" $((4 * (ROUNDS + (ROUNDS + 4) / 5))) 'each request has a response'
is "$(sql 'select count(*) from patchwork_patch')" 24 'each mail is stored once'
isnt "$(sql "select count(*) from patchmda.superseded")" 0 'patches were superseded'
diag "deadlocks: $(sql 'select deadlocks from pg_stat_database where datname = current_database()')"

# broken COLUMN CATEGORY INITIAL - prints the patches whose events of this category do not lead from one to the next, from
# the initial value to the present one
broken() {
	sql "select p.id, e.id, e.before, e.now, e.last from patchwork_patch p, lateral (
			select x.id, coalesce(x.previous_$1_id, 0) as now,
				lag(coalesce(x.current_$1_id, 0), 1, $3) over (order by x.id) as before, 0 as last
			from patchwork_event x
			where x.patch_id = p.id and x.category = '$2'
			union all
			select null, coalesce(p.$1_id, 0), coalesce((
				select coalesce(x.current_$1_id, 0)
				from patchwork_event x
				where x.patch_id = p.id and x.category = '$2'
				order by x.id desc limit 1), $3), 1) e
		where e.now <> e.before"
}
new=$(sql "select id from patchwork_state where slug = 'new'")
is "$(broken state patch-state-changed "$new")" '' 'the events of each patch lead from state to state, to the present one'
is "$(broken delegate patch-delegated 0)" '' 'and from delegate to delegate'
is "$(sql "select count(*) from patchwork_event where previous_state_id = current_state_id
	or category = 'patch-delegated' and previous_delegate_id is not distinct from current_delegate_id")" 0 'each is a change'
is "$(sql "select count(*) from patchwork_patch p
	left join patchwork_patchchangenotification n on n.patch_id = p.id
	where (n.patch_id is null) <> (p.state_id = $new) or n.orig_state_id <> $new")" 0 \
	'mail is due for each patch whose state is another one than the first'
is "$(sql "select count(*) from patchwork_patch p where related_id is not null
	and not exists (select from patchwork_event e where e.patch_id = p.id and category = 'patch-relation-changed')")" 0 \
	'each patch in a relation has an event'
is "$(sql "select count(*) from patchwork_check" "select count(*) from patchwork_event where category = 'check-created'" | uniq | wc -l)" 1 \
	'each check has an event'
ids_at() {
	awk '/^id: / { id = $2 } /^data: / { print id }' "$T/$1.events"
}
# Events of series that later mail has merged were deleted after they were sent.
has_all() {
	sql "select id from patchwork_event where id > $first_event order by id" >"$T/all"
	ids_at "$1" | grep -Fxf "$T/all" | diff "$T/all" -
}
for server in left right; do
	ok "the subscriber of the $server process has got each event" until_true has_all $server
	ok 'once, in order' eval 'ids_at $server | sort -nuc'
done
# A client that has followed one process continues at the other, after any event.
middle=$(sed -n "$(($(wc -l <"$T/all") / 2))p" "$T/all")
curl -sN --unix-socket "${sockets[left]}" -H "Last-Event-ID: $middle" -o "$T/again.events" \
	http://p.example.org/api/events/stream &
at_exit httpd_kill $!
has_rest() {
	awk -v after="$middle" '$1 > after' "$T/all" | diff - <(ids_at again)
}
ok 'a client that has followed one process continues at the other' until_true has_rest

# ---- Patchwork's web interface, which changes the row, and then adds the event

HTTPD_SOCKET=${sockets[left]}
slugs() {
	sql "select p.slug, c.slug from patchwork_event e join patchwork_state p on p.id = e.previous_state_id
		join patchwork_state c on c.id = e.current_state_id where e.patch_id = 1 order by e.id desc limit 2"
}
sql "update patchwork_patch set state_id = $new where id = 1"
lock "update patchwork_patch set state_id = (select id from patchwork_state where slug = 'rfc') where id = 1;
	insert into patchwork_event (category, date, project_id, patch_id, actor_id, previous_state_id, current_state_id)
	select 'patch-state-changed', now(), 1, 1, 1, $new, id from patchwork_state where slug = 'rfc'"
(
	ask PATCH /api/patches/1/ -H "$(as maint)" -d state=accepted
	echo "$status" >"$T/status"
) &
asked=$!
until_waiting
echo 'commit;' >&"$lock_input"
wait $asked
unlock
is "$(cat "$T/status") $(slugs | paste -sd' ')" '200 rfc|accepted new|rfc' 'a change waits for one of Patchwork, and begins at its state'

HTTPD_SOCKET=$T/short.sock
httpd_start --query 1
lock 'select from patchwork_patch where id = 1 for update'
ask PATCH /api/patches/1/ -H "$(as maint)" -d state=new -m $PATIENCE_SECS
is "$status $body" '503 {"detail":"The change waits for another one for too long. Try again."}' 'but not for ever'
unlock
ask PATCH /api/patches/1/ -H "$(as maint)" -d state=new
is "$status $(slugs | head -n 1)" '200 accepted|new' 'then it can be made'

# ---- a patch that another program deletes

HTTPD_SOCKET=${sockets[left]}
# doomed METHOD PATH [CURL-OPTION]... - writes the response to $T/doomed, where a patch is deleted while the request waits
# for its row; ID in the operands is the id of this patch
doomed() {
	local id asked
	id=$(sql "insert into patchwork_patch (msgid, date, headers, content, name, project_id, submitter_id, archived, state_id)
		select '<doomed@x.org>', now(), '', '', 'doomed', 1, submitter_id, false, state_id from patchwork_patch where id = 1
		returning id")
	lock "delete from patchwork_patch where id = $id"
	(
		ask "${@//ID/$id}" -H "$(as maint)"
		echo "$status ${body//$id/ID}" >"$T/doomed"
	) &
	asked=$!
	until_waiting
	echo 'commit;' >&"$lock_input"
	wait $asked
	unlock
	is "$(sql "select count(*) from patchwork_patch where id = $id")" 0 'a patch is deleted during a request'
}
doomed PATCH /api/patches/ID/ -d state=accepted
is "$(cat "$T/doomed")" '404 {"detail":"Not found."}' 'a change of it'
doomed POST /api/patches/ID/checks/ -d state=success
is "$(cat "$T/doomed")" '404 {"detail":"Not found."}' 'a check of it'
doomed POST /api/bundles/ -d name=doomed -d patches=ID
is "$(cat "$T/doomed")" '400 {"patches":["Invalid pk \"ID\" - object does not exist."]}' 'a bundle with it'
is "$(sql 'select count(*) from patchwork_bundle')" 0 'which is not stored'
done_testing
