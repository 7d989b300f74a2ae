#!/usr/bin/env bash
# postfix.t - a real Postfix in front: pipe and LMTP, hundreds of mails, a database that goes away
#
# Postfix gets directories of its own and listens on a port of 127.0.0.1; nothing of the host's
# own mail system is touched.
. "$(dirname "$0")/../lib.sh"
PATH=$PATH:/usr/sbin:/sbin
need postfix postconf smtp-source swaks
[ "$(id -u)" -eq 0 ] || skip_all "Postfix starts as root alone"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
MAILS=300
pg_start own
ready_db postfix
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null

# Whom PostgreSQL lets in besides root: its own user.
owner=$(stat -c %U "$PGHOST")
[ "$owner" != root ] || owner=nobody
chmod 755 "$T"
mkdir "$T/bin" "$T/etc" "$T/queue" "$T/data"
cp "$BUILD/patchmda" "$BUILD/patchmda-deliver" "$T/bin"
chown postfix "$T/data"

# ---- Postfix

SMTP_PORT=$(free_port)
database="postgresql:///$PGDATABASE?host=$PGHOST&port=$PGPORT&user=$PGUSER"

cat >"$T/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $T/queue
data_directory = $T/data
daemon_directory = $(postconf -dh daemon_directory)
command_directory = $(postconf -dh command_directory)
maillog_file = $T/postfix.log
maillog_file_prefixes = $T
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.org
mynetworks = 127.0.0.0/8
mydestination =
local_transport = error:none
alias_maps =
alias_database =
relay_domains = pipe.test, twin.test, lmtp.test
# smtp-source writes no List-Id.
header_checks = regexp:$T/etc/header_checks
recipient_delimiter = +
transport_maps = inline:{ pipe.test=patchmda: twin.test=twin: lmtp.test=lmtp:unix:$LMTPD_SOCKET }
soft_bounce = yes
notify_classes =
patchmda_destination_recipient_limit = 1
patchmda_time_limit = 300s
twin_destination_recipient_limit = 1
minimal_backoff_time = 2s
maximal_backoff_time = 2s
queue_run_delay = 2s
lmtp_connect_timeout = 5s
END
cat >"$T/etc/master.cf" <<END
127.0.0.1:$SMTP_PORT inet n - n - 50 smtpd
pickup   unix n - n 60 1 pickup
cleanup  unix n - n - 0 cleanup
qmgr     unix n - n 300 1 qmgr
rewrite  unix - - n - - trivial-rewrite
bounce   unix - - n - 0 bounce
defer    unix - - n - 0 bounce
trace    unix - - n - 0 bounce
flush    unix n - n 1000? 0 flush
showq    unix n - n - - showq
error    unix - - n - - error
retry    unix - - n - - error
lmtp     unix - - n - 20 lmtp
anvil    unix - - n - 1 anvil
scache   unix - - n - 1 scache
postlog  unix-dgram n - n - 1 postlogd
proxymap unix - - n - - proxymap
patchmda unix - n n - 4 pipe
  flags=R user=$owner null_sender=
  argv=$T/bin/patchmda deliver -d $database
twin     unix - n n - 4 pipe
  flags=R user=$owner null_sender=
  argv=$T/bin/patchmda-deliver --socket $LMTPD_SOCKET -d $database
END
cat >"$T/etc/header_checks" <<END
if !/^List-Id:/
/^Subject: .* (by|over) [a-z]+\$/ PREPEND List-Id: <$LIST>
endif
END
touch "$T/postfix.log"
if ! postfix -c "$T/etc" start >"$T/start" 2>&1; then
	diag "$(cat "$T/start" "$T/postfix.log")"
	exit 1
fi
at_exit postfix -c "$T/etc" stop

queue() {
	find "$T/queue/incoming" "$T/queue/active" "$T/queue/deferred" "$T/queue/maildrop" \
		-type f 2>/dev/null | wc -l
}

queue_is_empty() {
	[ "$(queue)" -eq 0 ]
}

bounces() {
	grep -cE 'status=bounced|status=SOFTBOUNCE|postfix/bounce.*(sender|notification)' "$T/postfix.log" || true
}

