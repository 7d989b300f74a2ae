#!/usr/bin/env bash
# import-stop.t - `patchmda import` that is stopped or killed and run again, and one whose database is stopped
# in the middle

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../import.sh"

is_gone_or_zombie() {
	! grep -q '^State:[[:space:]]*[^Z]' "/proc/$1/status" 2>/dev/null
}

has_patches() {
	[ "$(sql "select count(*) from patchwork_patch")" -ge "$1" ]
}

pg_start own
reference_start

# ---- stopped

mkfifo "$T/pipe"

# start_import - starts an import, five messages at a time, from a pipe that descriptor 9 writes to
start_import() {
	patchmda import --create-projects --batch 5 - <"$T/pipe" >"$T/out" 2>"$T/err" 9>&- &
	pid=$!
	exec 9>"$T/pipe"
}

ended() {
	local status=0
	wait $pid || status=$?
	exec 9>&-
	return $status
}

for signal in INT TERM; do
	ready_db "import_$signal"
	start_import
	messages 1 20 >&9
	until_true has_patches 6
	kill -$signal $pid
	messages 21 42 >&9 2>/dev/null || true # it may have stopped reading
	status=0
	ended || status=$?
	is $status 75 "SIG$signal stops the import"
	like "$(cat "$T/err")" 'run it again' "its message asks to run it again"
	facts >"$T/facts"
	like "$(counts)" "^[12][0-9] messages: $(grep -c '^patch|' "$T/facts") patches, $(grep -c '^cover|' "$T/facts") covers, $(grep -c '^comment|' "$T/facts") comments" \
		"the summary counts the stored messages"
	import "running it again" "$sample"
	grep -v '^held' "$T/facts" >"$T/without"
	is "$(cat "$T/without")" "$(cat "$T/reference.without")" "completes it"
done

# Nothing is written into the pipe, so nothing can be read from it.
for signal in INT TERM; do
	ready_db import_silent_$signal
	start_import
	until_true grep -q '^SigCgt:.*[2367abef]$' /proc/$pid/status # SIGINT is caught
	sleep 0.3
	kill -$signal $pid
	is "$(until_true is_gone_or_zombie $pid && echo ends)" ends "SIG$signal ends it while it waits for input"
	status=0
	ended || status=$?
	is $status 75 "its status is 75"
done

# Nor if nobody writes to a pipe.
mkfifo "$T/lonely"
patchmda import "$T/lonely" >"$T/out" 2>"$T/err" 9>&- &
pid=$!
until_true grep -q '^SigCgt:.*[2367abef]$' /proc/$pid/status
sleep 0.3
kill -TERM $pid
is "$(until_true is_gone_or_zombie $pid && echo ends)" ends "SIGTERM ends it while it waits for the writer of a pipe"
kill -KILL $pid 2>/dev/null || true
exits 75 "its status is 75" wait $pid
{
	sleep 0.3
	messages 1 20
} >"$T/lonely" &
writer=$!
exits 0 "a pipe whose writer takes its time" patchmda import --create-projects "$T/lonely"
like "$(cat "$T/out")" '^20 messages: ' "is read to its end"
let_go $writer

ready_db import_kill
start_import
messages 1 20 >&9
until_true has_patches 6
kill -KILL $pid
status=0
ended 2>/dev/null || status=$?
is $status 137 "killed in the middle"
import "running it again" "$sample"
same "completes it"

# ---- there is no database

PGHOST=/nowhere start_import
is "$(until_true is_gone_or_zombie $pid && echo ends)" ends "it ends while it waits for input"
exec 9>&- # and if it does not, now
status=0
ended || status=$?
is $status 75 "its status is 75"
like "$(cat "$T/err")" 'connection to server' "the reason is printed"
is "$(cat "$T/out")" '' "there is no summary"

exits 75 "without a database, a pipe without a writer" timeout -s KILL $PATIENCE_SECS env PGHOST=/nowhere patchmda import "$T/lonely"
{
	messages 1 1
	head -c 5000000 /dev/zero | tr '\0' x
} >"$T/large.mbox"
exits 75 "and a large message" env PGHOST=/nowhere patchmda import "$T/large.mbox"
ready_db import_later
{
	exits 75 "and standard input" env PGHOST=/nowhere patchmda import --create-projects -
	exits 0 "which is at its beginning for the next import" patchmda import --create-projects -
} <"$sample"
facts >"$T/facts"
same "all mail is stored"

# ---- the database is stopped

ready_db import_restart
start_import
messages 1 20 >&9
until_true has_patches 6
pg_stop
messages 21 42 >&9
exec 9>&-
pg_restart
status=0
ended || status=$?
is $status 0 "the database is restarted in the middle"
is "$(counts | sed 's/, . duplicates.*//')" "42 messages: 20 patches, 3 covers, 16 comments" "all is counted"
facts >"$T/facts"
same "no mail is missing or stored twice"

# Rows that were not on the disk are lost in a crash: exit status 0 would be wrong.
ready_db import_crash
start_import
messages 1 20 >&9
until_true has_patches 6
pg_stop kill
messages 21 42 >&9
exec 9>&-
pg_restart
status=0
ended || status=$?
facts >"$T/facts"
if [ $status -eq 0 ]; then
	same "the database crashes in the middle, and all mail is stored"
else
	is $status 75 "the database crashes in the middle"
fi
import "running it again" "$sample"
grep -v '^held' "$T/facts" >"$T/without"
is "$(cat "$T/without")" "$(cat "$T/reference.without")" "all is stored"

ready_db import_gone
start_import
messages 1 20 >&9
until_true has_patches 6
pg_stop kill
messages 21 42 >&9
exec 9>&-
sleep 0.5
kill -INT $pid || diag "it had ended: $(cat "$T/err")"
status=0
ended || status=$?
is $status 75 "stopped while the database does not run"
pg_restart
import "when it runs again" "$sample"
grep -v '^held' "$T/facts" >"$T/without"
is "$(cat "$T/without")" "$(cat "$T/reference.without")" "all is stored"

done_testing
