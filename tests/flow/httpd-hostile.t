#!/usr/bin/env bash
# httpd-hostile.t - limits of `patchmda httpd` for slow clients and crowds: time, connections, memory
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../httpd.sh"
need curl perl

LIST=list.example.org
pg_start
ready_db httpd_hostile
patchmda project add one --list-id $LIST --name One >/dev/null
patch 'Ada <ada@x.org>' '[PATCH] part' a1@x.org | patchmda deliver
# Rows for long lists are synthetic.
sql "insert into patchwork_patch (msgid, date, headers, content, name, project_id, submitter_id, archived, diff, state_id)
	select '<' || i || '@x.org>', now(), 'Subject: ' || i, repeat('x', 1000), 'part ' || i, 1, 1, false, repeat('+', 1000), 1
	from generate_series(1, 1000) i"
user maint one
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=4
maint="$(as maint)"$'\r\n'
host=$'Host: x\r\n'

# drip BEGIN PIECE [READ] - sends BEGIN, and PIECE every 0.2 seconds, or reads a byte if READ is given; prints a line when
# it has begun, and one when the server has disconnected it
drip() {
	perl -MIO::Socket::UNIX -MIO::Poll=POLLHUP -e '
		my ($path, $begin, $piece, $reads) = @ARGV;
		my $s = IO::Socket::UNIX->new(Peer => $path) or die "no connection: $!\n";
		my $poll = IO::Poll->new;
		$SIG{PIPE} = "IGNORE";
		$| = 1;
		syswrite $s, $begin;
		print "begun\n";
		$poll->mask($s => POLLHUP);
		until ($poll->poll(0.2)) {
			syswrite $s, $piece;
			sysread $s, my $byte, 1 if $reads;
		}
		print "gone\n"' "$HTTPD_SOCKET" "$@" &
	at_exit httpd_kill $!
}

# ---- time

# The time limit of a response is 1 second, and 1 for each 8 KiB: 10 in all. The buffer of the socket takes two of five.
httpd_start --request 1 --idle 3600 --page 100
list="GET /api/patches/?per_page=100 HTTP/1.1"$'\r\n'"$host"$'\r\n'
drip "$list$list$list$list$list" '' 1 >"$T/reader"
drip "GET /api/patches/1/ HTTP/1.1"$'\r\n'"$host" X >"$T/header"
drip "PATCH /api/patches/1/ HTTP/1.1"$'\r\n'"$host$maint"$'Content-Length: 900000\r\n\r\n' ' ' >"$T/body"
drip '' '' >"$T/idle"
for kind in header body idle; do
	ok "a client is disconnected when its time is over: $kind" within $PATIENCE_SECS grep -q gone "$T/$kind"
done

# The time without a request between two others does not count, nor does the server's.
mkfifo "$T/requests"
perl -MIO::Socket::UNIX -e '
	my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "no connection: $!\n";
	while (<STDIN>) {
		print $s "GET /api/patches/1/ HTTP/1.1\r\nHost: x\r\n\r\n";
		$s->flush;
		sysread $s, my $answer, 65536;
		print $answer =~ m{^HTTP/1.1 (\d+)} ? "$1\n" : "none\n";
		STDOUT->flush;
	}' "$HTTPD_SOCKET" <"$T/requests" >"$T/answers" &
keeper=$!
at_exit httpd_kill $keeper
exec {requests}>"$T/requests"
echo >&"$requests"
until_true grep -q . "$T/answers"
lock 'lock table patchwork_patch'
sleep 3
echo >&"$requests"
until_waiting
sleep 3
unlock
exec {requests}>&-
wait $keeper
is "$(tr '\n' ' ' <"$T/answers")" '200 200 ' 'a client that waits, and one that the server lets wait, are not'
ok 'a slow reader is disconnected, too' within $PATIENCE_SECS grep -q gone "$T/reader"
httpd_stop

# ---- bodies that are not wanted