# send COUNT SESSIONS RECIPIENT SUBJECT - by smtp-source; each mail is a cover letter of its own
send() {
	smtp-source -c -m "$1" -s "$2" -l 10000 -f ada@example.org -t "$3" -S "$4" \
		"inet:127.0.0.1:$SMTP_PORT" >"$T/smtp-source" 2>&1
}

covers() {
	sql "select count(*), count(distinct msgid) from patchwork_cover where name like '%$1'"
}

# swaks sends what has a diff.
send_patch() {
	swaks --server 127.0.0.1 --port "$SMTP_PORT" --from ada@example.org --to "$1" \
		--data "@$2" >"$T/swaks" 2>&1
}

# show WHAT RECIPIENT - a few hundred mails, a patch and a reply to it, all delivered
show() {
	ok "$1: takes $MAILS mails" send $MAILS 10 "$2" "[PATCH 0/2] by $1"
	ok "$1: the queue runs empty" within 90 queue_is_empty
	is "$(covers "by $1")" "$MAILS|$MAILS" "$1: all are stored, once"
	patch 'Ada <ada@x.org>' "[PATCH] swaks $1" "$1@x.org" >"$T/patch"
	mail -r "<$1@x.org>" 'Bob <bob@x.org>' "Re: [PATCH] swaks $1" "re-$1@x.org" >"$T/reply"
	ok "$1: takes a patch" send_patch "$2" "$T/patch"
	ok "$1: takes a reply" send_patch "$2" "$T/reply"
	ok "$1: the queue runs empty again" within 30 queue_is_empty
	is "$(sql "select p.diff like 'diff --git%new' || chr(10) || '%', c.content
		from patchwork_patch p join patchwork_patchcomment c on c.patch_id = p.id
		where p.msgid = '<$1@x.org>'")" "t|Just a line." "$1: stored as they were"
	is "$(bounces)" 0 "$1: nothing bounced"
}

# ---- each way in

lmtpd_start --grace 2 --refuse 4
chmod 777 "$LMTPD_SOCKET"
show pipe "ring@pipe.test"
show twin "ring@twin.test"
is "$(grep -c "stored cover" "$LMTPD_LOG")" $MAILS "twin: by the daemon"
show lmtp "ring@lmtp.test"
LIST= patch 'Ada <ada@x.org>' '[PATCH] extension' ext@x.org >"$T/patch"
ok "a recipient may name the list" send_patch "ring+$LIST@lmtp.test" "$T/patch"
ok "which is delivered" within 30 sql_is \
	"select count(*) from patchwork_patch where msgid = '<ext@x.org>'" 1

# ---- the database, or the daemon, stops in the middle

deferrals() {
	[ "$(grep -c "to=<ring@$1.test>.*status=deferred" "$T/postfix.log")" -gt 5 ]
}

# outage WHAT - the database stops while its mails arrive
outage() {
	send $((MAILS * 2)) 4 "ring@$1.test" "[PATCH 0/2] over $1" &
	local sender=$!
	within 30 half_done "$1"
	pg_stop kill
	wait $sender
	ok "$1: mail is deferred without a database" within 60 deferrals "$1"
	pg_restart
	ok "$1: and delivered when it is there again" within 120 queue_is_empty
	is "$(covers "over $1")" "$((MAILS * 2))|$((MAILS * 2))" "$1: all of it, and once"
	is "$(bounces)" 0 "$1: nothing bounced"
}

# half_done WHAT - some are stored
half_done() {
	[ "$(sql "select count(*) > 50 from patchwork_cover where name like '%over $1'")" = t ]
}

outage lmtp
outage pipe

send $((MAILS * 2)) 4 "ring@lmtp.test" "[PATCH 0/2] over kill" &
sender=$!
within 30 half_done kill
kill -KILL $LMTPD_PID
sleep 1
lmtpd_start --grace 2 --refuse 4
chmod 777 "$LMTPD_SOCKET"
wait $sender
ok "killed: the queue runs empty" within 120 queue_is_empty
is "$(covers "over kill")" "$((MAILS * 2))|$((MAILS * 2))" "killed: all is there, and once"
is "$(bounces)" 0 "killed: nothing bounced"
lmtpd_stop
is $LMTPD_STATUS 0 "the daemon ends in order"
done_testing
