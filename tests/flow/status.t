#!/usr/bin/env bash
# status.t - `patchmda status`: its output, its exit status, and OpenMetrics in a file

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
need /usr/bin/python3

# metric NAME - prints the value in the last output
metric() {
	sed -n "s/^patchmda_$1 //p" "$T/out"
}

# number LABEL - prints the first number in that line of the last output
number() {
	sed -nE "s/^$1 +[^0-9]*([0-9]+).*/\1/p" "$T/out"
}

# is_openmetrics NAME - tests that the last output has the right format
is_openmetrics() {
	ok "OpenMetrics: $1" "$ROOT/tests/openmetrics" "$T/out"
}

pg_start
LIST=list.example.org

# ---- failures

exits 2 'no database' patchmda status -d dbname=nowhere
like "$(cat "$T/out")" '^daemon.*database  BROKEN: .*"nowhere" does not exist' 'is reported'
exits 2 'no database, OpenMetrics' patchmda status -d dbname=nowhere --openmetrics
is "$(metric database_up) $(metric schema_ok)" '0 0' 'is reported'
is_openmetrics 'no database'
exits 2 'no server' patchmda status -d 'host=/nowhere dbname=x' --timeout 2
fresh_db status_empty
exits 2 'no tables' patchmda status
like "$(cat "$T/out")" "schema    BROKEN: .*run 'patchmda init'" 'is reported'
exits 2 'no tables, OpenMetrics' patchmda status --openmetrics
is "$(metric database_up) $(metric schema_ok)" '1 0' 'differs from that without a database'
is_openmetrics 'no tables'
ready_db status_newer
sql "insert into patchmda.migration (name) values ('9999_later')"
exits 2 'tables of a later version' patchmda status
like "$(cat "$T/out")" 'BROKEN: .*9999_later' 'are reported'

# ---- normal operation

ready_db status
exits 0 'tables without mail or projects' patchmda status
is "$(number today) $(number waiting) $(number held)" '0 0 0' 'no mail is stored, waiting or held'
unlike "$(cat "$T/out")" 'PROJECT' 'there are no projects'
like "$(cat "$T/out")" "schema    ok: $(sql 'select max(name) from patchmda.migration'), Patchwork's 0048" \
	'the schema is reported'
like "$(cat "$T/out")" '^daemon    (none here|unknown|ok): unix:/run/patchmda/lmtp.sock' 'the default socket is probed'

patchmda project add one --list-id $LIST >/dev/null
patchmda project add two --list-id other.example.org >/dev/null
mail 'Ada <ada@x.org>' '[PATCH 0/2] a' a0@x.org | patchmda deliver
patch -r '<a0@x.org>' 'Ada <ada@x.org>' '[PATCH 1/2] a' a1@x.org | patchmda deliver
patch -r '<a0@x.org>' 'Ada <ada@x.org>' '[PATCH 2/2] a' a2@x.org | patchmda deliver
mail -r '<a1@x.org>' 'Bob <bob@x.org>' 'Re: a' r1@x.org | patchmda deliver
mail -r '<a0@x.org>' 'Bob <bob@x.org>' 'Re: a' r0@x.org | patchmda deliver
mail -r '<b@x.org>' 'Bob <bob@x.org>' 'Re: b' w@x.org | patchmda deliver
printf 'Subject: x\nMessage-Id: <bad@x.org>\nList-Id: <%s>\n\nx\n' $LIST | patchmda deliver
patch 'Ada <ada@x.org>' '[PATCH] x' lost@x.org | sed 's/list\.example/unknown.example/' | patchmda deliver
# Midnight may just have passed.
sql "update patchwork_event set date = date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' + id * interval '1 us'"
exits 0 'with mail' patchmda status
is "$(sed -n '/^today/p' "$T/out")" 'today     2 patches, 1 cover letters, 2 comments, 1 new series (since 00:00 UTC)' \
	'today'"'"'s mail'
is "$(number waiting)" 1 'waiting mail'
like "$(sed -n '/^held/p' "$T/out")" '^held      2 \(invalid 1, no-project 1\), the oldest [0-9]+[sm]$' 'held mail, and the reasons'
like "$(tail -n 3 "$T/out")" $'^PROJECT  NEWEST\none .*\ntwo *-$' 'projects, with mail and without'

# Events before today do not count, also if the ids have gaps.
sql "insert into patchwork_event (id, category, date, project_id)
	select n * 7 - 100000, 'patch-created', now() - interval '30 days' + n * interval '1 s', 1
	from generate_series(1, 5000) n"
