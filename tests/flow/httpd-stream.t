#!/usr/bin/env bash
# httpd-stream.t - events as they happen: filters, resumption without a gap, many subscribers
. "$(dirname "$0")/../lib.sh"
need perl
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../httpd.sh"
ada='Ada <ada@x.org>'
pg_start own
ready_db httpd_stream
patchmda project add one --list-id one.example.org >/dev/null
patchmda project add two --list-id two.example.org >/dev/null
LIST=one.example.org
patch "$ada" '[PATCH] first' 1@x.org | patchmda deliver
user maint one
user other

# event PROJECT CATEGORY [ID] - prints a statement that inserts an event, as another program does
event() {
	echo "insert into patchwork_event (${3+id, }category, date, project_id, patch_id) values (${3+$3, }'$2', now(), $1, 1)"
}

# follow NAME PATH [CURL-OPTION]... - starts a subscriber whose output is in $T/NAME
follow() {
	local name=$1 path=$2
	shift 2
	: >"$T/$name"
	curl -sN --unix-socket "$HTTPD_SOCKET" -o "$T/$name" "$@" "http://p.example.org$path" &
	followers[$name]=$!
	at_exit httpd_kill $!
	until_true grep -q '^id: ' "$T/$name"
}
declare -A followers=()

# ids_of NAME - prints the ids of the events that the subscriber got
ids_of() {
	awk '/^id: / { id = $2 } /^data: / { printf "%s%s", sep, id; sep = " " }' "$T/$1"
}

has() {
	[ "$(ids_of "$1")" = "$2" ]
}
# gets NAME IDS TEST - passes when the subscriber has got the events with these ids
gets() {
	if until_true has "$1" "$2"; then pass "$3"; else is "$(ids_of "$1")" "$2" "$3"; fi
}

last() {
	sql 'select max(id) from patchwork_event'
}

# More connections than event streams, whose limit is also a part of these.
httpd_start --connections 600
first=$(last)

# ---- one event

follow plain /api/events/stream
is "$(grep -m 1 '^id: ' "$T/plain")" "id: $first" 'a subscriber gets the id of the last event'
is "$(grep -c '^retry: 1000$' "$T/plain")" 1 'and the time after which to connect again'
patch "$ada" '[PATCH] second' 2@x.org | patchmda deliver
second=$(last)
until_true has plain "$(seq -s ' ' $((first + 1)) "$second")"
is "$(ids_of plain)" "$(seq -s ' ' $((first + 1)) "$second")" 'the events of a mail'
get "/api/events/?order=date&page=last&per_page=1"
is "[$(sed -n 's/^data: //p' "$T/plain" | tail -n 1)]" "$body" 'are documents of the list'
sql "$(event 1 patch-created)"
gets plain "$(seq -s ' ' $((first + 1)) "$(last)")" 'also an event that another program has inserted'
ask PATCH /api/patches/1/ -H "$(as maint)" -d state=accepted
gets plain "$(seq -s ' ' $((first + 1)) "$(last)")" 'and an event of a change over HTTP'

# ---- notifications

patch "$ada" '[PATCH] third' 3@x.org >"$T/mail"
is "$(psql -XqAt <<-END | count 'Asynchronous notification'
	listen patchmda_event;
	\! patchmda deliver <$T/mail
	select;
	END
)" 1 'there is one notification for a mail'
gets plain "$(seq -s ' ' $((first + 1)) "$(last)")" 'and its events are sent'

# ---- filters

at=$(last)
follow two '/api/events/stream/?project=two'
follow either '/api/events/stream?category=patch-completed&category=patch-created&project=1'
follow older '/api/1.2/events/stream?format=json'
follow actor '/api/events/stream?actor=1'
follow none '/api/events/stream?project=none'
follow since '/api/events/stream?since=2100-01-01T00:00:00'
sql "$(event 1 patch-created)" "$(event 2 patch-created)" "$(event 1 patch-completed)" "$(event 1 patch-delegated)"
sql "insert into patchwork_event (category, date, project_id, patch_id, actor_id) values ('patch-delegated', now(), 2, 1, 1)" \
	"insert into patchwork_event (category, date, project_id, patch_id) values ('patch-comment-created', now(), 1, 1)" \
	"$(event 2 patch-relation-changed)"
