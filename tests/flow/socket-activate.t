#!/usr/bin/env bash
# socket-activate.t - socket activation of the daemon, with several named sockets
. "$(dirname "$0")/../lib.sh"
need systemd-socket-activate
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
pg_start
ready_db activate
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null

LMTPD_PORT=$(free_port)
systemd-socket-activate -l "$LMTPD_SOCKET" -l "127.0.0.1:$LMTPD_PORT" --fdname=pipe:net \
	-E PGHOST -E PGPORT -E PGUSER -E PGDATABASE -E ASAN_OPTIONS -E TSAN_OPTIONS \
	"$BUILD/patchmda" lmtpd >"$LMTPD_LOG" 2>&1 &
LMTPD_PID=$!
at_exit lmtpd_kill $LMTPD_PID
within $PATIENCE_SECS test -S "$LMTPD_SOCKET"
sleep 0.2
ok "the daemon does not run before the first mail" eval "! logged 'from systemd'"
patch 'Ada <ada@x.org>' '[PATCH] unix' 1@x.org >"$T/unix"
exits 0 "the first mail starts the daemon" patchmda-deliver --socket "$LMTPD_SOCKET" <"$T/unix"
is "$(patch 'Ada <ada@x.org>' '[PATCH] inet' 2@x.org | lmtp)" '250 2.0.0 stored' \
	"the daemon listens on the other socket, too"
is "$(sql 'select count(*) from patchwork_patch')" 2 "both are stored"
ok "sockets have names" eval "logged 'on pipe from systemd' && logged 'on net from systemd'"
lmtpd_stop
is $LMTPD_STATUS 0 "it ends in order"
ok "and does not delete the sockets, which belong to systemd" test -S "$LMTPD_SOCKET"
rm "$LMTPD_SOCKET"

# A socket without a name is named by its descriptor.
systemd-socket-activate -l "$LMTPD_SOCKET" \
	-E PGHOST -E PGPORT -E PGUSER -E PGDATABASE -E ASAN_OPTIONS -E TSAN_OPTIONS \
	"$BUILD/patchmda" lmtpd >"$LMTPD_LOG" 2>&1 &
LMTPD_PID=$!
at_exit lmtpd_kill $LMTPD_PID
within $PATIENCE_SECS test -S "$LMTPD_SOCKET"
exits 0 "a daemon on a socket without a name" patchmda-deliver --socket "$LMTPD_SOCKET" <"$T/unix"
ok "the log has its descriptor" eval "logged 'listening on descriptor 3 from systemd'"
lmtpd_stop
rm "$LMTPD_SOCKET"

done_testing