exits 0 'with mail of other days' patchmda status
is "$(sed -n '/^today/p' "$T/out")" 'today     2 patches, 1 cover letters, 2 comments, 1 new series (since 00:00 UTC)' \
	'the numbers for today are the same'
sql "update patchwork_event set date = date - interval '10 days'"
exits 0 'without mail today' patchmda status
is "$(number today)" 0 'is reported'
sql "insert into patchwork_event (category, date, project_id)
	select category, now(), 1 from unnest(array['check-created', 'patch-state-changed', 'patch-delegated']) category"
exits 0 'with changes today' patchmda status
like "$(tail -n 2 "$T/out" | head -n 1)" '^one +(9|10)d$' 'the age of the newest'

# ---- limits

exits 1 '--max-age' patchmda status --max-age 9d
like "$(tail -n 2 "$T/out" | head -n 1)" '^one +(9|10)d +late$' 'the late project is reported'
exits 0 '--max-age, with newer mail' patchmda status --max-age 12d
exits 64 '--max-age of a project that does not exist' patchmda status --max-age 1h --project two --project none
is "$(cat "$T/err" "$T/out")" "patchmda status: there is no project 'none'; the projects are one, two" 'is named, with those that exist'
exits 64 '--gaps of a project that does not exist' patchmda status --gaps --project none
is "$(cat "$T/err" "$T/out")" "patchmda status: there is no project 'none'; the projects are one, two" 'is named, too'
exits 0 '--max-age of a project without mail' patchmda status --max-age 1h --project two
exits 1 '--max-age of one of two projects' patchmda status --max-age 1h --project two --project one
exits 1 '--max-held' patchmda status --max-held 1
exits 0 '--max-held, which is not exceeded' patchmda status --max-held 2
exits 64 'an invalid limit' patchmda status --max-age soon
exits 64 'another invalid limit' patchmda status --max-held x
exits 64 'a surplus operand' patchmda status now

# ---- the daemon

lmtpd_start
for address in "unix:$LMTPD_SOCKET" "127.0.0.1:$LMTPD_PORT" "localhost:$LMTPD_PORT"; do
	exits 0 "a daemon at $address" patchmda status --socket "$address"
	like "$(head -n 1 "$T/out")" "^daemon    ok: $address: 220 .*LMTP" 'greets'
done
patchmda status --openmetrics --socket "unix:$LMTPD_SOCKET" >"$T/out"
is "$(metric daemon_up)" 1 'OpenMetrics reports the daemon'
is_openmetrics 'with a daemon'
lmtpd_stop
is "$LMTPD_STATUS" 0 'the daemon continues to run'
exits 2 'no daemon' patchmda status --socket "127.0.0.1:$LMTPD_PORT"
like "$(head -n 1 "$T/out")" 'BROKEN: .*refused' 'is reported'
exits 2 'a socket that does not exist' patchmda status --socket "unix:$T/nothing"
exits 2 'a socket that does not exist, with --openmetrics' patchmda status --openmetrics --socket "unix:$T/nothing"
is "$(metric daemon_up) $(metric database_up)" '0 1' 'OpenMetrics reports that'
exits 64 'an invalid address' patchmda status --socket here

# Another server, which accepts connections and sends nothing, or another greeting.
if command -v perl >/dev/null; then
	listener() {
		perl -MIO::Socket::UNIX -e '
			my $s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 5) or die;
			while (my $c = $s->accept) { print $c $ARGV[1]; $c->flush; push @kept, $c }' "$1" "$2" &
		at_exit lmtpd_kill $!
		disown
		within $PATIENCE_SECS test -S "$1"
	}
	listener "$T/silent" ''
	exits 2 'a server that sends nothing' patchmda status --socket "unix:$T/silent" --timeout 1
	like "$(head -n 1 "$T/out")" 'BROKEN: .*(timed out|no answer)' 'is reported after the timeout'
	listener "$T/busy" $'421 4.3.2 no database\r\n'
	exits 2 'a daemon that refuses' patchmda status --socket "unix:$T/busy" --timeout 1
	like "$(head -n 1 "$T/out")" 'BROKEN: .*: 421 4.3.2 no database$' 'is reported with its text'
	# The second escape follows a byte that is no UTF-8.
	listener "$T/escapes" $'421 4.3.2 odd \033[31mred \303\033[32mgreen\r\n'
	exits 2 'a daemon whose reply has escape sequences' patchmda status --socket "unix:$T/escapes" --timeout 1
	like "$(head -n 1 "$T/out")" 'BROKEN: .*: 421 4.3.2 odd .*red .*$' 'is reported, too'
	unlike "$(cat "$T/out")" $'\033' 'without them'
