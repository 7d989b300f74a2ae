#!/usr/bin/env bash
# postfix-outage.t - the database, or the daemon, stops while a real Postfix delivers
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../postfix.sh"
postfix_needed
LIST=ring.example.org
pg_start own
ready_db outage
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
MAILS=75 # sent before an outage, and again while it begins
LATE=10  # sent while the database is stopped

lmtpd_start --grace 2 --refuse 4
open_socket
postfix_start

deferrals() {
	[ "$(grep -c "to=<ring@$1.test>.*status=deferred" "$POSTFIX_LOG")" -gt 5 ]
}

# start_senders WHAT DOMAIN - returns when some mails are stored, others are being delivered, and more are sent
start_senders() {
	send $MAILS 4 "ring@$2.test" "[PATCH 0/2] over $1" &
	senders=($!)
	until_true some_stored "$1"
	send $MAILS 4 "ring@$2.test" "[PATCH 0/2] over $1" &
	senders+=($!)
}

# outage WHAT - stops the database while these mails are delivered
outage() {
	start_senders "$1" "$1"
	pg_stop kill
	send $LATE 2 "ring@$1.test" "[PATCH 0/2] over $1"
	wait "${senders[@]}"
	ok "$1: mail is deferred without a database" within $PATIENCE_SECS deferrals "$1"
	pg_restart
	ok "$1: and delivered when it runs again" within $((2 * PATIENCE_SECS)) queue_is_empty
	is "$(covers "over $1")" "$((2 * MAILS + LATE))|$((2 * MAILS + LATE))" "$1: all mail is stored once"
	is "$(bounces)" 0 "$1: no mail bounced"
}

some_stored() {
	[ "$(sql "select count(*) > 20 from patchwork_cover where name like '%over $1'")" = t ]
}

outage lmtp
outage pipe

start_senders kill lmtp
kill -KILL $LMTPD_PID
sleep 1
lmtpd_start --grace 2 --refuse 4
open_socket
wait "${senders[@]}"
ok "killed: the queue runs empty" within $((2 * PATIENCE_SECS)) queue_is_empty
is "$(covers "over kill")" "$((2 * MAILS))|$((2 * MAILS))" "killed: all mail is stored once"
is "$(bounces)" 0 "killed: no mail bounced"
lmtpd_stop
is $LMTPD_STATUS 0 "the daemon ends in order"
done_testing
