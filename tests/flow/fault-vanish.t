#!/usr/bin/env bash
# fault-vanish.t - the database's host vanishes: its packets stop, and no connection is closed
. "$(dirname "$0")/../lib.sh"
PATH=$PATH:/usr/sbin:/sbin
need unshare ip iptables
# The script runs in a network namespace of its own, in which packets can be dropped.
if [ -z "${VANISH_NETWORK-}" ]; then
	unshare -n true 2>/dev/null || skip_all "no network namespace can be created here"
	export VANISH_NETWORK=1
	rm -rf "$T"
	exec unshare -n "$0"
fi
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
LIST=near.example.org
ip link set lo up
iptables -L -n >/dev/null 2>&1 || skip_all "iptables does not work here"
pg_start own
ready_db vanish
port=$(free_port)
sql "alter system set listen_addresses = '127.0.0.1'" "alter system set port = $port"
pg_stop
pg_restart
unix=$PGHOST
export PGHOST=127.0.0.1 PGPORT=$port
# The daemon's own timeout is longer than those of TCP (keepalives, tcp_user_timeout).
DELIVER_SECS=45
fault_start
patch 'Ada <ada@x.org>' '[PATCH] first' first@x.org >"$T/first"
is "$(hand "$T/first")" '250 2.0.0 stored' "the daemon has a connection"

iptables -A INPUT -p tcp --dport "$port" -j DROP
iptables -A INPUT -p tcp --sport "$port" -j DROP
trouble vanished
like "$(cat "$T/vanished.reply")" '^451 4\.4\.1 ' "the connection is lost by TCP's timeouts, before the daemon's own deadline"
iptables -F INPUT
recovery vanished
is "$(PGHOST=$unix sql "select count(*) from patchwork_patch")" 4 "no other patch is stored"
lmtpd_stop
done_testing
