#!/usr/bin/env bash
# socket-activate.t - the daemon as systemd starts it: sockets handed over, notifications, units
. "$(dirname "$0")/../lib.sh"
need systemd-socket-activate systemd-analyze perl
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
pg_start
ready_db activate
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null

# ---- sockets

LMTPD_PORT=$(free_port)
systemd-socket-activate -l "$LMTPD_SOCKET" -l "127.0.0.1:$LMTPD_PORT" --fdname=pipe:net \
	-E PGHOST -E PGPORT -E PGUSER -E PGDATABASE -E ASAN_OPTIONS -E TSAN_OPTIONS \
	"$BUILD/patchmda" lmtpd >"$LMTPD_LOG" 2>&1 &
LMTPD_PID=$!
at_exit lmtpd_kill $LMTPD_PID
within 10 test -S "$LMTPD_SOCKET"
sleep 0.2
ok "nothing runs before there is mail" eval "! logged 'from systemd'"
patch 'Ada <ada@x.org>' '[PATCH] unix' 1@x.org >"$T/unix"
exits 0 "the first mail starts the daemon" patchmda-deliver --socket "$LMTPD_SOCKET" <"$T/unix"
is "$(patch 'Ada <ada@x.org>' '[PATCH] inet' 2@x.org | lmtp)" '250 2.0.0 stored' \
	"which listens on the other socket too"
is "$(sql 'select count(*) from patchwork_patch')" 2 "both are stored"
ok "sockets have names" eval "logged 'on pipe from systemd' && logged 'on net from systemd'"
lmtpd_stop
is $LMTPD_STATUS 0 "it ends in order"
ok "and leaves the sockets, which are systemd's" test -S "$LMTPD_SOCKET"
rm "$LMTPD_SOCKET"

# ---- notifications

hear "$T/notify" "$T/notified"

notified() {
	grep -qE "$1" "$T/notified"
}

# WATCHDOG_PID would have to be its own: without one it may be anybody's.
NOTIFY_SOCKET=$T/notify WATCHDOG_USEC=5000000 lmtpd_start
ok "says when it is ready" within 10 notified '^READY=1'
patch 'Ada <ada@x.org>' '[PATCH] notify' 3@x.org | lmtp >/dev/null
ok "tells the watchdog that it is well" within 10 notified '^WATCHDOG=1'
ok "has a line on how it goes" within 10 notified \
	'^STATUS=[0-9.]+ mails/s; 0 sessions, 0 mails waiting; 1 stored, 0 duplicate.* in 1 batches$'
: >"$T/notified"
kill -HUP $LMTPD_PID
ok "reloads" within 10 notified '^RELOADING=1'
ok "with the clock's reading" notified '^MONOTONIC_USEC=[0-9]+$'
ok "and is ready again" within 10 notified '^READY=1'
lmtpd_stop
ok "and says that it stops" within 5 notified '^STOPPING=1'

# ---- the units

score() {
	systemd-analyze security --offline=true --no-pager "$1" 2>/dev/null |
		sed -n 's/.*exposure level.*: \([0-9.]*\).*/\1/p'
}
for unit in patchmda.service patchmda@.service; do
	exposure=$(score "$ROOT/systemd/$unit")
	ok "$unit is confined (exposure ${exposure:-unknown})" \
		awk -v e="${exposure:-10}" 'BEGIN { exit !(e <= 1.0) }'
done
for unit in patchmda.socket patchmda.service patchmda@one.socket patchmda@one.service; do
	cp "$ROOT/systemd/${unit/one/}" "$T/$unit"
done
verified=$(systemd-analyze verify --man=no --recursive-errors=no "$T"/patchmda.service \
	"$T"/patchmda@one.service "$T"/patchmda.socket 2>&1 | grep -v 'is not executable' || true)
is "$verified" '' "systemd understands the units"
settings() {
	sed '/^#/d; s/ (%i)//; s/-%i//; s/@%i//; s,%i\.conf,patchmda.conf,; s,%i\.sock,lmtp.sock,' \
		"$ROOT/systemd/$1"
}
for kind in service socket; do
	is "$(settings "patchmda@.$kind")" "$(settings "patchmda.$kind")" \
		"patchmda@.$kind differs from patchmda.$kind by the instance alone"
done
done_testing
