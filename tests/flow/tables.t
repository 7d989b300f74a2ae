#!/usr/bin/env bash
# tables.t - patchmda-tables.7 describes the database: its queries run, and it describes every table
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
page=$ROOT/sql/patchmda-tables.7
pg_start
ready_db tables
LIST=ring.example.org
patchmda project add ring --list-id $LIST >/dev/null
ada='Ada <ada@x.org>'
mail "$ada" '[PATCH 0/2] ring: wrap' 0@x.org | patchmda deliver
patch -r '<0@x.org>' "$ada" '[PATCH 1/2] ring: one' 1@x.org | patchmda deliver
mail -r '<later@x.org>' "$ada" 'Re: [PATCH] later' early@x.org | patchmda deliver
printf 'Subject: no sender\nMessage-Id: <n@x.org>\nList-Id: <%s>\n\nx\n' $LIST | patchmda deliver

# names - prints the names that are items of lists in the page
names() {
	sed -nE 's/^\.It Ic (.*)/\1/p' "$page" | tr -d ' ' | tr , '\n' | LC_ALL=C sort
}
is "$(names | grep -vE '^patchwork_|_idx$')" "$(sql "select relname from pg_class
	where relnamespace = 'patchmda'::regnamespace and relkind in ('r', 'v', 'm')
	order by relname collate \"C\"")" "the page has each table of the schema patchmda, and no others"
is "$(for name in $(names | grep -E '^patchwork_|_idx$'); do
	sql "select to_regclass('$name') is null" | grep t && echo "$name"
done)" '' "Patchwork's tables and the indexes that the page names exist"

# The queries, one in each element of the array.
mapfile -t queries < <(awk '
	/^\.Bd -literal/ { inside = 1; next }
	/^\.Ed/ { print text; text = ""; inside = 0 }
	inside { text = text $0 " " }' "$page")
is ${#queries[@]} 3 "the page has three queries"
is "$(sql "${queries[0]}")" 'ring|1|1|2|ring: wrap' "the newest series"
like "$(sql "${queries[1]}")" '^invalid\|.*no From header.*\|1\|' "held mail, by reason"
like "$(sql "${queries[2]}")" '^1\|1\|' "the number of waiting replies"

sql 'set client_min_messages = warning; drop schema patchmda cascade'
exits 75 "without the schema no mail is stored" patchmda deliver <<<"$(patch "$ada" '[PATCH] x' x@x.org)"
exits 69 "init requires the time zone, which was recorded in the schema" patchmda init
ok "init creates the schema again" patchmda init --time-zone UTC
patch -r '<0@x.org>' "$ada" '[PATCH 2/2] ring: two' 2@x.org | patchmda deliver
is "$(sql "${queries[0]}")" 'ring|1|2|2|ring: wrap' "and adopts the rows in Patchwork's tables"
done_testing
