#!/usr/bin/env bash
# environment.t - the connection string, the service file, libpq's environment and patchmda's defaults, in
# order of precedence
. "$(dirname "$0")/../lib.sh"
need perl

export PGHOST=$T PGPORT=5432 PGDATABASE=nowhere PGUSER=nobody PGSERVICEFILE=$T/services
cat >"$T/services" <<-'END'
	[named]
	application_name=of the service
	connect_timeout=3
END

# A server that writes the client's first message to $T/said, and never replies.
perl -MSocket -e '
	socket(my $l, PF_UNIX, SOCK_STREAM, 0) or die "$!";
	bind($l, sockaddr_un($ARGV[0])) or die "$!";
	listen($l, 50) or die "$!";
	my @clients;
	while (accept(my $s, $l)) {
		sysread($s, my $said, 4096);
		$said =~ tr/\0/ /;
		open(my $out, ">>", $ARGV[1]) or die "$!";
		print $out "$said\n";
		close($out);
		push(@clients, $s);
	}' "$T/.s.PGSQL.5432" "$T/said" &
at_exit kill $!
until_true test -S "$T/.s.PGSQL.5432"

# said [VARIABLE=VALUE]... COMMAND... - prints the application name that the command sends to the server
said() {
	: >"$T/said"
	env "$@" >"$T/out" 2>&1 &
	local pid=$!
	until_true test -s "$T/said"
	let_go $pid
	sed -n 's/.*application_name \(.*\)  *client_encoding.*/\1/p' "$T/said"
}

is "$(said patchmda list)" patchmda 'the default application name is patchmda'
is "$(said PGAPPNAME=mine patchmda list)" mine 'PGAPPNAME counts'
is "$(said PGAPPNAME=mine PGSERVICE=named patchmda list)" 'of the service' 'a service has precedence'
is "$(said PGAPPNAME=mine patchmda list -d service=named)" 'of the service' 'also a service that the connection string names'
is "$(said PGAPPNAME=mine patchmda list -d 'service=named application_name=said')" said \
	'the connection string has precedence over all'

# ends_first [VARIABLE=VALUE]... COMMAND... - passes if the command times out while `patchmda list` still waits
ends_first() {
	patchmda list >"$T/out.other" 2>&1 &
	local other=$! status=0
	env "$@" >"$T/out" 2>"$T/err" || status=$?
	kill $other && [ $status -ne 0 ] && grep -q 'timeout expired' "$T/err"
}
ok 'PGCONNECT_TIMEOUT counts' ends_first PGCONNECT_TIMEOUT=2 patchmda list
ok 'so does the connect_timeout of a service' ends_first PGSERVICE=named patchmda list
ok 'and that of the connection string' ends_first PGCONNECT_TIMEOUT=50 patchmda list -d connect_timeout=2
done_testing
