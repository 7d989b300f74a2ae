#!/usr/bin/env bash
# deliver-client.t - patchmda-deliver: the daemon's replies, the timeout, and delivery without a daemon
. "$(dirname "$0")/../lib.sh"
need perl cc
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
pg_start
ready_db thin
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
patchmda project add other --list-id other.example.org --list-email o@example.org >/dev/null
ada='Ada <ada@x.org>'

# thin NAME [OPTION]... - delivers a patch with this name
thin() {
	patch "$ada" "[PATCH] $1" "$1@x.org" | patchmda-deliver "${@:2}"
}

stored() {
	sql "select count(*) from patchwork_patch where msgid = '<$1@x.org>'"
}

# ---- through the daemon

lmtpd_start
exits 0 "delivers" thin one --socket "$LMTPD_SOCKET"
is "$(cat "$T/out" "$T/err")" '' "without output"
ok "through the daemon" until_true logged '^<one@x\.org>: stored'
is "$(stored one)" 1 "which has stored the mail"
patch "$ada" '[PATCH] dots' dots@x.org | sed 's/^Some words.*/.\n..\n.x/' >"$T/dots"
printf 'and no line feed at the end' >>"$T/dots"
exits 0 "with dots" patchmda-deliver --list-id other.example.org --socket="$LMTPD_SOCKET" <"$T/dots"
is "$(sql "select content from patchwork_patch where msgid = '<dots@x.org>'" | head -n 3)" \
	$'.\n..\n.x' "which are unchanged in the stored mail"
is "$(sql "select linkname from patchwork_project p join patchwork_patch on p.id = project_id
	where msgid = '<dots@x.org>'")" other "for the given list"
is "$(ldd "$BUILD/patchmda-deliver" | sift -vE 'linux-vdso|libc\.so|ld-linux|lib(a|ub)san|libm\.so|libgcc_s|libtsan|libstdc')" \
	'' "it needs only libc"
exits 75 "a wrong option does not cause a bounce" thin mistake --timeout x
like "$(cat "$T/err")" '^4\.3\.5 ' "and is reported"
for secs in 0 3601; do
	exits 75 "$secs is not a timeout" thin mistake --socket "$LMTPD_SOCKET" --timeout $secs
done
exits 75 "a list id that ends the address" thin mistake --list-id 'a>b'

# With a daemon these options are not used. They must be valid nevertheless, because they are used when the
# daemon is stopped.
for wrong in --lsit-id=other.example.org --nonsense --timeout-x -x operand '--time' --waiting-days \
	--waiting-days=x --held-bytes= --lock-timeout=1s; do
	exits 75 "invalid with a daemon, too: $wrong" thin wrong --socket "$LMTPD_SOCKET" $wrong
	like "$(cat "$T/err")" '^4\.3\.5 patchmda-deliver: .*'"$(sed 's/^--\(.*\)=.*/\1/' <<<"$wrong")" "the error names the option"
done
is "$(stored wrong)" 0 "the mail is not stored"
exits 0 "an unambiguous abbreviation of an option is accepted" thin short --sock "$LMTPD_SOCKET" --lis $LIST
is "$(stored short)" 1 "as with patchmda deliver"
deliver_options=$(patchmda deliver --help | grep -oE -- '^  (-d,|   ) --[a-z-]+' | grep -oE -- '--[a-z-]+')
for option in $deliver_options; do
	case $option in
	--help) continue ;;
	--with-parser) given=$option ;;
	*) given="$option=1" ;;
	esac
	exits 0 "it accepts deliver's $option" thin "known$option" --socket "$LMTPD_SOCKET" --list-id $LIST \
		"$given" --timeout 100 --list-id $LIST
done

# ---- a server that is replaced by a script

