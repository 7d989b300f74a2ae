#!/usr/bin/env bash
# httpd-clients.t - slow, greedy and hostile clients of `patchmda httpd` do not slow down others
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../httpd.sh"
need curl perl

LIST=list.example.org
pg_start
ready_db httpd_clients
patchmda project add one --list-id $LIST --name One >/dev/null
patch 'Ada <ada@x.org>' '[PATCH] part' a1@x.org | patchmda deliver
# A few hundred patches, for long lists; the rows are synthetic.
sql "insert into patchwork_patch (msgid, date, headers, content, name, project_id, submitter_id, archived, diff, state_id)
	select '<' || i || '@x.org>', now(), 'Subject: ' || i, repeat('x', 1000), 'part ' || i, 1, 1, false, repeat('+', 1000), 1
	from generate_series(1, 2000) i"
user maint one
# The address sanitizer needs memory beside each block, and keeps blocks that were freed, here only a few.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=4
hear "$T/notify" "$T/notified"
NOTIFY_SOCKET=$T/notify httpd_start --idle 3 --connections 300

# raw TEXT [1] - sends the text, and prints the server's output until it closes the connection; with 1, closes the
# sending side first
raw() {
	printf '%s' "$1" | perl -MIO::Socket::UNIX -e '
		my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "no connection: $!\n";
		local $SIG{PIPE} = "IGNORE";
		local $/;
		$s->autoflush(1);
		print $s scalar <STDIN>;
		shutdown $s, 1 if $ARGV[1];
		alarm 60;
		print scalar <$s>;' "$HTTPD_SOCKET" "${2-}"
}
statuses() {
	perl -0777 -ne 'print "$_ " for m{HTTP/1\.1 (\d+) }g'
}
rss_kib() {
	awk '/^VmRSS/ { print $2 }' "/proc/$HTTPD_PID/status"
}
descriptors() {
	ls "/proc/$HTTPD_PID/fd" | wc -l
}

one=$'GET /api/patches/1/ HTTP/1.1\r\nHost: x\r\n\r\n'
last=$'GET /api/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
is "$(raw "$one$one$one$last" | statuses)" '200 200 200 200 ' 'requests in a row are answered in order'
is "$(raw $'GET /api/ HTTP/1.0\r\n\r\n' | statuses)" '200 ' 'HTTP/1.0'
like "$(raw $'GET /api/ HTTP/1.1\r\nHost: x\r\n y>\r\nConnection: close\r\n\r\n')" '^HTTP/1.1 (400|200)' 'a folded Host'
unlike "$(raw $'GET /api/ HTTP/1.1\r\nHost: "><script>\r\nConnection: close\r\n\r\n')" 'script' 'an invalid Host is not repeated'
like "$(raw 'nonsense' 1 | statuses)" '^(400 )?$' 'a text that is not HTTP'
is "$(raw "GET /$(head -c 5000 /dev/zero | tr '\0' a) HTTP/1.1"$'\r\nHost: x\r\nConnection: close\r\n\r\n' | statuses)" '414 ' \
	'a path that is longer than any'
like "$(raw "GET /$(head -c 40000 /dev/zero | tr '\0' a) HTTP/1.1"$'\r\n\r\n' | statuses)" '^(414|431|400) $' 'a path that is too long'
like "$(raw $'GET /api/ HTTP/1.1\r\n'"$(for i in {1..6000}; do printf 'X-%d: %020d\r\n' $i 0; done)"$'\r\n\r\n' | statuses)" \
	'^431 $' 'headers that are too many'
is "$(raw $'PATCH /api/patches/1/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nx' 1 | statuses)" '413 ' 'a body that is said to be too large'
is "$(raw $'PATCH /api/patches/1/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\nx' 1 | statuses)" '' 'a body that does not come'
like "$(raw $'PATCH /api/patches/1/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n' 1 | statuses)" '^400 ' 'an invalid length'
maint="$(as maint)"$'\r\n'
like "$(raw $'PATCH /api/patches/1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'"$maint"$'Transfer-Encoding: chunked\r\n\r\nzz\r\n' 1 | statuses)" \
	'^400 $' 'an invalid chunk'
