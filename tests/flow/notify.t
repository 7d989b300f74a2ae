#!/usr/bin/env bash
# notify.t - messages of the daemon to systemd, which a socket replaces here: ready, status, watchdog, reload, stop
. "$(dirname "$0")/../lib.sh"
need perl cc
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
ada='Ada <ada@x.org>'
pg_start own
ready_db notify
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null

hear "$T/notify" "$T/notified"

notified() {
	grep -qE "$1" "$T/notified"
}

# notified_times COUNT REGEX - whether it was sent at least this number of times
notified_times() {
	[ "$(grep -cE "$2" "$T/notified")" -ge "$1" ]
}

# WATCHDOG_PID would have to be the daemon's own: without it, WATCHDOG_USEC is valid for any process.
notify_start() {
	: >"$T/notified"
	: >"$LMTPD_LOG"
	NOTIFY_SOCKET=$T/notify WATCHDOG_USEC=5000000 lmtpd_start "$@"
}

# ---- normal operation

notify_start --grace 2
ok "reports that it is ready" within $PATIENCE_SECS notified '^READY=1$'
patch "$ada" '[PATCH] notify' 1@x.org | lmtp >/dev/null
patch "$ada" '[PATCH] notify' 1@x.org | lmtp >/dev/null
ok "notifies the watchdog" within $PATIENCE_SECS notified '^WATCHDOG=1$'
ok "repeatedly" within $PATIENCE_SECS notified_times 3 '^WATCHDOG=1$'
ok "sends a status line" within $PATIENCE_SECS notified \
	'^STATUS=[0-9.]+ mails/s; 0 sessions, 0 mails waiting; 1 stored, 1 duplicate, 0 ignored, 0 held, 0 deferred in [12] batches$'

# systemd rejects a status that is not UTF-8, and errors of libpq quote the connection string.
lmtpd_stop
notify_start -d $'dbname=caf\xe9'
ok "the status is UTF-8 whatever an error quotes" within $PATIENCE_SECS notified $'^STATUS=.*no database for .*caf\xef\xbf\xbd'
lmtpd_stop
notify_start --grace 2

# ---- reload

patchmda project add second --list-id second.example.org --list-email s@example.org >/dev/null
: >"$T/notified"
kill -HUP $LMTPD_PID
ok "reloads" within $PATIENCE_SECS notified '^READY=1$'
is "$(grep -oE '^(RELOADING|MONOTONIC_USEC=[0-9]|READY)' "$T/notified" | sed 's/=.*//')" \
	$'RELOADING\nMONOTONIC_USEC\nREADY' "reports the reload with the monotonic clock, and then that it is ready again"
is "$(LIST=second.example.org patch "$ada" '[PATCH] second' 2@x.org | lmtp)" '250 2.0.0 stored' \
	"a new project is known"
pg_stop
: >"$T/notified"
kill -HUP $LMTPD_PID
within $PATIENCE_SECS notified '^RELOADING=1$'
ok "the status has the reason why there is no database" within $PATIENCE_SECS notified '^STATUS=.*; no database for [0-9]+ s: .'
ok "the watchdog is notified, because the daemon works" within $PATIENCE_SECS notified_times 3 '^WATCHDOG=1$'
ok "a reload waits for the database" eval "! notified '^READY=1'"
pg_restart
ok "and is done when the database runs" within $PATIENCE_SECS notified '^READY=1$'

# ---- shutdown

lock 'lock table patchwork_patch'
patch "$ada" '[PATCH] last' 3@x.org | lmtp >"$T/last" &
last=$!
until_waiting
kill -TERM $LMTPD_PID
ok "SIGTERM: it reports that it will end" until_true notified '^STOPPING=1'
unlock
status=0
wait $LMTPD_PID || status=$?
is $status 0 "and ends in order"
wait $last
is "$(cat "$T/last")" $'250 2.0.0 stored\n421 4.3.2 shutting down' "after the mail that was in progress is done"
is "$(sql "select count(*) from patchwork_patch where msgid = '<3@x.org>'")" 1 "and stored"

# ---- one of the two threads hangs for ever, as it could because of a bug

cc -shared -fPIC -o "$T/hang.so" -x c - <<'C'
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Called by the event loop; does not return while the file $HANG exists. */
int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
	while (access(getenv("HANG"), F_OK) == 0)
		pause();
	return (int)syscall(SYS_accept4, fd, address, length, flags);
}

/* The event loop cannot break the writer's connection. */
int shutdown(int fd, int how)
{
	(void)fd;
	(void)how;
	return 0;
}
C
export HANG=$T/hang

hanging_start() {
	LD_PRELOAD=$T/hang.so ASAN_OPTIONS=verify_asan_link_order=0 notify_start "$@"
	within $PATIENCE_SECS notified_times 2 '^WATCHDOG=1$'
}

# silent - whether the watchdog is not notified for more than three intervals
silent() {
	local before
	before=$(grep -c '^WATCHDOG=1$' "$T/notified")
	sleep 3.5
	[ "$(grep -c '^WATCHDOG=1$' "$T/notified")" -eq "$before" ]
}

hanging_start
: >"$HANG"
exec {door}<>"/dev/tcp/127.0.0.1/$LMTPD_PORT"
sleep 0.5
ok "the watchdog is not notified while the event loop hangs" silent
exec {door}>&-
rm "$HANG"
lmtpd_kill $LMTPD_PID

hanging_start --timeout 2
# After the first mail is stored, the backend of the writer's connection stops responding.
patch "$ada" '[PATCH] hang' 4@x.org | lmtp >/dev/null
backend=$(sql "select pid from pg_stat_activity where application_name = 'patchmda'
	and datname = current_database()" | tail -n 1)
kill -STOP "$backend"
patch "$ada" '[PATCH] hang' 5@x.org | lmtp >"$T/hangs"
is "$(cat "$T/hangs")" '451 4.4.7 timed out, try again later' "no client waits for a writer that hangs"
ok "and the watchdog is not notified" within $PATIENCE_SECS silent
kill -CONT "$backend"
lmtpd_kill $LMTPD_PID
done_testing
