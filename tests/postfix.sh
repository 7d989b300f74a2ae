# postfix.sh - a private Postfix for the scripts in tests/flow
#
#	. "$(dirname "$0")/../postfix.sh"
#	lmtpd_start && open_socket
#	postfix_start
#	send 300 10 ring@lmtp.test '[PATCH 0/2] by lmtp'
#	within 90 queue_is_empty
#
# This Postfix has its own directories and listens on a port of 127.0.0.1; the mail system of the host is not
# touched. The recipient's domain determines the transport: pipe.test uses pipe(8) with `patchmda deliver`,
# thin.test patchmda-deliver, and lmtp.test the daemon's socket (lmtp(8) in a chroot). The settings are those of
# README.md. The database must exist (PGDATABASE), and daemon.sh must be read before.

. "$ROOT/tests/readme.sh"

PATH=$PATH:/usr/sbin:/sbin
POSTFIX_LOG=$T/postfix.log
SMTP_PORT=

# postfix_needed - skips the script if Postfix cannot be run
postfix_needed() {
	need postfix postconf smtp-source swaks
	[ "$(id -u)" -eq 0 ] || skip_all "only root can start Postfix"
}

# map RECIPE DOMAIN [SED-SCRIPT...] - prints the entry of the recipe's transport_maps for that domain
map() {
	local name=$1 domain=$2
	shift 2
	recipe "$name" "s/patches\.example\.org/$domain/" "$@" |
		sed -n 's/^transport_maps = inline:{ \(.*\) }$/\1/p'
}

# others RECIPE - prints the other settings of the recipe, without the domain
others() {
	recipe "$1" | sed '/^transport_maps/d; /^relay_domains/d'
}

main_cf() {
	cat <<END
compatibility_level = 3.6
queue_directory = $T/queue
data_directory = $T/data
daemon_directory = $(postconf -dh daemon_directory)
command_directory = $(postconf -dh command_directory)
maillog_file = $POSTFIX_LOG
maillog_file_prefixes = $T
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.org
mynetworks = 127.0.0.0/8
mydestination =
local_transport = error:none
alias_maps =
alias_database =
relay_domains = pipe.test, thin.test, lmtp.test
header_checks = regexp:$T/etc/header_checks
transport_maps = inline:{ $(map postfix-pipe-main pipe.test) thin.test=thin:
	$(map postfix-lmtp-main lmtp.test) }
$({ others postfix-pipe-main && others postfix-lmtp-main; } | sort -u)
notify_classes =
thin_destination_recipient_limit = 1
minimal_backoff_time = 2s
maximal_backoff_time = 2s
queue_run_delay = 2s
lmtp_connect_timeout = 5s
service_throttle_time = 1s
transport_retry_time = 2s
END
}

# smtp-source writes no List-Id.
header_checks() {
	cat <<END
if !/^List-Id:/
/^Subject: .* (by|over) [a-z]+\$/ PREPEND List-Id: <$LIST>
endif
END
}

master_cf() {
	local database="postgresql:///$PGDATABASE?host=$PGHOST&port=$PGPORT&user=$PGUSER" owner
	# Apart from root, only the server's own user may connect to PostgreSQL.
	owner=$(stat -c %U "$PGHOST")
	[ "$owner" != root ] || owner=nobody
	cat <<END
127.0.0.1:$SMTP_PORT inet n - n - 50 smtpd
pickup   unix n - n 60 1 pickup
cleanup  unix n - n - 0 cleanup
qmgr     unix n - n 2 1 qmgr
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
$(recipe postfix-pipe-master "s/user=patchmda/user=$owner/" "s,/usr/local/bin/,$T/bin/," \
	"s,dbname=patchwork,$(sed 's/&/\\&/g' <<<"$database"),")
$(recipe postfix-lmtp-master "s/-  -  n  -  -  lmtp/-  -  y  -  -  lmtp/")
thin     unix - n n - 4 pipe
  -o soft_bounce=yes
  flags=R user=$owner null_sender=
  argv=$T/bin/patchmda-deliver --socket $LMTPD_SOCKET -d $database
END
}

postfix_start() {
	SMTP_PORT=$(free_port)
	chmod 755 "$T"
	mkdir "$T/bin" "$T/etc" "$T/queue" "$T/data"
	cp "$BUILD/patchmda" "$BUILD/patchmda-deliver" "$T/bin"
	chown postfix "$T/data"
	main_cf >"$T/etc/main.cf"
	master_cf >"$T/etc/master.cf"
	header_checks >"$T/etc/header_checks"
	touch "$POSTFIX_LOG"
	if ! postfix -c "$T/etc" start >"$T/start" 2>&1; then
		diag "$(cat "$T/start" "$POSTFIX_LOG")"
		return 1
	fi
	at_exit postfix -c "$T/etc" stop
	open_socket
}

# open_socket - lets Postfix and the user of the pipe connect, as the systemd unit does; lmtp(8), which can open
# files only below the queue's directory, finds the socket there
open_socket() {
	chmod 777 "$LMTPD_SOCKET"
	[ ! -d "$T/queue/private" ] || ln -f "$LMTPD_SOCKET" "$T/queue/private/patchmda"
}

# queue - prints the number of mails in the queue; Postfix makes the file of a mail executable when it is complete
queue() {
	find "$T/queue/incoming" "$T/queue/active" "$T/queue/deferred" "$T/queue/maildrop" \
		-type f -perm -u+x 2>/dev/null | wc -l
}

queue_is_empty() {
	[ "$(queue)" -eq 0 ]
}

bounces() {
	count 'status=bounced|status=SOFTBOUNCE|postfix/bounce.*(sender|notification)' "$POSTFIX_LOG"
}

# send COUNT SESSIONS RECIPIENT SUBJECT - sends mail by smtp-source; each mail is a cover letter of its own
send() {
	smtp-source -c -m "$1" -s "$2" -l 10000 -f ada@example.org -t "$3" -S "$4" \
		"inet:127.0.0.1:$SMTP_PORT" >"$T/smtp-source" 2>&1
}

covers() {
	sql "select count(*), count(distinct msgid) from patchwork_cover where name like '%$1'"
}

# swaks sends mails with a diff.
send_patch() {
	swaks --server 127.0.0.1 --port "$SMTP_PORT" --from ada@example.org --to "$1" \
		--data "@$2" >"$T/swaks" 2>&1
}