is "$(raw $'PATCH /api/patches/1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'"$maint"$'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n' | statuses)" \
	'200 ' 'a body in chunks'
head -c 3000000 /dev/zero | tr '\0' '[' >"$T/deep"
ask PATCH /api/patches/1/ -H "$(as maint)" -H 'Content-Type: application/json' -H 'Expect:' --data-binary @"$T/deep"
is "$status" 413 'a body that is too large'
head -c 1000000 "$T/deep" >"$T/deeper"
ask PATCH /api/patches/1/ -H "$(as maint)" -H 'Content-Type: application/json' --data-binary @"$T/deeper"
is $status 400 'a body that is nested too deep'
ask PATCH /api/patches/1/ -H "$(as maint)" -d "$(printf 'a=1&%.0s' {1..1000})state=accepted"
is "$status $(field "->>'state'")" '200 new' 'a thousand members are skipped'
mapfile -t parts < <(printf -- '-F\na=1\n%.0s' {1..1000})
ask PATCH /api/patches/1/ -H "$(as maint)" "${parts[@]}" -F state=accepted
is "$status $(field "->>'state'")" '200 new' 'as are a thousand parts of a form'
get "/api/patches/?$(printf 'a&%.0s' {1..1000})per_page=1"
is "$status $(ids | wc -w)" '200 30' 'and a thousand parameters'
get "/api/patches/?$(printf 'project=%d&' {1..300})"
is "$status" 200 'so are values'
get "/api/patches/?q=$(printf 'a+%.0s' {1..1000})&order=$(printf -- "-id,%.0s" {1..500})"
is "$status $(header link | wc -c)" '200 0' 'and words; a Link header that is too long is left out'
get "/api/patches/?$(printf '&%.0s' {1..20})$(printf 'a&%.0s' {1..1900})project=one"
is "$status" 200 'many parameters do not need the memory for headers'
get '/api/patches/?per_page=99999999'
is "$status $(grep -o '"mbox":"http://p.example.org/project/one/patch/' "$T/body" | wc -l)" '200 250' 'the length of a list is limited'

# ---- memory and descriptors do not grow

for i in {1..3}; do
	raw "$(for i in {1..50}; do printf 'GET /api/patches/?per_page=250 HTTP/1.1\r\nHost: x\r\n\r\n'; done)$last" >/dev/null
done
before=$(rss_kib) held=$(descriptors)
for i in {1..10}; do
	raw "$(for i in {1..50}; do printf 'GET /api/patches/?per_page=250 HTTP/1.1\r\nHost: x\r\n\r\n'; done)$last" >/dev/null
done
ok "memory does not grow ($before, $(rss_kib) KiB)" test "$(rss_kib)" -lt $((before + 8192))
ok 'and is below 64 MiB' test "$(rss_kib)" -lt 65536
is "$(descriptors)" "$held" 'no descriptor is left'

# ---- slow clients

# open_slow COUNT - starts clients that send half a request and wait
open_slow() {
	perl -MIO::Socket::UNIX -e '
		my ($path, $count) = @ARGV;
		$SIG{PIPE} = "IGNORE";
		my @s = map { IO::Socket::UNIX->new(Peer => $path) } 1 .. $count;
		for (grep { defined } @s) { $_->autoflush(1); print $_ "GET /api/ HTTP/1.1\r\nHost: x\r\nX-" }
		print scalar(grep { defined } @s), "\n";
		close STDOUT;
		sleep 600' "$HTTPD_SOCKET" "$1" >"$T/slow" 2>/dev/null &
	slow=$!
	at_exit httpd_kill $slow
	until_true test -s "$T/slow"
}
open_slow 250
is "$(get /api/patches/1/; echo $status)" 200 'many clients with half a request do not delay others'
ok 'these clients are still connected' killed $slow
open_slow 600
few_descriptors() {
	[ "$(descriptors)" -lt 400 ]
}
ok "no more than the limit are connected ($(descriptors))" within $PATIENCE_SECS few_descriptors
is "$(get /api/patches/1/; echo $status)" 200 'another client is served, because one of these clients is disconnected'
ok 'these clients have not ended either' killed $slow

