#!/usr/bin/env bash
# fault-vanish.t - the database's host vanishes: from one moment to the next its packets stop, and no
# connection is closed
. "$(dirname "$0")/../lib.sh"
PATH=$PATH:/usr/sbin:/sbin
need unshare ip iptables
# It runs in a network namespace of its own, in which packets can be dropped.
if [ -z "${VANISH_NETWORK-}" ]; then
	unshare -n true 2>/dev/null || skip_all "no network of our own is to be had here"
	export VANISH_NETWORK=1
	rm -rf "$T"
	exec unshare -n "$0"
fi
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
LIST=near.example.org
ip link set lo up
iptables -L -n >/dev/null 2>&1 || skip_all "no packets are to be dropped here"
pg_start own
ready_db vanish
port=$(free_port)
sql "alter system set listen_addresses = '127.0.0.1'" "alter system set port = $port"
pg_stop
pg_restart
unix=$PGHOST
export PGHOST=127.0.0.1 PGPORT=$port
# The daemon's own timeout is longer than those of TCP (keepalives, tcp_user_timeout).
DELIVER_SECS=45 PATIENCE_SECS=100
fault_start
patch 'Ada <ada@x.org>' '[PATCH] first' first@x.org >"$T/first"
is "$(hand "$T/first")" '250 2.0.0 stored' "it has a connection"

iptables -A INPUT -p tcp --dport "$port" -j DROP
iptables -A INPUT -p tcp --sport "$port" -j DROP
trouble vanished
like "$(cat "$T/vanished.reply")" '^451 4\.4\.1 ' "it is TCP that gives up, before the daemon's own deadline"
iptables -F INPUT
recovery vanished
is "$(PGHOST=$unix sql "select count(*) from patchwork_patch")" 4 "and nothing else"
lmtpd_stop
done_testing
