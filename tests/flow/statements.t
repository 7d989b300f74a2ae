#!/usr/bin/env bash
# statements.t - the statements of the mail path are whole in sql/batch/*.sql: psql reads them, and shows their plans
. "$(dirname "$0")/../lib.sh"
pg_start
ready_db statements
for file in "$ROOT"/sql/batch/*.sql; do
	name=${file##*/}
	written=$(grep -c '^prepare ' "$file")
	is "$(psql -XqAt -v ON_ERROR_STOP=1 -f "$file" -c 'select count(*) from pg_prepared_statements' 2>&1)" \
		"$written" "$name: psql prepares each of its $written statements"
	is "$("$ROOT/tools/statements-to-c" "$file" | grep -c '^const char sql_')" "$written" \
		"$name: and each is compiled in"
done
like "$(psql -XqAt -v ON_ERROR_STOP=1 -f "$ROOT/sql/batch/load.sql" -c 'set enable_seqscan = off' \
	-c "explain (costs off) execute known_patches('{<a@x.org>}')")" 'Index.* on patchwork_patch' 'a plan is shown by hand'
printf 'prepare a as\nselect 1;\nselect 2;\n' >"$T/loose.sql"
exits 1 'what is in no statement is refused' "$ROOT/tools/statements-to-c" "$T/loose.sql"
like "$(cat "$T/err")" 'loose.sql: 3: ' 'and where it stands is said'
printf 'prepare a as\nselect 1\n' >"$T/open.sql"
exits 1 'a statement without an end is refused' "$ROOT/tools/statements-to-c" "$T/open.sql"
done_testing
