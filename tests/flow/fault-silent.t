#!/usr/bin/env bash
# fault-silent.t - a PostgreSQL that is read-only, or says nothing: mail gets "later" in time from every
# way in, and is taken when all is well again, without help
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

# ---- silent: a server that stops in the middle, all of it

postmaster=$(head -n 1 "$(sql "show data_directory")/postmaster.pid")
mapfile -t processes < <(echo "$postmaster"; pgrep -P "$postmaster")
kill -STOP "${processes[@]}"
trouble silent
# It has new children by now, of whom some were started by what came since.
kill -CONT "${processes[@]}"
recovery silent

# ---- mute: who listens there takes connections and never says a word

pg_stop
perl -MIO::Socket::UNIX -MSocket -e '
	my $s = IO::Socket::UNIX->new(Type => SOCK_STREAM, Local => $ARGV[0], Listen => 100) or die $!;
	chmod 0777, $ARGV[0];
	my @clients;
	while (my $c = $s->accept) { push @clients, $c }' "$PGHOST/.s.PGSQL.$PGPORT" &
mute=$!
at_exit lmtpd_kill $mute
until_true test -S "$PGHOST/.s.PGSQL.$PGPORT"
trouble mute
killed $mute
rm "$PGHOST/.s.PGSQL.$PGPORT"
pg_restart
recovery mute

lmtpd_stop
is "$LMTPD_STATUS" 0 "the daemon ends in order"
done_testing
