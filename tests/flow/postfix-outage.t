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
MAILS=300

lmtpd_start --grace 2 --refuse 4
open_socket
postfix_start

deferrals() {
	[ "$(grep -c "to=<ring@$1.test>.*status=deferred" "$POSTFIX_LOG")" -gt 5 ]
}

# outage WHAT - the database stops while its mails arrive
outage() {
	send $MAILS 4 "ring@$1.test" "[PATCH 0/2] over $1" &
	local sender=$!
	within 60 half_done "$1"
	pg_stop kill
	wait $sender
	ok "$1: mail is deferred without a database" within 60 deferrals "$1"
	pg_restart
	ok "$1: and delivered when it is there again" within 150 queue_is_empty
	is "$(covers "over $1")" "$MAILS|$MAILS" "$1: all of it, and once"
	is "$(bounces)" 0 "$1: nothing bounced"
}

# half_done WHAT - whether some are stored
half_done() {
	[ "$(sql "select count(*) > 20 from patchwork_cover where name like '%over $1'")" = t ]
}

outage lmtp
outage pipe

send $MAILS 4 "ring@lmtp.test" "[PATCH 0/2] over kill" &
sender=$!
within 60 half_done kill
kill -KILL $LMTPD_PID
sleep 1
lmtpd_start --grace 2 --refuse 4
open_socket
wait $sender
ok "killed: the queue runs empty" within 150 queue_is_empty
is "$(covers "over kill")" "$MAILS|$MAILS" "killed: all is there, and once"
is "$(bounces)" 0 "killed: nothing bounced"
lmtpd_stop
is $LMTPD_STATUS 0 "the daemon ends in order"
done_testing
