#!/usr/bin/env bash
# fault-silent.t - PostgreSQL is read-only or does not respond: each way of delivery defers mail in time, and stores
# mail without help when the server works again
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
need perl pgrep
LIST=near.example.org
pg_start own
ready_db near
fault_start

# ---- read-only

sql "alter system set default_transaction_read_only = on" "select pg_reload_conf()" >/dev/null
until_true sql_is "show default_transaction_read_only" on
trouble readonly
sql "set default_transaction_read_only = off" \
	"alter system reset default_transaction_read_only" "select pg_reload_conf()" >/dev/null
recovery readonly

# ---- silent: all processes of a server are stopped

postmaster=$(head -n 1 "$(sql "show data_directory")/postmaster.pid")
mapfile -t processes < <(echo "$postmaster"; pgrep -P "$postmaster")
kill -STOP "${processes[@]}"
lost=$(count '^no database' "$LMTPD_LOG")
trouble silent
has_lost_it() {
	[ "$(count '^no database' "$LMTPD_LOG")" -gt "$lost" ]
}
ok "silent: the daemon gives the connection up and tries another one" within $PATIENCE_SECS has_lost_it
# The server has new children now, some of them for later connections.
kill -CONT "${processes[@]}"
recovery silent

# ---- mute: a server that accepts connections and never sends anything

pg_stop
perl -MIO::Socket::UNIX -MSocket -e '
	my $s = IO::Socket::UNIX->new(Type => SOCK_STREAM, Local => $ARGV[0], Listen => 100) or die $!;
	chmod 0777, $ARGV[0];
	my @clients;
	while (my $c = $s->accept) { push @clients, $c }' "$PGHOST/.s.PGSQL.$PGPORT" &
mute=$!
at_exit lmtpd_kill $mute
until_true test -S "$PGHOST/.s.PGSQL.$PGPORT"
SECONDS=0
before=$(count 'breaking the connection' "$LMTPD_LOG")
trouble mute
# A connection is given up after 10 seconds.
ok "mute: each attempt to connect is broken once" test \
	$(($(count 'breaking the connection' "$LMTPD_LOG") - before)) -le $((SECONDS / 10 + 1))
killed $mute
rm "$PGHOST/.s.PGSQL.$PGPORT"
pg_restart
recovery mute

lmtpd_stop
is "$LMTPD_STATUS" 0 "the daemon ends in order"
done_testing