port=$(free_port)
httpd_start --listen "127.0.0.1:$port"
# early HEADERS - prints the statuses of the responses to a change whose body does not come
early() {
	printf '%s' "PATCH /api/patches/${2-1}/ HTTP/1.1"$'\r\n'"$host$1"$'\r\n' | perl -MIO::Socket::UNIX -e '
		my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "no connection: $!\n";
		local $/;
		$s->autoflush(1);
		print $s scalar <STDIN>;
		alarm 60;
		sysread $s, my $answer, 65536;
		print $answer =~ m{^HTTP/1.1 (\d+)}' "$HTTPD_SOCKET"
}
large=$'Content-Length: 500000\r\n'
is "$(early "$large")" 403 'a large body of a client that is not logged in is not read'
is "$(early "Authorization: Token wrong"$'\r\n'"$large")" 403 'nor that of a wrong token'
is "$(early "$maint$large" 999999)" 404 'nor one for a patch that does not exist'
is "$(early "$maint"$'Accept: image/png\r\n'"$large")" 406 'nor one whose response would not be accepted'
is "$(early "$maint"$'Content-Length: 2000000\r\n')" 413 'nor one that is too large'
is "$(early $'Transfer-Encoding: chunked\r\n')" 403 'nor one of unknown length'
is "$(early "$maint"$'Expect: 100-continue\r\nContent-Length: 2\r\n')" 100 'a client that may change the patch is told to continue'
is "$(early $'Expect: 100-continue\r\nContent-Length: 2\r\n')" 403 'and another is not'
{ printf '{"state":"accepted","x":"'; head -c 600000 /dev/zero | tr '\0' x; printf '"}'; } >"$T/large"
ask PATCH /api/patches/1/ -H "$(as maint)" -H 'Content-Type: application/json' --data-binary @"$T/large"
is "$status $(field "->>'state'")" '200 accepted' 'a large body is read after that'
ask PATCH /api/patches/1/ -H "$(as maint)" -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked' -H 'Expect:' \
	--data-binary '{"state":"new"}'
is "$status $(field "->>'state'")" '200 new' 'so is one of unknown length'
is "$(sql "select count(*) from patchwork_event where category = 'patch-state-changed'")" 2 'each changes the patch once'

# A client that sends all of a body before it reads gets the response, too: the server reads on and drops the bytes.

# late REQUEST SIZE [ADDRESS] - prints the status of the response to a request, and what follows it. The client sends SIZE
# bytes before it reads.
late() {
	perl -MIO::Socket::UNIX -MIO::Socket::INET -e '
		my ($address, $request, $size) = @ARGV;
		my $s = $address =~ m{^/} ? IO::Socket::UNIX->new(Peer => $address) : IO::Socket::INET->new(PeerAddr => $address)
			or die "no connection: $!\n";
		$SIG{PIPE} = "IGNORE";
		alarm 60;
		syswrite $s, "$request\r\n";
		my ($block, $sent) = ("x" x 65536, 0);
		while ($sent < $size) {
			my $n = syswrite $s, $block;
			if (!$n) { print "cannot send: $!\n"; exit }
			$sent += $n;
		}
		my ($answer, $n) = ("");
		1 while $n = sysread $s, $answer, 65536, length $answer;
		print $answer =~ m{^HTTP/1.1 (\d+)} ? $1 : "none", " ", defined $n ? "end" : "$!"' "${3-$HTTPD_SOCKET}" "$1" "$2"
}
change="PATCH /api/patches/1/ HTTP/1.1"$'\r\n'"$host"
eight=$'Content-Length: 8388608\r\n'
for address in "$HTTPD_SOCKET" "127.0.0.1:$port"; do
	is "$(late "$change$maint$eight" 8388608 "$address")" '413 end' 'the end of a body that is too large can be sent'
	is "$(late "$change"$'Content-Length: 900000\r\n' 900000 "$address")" '403 end' 'that of a client that is not logged in, too'
	is "$(late "$change"$'Transfer-Encoding: chunked\r\n\r\n800000' 8388608 "$address")" '403 end' 'one of unknown length'
	is "$(late "POST /api/patches/1/ HTTP/1.1"$'\r\n'"$host$maint"$'Content-Length: 900000\r\n' 900000 "$address")" \
		'405 end' 'one with a wrong method'
	is "$(late "$change$eight$eight" 8388608 "$address")" '400 end' 'one after invalid headers'
	is "$(late "$change"$'Content-Length: x\r\n' 8388608 "$address")" '400 end' 'one after an invalid length'
	is "$(late "PATCH /$(head -c 5000 /dev/zero | tr '\0' a) HTTP/1.1"$'\r\n'"$host$eight" 8388608 "$address")" \
		'414 end' 'one after a long path'
	is "$(late "$change"$'X:' 8388608 "$address")" '431 end' 'headers that are too large'
done
like "$(late "$change$eight" 999999999)" '^cannot send' 'a body without an end is not read without an end'
drip "$change$eight"$'\r\n' x >"$T/lingers"
ok 'a client that neither ends its body nor its connection is disconnected' within $PATIENCE_SECS grep -q gone "$T/lingers"

# 100 such clients stay.
descriptors() {
	ls "/proc/$HTTPD_PID/fd" | wc -l
}
before=$(descriptors)
perl -MIO::Socket::UNIX -e '
	my ($path, $request) = @ARGV;
	my @s = map { IO::Socket::UNIX->new(Peer => $path) or die "no connection: $!\n" } 1 .. 100;
	for (@s) { syswrite $_, "$request\r\nx" }
	for (@s) { sysread $_, my $answer, 65536 }
	print "answered\n"; close STDOUT;
	sleep 600' "$HTTPD_SOCKET" "$change$eight" >"$T/stay" &
