#!/usr/bin/env bash
# lmtpd-clients.t - slow and hostile clients of the daemon: the reply for each limit, and the effects on other
# clients
. "$(dirname "$0")/../lib.sh"
need perl
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
pg_start
ready_db clients
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
number=0
trap '' PIPE

# served - whether another client is served at once; it uses the Unix socket, so that it is another peer
served() {
	number=$((number + 1))
	patch 'Ada <ada@x.org>' "[PATCH] $number" "$number@x.org" |
		patchmda-deliver --timeout 20 --socket "$LMTPD_SOCKET" || return
}

# open_door - opens a connection by TCP, with the descriptor $door, and reads the greeting
open_door() {
	local greeting
	exec {door}<>"/dev/tcp/127.0.0.1/$LMTPD_PORT"
	read -r -t 20 greeting <&"$door"
	[[ $greeting = '220 '* ]]
}

# say LINE... - sends the lines with CR LF; ignores that the daemon has closed the connection
say() {
	printf '%s\r\n' "$@" >&"$door" || true
} 2>/dev/null

# rest - prints all further replies; the connection may end by a reset (status 1) if the daemon has not read all
# input
rest() {
	{ timeout 30 cat <&"$door" 2>/dev/null || (($? == 1)); } | tr -d '\r'
}

close_door() {
	exec {door}>&-
}

# herd COUNT SECONDS TEXT - starts this number of clients, for this time. Each sends the text after the greeting, and
# then a byte every half second. Writes the statuses of the greetings, sorted and counted, to $T/herd.
herd() {
	ulimit -Sn 4096
	perl -MIO::Socket::INET -MIO::Select -e '
		my ($port, $count, $secs, $file, $text) = @ARGV;
		my (%greeting, @clients);
		$SIG{PIPE} = "IGNORE";
		for (1 .. $count) {
			push @clients, IO::Socket::INET->new(PeerAddr => "127.0.0.1",
				PeerPort => $port, Timeout => 20) // die "connect: $!";
		}
		for (@clients) {
			my $line = <$_>;
			$greeting{defined $line ? substr($line, 0, 9) : "nothing"}++;
		}
		open my $out, ">", "$file.new" or die;
		syswrite $_, $text for @clients;
		s/ .*// for my %codes = %greeting;
		my %count;
		$count{substr($_, 0, 3)} += $greeting{$_} for keys %greeting;
		print $out "$_ $count{$_}\n" for sort keys %count;
		close $out;
		rename "$file.new", $file;
		for (my $until = time + $secs; time < $until; select undef, undef, undef, 0.5) {
			syswrite $_, "x" for @clients;
		}' "$LMTPD_PORT" "$1" "$2" "$T/herd" "$3" &
	herd=$!
	at_exit lmtpd_kill $herd
	within $PATIENCE_SECS test -e "$T/herd"
}

disperse() {
	let_go $herd
	rm "$T/herd"
}

envelope=(LHLO\ me 'MAIL FROM:<>' 'RCPT TO:<a@b>' DATA)

# ---- clients that stop sending or reading

lmtpd_start
open_door
say "${envelope[@]}" 'Subject: half'
ok "others are served while a client stops in the middle" served
close_door
open_door
# The client sends 400 mails and reads none of the replies, which do not fit into the buffers of the socket.
{
	say LHLO\ me
	for ((i = 0; i < 400; i++)); do
		say "${envelope[@]:1}" 'Subject: deaf' "Message-Id: <deaf.$i@x>" '' "$(printf '%05000d' 0)" .
	done
} 2>/dev/null &
deaf=$!
ok "while a client does not read its replies" served
ok "and while it still does not" served
let_go $deaf
close_door
open_door
say "${envelope[@]:0:3}"
cat <&"$door" >/dev/null &
while printf 'BDAT 0\r\nBDAT 0\r\n' >&"$door"; do :; done 2>/dev/null &
noisy=$!
ok "while a client sends useless commands as fast as it can" served
ok "and while it still does" served
let_go $noisy
close_door
ok "and afterwards" served

