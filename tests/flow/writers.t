#!/usr/bin/env bash
# writers.t - many writers at once leave the rows of one (ingest 16, D5)
#
# Eight writers, import and deliver mixed, each with the whole mailbox in an order of its own.
# ROUNDS (2) says how often.

. "$(dirname "$0")/../lib.sh"

ROUNDS=${ROUNDS:-2}
WRITERS=8
SEPARATOR='From mboxrd@z Thu Jan  1 00:00:00 1970'

# One file for each message; of a mail that came twice, by two ways, only the first.
mkdir "$T/mail"
awk -v dir="$T/mail" -v separator="$SEPARATOR" '
	$0 == separator { file = sprintf("%s/%03d", dir, ++n); next }
	{ sub(/^>From /, "From "); print > file }' tests/data/sample.mbox
sed -s -i '${/^$/d}' "$T"/mail/* # the empty line is the mailbox's
for file in "$T"/mail/*; do
	grep -im1 '^Message-Id:' "$file" >>"$T/ids" || continue
	[ -z "$(sort "$T/ids" | uniq -d)" ] || { rm "$file"; sort -u -o "$T/ids" "$T/ids"; }
done

# No empty line behind the last: it would be the last mail's, and all have to be the same mails.
as_mbox() {
	local file first=yes
	for file; do
		[ -n "$first" ] || echo
		first=
		echo "$SEPARATOR"
		sed -E 's/^>*From />&/' "$file"
	done
}

pg_start
ready_db one
# All but what comments mention: of one that got its parent late, more is recorded than needed.
facts() {
	PGTZ=UTC psql -XqAt -v ON_ERROR_STOP=1 -f tests/facts.sql | LC_ALL=C sort | grep -v '^mention|P|'
}
add_projects() {
	patchmda project add tarn-devel --list-id tarn-devel.lists.example.org \
		--list-email tarn-devel@lists.example.org >/dev/null
	patchmda project add heron --list-id heron.lists.example.net \
		--list-email heron@lists.example.net >/dev/null
}
add_projects
as_mbox "$T"/mail/* | patchmda import --quiet --waiting-days 36500 - >/dev/null
facts >"$T/want"
isnt "$(wc -l <"$T/want")" 0 'one writer leaves rows'

# write NUMBER SEED: all messages, in the order that the seed gives
write() {
	local file order
	order=$(for file in "$T"/mail/*; do echo "$file"; done |
		awk -v seed="$2" 'BEGIN { srand(seed) } { print rand(), $0 }' | sort | cut -d' ' -f2)
	if [ $(($1 % 2)) -eq 0 ]; then
		# shellcheck disable=SC2086 # the names have no blanks
		as_mbox $order | patchmda import --quiet --waiting-days 36500 --batch $(($1 + 1)) - >"$T/writer.$1" 2>&1
	else
		for file in $order; do
			patchmda deliver --waiting-days 36500 <"$file" >>"$T/writer.$1" 2>&1 || return
		done
	fi
}

for ((round = 1; round <= ROUNDS; round++)); do
	ready_db "many$round"
	add_projects
	rm -f "$T"/writer.*
	pids=()
	for ((i = 0; i < WRITERS; i++)); do
		write $i $((round * 100 + i)) &
		pids+=($!)
	done
	status=0
	for pid in "${pids[@]}"; do
		wait "$pid" || status=$?
	done
	is "$status" 0 "round $round: no writer fails" || cat "$T"/writer.* >&2
	facts >"$T/got"
	is "$(diff "$T/want" "$T/got" | head -20)" '' "round $round: the rows are those of one writer"
	is "$(sql 'select count(*) from patchwork_series s where not exists
		(select 1 from patchwork_patch where series_id = s.id) and cover_letter_id is null')" \
		"$(psql -XqAt -d one -c 'select count(*) from patchwork_series s where not exists
		(select 1 from patchwork_patch where series_id = s.id) and cover_letter_id is null')" \
		"round $round: no series is left over"
done

done_testing
