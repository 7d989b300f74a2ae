#!/usr/bin/env bash
# reconnect.t - the daemon connects to its database again with growing pauses, without help
. "$(dirname "$0")/../lib.sh"
need perl
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
pg_start
ready_db reconnect
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
door=$T/pg/.s.PGSQL.$PGPORT
mkdir "$T/pg"

# stand_in - starts a server that accepts each connection and closes it; the times are in $T/times, in microseconds.
# A time is taken before the connection is closed, so the difference of two is at least the pause.
stand_in() {
	rm -f "$door"
	perl -MSocket -MTime::HiRes=clock_gettime,CLOCK_MONOTONIC -e '
		socket(my $l, PF_UNIX, SOCK_STREAM, 0) or die "$!";
		bind($l, sockaddr_un($ARGV[0])) or die "$!";
		listen($l, 5) or die "$!";
		$| = 1;
		while (accept(my $s, $l)) {
			printf "%d\n", 1e6 * clock_gettime(CLOCK_MONOTONIC);
			close $s;
		}' "$door" >"$T/times" &
	STAND_IN=$!
	at_exit lmtpd_kill $STAND_IN
	within $PATIENCE_SECS test -S "$door"
}

tries() {
	[ "$(wc -l <"$T/times")" -ge "$1" ]
}

# mend - replaces it by the real server
mend() {
	lmtpd_kill $STAND_IN
	ln -sf "$PGHOST/.s.PGSQL.$PGPORT" "$door"
}

# too_short - prints each pause that is shorter than the expected one: 0.1 s, twice the last one, at most 5 s
too_short() {
	awk 'NR == 1 { pause = 100000 }
		NR > 1 {
			if ($1 - last < pause)
				print NR - 1 ": " $1 - last " < " pause
			pause = pause * 2 > 5000000 ? 5000000 : pause * 2
		}
		{ last = $1 }' "$T/times"
}

stand_in
PGHOST=$T/pg lmtpd_start --grace 0 --refuse 600
# Without the limit of five seconds, the eleventh attempt would be after 102 seconds instead of 26.
ok "the daemon tries repeatedly" within $((2 * PATIENCE_SECS)) tries 11
is "$(too_short)" '' "with pauses that grow to five seconds"
is "$(grep -c '^no database' "$LMTPD_LOG")" 1 "and logs that once"
is "$(patch 'Ada <ada@x.org>' '[PATCH] one' 1@x.org | lmtp)" '451 4.4.1 no database, try again later' \
	"mail is deferred meanwhile"
mend
ok "the daemon connects to the database without help" within $PATIENCE_SECS logged '^connected to the database again'
is "$(patch 'Ada <ada@x.org>' '[PATCH] one' 1@x.org | lmtp)" '250 2.0.0 stored' "and stores mail"

# A stored mail proves that the connection was good: the pauses start again.
stand_in
sql "select pg_terminate_backend(pid) from pg_stat_activity
	where application_name = 'patchmda' and datname = current_database()" >/dev/null
patch 'Ada <ada@x.org>' '[PATCH] two' 2@x.org | lmtp >"$T/two"
ok "the daemon notices that the server is stopped" within $PATIENCE_SECS tries 4
is "$(too_short)" '' "and its pauses grow again"
is "$(cat "$T/two")" '451 4.4.1 no database, try again later' "mail is deferred again"
mend
ok "it connects again" within $PATIENCE_SECS eval '[ "$(grep -c "^connected to the database again" "$LMTPD_LOG")" -eq 2 ]'
is "$(patch 'Ada <ada@x.org>' '[PATCH] two' 2@x.org | lmtp)" '250 2.0.0 stored' "and stores mail"
lmtpd_stop
is $LMTPD_STATUS 0 "it ends in order"
stand_in
PGHOST=$T/pg lmtpd_start
within $PATIENCE_SECS tries 7
lmtpd_stop
is $LMTPD_STATUS 0 "also in the middle of a pause"
done_testing
