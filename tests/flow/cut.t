#!/usr/bin/env bash
# cut.t - a mail server that dies in the middle of a mail, in each way of delivery: a truncated mail is never
# stored, and the mail that is sent again is stored once and complete
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
need perl "${CC:-cc}"
LIST=ring.example.org
CUTS=${CUTS:-12}
ada='Ada <ada@x.org>'
pipe=$BUILD/tests/kill/pipe
pg_start
ready_db cut
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
lmtpd_start
thin="patchmda-deliver --socket $LMTPD_SOCKET"

# One mail is larger than a pipe, the other fits into its first buffer.
mail "$ada" '[PATCH] large' large@x.org "$(change f
	seq 9000 | sed 's/.*/+a line that makes this diff a large one/')" |
	sed 's/^@@ .*/@@ -1,2 +1,9002 @@/' >"$T/large"
patch "$ada" '[PATCH] small' small@x.org >"$T/small"

rows() {
	sql "select (select count(*) from patchwork_patch), (select count(*) from patchwork_person),
		(select count(*) from patchmda.held), (select count(*) from patchmda.waiting)"
}

# is_quiet - whether no process of patchmda stores mail
is_quiet() {
	sql_is "select count(*) from pg_stat_activity where datname = current_database()
		and application_name = 'patchmda' and state <> 'idle'" 0
}

# cut_begin - remembers the rows, and empties $T/said
cut_begin() {
	before=$(rows)
	: >"$T/statuses"
	: >"$T/said"
}

# cut NAME STATUS - passes if the mail server ended with that status each time, each command noticed that and
# reported it in $T/said, and nothing is stored
cut() {
	within $PATIENCE_SECS is_quiet
	is "$(sort "$T/statuses" | uniq -c | tr -s ' ')" " $CUTS $2" "$1: the mail server dies each time"
	# A command that gets a signal just after its report reports it twice.
	ok "$1: each command reports that the mail is not stored" test "$(count '^4\.3\.0 ' "$T/said")" -ge $CUTS
	is "$(rows)" "$before" "$1: nothing is stored"
}

# cut_short NAME FILE OPTIONS COMMAND... - runs mail servers that die at different places of the mail
cut_short() {
	local name=$1 file=$2 options=$3 size i status
	shift 3
	size=$(stat -c %s "$file")
	cut_begin
	for ((i = 0; i < CUTS; i++)); do
		status=0
		# shellcheck disable=SC2086 # options are words
		setsid -w "$pipe" $options $((size * (i + 1) / CUTS - (i < CUTS - 1))) "$@" \
			<"$file" || status=$?
		echo $status >>"$T/statuses"
	done 2>&1 | cat >>"$T/said" # ends when the orphaned processes have ended, too
	cut "$name" 137
}

# stored - prints a sum of the stored mail
stored() {
	sql "select md5(content || diff), (select count(*) from patchwork_event) from patchwork_patch"
}

forget() {
	sql "delete from patchwork_event" "delete from patchwork_patchtag" \
		"delete from patchwork_patch" "delete from patchwork_seriesreference" \
		"delete from patchwork_series" "delete from patchmda.member"
}

# sent_again NAME FILE COMMAND... - tests that the complete mail is then stored
sent_again() {
	local name=$1 file=$2
	shift 2
	exits 0 "$name: sent again" "$pipe" all "$@" <"$file"
	is "$(stored)" "$(cat "$file.stored")" "$name: it is stored once, and complete"
	forget
}

for file in "$T/large" "$T/small"; do
	patchmda deliver <"$file"
	stored >"$file.stored"
	forget
done

# ---- pipes

for file in large small; do
	for way in "patchmda deliver" "$thin"; do
		name="$file by ${way%% -*}"
		# shellcheck disable=SC2086 # the command is split into words
		{
			cut_short "$name" "$T/$file" "" $way
			cut_short "$name, a shell between" "$T/$file" "-s" $way
			cut_short "$name, in a session with others" "$T/$file" "-n -e" $way
			sent_again "$name" "$T/$file" $way
		}
	done
done