stay=$!
at_exit httpd_kill $stay
until_true test -s "$T/stay"
is "$(late "$change$maint$eight" 8388608)" '413 end' 'many such clients do not change that'
ok "nor does the server keep all of them ($before, $(descriptors) descriptors)" test "$(descriptors)" -le $((before + 70))
ok 'they have stayed until now' killed $stay
httpd_stop

# ---- crowds

ulimit -Sn 4096
httpd_start --trusted-proxy unix:
private_kib() {
	awk '/^Private_/ { sum += $2 } END { print sum }' "/proc/$HTTPD_PID/smaps_rollup"
}
metric() {
	curl -s --unix-socket "$HTTPD_SOCKET" http://x/metrics | sed -n "s/^patchmda_http_$1 //p"
}
crowds=
for kind in idle header body reader stream; do
	"$ROOT/tests/crowd" $kind 300 "$HTTPD_SOCKET" >"$T/crowd.$kind" &
	crowds+="$! "
	at_exit httpd_kill $!
done
for kind in idle header body reader stream; do
	until_true test -s "$T/crowd.$kind"
done
# A client may be disconnected, too, before its request has been read; then it tries again.
most=0 answered=0 tries=0
for i in {1..20}; do
	for try in {1..20}; do
		tries=$((tries + 1))
		get /api/patches/1/ -H 'X-Forwarded-For: 192.0.2.1' || true
		[ "$status" != 200 ] || break
	done
	[ "$status" != 200 ] || answered=$((answered + 1))
	now=$(private_kib)
	[ "$now" -le $most ] || most=$now
	sleep 0.1
done
is $answered 20 "crowds of five kinds do not keep others out ($tries tries)"
ok "no more than the limit are connected ($(metric connections))" test "$(metric connections)" -le 564
if is_sanitized; then
	skip 'a sanitizer needs memory for itself'
else
	ok "crowds take little memory ($most KiB)" test $most -lt 32768
fi
for crowd in $crowds; do
	ok 'a crowd has stayed until now' killed $crowd
done

# ---- requests whose end is not clear

# ends HEADERS BODY - prints the statuses of a request and of another one that follows it
ends() {
	perl -MIO::Socket::UNIX -e '
		my ($path, $headers, $body, $version) = @ARGV;
		my $s = IO::Socket::UNIX->new(Peer => $path) or die "no connection: $!\n";
		$SIG{PIPE} = "IGNORE";
		syswrite $s, "PATCH /api/patches/1/ HTTP/$version\r\nHost: x\r\n$headers\r\n$body" .
			"GET /api/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
		local $/;
		alarm 60;
		my $answers = <$s>;
		print join " ", $answers =~ m{HTTP/1\.[01] (\d+) }g' "$HTTPD_SOCKET" "$1" "$2" "${3-1.1}"
}
is "$(ends $'Content-Length: 2\r\n' '{}')" '403 200' 'a body of two bytes ends'
is "$(ends $'Content-Length: 2\r\nContent-Length: 2\r\n' '{}')" 400 'two lengths are refused'
is "$(ends $'Content-Length: 2\r\nContent-Length: 0\r\n' '{}')" 400 'two different ones, too'
is "$(ends $'Content-Length: 0\r\nContent-Length: 2\r\n' '{}')" 400 'in any order'
# MHD 0.9.75 sends the headers of these responses twice.
like "$(ends $'Content-Length: 2, 2\r\n' '{}')" '^400( 400)?$' 'and in one header'
like "$(ends $'Content-Length: +2\r\n' '{}')" '^400( 400)?$' 'a length has no sign'
like "$(ends $'Content-Length: 0x2\r\n' '{}')" '^400( 400)?$' 'and is decimal'
is "$(ends $'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n' $'0\r\n\r\n')" 400 'a length and chunks are refused'
is "$(ends $'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n' $'0\r\n\r\n')" 400 'two encodings, too'
is "$(ends $'Transfer-Encoding: gzip, chunked\r\n' $'0\r\n\r\n')" 501 'an encoding that is not supported'
is "$(ends $'Transfer-Encoding: xchunked\r\n' $'0\r\n\r\n')" 501 'an unknown encoding'
is "$(ends $'Transfer-Encoding : chunked\r\n' $'0\r\n\r\n')" 400 'a blank before the colon'
is "$(ends $'Host: y\r\n' '')" 400 'two hosts are refused'
like "$(ends $'Transfer-Encoding:\r\n chunked\r\n' $'0\r\n\r\n')" '^(403|400|501)$' 'a folded encoding'
is "$(ends $'Transfer-Encoding: chunked\r\n' $'0\r\n\r\n' 1.0)" 400 'chunks in HTTP/1.0'
# MHD 0.9.75 appends the second line of a folded header to its name.
for header in $'Content-Length:\r\n 2' $'Content-Length: 0\r\n 2' $'content-length:\r\n\t2' $'Transfer-Encoding:\r\n x'; do
	is "$(ends "$header"$'\r\n' '{}')" 400 "a folded header is refused: $(printf %q "$header")"