else
	skip 'missing tool: perl' 7
fi

# A name server that does not answer, simulated by a getaddrinfo(3) that does not return.
if command -v cc >/dev/null; then
	cc -shared -fPIC -o "$T/dumb.so" -x c - <<'C'
#include <netdb.h>
#include <unistd.h>

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **info)
{
	(void)host, (void)service, (void)hints, (void)info;
	for (;;)
		(void)pause();
}
C
	unresolved() {
		LD_PRELOAD=$T/dumb.so ASAN_OPTIONS=verify_asan_link_order=0 timeout $PATIENCE_SECS patchmda status --timeout 1 "$@"
	}
	exits 2 'a daemon whose name is not resolved' unresolved --socket mail.example.org:24
	like "$(grep '^daemon' "$T/out")" '^daemon +BROKEN: mail.example.org:24: no answer within 1 s' 'is reported'
	like "$(grep '^database' "$T/out")" '^database +ok' 'and the database is checked nevertheless'
	exits 2 'a database with such a name' unresolved -d host=db.example.org
	like "$(grep '^database' "$T/out")" '^database +BROKEN: no answer within 1 s' 'is reported'
	exits 2 'OpenMetrics of both' unresolved --openmetrics -d host=db.example.org --socket mail.example.org:24
	is "$(metric daemon_up) $(metric database_up)" '0 0' 'shows that both are down'
else
	skip 'missing tool: cc' 7
fi

# ---- OpenMetrics

sql "update patchwork_project set linkname = E'o\"n\\\\e\n' where linkname = 'one'"
exits 0 'OpenMetrics' patchmda status --openmetrics
is_openmetrics 'no errors, and a name with special characters'
is "$(metric 'held_messages{reason="invalid"}') $(metric 'held_messages{reason="refused"}') $(metric waiting_messages)" '1 0 1' \
	'held and waiting'
is "$(sed -nE 's/^patchmda_held_messages\{reason="([a-z-]+)"\} [0-9]+$/\1/p' "$T/out" | sort | xargs)" \
	'cut invalid no-project refused suspect' 'every kind of held mail has a number'
is "$(grep -c 'newest_mail_timestamp_seconds{project="o\\"n\\\\e\\n"} [0-9]' "$T/out")" 1 'a name with special characters is quoted'
cp "$T/out" "$T/right"
for spoilt in 's/^# EOF//' '/^# TYPE patchmda_waiting/d' '/^patchmda_waiting/p' 's/} 1$/}  1/'; do
	sed "$spoilt" "$T/right" >"$T/spoilt"
	exits 1 "tests/openmetrics refuses the output after '$spoilt'" "$ROOT/tests/openmetrics" "$T/spoilt"
done

mkdir "$T/metrics"
exits 0 '--output' patchmda status --openmetrics --output "$T/metrics/patchmda.prom"
is "$(cat "$T/out")" '' 'prints nothing'
is "$(tail -n 1 "$T/metrics/patchmda.prom") $(stat -c %a "$T/metrics/patchmda.prom")" '# EOF 644' 'writes the file, which all users can read'
ln "$T/metrics/patchmda.prom" "$T/metrics/old"
exits 1 '--output again' patchmda status --openmetrics --max-held 0 --output "$T/metrics/patchmda.prom"
isnt "$(stat -c %i "$T/metrics/patchmda.prom")" "$(stat -c %i "$T/metrics/old")" 'the file is replaced, not overwritten'
is "$(ls "$T/metrics")" $'old\npatchmda.prom' 'and no temporary file is left'
exits 2 '--output into a missing directory' patchmda status --output "$T/nowhere/x"
like "$(cat "$T/err")" 'No such file' 'is reported'
exits 2 '--output without a database' patchmda status -d dbname=nowhere --openmetrics --output "$T/metrics/patchmda.prom"
is "$(grep -c '^patchmda_database_up 0$' "$T/metrics/patchmda.prom")" 1 'is written nevertheless'
ok '--output without OpenMetrics' patchmda status --output "$T/metrics/text"
is "$(head -c 6 "$T/metrics/text")" daemon 'is the text'
if [ -w /dev/full ]; then
	exits 2 'standard output is full' bash -c 'patchmda status >/dev/full'
	exits 74 'the same for other commands' bash -c 'patchmda list >/dev/full'
fi

exits 0 'help' patchmda status --help
like "$(cat "$T/out")" 'Examples:' 'has examples'

done_testing