# Large bodies that do not end: 27 MB, and then a byte each second.
perl -MIO::Socket::UNIX -e '
	my @s = map { IO::Socket::UNIX->new(Peer => $ARGV[0]) } 1 .. 30;
	$SIG{PIPE} = "IGNORE";
	for (@s) {
		$_->autoflush(1);
		print $_ "PATCH /api/patches/1/ HTTP/1.1\r\nHost: x\r\n$ARGV[1]Content-Length: 1000000\r\n\r\n", "a" x 900000;
	}
	print "sent\n"; close STDOUT;
	while (1) { sleep 1; for (@s) { print $_ "a" } }' "$HTTPD_SOCKET" "$maint" >"$T/bodies" &
bodies=$!
at_exit httpd_kill $bodies
until_true test -s "$T/bodies"
head -c 700000 "$T/deep" >"$T/large"
ask PATCH /api/patches/1/ -H "$(as maint)" -H 'Content-Type: application/json' --data-binary @"$T/large"
is "$status $(header retry-after)" '503 5' 'many large bodies: no further one is kept'
ask PATCH /api/patches/1/ -H "$(as maint)" -d state=new
is $status 200 'small ones are not affected'
ok "nor do they take much memory ($(rss_kib) KiB)" test "$(rss_kib)" -lt $((before + 24576))
ok 'they have not ended until now' killed $bodies
let_in() ( # in a subshell, because ask() sets a variable that ok() uses, too
	ask PATCH /api/patches/1/ -H "$(as maint)" -H 'Content-Type: application/json' --data-binary @"$T/large"
	[ $status = 400 ]
)
ok 'memory is released when the clients are gone' within $PATIENCE_SECS let_in

# Clients that request much and read nothing.
perl -MIO::Socket::UNIX -e '
	my @s = map { IO::Socket::UNIX->new(Peer => $ARGV[0]) } 1 .. 50;
	for (@s) { $_->autoflush(1); print $_ "GET /api/patches/?per_page=250 HTTP/1.1\r\nHost: x\r\n\r\n" x 20 }
	print "sent\n"; close STDOUT; sleep 600' "$HTTPD_SOCKET" >"$T/sent" &
greedy=$!
at_exit httpd_kill $greedy
until_true test -s "$T/sent"
is "$(get /api/patches/1/; echo $status)" 200 'clients that read nothing do not delay others'
ok "and take little memory ($(rss_kib) KiB)" test "$(rss_kib)" -lt 131072
ok 'they have not read until now' killed $greedy

# ---- shutdown during a request

lock 'lock table patchwork_patch'
curl -s -o "$T/late" -w '%{http_code}' --unix-socket "$HTTPD_SOCKET" http://x/api/patches/1/ >"$T/late.status" &
late=$!
until_waiting
kill -TERM "$HTTPD_PID"
until_true grep -q '^STOPPING=1' "$T/notified"
ok 'the server does not end during a request' kill -0 "$HTTPD_PID"
unlock
wait $late
stopped=0
wait "$HTTPD_PID" || stopped=$?
is "$stopped $(cat "$T/late.status")" '0 200' 'which is answered before the end'

# Clients of 200 connections send one request after another, and 100 follow events.
httpd_start --query 1
perl -MIO::Socket::UNIX -MIO::Select -e '
	my ($path) = @ARGV;
	my $select = IO::Select->new;
	my ($next, %streams) = "GET /api/patches/1/ HTTP/1.1\r\nHost: x\r\n\r\n";
	$SIG{PIPE} = "IGNORE";
	for (1 .. 300) {
		my $s = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!";
		$streams{$s} = $_ > 200;
		syswrite $s, $_ > 200 ? "GET /api/events/stream HTTP/1.1\r\nHost: x\r\n\r\n" : $next;
		$select->add($s);
	}
	my ($ends, %others);
	while ($select->count) {
		for my $s ($select->can_read) {
			my $n = sysread $s, my $bytes, 65536;
			$others{$1}++ while $n && $bytes =~ m,^HTTP/1.1 (?!200)(\d+),mg;
			$answers++ if $n;
			if (!$n) { $select->remove($s); $ends++ }
			elsif (!$streams{$s}) { syswrite $s, $next }
		}
		if ($answers > 3000) { print "begun\n"; STDOUT->flush; $answers = -1e9 }
	}
	print "$ends ", join(" ", sort keys %others), "\n"' "$HTTPD_SOCKET" >"$T/busy" &