# stand_in PERL - runs this code as a server that accepts one connection, $s; its input is in $T/heard
stand_in() {
	rm -f "$T/in.sock" "$T/heard"
	perl -MSocket -e '
		socket(my $l, PF_UNIX, SOCK_STREAM, 0) or die "$!";
		bind($l, sockaddr_un("$ARGV[0].new")) or die "$!";
		listen($l, 5) or die "$!";
		rename("$ARGV[0].new", $ARGV[0]) or die "$!";
		accept(our $s, $l) or die "$!";
		select($s); $| = 1; select(STDOUT);
		open(our $heard, ">", $ARGV[1]) or die "$!";
		$heard->autoflush(1);
		$SIG{PIPE} = "IGNORE";
		sub say_it { syswrite $s, join("", map { "$_\r\n" } @_) }
		sub hear_until { while (<$s>) { print $heard $_; return if $_ =~ $_[0] } }
		sub wait_for_ever { sleep 1 while 1 }
		eval $ARGV[2]; die $@ if $@' "$T/in.sock" "$T/heard" "$1" &
	STAND_IN=$!
	at_exit lmtpd_kill $STAND_IN
	within $PATIENCE_SECS test -S "$T/in.sock"
}

dismiss() {
	let_go $STAND_IN
}

envelope='say_it "220 here"; hear_until(qr/^DATA/);
	say_it "250-here", "250 CHUNKING", "250 2.1.0 ok", "250 2.1.5 ok", "354 go on";'

# answered STATUS TEXT REPLY... - tests exit status and output for this reply to the mail
answered() {
	stand_in "$envelope hear_until(qr/^\\.\\r/); say_it '${3//$'\n'/\', \'}'; wait_for_ever"
	exits "$1" "'$3' is $1" thin answered --timeout 30 --socket "$T/in.sock"
	is "$(cat "$T/err")" "$2" "with this message"
	dismiss
}

answered 0 '' '250 2.0.0 stored'
answered 0 '' '250 stored'
answered 75 '4.4.1 patchmda: no database, try again later' '451 4.4.1 no database, try again later'
answered 75 '4.7.1 patchmda: never' '554 5.7.1 never'
answered 75 '4.3.0 patchmda: 554 never' '554 never'
answered 75 '4.3.0 patchmda: nonsense' 'nonsense'
answered 75 '4.3.0 patchmda: 25' '25'
answered 0 '' $'250-more\n250 2.0.0 stored'

stand_in 'say_it "421 4.3.2 no database, try again later"; wait_for_ever'
exits 75 "a greeting that refuses" thin away --timeout 30 --socket "$T/in.sock"
is "$(cat "$T/err")" '4.3.2 patchmda: no database, try again later' "is passed on"
dismiss
stand_in 'say_it "220 here"; hear_until(qr/^DATA/);
	say_it "250 here", "250 2.1.0 ok", "452 4.5.3 too many", "503 5.5.1 not now"; wait_for_ever'
exits 75 "a recipient that is refused" thin refused --timeout 30 --socket "$T/in.sock"
is "$(cat "$T/err")" '4.5.3 patchmda: too many' "is passed on"
dismiss
stand_in "$envelope hear_until(qr/^\\.\\r/); close \$s; wait_for_ever"
exits 75 "no reply does not mean success" thin closed --timeout 30 --socket "$T/in.sock"
like "$(cat "$T/err")" '^4\.4\.2 patchmda-deliver: the daemon: ' "the mail server is to try again"
dismiss
stand_in 'close $s; wait_for_ever'
exits 75 "no greeting does not either" thin closed --timeout 30 --socket "$T/in.sock"
dismiss
stand_in "$envelope hear_until(qr/^\\.\\r/); syswrite \$s, '250 2.0.0 sto'; close \$s; wait_for_ever"
exits 75 "nor does half a reply" thin half --timeout 30 --socket "$T/in.sock"
dismiss
stand_in 'while (syswrite $s, "2" x 4096) {} wait_for_ever'
exits 75 "nor does a line without end" thin endless --timeout 30 --socket "$T/in.sock"
is "$(cat "$T/err")" '4.5.0 patchmda-deliver: the daemon: the reply is too long' "and the error names the daemon"
dismiss

