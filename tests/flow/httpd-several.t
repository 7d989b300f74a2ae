#!/usr/bin/env bash
# httpd-several.t - several processes of `patchmda httpd` for one database: on sockets of their own, on one that
# systemd-socket-activate has opened, and on a standby, which can only be read
. "$(dirname "$0")/../lib.sh"
need curl perl systemd-socket-activate
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
. "$(dirname "$0")/../httpd.sh"

LIST=list.example.org
pg_start own
ready_db several
patchmda project add one --list-id $LIST --name One >/dev/null
patch 'Ada <ada@x.org>' '[PATCH] first' a1@x.org | patchmda deliver
user maint one

# at SERVER - the next requests are for this one
at() {
	HTTPD_SOCKET=$T/$1.sock
}
# start SERVER [OPTION]...
start() {
	at "$1"
	httpd_start "${@:2}"
}
# follow SERVER - a subscriber, whose response is in $T/SERVER.events
follow() {
	at "$1"
	curl -sN --unix-socket "$HTTPD_SOCKET" -o "$T/$1.events" http://p.example.org/api/events/stream &
	at_exit httpd_kill $!
	until_true grep -q '^id: ' "$T/$1.events"
}
# has_event SERVER - whether its subscriber has got the last event
has_event() {
	grep -A 2 "^id: $(sql 'select max(id) from patchwork_event')\$" "$T/$1.events" | grep -q '^data: '
}
last_page() {
	get '/api/patches/?per_page=1'
	header Link | sed -n 's/.*[?]page=\([0-9]*\)&per_page=1>; rel="last"/\1/p'
}
is_last_page() {
	[ "$(last_page)" = "$1" ]
}

# ---- two processes

start left
start right
follow left
follow right
at left
ask PATCH /api/patches/1/ -H "$(as maint)" -d state=accepted
is $status 200 'one writes'
at right
is "$(get /api/patches/1/; field "->>'state'")" accepted 'the other shows it'
is "$(get '/api/patches/?state=accepted'; ids)" 1 'in lists, too'
get /api/patches/1/
tag=$(header ETag)
at left
is "$(get /api/patches/1/ -H "If-None-Match: $tag"; echo $status)" 304 'one knows the tags of the other'
for server in left right; do
	ok "the event is told by the $server one" until_true has_event $server
done
at right
ask POST /api/patches/1/checks/ -H "$(as maint)" -d state=success
for server in left right; do
	at $server
	is "$(last_page)" 1 "the $server one has counted the patches"
done
patch 'Ada <ada@x.org>' '[PATCH] second' a2@x.org | patchmda deliver
for server in left right; do
	ok "events of mail are told by the $server one" until_true has_event $server
	at $server
	is "$(get /api/patches/2/; echo $status)" 200 'which shows the mail'
	ok 'and counts it' within 30 is_last_page 2
done
is "$(grep -h '^data: ' "$T/left.events" | sort)" "$(grep -h '^data: ' "$T/right.events" | sort)" 'both have told the same'

# ---- two processes for one socket

# Both have the descriptor of systemd-socket-activate, each under its own process id.
cat >"$T/two" <<'END'
for n in 1 2; do
	sh -c 'echo $$ >"$1"; LISTEN_PID=$$ exec patchmda httpd' sh "$1.$n" &
done
wait
END
systemd-socket-activate -l "$T/shared.sock" --fdname=http -E PGHOST -E PGPORT -E PGUSER -E PGDATABASE -E PATH \
	-E ASAN_OPTIONS -E TSAN_OPTIONS -E G_SLICE sh "$T/two" "$T/shared" >>"$HTTPD_LOG" 2>&1 &
at_exit httpd_kill $!
at shared
until_true httpd_is_up
until_true eval '[ "$(count "on http from systemd" "$HTTPD_LOG")" = 2 ]'
for n in 1 2; do
	at_exit httpd_kill "$(cat "$T/shared.$n")"
done
for i in {1..40}; do
	curl -s -o /dev/null -w '%{http_code}\n' --unix-socket "$HTTPD_SOCKET" -X PATCH -H "$(as maint)" \
		-d "state=$([ $((i % 2)) = 0 ] && echo new || echo accepted)" http://p.example.org/api/patches/2/ >"$T/status.$i" &
	pids[i]=$!
done
wait "${pids[@]}"
is "$(cat "$T"/status.* | sort | uniq -c | xargs)" '40 200' 'two processes take requests from one socket'
kill -TERM "$(cat "$T/shared.1")"
until_true eval '! kill -0 "$(cat "$T/shared.1")"'
for i in {1..10}; do
	get /api/patches/2/
	echo "$status"
done >"$T/statuses"
is "$(sort "$T/statuses" | uniq -c | xargs)" '10 200' 'while one is replaced, the other answers'
ok 'the socket stays' test -S "$HTTPD_SOCKET"

# ---- a COMMIT whose end is not known

at left
sql "alter system set synchronous_standby_names = 'nobody'" "select pg_reload_conf()" >/dev/null
until_true sql_is 'show synchronous_standby_names' nobody
(
	ask POST /api/patches/1/checks/ -H "$(as maint)" -d state=fail -d context=once
	echo "$status $body" >"$T/check"
) &
asked=$!
while kill -0 $asked 2>/dev/null; do
	sql "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'" |
		sift . >>"$T/cancelled"
	sleep 0.1
done
wait $asked
is "$(sort -u "$T/cancelled")" t 'the wait for a standby is cancelled'
is "$(cat "$T/check")" '503 {"detail":"The database is not available."}' 'a change that may be lost is not a success'
is "$(sql 'select count(*) from patchwork_check where context = $$once$$')" 1 'nor is it made twice'
sql 'alter system reset synchronous_standby_names' 'select pg_reload_conf()' >/dev/null
until_true sql_is 'show synchronous_standby_names' ''

# ---- a standby

standby_start
wait_for_standby
start standby -d "host=$STANDBY_HOST" --read-only
is "$(get /api/patches/2/; echo $status)" 200 'a standby is read'
is "$(get '/api/patches/?order=-date'; ids)" "$(at left; get '/api/patches/?order=-date'; ids)" 'with its lists'
is "$(get '/project/one/list/?state=*'; echo $status)$(get /project/one/patch/a1@x.org/; echo $status)$(get /why/a1@x.org/; echo $status)" \
	200200200 'and pages'
is "$(get /api/users/ -u maint:secret-maint; echo $status)" 200 'a password is checked'
ask PATCH /api/patches/1/ -H "$(as maint)" -d state=new
is "$status $body" '403 {"detail":"This server is read-only."}' 'nothing is changed'
follow standby
at left
ask PATCH /api/patches/1/ -H "$(as maint)" -d state=new
at standby
ok 'its stream tells the event of a change at the primary' until_true has_event standby
is "$(get /api/patches/1/; field "->>'state'")" new 'and it shows the change'
httpd_stop
is $stopped 0 'it stops'
start wrong -d "host=$STANDBY_HOST"
ask PATCH /api/patches/1/ -H "$(as maint)" -d state=rfc
is "$status $body" '503 {"detail":"The database is not available."}' 'without --read-only a change is an error of the server'
like "$(tail -n 5 "$HTTPD_LOG")" 'during recovery' 'whose reason is in the log'
is "$(get /api/patches/1/; echo $status)" 200 'reading works'
done_testing
