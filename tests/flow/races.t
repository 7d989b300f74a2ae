#!/usr/bin/env bash
# races.t - the number of attempts of a delivery that loses races, the order of locks, and an error that is not a
# race: a sequence that is behind its table
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
LIST=ring.example.org
pg_start
ready_db races
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null

# lose CONDITION - makes inserts of patches lose a race if the condition is true for n, the number of the attempt
sql "create sequence tries"
lose() {
	sql "select setval('tries', 1, false)" "create or replace function lose() returns trigger language plpgsql as
		'declare n bigint := nextval(''tries''); begin
			if $1 then raise sqlstate ''40001''; end if; return new; end'" >/dev/null
}
lose true
sql "create trigger lose before insert on patchwork_patch for each row execute function lose()"
patch 'Ada <ada@x.org>' '[PATCH] a' a@x.org >"$T/a"
exits 75 "a delivery that loses every race is deferred" patchmda deliver <"$T/a"
like "$(cat "$T/err")" '^4\.3\.2 ' "with the status for a busy database"
is "$(sql 'select last_value from tries')" 50 "after 50 attempts"
lose 'n < 30'
exits 0 "a delivery that loses 29 races is stored" patchmda deliver <"$T/a"
is "$(sql 'select last_value, (select count(*) from patchwork_patch) from tries')" '30|1' "by the next attempt"
sql "drop trigger lose on patchwork_patch"

# ---- the order of locks

# Beside a Patchwork's parser, a writer locks the series, and after that it may wait for the lock of people.
patch -r '<c0@x.org>' 'Ada <ada@x.org>' '[PATCH 1/1] c' c1@x.org | patchmda deliver
mail -d -1 'Eve <eve@x.org>' '[PATCH 0/1] turns' c0@x.org >"$T/c0"
lock 'lock table patchwork_series in share row exclusive mode'
patchmda deliver <"$T/c0" &
late=$!
until_waiting
is "$(sql 'select pg_try_advisory_lock(1886217328, 0)')" t 'who waits for the series does not have the lock of people'
unlock
ok 'and is stored then' wait $late
is "$(sql "select count(*) from patchwork_cover where msgid = '<c0@x.org>'")" 1 'with its author'

# ---- a dump that was restored without its sequences

sequence=$(sql "select pg_get_serial_sequence('patchwork_patch', 'id')")
there=$(sql "select max(id) from patchwork_patch")
sql "select setval('$sequence', $there - 1)" >/dev/null
patch 'Ada <ada@x.org>' '[PATCH] b' b@x.org >"$T/b"
exits 75 "a sequence behind its table's ids is no race" patchmda deliver <"$T/b"
is "$(sql "select last_value from $sequence")" "$there" "it is tried once"
like "$(cat "$T/err")" '^4\.3\.0 .*the sequence of patchwork_patch\.id is behind .*setval' "and the message names the remedy"
sql "select setval('$sequence', (select max(id) from patchwork_patch))" >/dev/null
exits 0 "after setval the mail is stored" patchmda deliver <"$T/b"
is "$(sql "select id from patchwork_patch where msgid = '<b@x.org>'")" $((there + 1)) "with the next id"
done_testing