perl -MIO::Socket::INET -e '
	my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => shift) or die;
	local $/;
	(my $talk = <STDIN>) =~ s/\n/\r\n/g;
	print $s $talk;
	$s->flush;
	shutdown $s, 1;
	my $all = <$s>;
	$all =~ s/\r//g;
	print $all' "$LMTPD_PORT" >"$T/half-closed" < <(
	printf '%s\n' "${envelope[@]}"
	patch 'Ada <ada@x.org>' '[PATCH] closed' closed@x.org
	printf '.\n')
is "$(tail -n 1 "$T/half-closed")" '250 2.0.0 stored' "a client that has closed its half gets the reply"
patch 'Ada <ada@x.org>' '[PATCH] cut' cut@x.org >"$T/cut"
open_door
say "${envelope[@]}"
cat "$T/cut" >&"$door"
close_door
ok "others are served after a client has closed its connection in the middle of a mail" served
is "$(sql "select count(*) from patchwork_patch where msgid = '<cut@x.org>'")" 0 "which is not stored"

# ---- a thousand connections

open_door
say LHLO\ me
herd 1000 60 ''
like "$(cat "$T/herd")" '^220 [0-9]+.421 [0-9]+$' "a thousand clients get a greeting or a refusal"
is "$(awk '{ n += $2 } END { print n }' "$T/herd")" 1000 "each of them"
ok "another client is served at once" served
say "${envelope[@]:1}" "$(cat "$T/cut")" .
like "$(
	say QUIT
	rest
)" '250 2\.0\.0 stored|421 4\.3\.2 too slow' "a client that was connected before is served or gets the reason"
close_door
disperse
ok "other clients are served after these have ended" served
lmtpd_stop

# ---- clients that send a byte now and then

lmtpd_start --sessions 4
herd 4 90 $'LHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\nSubject: x\r\n'
is "$(cat "$T/herd")" '220 4' "four clients that send byte by byte take all sessions"
ok "one of these sessions is ended for another client" served
open_door # takes the place of the client that was disconnected
fillers=($door)
ok "and another one for the client after it" served
open_door
fillers+=($door)
open_door() {
	local greeting
	exec {door}<>"/dev/tcp/127.0.0.1/$LMTPD_PORT"
	read -r -t 20 greeting <&"$door" && [[ $greeting = '220 '* ]] && return
	close_door
	return 1
}
ok "after a while also for a client with the same address" within $PATIENCE_SECS open_door
close_door
for door in "${fillers[@]}"; do
	say QUIT
	is "$(rest)" '221 2.0.0 bye' "a client that came later than these is left alone"
	close_door
done
disperse
lmtpd_stop

# ---- the options that set limits

is_refused() {
	local reply first
	open_door && first=$door && open_door || return
	reply=$(talk </dev/null) || true # the connection may be reset after the reply
	close_door
	door=$first
	close_door
	[[ $reply = '421 4.3.2 too many sessions'* ]]
}

# last_of LINE... - prints the last reply to these lines
last_of() {
	open_door || return
	say "$@" QUIT
	rest | grep -v '^221 ' | tail -n 1
	close_door
}

# times COUNT LINE - sets the array $lines to this number of copies of the line
times() {
	local i
	lines=()
	for ((i = 0; i < $1; i++)); do lines+=("$2"); done
}

lmtpd_start --sessions 2 --message-bytes 1000000
ok "--sessions: 421" within $PATIENCE_SECS is_refused
# refused_early - prints the reply to a client that sends before the greeting, and 0 if the connection ends in order
refused_early() {
	local first second status=0
	# The daemon may not have noticed yet that earlier clients have left.
	until_true open_door && first=$door && until_true open_door && second=$door || return
	kill -STOP $LMTPD_PID
	exec {door}<>"/dev/tcp/127.0.0.1/$LMTPD_PORT"
	say 'LHLO me'
	kill -CONT $LMTPD_PID
	timeout 30 cat <&"$door" 2>/dev/null || status=$?
	echo $status
	for door in $door $first $second; do close_door; done
}
is "$(refused_early | tr -d '\r')" $'421 4.3.2 too many sessions, try again later\n0' \
	"a client that sends too early gets the same reply, and no reset"