gets two "$((at + 2)) $((at + 5)) $((at + 7))" 'a project'
gets either "$((at + 1)) $((at + 3))" 'one category or another'
gets older "$(seq -s ' ' $((at + 1)) $((at + 5))) $((at + 7))" 'version 1.2 has no comments'
gets actor "$((at + 5))" 'an actor'
is "$(ids_of none)$(ids_of since)" '' 'a project that does not exist, and a time in the future'
like "$(grep -m 1 '^data: ' "$T/older")" '"url":"http://p.example.org/api/1.2/projects/1/[?]format=json"' 'URLs are those of the request'

# ---- resumption

follow again /api/events/stream -H "Last-Event-ID: $second"
gets again "$(seq -s ' ' $((second + 1)) "$(last)")" 'events after the last one'
sql "insert into patchwork_event (category, date, project_id, patch_id)
	select 'patch-created', now(), 1 + n % 2, 1 from generate_series(1, 3000) n"
follow all '/api/events/stream?project=one' -H 'Last-Event-ID: 0'
gets all "$(sql "select string_agg(id::text, ' ' order by id) from patchwork_event where project_id = 1")" \
	'thousands of events, each once'
gets again "$(seq -s ' ' $((second + 1)) "$(last)")" 'also for a subscriber that was connected already'
follow slow /api/events/stream -H 'Last-Event-ID: 1' --limit-rate 1M
gets slow "$(seq -s ' ' 2 "$(last)")" 'and for a subscriber that reads slowly'

# ---- ids that are not committed in their order

at=$(last)
mkfifo "$T/late"
psql -Xq <"$T/late" &
late=$!
exec 4>"$T/late"
printf '%s\n' 'begin;' "$(event 1 patch-created);" "\\! touch $T/began" >&4
until_true test -e "$T/began"
sql "$(event 1 patch-completed)"
sql "$(event 1 patch-completed)"
is "$(last)" $((at + 3)) 'two later ids are committed'
follow new /api/events/stream
follow behind /api/events/stream -H "Last-Event-ID: $((at - 1))"
follow ahead /api/events/stream -H "Last-Event-ID: $((at + 2))"
gets behind "$at" 'no id is left out'
sleep 0.5 # an id without an event is skipped after 0.15 s if no transaction is open
is "$(ids_of again | tr ' ' '\n' | tail -n 1)" "$at" 'they are not sent before the earlier one'
printf 'commit;\n' >&4
gets again "$(seq -s ' ' $((second + 1)) $((at + 3)))" 'which is sent first'
gets behind "$(seq -s ' ' "$at" $((at + 3)))" 'a client that connects again gets them, too'
gets ahead "$((at + 3))" 'and gets no event twice'
is "$(ids_of new)" "$((at + 1)) $((at + 2)) $((at + 3))" 'also to a subscriber that connected meanwhile'
printf '%s;\n' begin "$(event 1 patch-created)" rollback >&4
printf '\\q\n' >&4
wait $late
exec 4>&-
sql "$(event 1 patch-completed)"
gets again "$(seq -s ' ' $((second + 1)) $((at + 3))) $((at + 5))" 'an id that was rolled back does not delay later ones'

# ---- the connection to the database is lost

follow waiting /api/events/stream
sql "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()" >/dev/null
sql "$(event 1 patch-completed)"
gets waiting "$(last)" 'the server connects again, and sends all events'

# ---- many subscribers

