#!/usr/bin/env bash
# postfix-kill.t - a real Postfix whose processes are killed in the middle of a mail: a truncated mail is never
# stored, and at the end each mail is stored once and complete
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../postfix.sh"
postfix_needed
LIST=ring.example.org
CUTS=${CUTS:-3} # kills in the middle of a mail, in each way of delivery
KILLS=${KILLS:-24} # kills of any of Postfix's processes, at any time
pg_start
ready_db postfix_kill
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
lmtpd_start
open_socket

# Orphans are adopted by a process named init, as on a real host.
postfix() {
	if [ "${*: -1}" != start ]; then
		command postfix "$@"
		return
	fi
	"$BUILD/tests/kill/init" postfix "$@" &
	within $PATIENCE_SECS test -s "$T/queue/pid/master.pid"
}
postfix_start
within $PATIENCE_SECS grep -q 'daemon started' "$POSTFIX_LOG"
master=$(tr -d ' ' <"$T/queue/pid/master.pid")

# large ID LINES - prints a patch
large() {
	mail 'Ada <ada@x.org>' "[PATCH] $1" "$1@x.org" "$(change f
		seq "$2" | sed 's/.*/+a line that makes this diff a large one/')" |
		sed "s/^@@ .*/@@ -1,2 +1,$(($2 + 2)) @@/"
}

# children PARENT NAME - prints the children with this name, of which the kernel keeps 15 characters
children() {
	local parent=$1 name=${2:0:15} pid comm
	for pid in $(cat "/proc/$parent/task/$parent/children" 2>/dev/null); do
		read -r comm 2>/dev/null <"/proc/$pid/comm" || continue
		[ "$comm" != "$name" ] || echo "$pid"
	done
}

# is_reading PID - whether the process has installed its handlers, and so has determined its parents
is_reading() {
	local word rest
	while read -r word rest; do
		[ "$word" != SigCgt: ] || [ "$rest" = 0000000000000000 ] || return 0
	done 2>/dev/null <"/proc/$1/status"
	return 1
}

# While this file exists, the sent mail is not delivered, and the processes that deliver it can be killed.
: >"$T/cutting"
is_cutting() {
	[ -e "$T/cutting" ]
}

# cut_pipe NAME - kills the pipe(8) that writes to a process with this name, in the middle of a mail
cut_pipe() {
	local name=$1 writer reader
	while is_cutting; do
		for writer in $(children "$master" pipe); do
			for reader in $(children "$writer" "$name"); do
				kill -STOP "$reader" 2>/dev/null || continue
				if is_reading "$reader" && kill -KILL "$writer" 2>/dev/null; then
					until_true is_ended "$writer"
					kill -CONT "$reader"
					return 0
				fi
				kill -CONT "$reader" 2>/dev/null || true # it may have exited
			done
		done
		sleep 0.002
	done
	return 1
}
is_ended() {
	! grep -qs '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status"
}

# cut_daemon - kills the lmtp(8) that is connected to a daemon which does not read
cut_daemon() {
	local writer
	kill -STOP "$LMTPD_PID"
	while is_cutting; do
		for writer in $(children "$master" lmtp); do
			sleep 0.2 # in which it can fill the buffer of the socket
			if kill -KILL "$writer" 2>/dev/null; then
				kill -CONT "$LMTPD_PID"
				return 0
			fi
		done
		sleep 0.01
	done
	kill -CONT "$LMTPD_PID"
	return 1
}

# all_complete NAME COUNT LINES - passes if there are this many patches, each with this many lines
all_complete() {
	is "$(sql "select count(*), count(distinct msgid), bool_and(
			length(diff) - length(replace(diff, e'\n+', e'\n')) = $3 + 2)
		from patchwork_patch where name like '$1%'")" "$2|$2|t" "$1: all are stored once and complete"
	sql "select '# ' || name || ' ' || length(diff) from patchwork_patch where name like '$1%'
		and length(diff) - length(replace(diff, e'\n+', e'\n')) <> $3 + 2"
	is "$(sql 'select count(*) from patchmda.held')" 0 "$1: no part of a mail is held"
	is "$(bounces)" 0 "$1: no mail bounced"
}

# If the kill comes too late, another mail follows.
for way in pipe:patchmda thin:patchmda-deliver lmtp:; do
	program=${way#*:} way=${way%:*} cut=0
	for ((sent = 0; cut < CUTS && sent < 30 * CUTS; sent++)); do
		large "$way-$sent" 20000 >"$T/mail"
		if [ $way = lmtp ]; then
			cut_daemon &
		else
			cut_pipe "$program" &
		fi
		cutter=$!
		send_patch "ring@$way.test" "$T/mail"
		until ! kill -0 $cutter 2>/dev/null || { [ $way != lmtp ] && queue_is_empty; }; do
			sleep 0.05
		done
		rm "$T/cutting"
		if wait $cutter; then
			cut=$((cut + 1))
		fi
		: >"$T/cutting"
	done
	is $cut $CUTS "$way: the transfer was cut short, for some of $sent mails"
	ok "$way: the queue runs empty" within $((2 * PATIENCE_SECS)) queue_is_empty
	all_complete $way $sent 20000
done

# Any of Postfix's processes, at any time.
{
	for ((i = 0; i < KILLS; i++)); do
		large "any-$i" 9000 >"$T/any"
		way=(pipe thin lmtp)
		until send_patch "ring@${way[i % 3]}.test" "$T/any"; do
			sleep 0.2
		done
	done
} &
sender=$!
killed=0
while kill -0 $sender 2>/dev/null; do
	names=(pipe pipe lmtp cleanup qmgr smtpd)
	victim=$(children "$master" "${names[RANDOM % 6]}" | shuf -n 1)
	if [ -n "$victim" ] && kill -KILL "$victim" 2>/dev/null; then
		killed=$((killed + 1))
	fi
	sleep "0.$((RANDOM % 4))"
done
wait $sender
ok "any: the queue runs empty after $killed kills" within $((2 * PATIENCE_SECS)) queue_is_empty
queue_is_empty || diag "$(find "$T/queue" -type f -perm -u+x -ls)" "$(tail -n 30 "$POSTFIX_LOG")" \
	"$(tail -n 5 "$LMTPD_LOG")"
all_complete any "$KILLS" 9000

# The queue manager, and the lmtp(8) that delivers a mail. No other mail wakes up the next queue manager.
kill -STOP "$LMTPD_PID"
large last 9000 >"$T/mail"
send_patch ring@lmtp.test "$T/mail"
delivers() {
	[ -n "$(children "$master" lmtp)" ]
}
until_true delivers
kill -KILL "$(children "$master" qmgr)"
kill -KILL $(children "$master" lmtp)
kill -CONT "$LMTPD_PID"
ok "last: the queue runs empty" within $((2 * PATIENCE_SECS)) queue_is_empty
all_complete last 1 9000
lmtpd_stop
done_testing