times 100 NOOP
like "$(last_of "${lines[@]}")" '^250 2\.0\.0' "a hundred commands before a mail"
times 101 NOOP
like "$(last_of "${lines[@]}")" '^421 4\.7\.0 too many commands' "101 commands: 421"
times 20 NONSENSE
like "$(last_of "${lines[@]}")" '^500 5\.5\.2' "twenty errors"
times 21 NONSENSE
like "$(last_of "${lines[@]}")" '^421 4\.7\.0 too many errors' "21 errors: 421"
times 100 'RCPT TO:<a@b>'
like "$(last_of "${envelope[@]:0:2}" "${lines[@]}")" '^250 2\.1\.5' "a hundred recipients"
times 101 'RCPT TO:<a@b>'
like "$(last_of "${envelope[@]:0:2}" "${lines[@]}")" '^452 4\.5\.3 too many recipients' "101 recipients: 452"
like "$(last_of "NOOP $(printf '%04089d' 0)")" '^250 2\.0\.0' "a line of 4096 bytes"
like "$(last_of "NOOP $(printf '%04090d' 0)")" '^500 5\.5\.2 the line is too long' "a line of 4097 bytes: 500"
{
	patch 'Ada <ada@x.org>' '[PATCH] large' large@x.org
	head -n 100000 < <(yes 'a line to fill it up' 2>/dev/null)
} >"$T/large"
is "$(lmtp <"$T/large")" '250 2.0.0 held' "--message-bytes: a larger mail is read to its end, and held"
is "$(sql "select length(message), reason like '%large%' from patchmda.held where msgid = '<large@x.org>'")" \
	'1000000|t' "its first part, with the reason"
lmtpd_stop

# Each timeout is tested with the others set to an hour.
lmtpd_start --idle 2 --data 3600 --mail 3600
open_door
like "$(rest)" '^421 4\.4\.2 idle for too long' "--idle: 421"
close_door
# This reply cannot be sent to a client that does not read.  The client reads when the file $T/read exists.
descriptors() {
	find "/proc/$LMTPD_PID/fd" -mindepth 1 | wc -l
}
has_descriptors() {
	[ "$(descriptors)" "$@" ]
}
# RCPT needs no database, so that the socket is soon full of replies on any machine.
before=$(descriptors)
perl -MIO::Socket::UNIX -e '
	my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "connect: $!";
	print $s "LHLO me\r\nMAIL FROM:<>\r\n", "RCPT TO:<a\@b>\r\n" x 10_000;
	$s->flush;
	select undef, undef, undef, 0.1 until -e $ARGV[1];
	my @replies = <$s>;
	print @replies' "$LMTPD_SOCKET" "$T/read" >"$T/replies" &
deaf=$!
at_exit lmtpd_kill $deaf
ok "a client that reads nothing is connected" within $PATIENCE_SECS has_descriptors -gt "$before"
ok "and its session ends, too" within $PATIENCE_SECS has_descriptors -eq "$before"
: >"$T/read"
ok "the client has not ended before" wait $deaf
is "$(count '^[24]5[02] ' "$T/replies" | awk '{ print ($1 > 10 && $1 < 10000) }')|$(count '^421' "$T/replies")" '1|0' \
	"it gets some of the replies, and not the last one"
lmtpd_stop
lmtpd_start --idle 3600 --data 2 --mail 3600
open_door
say "${envelope[@]}"
like "$(rest)" '354.*421 4\.4\.2 idle for too long' "--data: 421"
close_door
lmtpd_stop
lmtpd_start --idle 3600 --data 3600 --mail 3
open_door
say "${envelope[@]}"
while printf x >&"$door"; do sleep 0.2; done 2>/dev/null &
trickle=$!
like "$(rest)" '354.*421 4\.4\.2 the message took too long' "--mail: 421"
let_go $trickle
close_door
lmtpd_stop
is $LMTPD_STATUS 0 "it ends in order"
done_testing