for pid in "${followers[@]}"; do let_go "$pid"; done
# crowd COUNT - opens this number of connections; $T/crowd has their statuses, and then the ids of events
cat >"$T/crowd.pl" <<'END'
use strict;
use IO::Socket::UNIX;
use IO::Select;
my ($path, $count) = @ARGV;
my $select = IO::Select->new;
my %got;
for (1 .. $count) {
	my $s = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!";
	print $s "GET /api/events/stream HTTP/1.1\r\nHost: x\r\n\r\n";
	$s->flush;
	$select->add($s);
}
$| = 1;
while ($select->count) {
	for my $s ($select->can_read) {
		my $n = sysread($s, my $bytes, 65536);
		unless ($n) { print "end\n"; $select->remove($s); next }
		my $text = ($got{$s} // '') . $bytes;
		while ($text =~ s/^(.*)\n//) {
			my $line = $1;
			print "$1\n" if $line =~ m,^HTTP/1.1 (\d+), or $line =~ /^(id: \d+)/;
		}
		$got{$s} = $text;
	}
}
END
crowd() {
	perl "$T/crowd.pl" "$HTTPD_SOCKET" "$1" >"$T/crowd" &
	at_exit httpd_kill $!
	crowd=$!
}
times() {
	[ "$(count "$1" "$T/crowd")" -ge "$2" ]
}
ok 'it is noticed that all have left' until_true sql_is "select count(*) from pg_locks
	where locktype = 'advisory' and classid = 1886217317" 0
is "$(psql -XqAt <<-END | count 'Asynchronous notification'
	listen patchmda_event;
	\\! psql -Xq -c "update patchwork_patch set archived = archived"
	select;
	END
)" 0 'without subscribers there are no notifications'
crowd 100
until_true times "^id: $(last)\$" 100
is "$(count '^200' "$T/crowd")" 100 'a hundred subscribers'
sql "alter system set log_statement = 'all'" "select pg_reload_conf()" >/dev/null
until_true sql_is 'show log_statement' all
# queries - prints the number of queries by the server of the stream, without the one by which it looks for new events:
# that is sent each second, too, so the log is read once for both
queries() {
	awk '/LOG:  execute/ && !/LOG:  execute [^:]*: select x[.]id, x[.]category/ { n++ } END { print n + 0 }' "$PGHOST/log"
}
before=$(queries) documents=$(count 'execute.*from patchwork_event x left join' "$PGHOST/log")
sql "$(event 1 patch-completed)"
until_true times "^id: $(last)\$" 100
is $(($(count 'execute.*from patchwork_event x left join' "$PGHOST/log") - documents)) 1 'need one query for the documents of a commit'
is $(($(queries) - before)) 1 'and no other query'
sql "alter system reset log_statement" "select pg_reload_conf()" >/dev/null
kill $crowd
wait $crowd || true
until_true sql_is "select count(*) from pg_locks where locktype = 'advisory' and classid = 1886217317" 0
crowd 205
ok 'five of 205 clients get a response' until_true times '^503' 5
is "$(count '^200' "$T/crowd") $(count '^503' "$T/crowd")" '200 5' 'at most 200 can subscribe'
is "$(get /api/patches/1/; echo $status)" 200 'other requests are answered'

# ---- clients that take the room of others

kill $crowd
wait $crowd || true
httpd_stop
httpd_start --connections 5 --trusted-proxy unix:
many() {
	follow "$1" /api/events/stream -H "X-Forwarded-For: 192.0.2.$2"
}
many left 1
many right 1
many other 2
pass 'a client with no subscriber gets events when two are there, which is the limit'
sql "$(event 1 patch-completed)"
gets other "$(last)" 'and the next one'
# one_left - whether one of the two subscribers of the first client has ended
one_left() {
	local name count=0
	for name in left right; do
		! kill -0 "${followers[$name]}" 2>/dev/null || count=$((count + 1))
	done
	[ $count = 1 ]
}
ok 'the response to one of the client with two has ended' until_true one_left
is "$(get /api/events/stream -H 'X-Forwarded-For: 192.0.2.1'; echo "$status $body")" \
	'503 {"detail":"Too many event streams are open."}' 'which gets no other one'
httpd_stop
httpd_start
crowd 5
until_true times '^200' 5

# ---- errors, and the end

is "$(get /api/events/stream -H 'Last-Event-ID: x'; echo "$status $body")" '400 {"detail":"Invalid Last-Event-ID."}' 'no id'
is "$(get /api/events/stream -H 'Authorization: Token x'; echo "$status")" 403 'a wrong token'
is "$(ask HEAD /api/events/stream; echo "$status $(header Content-Type)")" '200 text/event-stream' 'HEAD'
is "$(ask POST /api/events/stream; echo "$status $(header Allow)")" '405 GET, HEAD, OPTIONS' 'POST'
is "$(ask OPTIONS /api/events/stream; echo "$status $(field "->>'name'")")" '200 Event Stream' 'OPTIONS'
httpd_stop
is $stopped 0 'it stops with subscribers'
until_true times '^end' 5
wait $crowd
pass 'whose connections are closed'
httpd_start --read-only
follow reader /api/events/stream
sql "$(event 1 patch-completed)"
gets reader "$(last)" 'with --read-only'
done_testing
