# daemon.sh - patchmda lmtpd for the scripts in tests/flow
#
#	. "$(dirname "$0")/../daemon.sh"
#	lmtpd_start --grace 2
#	talk <"$T/dialogue"
#	lmtpd_stop
#
# The daemon listens on $LMTPD_SOCKET and 127.0.0.1:$LMTPD_PORT, and logs to $LMTPD_LOG.

LMTPD_SOCKET=$T/lmtp.sock
LMTPD_LOG=$T/lmtpd.log
LMTPD_PORT=
LMTPD_PID=

# free_port - prints a port of 127.0.0.1 that is not in use
free_port() {
	local port
	while :; do
		port=$((20000 + RANDOM % 12000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

logged() {
	grep -qE "$1" "$LMTPD_LOG"
}

# listens BYTES - whether the daemon has written, after these bytes of the log, that it listens on the port; one before
# it may have had the same port
listens() {
	tail -c "+$(($1 + 1))" "$LMTPD_LOG" | grep -q "listening on 127.0.0.1:$LMTPD_PORT"
}

# lmtpd_start [OPTION]... - returns when the daemon listens on all addresses, including those of options: the
# port LMTPD_PORT is opened last
lmtpd_start() {
	local logged_before
	LMTPD_PORT=$(free_port)
	touch "$LMTPD_LOG"
	logged_before=$(stat -c %s "$LMTPD_LOG")
	patchmda lmtpd "$@" --listen "unix:$LMTPD_SOCKET" --listen "127.0.0.1:$LMTPD_PORT" \
		>>"$LMTPD_LOG" 2>&1 &
	LMTPD_PID=$!
	at_exit lmtpd_kill $LMTPD_PID
	within $PATIENCE_SECS listens "$logged_before"
}

# The process may have ended before.
lmtpd_kill() {
	kill -KILL "$1" 2>/dev/null || true
}

# lmtpd_stop - ends it in order; sets LMTPD_STATUS to its exit status
lmtpd_stop() {
	LMTPD_STATUS=0
	kill -TERM "$LMTPD_PID"
	wait "$LMTPD_PID" || LMTPD_STATUS=$?
}

# talk [SECONDS] - sends standard input, LF as CR LF, and prints all replies
talk() {
	local fd status=0
	exec {fd}<>"/dev/tcp/127.0.0.1/$LMTPD_PORT"
	sed 's/$/\r/' >&"$fd"
	timeout "${1:-20}" cat <&"$fd" | tr -d '\r' || status=$?
	exec {fd}>&-
	return $status
}

# lmtp [RECIPIENT]... - delivers the mail on standard input; prints the last replies, which callers compare
lmtp() {
	local recipient
	{
		printf 'LHLO test\nMAIL FROM:<>\n'
		for recipient in "${@:-patches@here}"; do
			printf 'RCPT TO:<%s>\n' "$recipient"
		done
		printf 'DATA\n'
		sed 's/^\./../'
		printf '.\nQUIT\n'
	} | talk | sed '1,/^354 /d' | grep -v '^221 ' || true
}

# hear SOCKET FILE - writes the datagrams that arrive at a socket into the file, one on each line
hear() {
	perl -MSocket -e '
		$| = 1;
		socket(my $s, PF_UNIX, SOCK_DGRAM, 0) or die "$!";
		bind($s, sockaddr_un($ARGV[0])) or die "$!";
		while (defined recv($s, my $text, 65536, 0)) { print "$text\n" }' "$1" >>"$2" &
	at_exit kill $!
	within $PATIENCE_SECS test -S "$1"
}
