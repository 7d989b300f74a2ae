#!/usr/bin/env bash
# httpd-standby.t - `patchmda httpd` on a standby server: all that can be read, queries that conflict with replayed
# changes, and the promotion of the standby
. "$(dirname "$0")/../lib.sh"
need curl perl
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
. "$(dirname "$0")/../httpd.sh"

LIST=list.example.org
pg_start own
ready_db standby
patchmda project add one --list-id $LIST --name One >/dev/null
mail 'Ada <ada@x.org>' '[PATCH 0/1] turns' a0@x.org | patchmda deliver
patch -r '<a0@x.org>' 'Ada <ada@x.org>' '[PATCH 1/1] turn' a1@x.org | patchmda deliver
mail -r '<a1@x.org>' 'Cy <cy@x.org>' 'Re: 1' r1@x.org 'Fine.' | patchmda deliver
mail -r '<a0@x.org>' 'Cy <cy@x.org>' 'Re: 0' r2@x.org 'Fine.' | patchmda deliver
user maint one
HTTPD_SOCKET=$T/primary.sock
httpd_start
ask POST /api/patches/1/checks/ -H "$(as maint)" -d state=success
ask POST /api/bundles/ -H "$(as maint)" -d 'name=mine&patches=1&public=on'
standby_start
wait_for_standby
HTTPD_SOCKET=$T/standby.sock
httpd_start -d "host=$STANDBY_HOST" --read-only --query $PATIENCE_SECS

# ---- all that can be read

# Each has the same response as at the primary.
while read -r path; do
	HTTPD_SOCKET=$T/primary.sock
	get "$path" -H "$(as maint)"
	want="$status $body"
	HTTPD_SOCKET=$T/standby.sock
	get "$path" -H "$(as maint)"
	is "$status $body" "$want" "$path"
done <<'END'
/api/
/api/users/1/
/api/patches/?project=one&state=new&q=turn
/api/patches/1/checks/
/api/patches/1/comments/1/
/api/covers/1/
/api/series/1/
/api/events/
/api/bundles/1/
/api/patches/1/?format=api
/project/one/patch/a1@x.org/mbox/
/comment/1/
/project/one/list/?state=*
/project/one/patch/a1@x.org/
/project/one/feed/
/search/?q=turn
/why/a1@x.org/
END
is "$(ask OPTIONS /api/patches/1/ -H "$(as maint)"; echo $status)" 200 'OPTIONS'
for method in PUT PATCH; do
	ask $method /api/patches/1/ -H "$(as maint)" -d state=accepted
	is "$status $body" '403 {"detail":"This server is read-only."}' "$method"
done

# ---- a query that conflicts with a change that is replayed

# The query reads the patch, and waits for the table of people, which the primary has locked. While it waits, the
# primary locks the table of patches, and so the standby cancels the query.
on_standby "alter system set max_standby_streaming_delay = '200ms'" 'select pg_reload_conf()' >/dev/null
lock 'lock table patchwork_person in access exclusive mode'
is_locked() {
	[ "$(on_standby "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and granted
		and relation = '$1'::regclass")" = 1 ]
}
waiting() {
	[ "$(on_standby "select count(*) from pg_stat_activity where application_name = 'patchmda'
		and wait_event_type = 'Lock'")" = 1 ]
}
has_conflict() {
	grep -q 'canceling statement due to conflict with recovery' "$STANDBY_HOST/log"
}
sql 'select pg_switch_wal()' >/dev/null
until_true is_locked patchwork_person
(
	get /api/patches/1/
	echo "$status $body" >"$T/conflict"
) &
asked=$!
until_true waiting
echo 'lock table patchwork_patch in access exclusive mode;' >&"$lock_input"
until_true sql_is "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and granted
	and relation = 'patchwork_patch'::regclass" 1
sql 'select pg_switch_wal()' >/dev/null # the lock is in the log, which is written now
until_true has_conflict
unlock
wait $asked
is "$(head -c 11 "$T/conflict")" '200 {"id":1' 'a query that was cancelled because of a conflict is sent again'

# ---- the standby becomes the primary

curl -sN --unix-socket "$HTTPD_SOCKET" -o "$T/events" http://p.example.org/api/events/stream &
at_exit httpd_kill $!
until_true grep -q '^id: ' "$T/events"
reader=$HTTPD_PID
HTTPD_SOCKET=$T/writer.sock
httpd_start -d "host=$STANDBY_HOST"
ask PATCH /api/patches/1/ -H "$(as maint)" -d state=rfc
is $status 503 'without --read-only a change of a standby is an error of the server'
pg_stop kill
export PGHOST=$STANDBY_HOST # also for the functions of the tests
on_standby 'select pg_promote()' >/dev/null
on_standby 'alter system reset synchronous_standby_names' 'select pg_reload_conf()' >/dev/null
ask PATCH /api/patches/1/ -H "$(as maint)" -d state=accepted
is "$status $(field "->>'state'")" '200 accepted' 'after its promotion, changes are made without a restart'
HTTPD_SOCKET=$T/standby.sock
is "$(get /api/patches/1/; field "->>'state'")" accepted 'and the server with --read-only shows them'
has_event() {
	grep -A 1 "^id: $(on_standby 'select max(id) from patchwork_event')\$" "$T/events" | grep -q '"patch-state-changed"'
}
ok 'its subscriber gets the event' until_true has_event
ask PATCH /api/patches/1/ -H "$(as maint)" -d state=new
is "$status $body" '403 {"detail":"This server is read-only."}' 'and it still refuses changes'
ok 'it is the same process' kill -0 $reader
done_testing
