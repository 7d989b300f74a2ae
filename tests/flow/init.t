#!/usr/bin/env bash
# init.t - `patchmda init`: in an empty database, twice, concurrently, beside a Patchwork's tables, and the
# databases that it refuses

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

django() {
	"$ROOT/tests/django-schema" "$1" | psql -Xq -v ON_ERROR_STOP=1
}

# django_at MIGRATION - creates a Patchwork's tables whose django_migrations shows another version
django_at() {
	fresh_db "init_$1"
	django 0048
	sql "delete from django_migrations where app = 'patchwork' and name > '$1'" \
		"insert into django_migrations (app, name, applied) values ('patchwork', '$1_name', now())"
}

# everything - prints the contents of the database, to test whether anything has changed
everything() {
	sql "select n.nspname, c.relname, c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1, 2" \
		"select * from patchwork_state" "select * from patchwork_tag" \
		"select * from patchmda.migration"
}

pg_start

fresh_db init_empty
exits 0 "an empty database" patchmda init
like "$(cat "$T/out")" 'schema [0-9]{4}_[a-z_]+ now$' "it prints the schema"
newest=$(sed 's/.*schema \([^ ]*\) now/\1/' "$T/out")
like "$(patchmda --version)" "schema $newest\$" "the version is the same"
is "$(sql "select count(*) from patchwork_state")|$(sql "select count(*) from patchwork_tag")" "10|3" \
	"states and tags are created"
before=$(everything)
exits 0 "a second time" patchmda init
like "$(cat "$T/out")" "schema $newest already\$" "it is reported"
is "$(everything)" "$before" "and changes nothing"
patchmda project add ring --list-id ring.example.org
LIST=ring.example.org
exits 0 "mail can be delivered then" eval "patch 'Ada <ada@x.org>' '[PATCH] x' x@i | patchmda deliver"
is "$(sql "select count(*) from patchwork_patch")" 1 "and is stored"
exits 0 "a third time, with mail in it" patchmda init
is "$(sql "select count(*) from patchwork_patch")" 1 "it stays"

for ((round = 0; round < 5; round++)); do
	fresh_db init_race
	patchmda init >"$T/first" 2>&1 &
	first=$!
	patchmda init >"$T/second" 2>&1 &
	second=$!
	status=0
	wait $first || status=$?
	wait $second || status=$((status + $?))
	is "$status $(cat "$T/first" "$T/second" | LC_ALL=C sort | cut -d ' ' -f 7 | tr '\n' ' ')" \
		"0 already now " "two at the same time: one creates the tables, the other finds them"
done

for shape in 0046 0048; do
	fresh_db init_$shape
	django $shape
	facts=$(sql "select relname, oid from pg_class where relnamespace = 'public'::regnamespace order by 1")
	exits 0 "beside a Patchwork's tables at $shape" patchmda init --time-zone UTC
	is "$(sql "select relname, oid from pg_class where relnamespace = 'public'::regnamespace order by 1")" \
		"$facts" "$shape: those are not changed"
	isnt "$(sql "select to_regclass('patchmda.member')")" "" "$shape: patchmda's own tables are in its schema"
	exits 0 "$shape: a second time" patchmda init
	like "$(cat "$T/out")" 'already$' "$shape: it is reported"
	patchmda project add ring --list-id ring.example.org
	exits 0 "$shape: mail can be delivered then" \
		eval "patch 'Ada <ada@x.org>' '[PATCH] x' x@i | patchmda deliver"
	is "$(sql "select count(*) from patchwork_patch")" 1 "$shape: and is stored"
done

for migration in 0045 0049 0099; do
	django_at $migration
	exits 69 "a Patchwork at $migration" patchmda init
	like "$(cat "$T/err")" "^patchmda init: .*$migration.*0046.*0048" "is refused, with the reason"
	is "$(sql "select to_regclass('patchmda.migration')")" "" "no table is created"
done
fresh_db init_future
patchmda init >/dev/null
sql "insert into patchmda.migration (name) values ('9999_future')"
exits 69 "our own schema of a later version" patchmda init
like "$(cat "$T/err")" "9999_future" "is refused, and named"

fresh_db init_broken
sql "create table patchwork_event (id integer)"
exits 69 "a table in the way" patchmda init
like "$(cat "$T/err")" "patchwork_event" "is named"
is "$(sql "select count(*) from pg_class where relnamespace = 'public'::regnamespace")|$(sql "select to_regclass('patchmda.migration')")" \
	"1|" "and no other table is created"

exits 64 "an argument" patchmda init now
exits 64 "an option that does not exist" patchmda init --now
exits 0 "--help" patchmda init --help
PGDATABASE=nowhere exits 69 "no such database" patchmda init
like "$(cat "$T/err")" 'nowhere' "is named"
PGHOST=$T exits 69 "no server" patchmda init
fresh_db init_readonly
sql "alter database init_readonly set default_transaction_read_only = on"
exits 69 "a read-only database" patchmda init
is "$(count 'read-only' "$T/err") $(wc -l <"$T/err")" '1 1' "is reported in one line"

done_testing