# ---- its own timeout

# late WHAT PERL - tests that patchmda-deliver ends at its deadline with this server
late() {
	stand_in "$2"
	exits 75 "$1 ends it at its deadline" timeout -s KILL $PATIENCE_SECS patchmda-deliver --timeout 1 --socket "$T/in.sock" <"$T/large"
	like "$(cat "$T/err")" '^4\.4\.7 patchmda-deliver: timed out' "$1: and it reports why"
	dismiss
}

{
	patch "$ada" '[PATCH] large' large@x.org
	head -n 100000 < <(yes 'more than any buffer of a socket holds' 2>/dev/null)
} >"$T/large"
late "a server that accepts and sends nothing" 'wait_for_ever'
late "one that sends a byte now and then" 'while (1) { syswrite $s, "2"; select undef, undef, undef, 0.1 }'
late "one that never reads" "$envelope wait_for_ever"
late "one that reads a byte now and then" "$envelope"'while (1) { sysread $s, my $x, 1; select undef, undef, undef, 0.1 }'
late "one that has the mail and does not reply" "$envelope hear_until(qr/^\\.\\r/); wait_for_ever"
late "one that never ends its reply" 'while (1) { say_it "220-here"; select undef, undef, undef, 0.1 }'
mkfifo "$T/fifo"
sleep 60 >"$T/fifo" &
at_exit lmtpd_kill $!
exits 75 "it ends at its deadline also if the mail does not end" \
	timeout -s KILL $PATIENCE_SECS patchmda-deliver --timeout 1 --socket "$LMTPD_SOCKET" <"$T/fifo"

# preload FUNCTION COMMAND... - with this function in place of libc's
preload() {
	cc -shared -fPIC -o "$T/preload.so" -x c - <<<"#include <stdio.h>
$1"
	LD_PRELOAD="$T/preload.so" ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 "${@:2}"
}
alarm='unsigned alarm(unsigned secs) { fprintf(stderr, "alarm %u\n", secs); return 0; }'
exits 0 "without --timeout" preload "$alarm" patchmda-deliver --socket "$LMTPD_SOCKET" <"$T/dots"
is "$(cat "$T/err")" 'alarm 120' "the deadline is after 120 s"
exits 0 "patchmda deliver without --timeout" preload "$alarm" patchmda deliver <"$T/dots"
is "$(cat "$T/err")" 'alarm 120' "has the same deadline"

# ---- without a daemon

exits 0 "no socket: it runs patchmda deliver" thin alone --socket "$T/nowhere" -d "dbname=$PGDATABASE"
is "$(stored alone)" 1 "which stores the mail"
perl -MSocket -e 'socket(my $l, PF_UNIX, SOCK_STREAM, 0); bind($l, sockaddr_un($ARGV[0]))' "$T/left"
exits 0 "nothing listens on the socket: the same" thin left --socket "$T/left" --list-id other.example.org
is "$(sql "select linkname from patchwork_project p join patchwork_patch on p.id = project_id
	where msgid = '<left@x.org>'")" other "with its options"
exits 75 "and its status" thin nowhere --socket "$T/nowhere" -d dbname=nowhere
like "$(cat "$T/err")" '^4\.[0-9]\.[0-9] ' "and its message first"

# A script replaces patchmda.
mkdir "$T/bin"
cp "$BUILD/patchmda-deliver" "$T/bin"
pretend() {
	printf '#!/bin/sh\n%s\n' "$1" >"$T/bin/patchmda"
	chmod +x "$T/bin/patchmda"
}
alone() {
	"$T/bin/patchmda-deliver" --socket "$T/nowhere" "$@" <"$T/dots"
}
pretend 'echo "$@" >&2; cat >/dev/null'
exits 0 "unknown options are passed on" alone --time-zone UTC --timeout 7 -d x
is "$(cat "$T/err")" 'deliver --time-zone UTC --timeout 7 -d x' "unchanged, except for the socket"
for status in 1 2 64 65 67 69 77 126 127 255; do
	pretend "exit $status"
	exits 75 "an exit status of $status is not passed on" alone