done
is "$(ends $'X: y\rContent-Length: 5\r\nContent-Length: 2\r\n' '{}')" 400 'a CR within a value'
is "$(ends $'X\r: y\r\nContent-Length: 2\r\n' '{}')" 400 'and within a name'

# ---- the host (RFC 9112, 3.2)

# hosted HEADERS [VERSION] - prints the status of a request with these headers
hosted() {
	printf '%s' "GET /api/ HTTP/${2-1.1}"$'\r\n'"$1"$'Connection: close\r\n\r\n' | perl -MIO::Socket::UNIX -e '
		my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "no connection: $!\n";
		local $/;
		$s->autoflush(1);
		print $s scalar <STDIN>;
		alarm 60;
		print <$s> =~ m{^HTTP/1.[01] (\d+)}' "$HTTPD_SOCKET"
}
is "$(hosted '') $(hosted '' 1.0)" '400 200' 'a request without a host is refused, except in HTTP/1.0'
for value in '' x X-1.y_z.:80 192.0.2.1 '[2001:db8::1]:8000' x:; do
	is "$(hosted "Host: $value"$'\r\n')" 200 "Host: $value"
done
for value in 'a b' a/b a,b u@x x:8a x:80:80 :80 '[::1' '[::1]x' '[x]' '%41' "\"'>"; do
	is "$(hosted "Host: $value"$'\r\n') $(hosted "Host: $value"$'\r\n' 1.0)" '400 400' "an invalid Host: $value"
done
is "$(hosted $'Host: x\r\nHost: x\r\n' 1.0)" 400 'two equal hosts are refused'

# ---- targets in absolute form

# absolute TARGET - prints the status and the URL of a patch
absolute() {
	printf '%s' "GET $1 HTTP/1.1"$'\r\n'"$host"$'Connection: close\r\n\r\n' | perl -MIO::Socket::UNIX -e '
		my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "no connection: $!\n";
		local $/;
		$s->autoflush(1);
		print $s scalar <STDIN>;
		alarm 60;
		my $answer = <$s>;
		print join " ", $answer =~ m{^HTTP/1.1 (\d+)}, $answer =~ m{"url":"(.*?)"}' "$HTTPD_SOCKET"
}
is "$(absolute /api/patches/1/)" '200 http://x/api/patches/1/' 'a path'
is "$(absolute http://y:80/api/patches/1/)" '200 http://y:80/api/patches/1/' 'a URL, whose host is used'
is "$(absolute 'HTTPS://y/api/patches/1/?format=json')" '200 http://y/api/patches/1/?format=json' 'its scheme is not used'
is "$(absolute 'http://"><script>/api/patches/1/')" '200 http://localhost/api/patches/1/' 'an invalid host is not, either'
is "$(absolute 'http://y')" 200 'a URL without a path'
is "$(absolute 'http://y?q=1')" 200 'with parameters'
is "$(absolute 'http:///api/patches/1/')" '200 http://localhost/api/patches/1/' 'without a host'
is "$(absolute 'ftp://y/api/patches/1/')" 404 'no other scheme is known'

# ---- requests with errors

# MHD 0.9.75 forgets to say that a request with two errors has ended.
errors() {
	perl -MIO::Socket::UNIX -e '
		my $request = "GET /api/patches/?" . "x" x 4000 . " HTTP/1.1\r\nHost: x\r\nCookie: " . "a=b;" x 1000 .
			"\r\nContent-Length: x\r\n\r\n";
		for (1 .. $ARGV[1]) {
			my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "no connection: $!\n";
			local $SIG{PIPE} = "IGNORE";
			syswrite $s, $request;
			sysread $s, my $answer, 65536;
			$statuses{$answer =~ m{^HTTP/1.1 (\d+)} ? $1 : "none"}++;
		}
		print join(" ", sort keys %statuses), "\n"' "$HTTPD_SOCKET" "$1"
}
like "$(errors 100)" '^(431|400|none)$' 'a request with two errors is refused'
before=$(private_kib)
errors 4000 >/dev/null
ok "and forgotten ($before, $(private_kib) KiB)" test "$(private_kib)" -lt $((before + 6144))
get /api/patches/1/
is "$status" 200 'the server is well'
httpd_stop
done_testing