busy=$!
at_exit httpd_kill $busy
until_true grep -q begun "$T/busy"
httpd_stop
wait $busy
is "$stopped" 0 'the server stops while hundreds of connections are used'
like "$(tail -n 1 "$T/busy")" '^300 (503)?$' 'all end, with responses'

# ---- more requests than may wait for a worker

ulimit -Sn 4096
httpd_start --workers 1 --connections 2500 --query 60
lock 'lock table patchwork_patch'
perl -MIO::Socket::UNIX -MIO::Select -e '
	my ($path, $count) = @ARGV;
	my $select = IO::Select->new;
	for (0 .. $count) {
		my $s = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!";
		syswrite $s, "GET /api/patches/1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
		$select->add($s);
		# The first request is taken by the worker before the others come.
		if ($_ == 0) { print "first\n"; STDOUT->flush; select undef, undef, undef, 0.05 until -e $ARGV[2] }
	}
	while ($select->count) {
		for my $s ($select->can_read) {
			my $n = sysread $s, my $bytes, 65536;
			print "$1\n" if $n && $bytes =~ m,^HTTP/1.1 (\d+),;
			STDOUT->flush;
			$select->remove($s) unless $n;
		}
	}' "$HTTPD_SOCKET" 1004 "$T/others" >"$T/crowd" &
crowd=$!
at_exit httpd_kill $crowd
until_waiting
: >"$T/others"
refused() {
	[ "$(count '^503$' "$T/crowd")" = 4 ]
}
ok 'of 1,004 requests that wait, four get status 503' until_true refused
unlock
wait $crowd
is "$(count '^200$' "$T/crowd")" 1001 'all others are answered'
httpd_stop

# ---- a crowd that connects at once

port=$(free_port)
httpd_start --connections 50 --listen "127.0.0.1:$port"
# All connections wait on the socket until the server goes on.
kill -STOP "$HTTPD_PID"
perl -MIO::Socket::INET -e '
	my $port = shift;
	my $request = "GET /api/patches/1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
	my ($honest, @crowd);
	for (1 .. 501) {
		my $is_honest = $_ == 150;
		my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", LocalAddr => $is_honest ? "127.2.0.1" : "127.1.0.1")
			or die "no connection: $@\n";
		syswrite $s, $is_honest ? "$request\r\n" : $request;
		$is_honest ? ($honest = $s) : push @crowd, $s;
	}
	print "connected\n"; STDOUT->flush;
	my $answer = join "", <$honest>;
	print $answer =~ m{^HTTP/1.1 (\d+)} ? "$1\n" : "none\n"; STDOUT->flush;
	sleep 600' "$port" >"$T/burst" &
burst=$!
at_exit httpd_kill $burst
until_true grep -q connected "$T/burst"
kill -CONT "$HTTPD_PID"
until_true grep -qE '^([0-9]+|none)$' "$T/burst"
is "$(tail -n 1 "$T/burst")" 200 'a client of another address is answered'
get /metrics
is "$(sed -n 's/^patchmda_http_disconnections_total{state="connected"} //p' "$T/body")" 181 \
	'of 501 clients that wait, 320 do so, and the others are disconnected before anything is read from them'
ok 'the others of the crowd are still connected' killed $burst
httpd_stop

# ---- no descriptors

ulimit -Sn 60
httpd_start
ulimit -Sn 4096
open_slow 100
ok 'a lack of descriptors is logged' within $PATIENCE_SECS grep -q 'cannot accept a connection: Too many open files' "$HTTPD_LOG"
ok 'these clients are still connected' killed $slow
get /api/patches/1/
is "$status" 200 'the server goes on when they have gone'
httpd_stop
done_testing