done
for signal in SEGV KILL ABRT TERM; do
	pretend "kill -$signal \$\$"
	exits 75 "nor is a death by SIG$signal" alone
done
rm "$T/bin/patchmda"
exits 75 "no patchmda at all" env PATH=/nowhere "$T/bin/patchmda-deliver" --socket "$T/nowhere" <"$T/dots"
like "$(cat "$T/err")" '^4\.3\.5 ' "and reports it"
pretend "echo \$\$ >'$T/pid'; exec sleep 60"
has_ended() {
	! kill -0 "$(cat "$T/pid")"
}
exits 75 "a patchmda that hangs is killed" preload 'int prctl(void) { return 0; }' alone --timeout 1
ok "before its input ends" until_true has_ended
rm "$T/pid"
"$T/bin/patchmda-deliver" --socket "$T/nowhere" <"$T/dots" &
until_true test -s "$T/pid"
ok "the client is killed" killed $!
ok "and so is the program" until_true has_ended

# ---- the mail server dies in the middle: a truncated mail is not stored

# child_of PID - prints the process id of its first child
child_of() {
	cut -d ' ' -f 1 "/proc/$1/task/$1/children"
}
is_deliver() {
	[ "$(cat "/proc/$1/comm")" = patchmda-delive ]
}

# hears PIPE - succeeds if a process reads from the pipe
hears() (
	trap '' PIPE
	echo >&"$1"
)

# orphan NAME OPTION... - kills the process that sends the mail; with SHELLS=2 there is a shell in between
orphan() {
	local name=$1 parent pipe
	shift
	rm -f "$T/pipe"
	mkfifo "$T/pipe"
	if [ "${SHELLS-}" = 2 ]; then
		bash -c 'bash -c "patchmda-deliver \"\$@\"; :" - "$@"; :' - "$@" <"$T/pipe" 2>/dev/null &
	else
		bash -c 'patchmda-deliver "$@"; :' - "$@" <"$T/pipe" 2>/dev/null &
	fi
	parent=$!
	exec {pipe}>"$T/pipe"
	if [ "${SHELLS-}" = 2 ]; then
		until_true eval "is_deliver \$(child_of \$(child_of $parent))"
	else
		until_true eval "is_deliver \$(child_of $parent)"
	fi
	patch "$ada" "[PATCH] $name" "$name@x.org" >&$pipe
	sleep 0.3
	killed $parent
	[ "${SHELLS-}" = 2 ] || ok "a client ends with its mail server" until_true eval "! hears $pipe"
	exec {pipe}>&-
	# When a later mail that is sent in the same way is stored, this one would have been stored, too.
	thin "after-$name" "$@"
	is "$(stored "after-$name")|$(stored "$name")" "1|0" "the truncated mail of a killed mail server is not stored: $name"
}
orphan daemon --socket "$LMTPD_SOCKET"
orphan fallback --socket "$T/nowhere" -d "dbname=$PGDATABASE"
SHELLS=2 orphan below-a-shell --socket "$LMTPD_SOCKET"

# A script in place of patchmda does not look for its ancestors.
pretend "echo \$\$ >'$T/pid'; cat >/dev/null; touch '$T/whole'"
mkfifo "$T/half"
rm "$T/pid"
bash -c '"$@"; :' - bash -c '"$@"; :' - "$T/bin/patchmda-deliver" --socket "$T/nowhere" <"$T/half" 2>/dev/null &
exec {pipe}>"$T/half"
until_true test -s "$T/pid"
killed $!
exec {pipe}>&-
ok "half a mail: patchmda deliver is killed" until_true has_ended
ok "before the end of its input" test ! -e "$T/whole"
lmtpd_stop
is $LMTPD_STATUS 0 "the daemon ends in order"
done_testing
