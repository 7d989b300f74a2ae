#!/usr/bin/env bash
# statements.t - the files *.sql contain complete SQL statements: psql can read these files, and show plans
. "$(dirname "$0")/../lib.sh"
pg_start
ready_db statements
files=$(cd "$ROOT" && find sql -name '*.sql' ! -path 'sql/schema/[0-9]*' ! -path sql/grants.sql | LC_ALL=C sort)
[ "$(wc -l <<<"$files")" -ge 8 ] || fail 'there are files of statements'
for file in $files; do
	written=$(grep -c '^prepare ' "$ROOT/$file")
	is "$(psql -XqAt -v ON_ERROR_STOP=1 -f "$ROOT/$file" -c 'select count(*) from pg_prepared_statements' 2>&1)" \
		"$written" "$file: psql prepares each of its $written statements"
	is "$("$ROOT/tools/statements-to-c" "$ROOT/$file" | grep -c '^const char sql_')" "$written" \
		"$file: and each is compiled in"
done
like "$(psql -XqAt -v ON_ERROR_STOP=1 -f "$ROOT/sql/batch/load.sql" -c 'set enable_seqscan = off' \
	-c "explain (costs off) execute known_patches('{<a@x.org>}')")" 'Index.* on patchwork_patch' 'psql shows a plan'

# refused NAME MESSAGE WHAT - tests that the statements on standard input, in a file NAME, are refused
refused() {
	cat >"$T/$1.sql"
	exits 1 "$3 is refused" "$ROOT/tools/statements-to-c" "$T/$1.sql" "$ROOT/sql/batch/keep.sql"
	like "$(cat "$T/err")" "$1.sql: $2" 'and the message has the line'
}
refused loose '3: is in no statement' 'SQL outside of a statement' <<<$'prepare a as\nselect 1;\nselect 2;'
refused open 'the last statement has no end' 'a statement without an end' <<<$'prepare a as\nselect 1'
refused nested '3: begins within a statement' 'a statement within another' <<<$'prepare a as\nselect 1\nprepare b as\nselect 2;'
refused comment '2: a comment has a line of its own' 'a comment after SQL' <<<$'prepare a as\nselect 1 -- one\n;'
done_testing