# A process named init adopts a process whose parent dies before the process has looked for it.
for way in "patchmda deliver" "$thin"; do
	cut_begin
	for ((i = 1; i <= CUTS; i++)); do
		status=0
		# shellcheck disable=SC2086 # the way is words
		"$BUILD/tests/kill/init" "$pipe" -e $((i * 60)) $way <"$T/large" || status=$?
		echo $status >>"$T/statuses"
	done 2>&1 | cat >>"$T/said"
	cut "${way%% -*} that starts as an orphan" 75
done

# ---- procmail reads the whole mail first, so the parent of procmail must live

# Stops the program after its first read.
cat >"$T/stop.c" <<'END'
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t read(int fd, void *buffer, size_t size)
{
	static int stops;
	ssize_t n = syscall(SYS_read, fd, buffer, size);

	if (fd == STDIN_FILENO && n > 0 && stops++ == 0)
		(void)raise(SIGSTOP);
	return n;
}
END
"${CC:-cc}" -shared -fPIC -o "$T/stop.so" "$T/stop.c"

# procmailrc COMMAND
procmailrc() {
	cat >"$T/procmailrc" <<-END
	SHELL=/bin/sh
	PATH=$PATH
	LOGFILE=$T/said
	DEFAULT=$T/default
	:0 w
	| $1

	:0 e
	{ EXITCODE=75 HOST }
	END
	chmod 600 "$T/procmailrc"
}
is_stopped() {
	grep -qs '^State:[[:space:]]*T' "/proc/$(cat "$T/deliver.pid")/status"
}
has_said() {
	grep -qa '^4\.3\.0 ' "$T/said"
}

if command -v procmail >/dev/null; then
	procmailrc 'patchmda deliver'
	# procmail takes the rest of its command line as arguments of the recipes.
	way="procmail -t PGHOST=$PGHOST PGPORT=$PGPORT PGUSER=$PGUSER PGDATABASE=$PGDATABASE $T/procmailrc"
	# shellcheck disable=SC2086 # the command is split into words
	{
		cut_short "procmail" "$T/large" "-n" $way
		cut_short "procmail, a small mail" "$T/small" "-n" $way
		sent_again "procmail" "$T/large" $way
		procmailrc "echo \$\$ >$T/deliver.pid; ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=$T/stop.so exec patchmda deliver"
		cut_begin
		$way <"$T/large" 2>/dev/null &
		until_true is_stopped
		kill -KILL $!
		wait $! 2>/dev/null || status=$?
		kill -CONT "$(cat "$T/deliver.pid")"
		is "$status" 137 "procmail itself is killed in the middle of the mail"
		ok "patchmda deliver reports that the mail is not stored" until_true has_said
		within $PATIENCE_SECS is_quiet
		is "$(rows)" "$before" "and nothing is stored"
	}
else
	skip "missing tool: procmail" 11
fi

# ---- LMTP

# drop BYTES FILE - runs a client that ends after that number of bytes, and prints the replies until then
drop() {
	head -c "$1" "$2" | perl -MIO::Socket::INET -e '
		my $daemon = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or die "$!";
		local $/;
		print $daemon <STDIN>;
		$daemon->flush;
		shutdown($daemon, 1);
		print <$daemon>;' "$LMTPD_PORT" | tr -d '\r'
}
{
	printf 'LHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n'
	sed 's/^\./../; s/$/\r/' "$T/large"
	printf '.\r\n'
} >"$T/data"
{
	printf 'LHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\n'
	half=$(($(stat -c %s "$T/large") / 2))
	printf 'BDAT %d\r\n' $half
	head -c $half "$T/large"
	printf 'BDAT %d LAST\r\n' $(($(stat -c %s "$T/large") - half))
	tail -c +$((half + 1)) "$T/large"
} >"$T/bdat"
for dialogue in data bdat; do
	before=$(rows)
	size=$(stat -c %s "$T/$dialogue")
	for ((i = 0; i < CUTS; i++)); do
		drop $((size * (i + 1) / CUTS - 1)) "$T/$dialogue"
	done >"$T/replies"
	within $PATIENCE_SECS is_quiet
	is "$(count '^250 2\.1\.5' "$T/replies")" $CUTS "a connection that ends in ${dialogue^^}: each time, the recipient was accepted"
	is "$(count stored "$T/replies")" 0 "a connection that ends in ${dialogue^^}: nothing is acknowledged"
	is "$(rows)" "$before" "a connection that ends in ${dialogue^^}: nothing is stored"
	drop "$size" "$T/$dialogue" >"$T/replies"
	like "$(tail -n 1 "$T/replies")" '^250 2\.0\.0 stored$' "a connection that ends a byte later: the mail is acknowledged"
	is "$(stored)" "$(cat "$T/large.stored")" "and stored"
	forget
