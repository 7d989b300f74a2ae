#!/usr/bin/env bash
# cut.t - a mail server that dies in the middle of a mail, whatever way it hands it over: what has
# come so far is never stored, and the mail that is sent again is there once and whole
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
CUTS=${CUTS:-12}
ada='Ada <ada@x.org>'
pipe=$BUILD/tests/kill/pipe
pg_start
ready_db cut
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
lmtpd_start
twin="patchmda-deliver --socket $LMTPD_SOCKET"

# Larger than a pipe, and one that fits into its first buffer.
mail "$ada" '[PATCH] large' large@x.org "$(change f
	seq 9000 | sed 's/.*/+a line that makes this diff a large one/')" |
	sed 's/^@@ .*/@@ -1,2 +1,9002 @@/' >"$T/large"
patch "$ada" '[PATCH] small' small@x.org >"$T/small"

rows() {
	sql "select (select count(*) from patchwork_patch), (select count(*) from patchwork_person),
		(select count(*) from patchmda.held), (select count(*) from patchmda.waiting)"
}

# Whether none of ours has a mail in hand.
is_quiet() {
	sql_is "select count(*) from pg_stat_activity where datname = current_database()
		and application_name = 'patchmda' and state <> 'idle'" 0
}

# cut_short NAME FILE OPTIONS COMMAND... - dies in the middle of the mail, again and again
cut_short() {
	local name=$1 file=$2 options=$3 size i before
	shift 3
	size=$(stat -c %s "$file")
	before=$(rows)
	for ((i = 0; i < CUTS; i++)); do
		# shellcheck disable=SC2086 # options are words
		setsid -w "$pipe" $options $((size * (i + 1) / CUTS - (i < CUTS - 1))) "$@" \
			<"$file" || true
	done 2>&1 | cat >"$T/said" # which ends when those have who have lost their parents
	within 60 is_quiet
	is "$(rows)" "$before" "$name: nothing is stored"
}

# What is stored of the mail in hand, and where.
stored() {
	sql "select md5(content || diff), (select count(*) from patchwork_event) from patchwork_patch"
}

forget() {
	sql "delete from patchwork_event" "delete from patchwork_patchtag" \
		"delete from patchwork_patch" "delete from patchwork_seriesreference" \
		"delete from patchwork_series" "delete from patchmda.member"
}

# whole NAME FILE COMMAND... - the mail server sends it again
whole() {
	local name=$1 file=$2
	shift 2
	exits 0 "$name: sent again" "$pipe" all "$@" <"$file"
	is "$(stored)" "$(cat "$file.stored")" "$name: it is there once, and whole"
	forget
}

for file in "$T/large" "$T/small"; do
	patchmda deliver <"$file"
	stored >"$file.stored"
	forget
done

# ---- pipes

for file in large small; do
	for way in "patchmda deliver" "$twin"; do
		name="$file by ${way%% -*}"
		# shellcheck disable=SC2086 # the way is words
		{
			cut_short "$name" "$T/$file" "" $way
			cut_short "$name, a shell between" "$T/$file" "-s" $way
			cut_short "$name, in a session with others" "$T/$file" "-n -e" $way
			whole "$name" "$T/$file" $way
		}
	done
done

# An init takes in whoever loses his parent before he could look at him.
for way in "patchmda deliver" "$twin"; do
	before=$(rows)
	for ((i = 1; i <= CUTS; i++)); do
		# shellcheck disable=SC2086 # the way is words
		"$BUILD/tests/kill/init" "$pipe" -e $((i * 60)) $way <"$T/large" || true
	done 2>&1 | cat >"$T/said"
	within 60 is_quiet
	is "$(rows)" "$before" "${way%% -*} that starts as an orphan stores nothing"
done

# ---- procmail reads the mail first; it is its parent that has to live

if command -v procmail >/dev/null; then
	cat >"$T/procmailrc" <<-END
	SHELL=/bin/sh
	PATH=$PATH
	LOGFILE=$T/procmail.log
	DEFAULT=$T/default
	:0 w
	| patchmda deliver

	:0 e
	{ EXITCODE=75 HOST }
	END
	chmod 600 "$T/procmailrc"
	# It takes the rest of its command line for arguments of the recipes.
	way="procmail -t PGHOST=$PGHOST PGPORT=$PGPORT PGUSER=$PGUSER PGDATABASE=$PGDATABASE $T/procmailrc"
	# shellcheck disable=SC2086 # the way is words
	{
		cut_short "procmail" "$T/large" "-n" $way
		cut_short "procmail, a small one" "$T/small" "-n" $way
		whole "procmail" "$T/large" $way
		before=$(rows)
		{ setsid -w timeout -s KILL 0.02 $way <"$T/large" || true; } 2>&1 | cat >"$T/said"
		within 60 is_quiet
		is "$(sql "select count(*) from patchwork_patch where md5(content || diff)
			<> '$(cut -d'|' -f1 "$T/large.stored")'")" 0 "procmail itself is killed"
		forget
	}
else
	skip "missing tool: procmail" 5
fi

# ---- LMTP

# drop BYTES FILE - a connection that ends there
drop() {
	local fd
	exec {fd}<>"/dev/tcp/127.0.0.1/$LMTPD_PORT"
	head -c "$1" "$2" >&$fd
	exec {fd}>&-
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
	done
	within 60 is_quiet
	is "$(rows)" "$before" "a connection that ends in ${dialogue^^}: nothing is stored"
done

# The daemon dies with the mail in its hands; whether or not it was stored, it is sent again.
for ((i = 0; i < CUTS; i++)); do
	$twin <"$T/small" >"$T/said" 2>&1 &
	pid=$!
	sleep "0.00$((RANDOM % 10))"
	kill -KILL "$LMTPD_PID"
	wait "$LMTPD_PID" || true
	status=0
	wait $pid || status=$?
	[ $status -eq 75 ] || { [ $status -eq 0 ] && [ "$(stored)" = "$(cat "$T/small.stored")" ]; } ||
		fail "the daemon was killed, and status $status"
	lmtpd_start
done 2>/dev/null
exits 0 "the daemon is killed: sent again" $twin <"$T/small"
is "$(stored)" "$(cat "$T/small.stored")" "it is there once, and whole"

# Just before the reply: the mail is stored, and nobody knows.
forget
lmtpd_stop
for ((moment = 1; moment <= 400; moment += 57 - CUTS)); do
	ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=$BUILD/tests/kill/kill-at.so KILL_AT=$((moment + 20)) lmtpd_start
	status=0
	$twin <"$T/small" >"$T/said" 2>&1 || status=$?
	case $status in
	0) [ "$(stored)" = "$(cat "$T/small.stored")" ] || fail "acknowledged, and not there" ;;
	75) ;;
	*) fail "status $status" ;;
	esac
	lmtpd_kill "$LMTPD_PID"
	wait "$LMTPD_PID" || true
done 2>/dev/null
lmtpd_start
exits 0 "killed at a call of libpq: sent again" $twin <"$T/small"
is "$(stored)" "$(cat "$T/small.stored")" "it is there once, and whole, again"
lmtpd_stop
done_testing