done

# The daemon dies while it has the mail; the mail is sent again, whether it was stored or not.
wrong=
for ((i = 0; i < CUTS; i++)); do
	$thin <"$T/small" >"$T/said" 2>&1 &
	pid=$!
	sleep "0.00$((RANDOM % 10))"
	kill -KILL "$LMTPD_PID"
	died=0 status=0
	wait "$LMTPD_PID" || died=$?
	wait $pid || status=$?
	[ $died -eq 137 ] || wrong+="the daemon ended with $died; "
	[ $status -eq 75 ] || { [ $status -eq 0 ] && [ "$(stored)" = "$(cat "$T/small.stored")" ]; } ||
		wrong+="status $status; "
	lmtpd_start
done 2>/dev/null
is "$wrong" '' "the daemon is killed $CUTS times: acknowledged mail is stored"
exits 0 "the daemon is killed: sent again" $thin <"$T/small"
is "$(stored)" "$(cat "$T/small.stored")" "it is stored once, and complete"

# The daemon dies at calls of libpq: CUTS of those between its start and its end, and then at some call after COMMIT,
# when the mail is stored and not acknowledged.
forget
lmtpd_stop
preloaded_start() {
	ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=$BUILD/tests/kill/kill-at.so lmtpd_start
}
# count_moments COMMAND... - prints the number of the daemon's moments if it runs the command
count_moments() {
	KILL_COUNT=$T/moments preloaded_start
	"$@"
	lmtpd_stop
	cat "$T/moments"
}
# die_at MOMENT - sends the mail to a daemon that dies then; increments died, unknown or acknowledged
died=0 unknown=0 acknowledged=0 wrong=
die_at() {
	local there status=0
	forget
	KILL_AT=$1 preloaded_start
	$thin <"$T/small" >"$T/said" 2>&1 || status=$?
	killed "$LMTPD_PID" || wrong+="the daemon was not killed; "
	there=$(stored)
	case $status:$there in
	75:) died=$((died + 1)) last_died=$1 ;;
	75:"$(cat "$T/small.stored")") unknown=$((unknown + 1)) ;;
	0:"$(cat "$T/small.stored")") acknowledged=$((acknowledged + 1)) ;;
	*) wrong+="status $status, and there is '$there'; " ;;
	esac
}
first=$(count_moments true)
last=$(count_moments $thin <"$T/small")
last_died=$first
for ((i = 0; i < CUTS; i++)); do
	die_at $((first + (last - first) * i / CUTS))
done 2>/dev/null
isnt "$died" 0 "killed at a call of libpq: some calls are before the mail is stored"
# The number of a call may differ by a few between two runs.
for ((i = 0; i < 5 && unknown == 0; i++)); do
	low=$last_died high=$last
	while [ $unknown -eq 0 ] && [ $((high - low)) -gt 1 ]; do
		middle=$(((low + high) / 2)) before=$acknowledged
		die_at $middle
		if [ $acknowledged -gt "$before" ]; then high=$middle; else low=$middle; fi
	done
done 2>/dev/null
is "$wrong" '' "killed at a call of libpq: the mail is stored, or is not acknowledged"
isnt "$unknown" 0 "killed at a call of libpq: some calls are after COMMIT, and the mail is not acknowledged"
diag "moments $first to $last: $died times not stored, $unknown times stored and not acknowledged"
lmtpd_start
exits 0 "killed at a call of libpq: sent again" $thin <"$T/small"
is "$(stored)" "$(cat "$T/small.stored")" "it is stored once, and complete, again"
lmtpd_stop
done_testing
