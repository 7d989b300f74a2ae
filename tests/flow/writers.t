#!/usr/bin/env bash
# writers.t - many concurrent writers store the same rows as one
#
# Eight writers (import, deliver and the daemon, through LMTP and patchmda-deliver) each store a share of the
# mailbox in a random order; the shares overlap. Then all of them run beside a foreign writer that stores mail as
# Patchwork's own parser does: first all with the complete mailbox in its order, and then in a random order, in
# which the foreign writer itself makes mistakes. ROUNDS is the number of rounds (2).

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../daemon.sh"

ROUNDS=${ROUNDS:-2}
WRITERS=8
SEPARATOR='From mboxrd@z Thu Jan  1 00:00:00 1970'

# Write each message to a file; of a mail that the mailbox has twice, only the first.
mkdir "$T/mail"
awk -v dir="$T/mail" -v separator="$SEPARATOR" '
	$0 == separator { file = sprintf("%s/%03d", dir, ++n); next }
	{ sub(/^>From /, "From "); print > file }' tests/data/sample.mbox
sed -s -i '${/^$/d}' "$T"/mail/* # the empty line belongs to the mailbox
for file in "$T"/mail/*; do
	grep -im1 '^Message-Id:' "$file" >>"$T/ids" || continue
	[ -z "$(sort "$T/ids" | uniq -d)" ] || { rm "$file"; sort -u -o "$T/ids" "$T/ids"; }
done

# The last mail has no empty line after it, so that all writers store the same mail.
as_mbox() {
	local file first=yes
	for file; do
		[ -n "$first" ] || echo
		first=
		echo "$SEPARATOR"
		sed -E 's/^>*From />&/' "$file"
	done
}

pg_start own
sql "alter system set log_line_prefix = '%m [%p] %a: '" "select pg_reload_conf()" >/dev/null
ready_db one
# facts - prints all facts except references of comments: for a comment whose parent arrived late, more are recorded
# than needed
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
isnt "$(wc -l <"$T/want")" 0 'one writer stores rows'

server_log=$PGHOST/log
log_seen=0
# server_errors REGEX - prints the lines of the server's log since the last call that match
server_errors() {
	tail -c "+$((log_seen + 1))" "$server_log" >"$T/server.log"
	sift -E "$1" "$T/server.log"
	log_seen=$(stat -c %s "$server_log")
}

# share NUMBER SEED - prints the files of a writer, in a random order: about three of four, and each file whose number
# is NUMBER modulo the number of writers, so that every file has a writer
share() {
	local file i=0
	if [ -n "$in_order" ]; then
		printf '%s\n' "$T"/mail/*
		return
	fi
	for file in "$T"/mail/*; do
		echo "$((i++ % WRITERS)) $file"
	done | awk -v seed="$2" -v own="$1" 'BEGIN { srand(seed) }
		{ rank = rand(); if ($1 == own || rand() < 0.75) print rank, $2 }' |
		sort | cut -d' ' -f2
}

# write NUMBER SEED [OPTION]... - runs a writer; the number determines the program
write() {
	local number=$1 file files
	mapfile -t files < <(share "$1" "$2")
	shift 2
	if [ $((number % 4)) -eq 0 ]; then
		as_mbox "${files[@]}" | patchmda import --quiet --waiting-days 36500 \
			--batch $((number + 1)) "$@" -
		return
	fi
	for file in "${files[@]}"; do
		case $((number % 4)) in
		1) patchmda deliver --waiting-days 36500 "$@" <"$file" || return ;;
		2) [[ $(lmtp <"$file") = 250\ * ]] || return ;;
		3) patchmda-deliver --socket "$LMTPD_SOCKET" <"$file" || return ;;
		esac
	done
}

# write_all SEED [OPTION]... - runs all writers at once; their output is in $T/writer.*
write_all() {
	local i seed=$1 pids=() pid
	shift
	rm -f "$T"/writer.*
	lmtpd_start --waiting-days 36500 "$@"
	for ((i = 0; i < WRITERS; i++)); do
		write $i $((seed * 100 + i)) "$@" >"$T/writer.$i" 2>&1 &
		pids+=($!)
	done
	status=0
	for pid in "${pids[@]}"; do
		wait "$pid" || status=$?
	done
	lmtpd_stop
}

in_order=
series_without_patches='select count(*) from patchwork_series s where not exists
	(select 1 from patchwork_patch where series_id = s.id) and cover_letter_id is null'

for ((round = 1; round <= ROUNDS; round++)); do
	ready_db "many$round"
	add_projects
	server_errors . >/dev/null
	write_all $((round + ${SEED:-0}))
	is "$status" 0 "round $round: no writer fails"
	[ "$status" -eq 0 ] || diag "$(cat "$T"/writer.*)" "$(tail -n 20 "$LMTPD_LOG")"
	facts >"$T/got"
	is "$(diff "$T/want" "$T/got" | head -20)" '' "round $round: the rows are those of one writer"
	is "$(sql "$series_without_patches")" "$(psql -XqAt -d one -c "$series_without_patches")" \
		"round $round: no series is left over"
	# If two writers hold the same mail concurrently, COPY fails for the second one, which then tries again.
	is "$(server_errors 'ERROR|FATAL|PANIC|deadlock' | sift -v 'constraint "held_digest_key"')" '' "round $round: the server reports no errors"
	PGDATABASE=postgres sql "drop database many$round"
done

# ---- beside Patchwork's parser

mkdir "$T/json"
for file in "$T"/mail/*; do
	patchmda parse --link-name tarn-devel --list-email tarn-devel@lists.example.org "$file" >"$T/json/${file##*/}"
done
mapfile -t tarn < <(grep -lE '"tarn-devel\.lists' "$T"/json/* |
	xargs grep -lE '"kind": "(patch|cover|reply)"')

# note_writers - makes the database record the writer of each series and patch in the table `made`
note_writers() {
	local kind
	sql "create table made (program text, kind text, id int)" \
		"create function note() returns trigger language plpgsql security definer as
			'begin
				insert into public.made values (current_setting(''application_name''), tg_argv[0], new.id);
				return new;
			end'"
	for kind in series patch; do
		sql "create trigger note after insert on patchwork_$kind
			for each row execute function note('$kind')"
	done
}

foreign_has_stored_a_patch() {
	[ "$(sql "select exists (select from made where program = 'psql' and kind = 'patch')")" = t ]
}

# beside NAME JSON... - runs all writers, and a foreign one that stores these mails one after another
beside() {
	local name=$1 foreign_pid
	shift
	patchwork_db beside
	add_projects
	note_writers
	server_errors . >/dev/null
	"$ROOT/tests/foreign-parser" tarn-devel "$@" >"$T/foreign" 2>&1 &
	foreign_pid=$!
	# It has to win some of the races, on a slow machine, too.
	until_true foreign_has_stored_a_patch
	write_all $((round + ${SEED:-0})) --with-parser
	wait $foreign_pid
	is "$status" 0 "$name: no writer fails"
	[ "$status" -eq 0 ] || diag "$(cat "$T"/writer.*)" "$(tail -n 20 "$LMTPD_LOG")"
	is "$(server_errors deadlock)" '' "$name: no deadlock"
	sift -A 20 deadlock "$T/server.log" | sed 's/^/# /'
	facts >"$T/got"
	is "$(grep -E '^(patch|cover)\|' "$T/got" | cut -d'|' -f1-3 | sort)" \
		"$(grep -E '^(patch|cover)\|' "$T/want" | cut -d'|' -f1-3 | sort)" \
		"$name: each patch and cover letter is stored once"
	# A mail whose parents arrive late may be stored by both programs, with different parents.
	is "$(comm -13 <(grep -E '^comment\|' "$T/got" | cut -d'|' -f1-4 | sort -u) \
		<(grep -E '^comment\|' "$T/want" | cut -d'|' -f1-4 | sort -u))" '' \
		"$name: each comment is stored, with its parent"
}

# In the order of the mailbox the foreign writer makes no mistakes.
in_order=yes
for ((round = 1; round <= ROUNDS; round++)); do
	beside "beside a parser, round $round" "${tarn[@]}"
	is "$(grep -E '^series\|' "$T/got" | cut -d'|' -f2-4,6- | sort)" \
		"$(grep -E '^series\|' "$T/want" | cut -d'|' -f2-4,6- | sort)" \
		"beside a parser, round $round: the series are those of one writer"
done

# In another order it makes mistakes: for example it puts a patch of the second version that arrives first into the
# series of the first version, if the number is free. The rows of patchmda are correct nevertheless.
in_order=
for ((round = 1; round <= (ROUNDS + 1) / 2; round++)); do
	mapfile -t shuffled < <(printf '%s\n' "${tarn[@]}" | shuf)
	beside "beside a parser and any order, round $round" "${shuffled[@]}"
	is "$(sql "select program, kind from made group by 1, 2 order by 1, 2")" \
		$'patchmda|patch\npatchmda|series\npsql|patch\npsql|series' \
		"beside a parser and any order, round $round: both programs store patches and series"
	is "$(sql "select p.name, s.version, s.total from patchwork_patch p
		join made m on m.kind = 'patch' and m.id = p.id and m.program = 'patchmda'
		left join patchwork_series s on s.id = p.series_id
		where s.id is null or s.version <> coalesce(substring(p.name from '^\[[^]]*v(\d+)'), '1')::int
			or s.total <> coalesce(substring(p.name from '^\[[^]]*(?:/| of )(\d+)'), '1')::int")" '' \
		"beside a parser and any order, round $round: patches of patchmda are in series of their version and length"
	is "$(sql "select s.submitter_id, s.version, s.total, count(*) from patchwork_series s
		join patchwork_project on patchwork_project.id = project_id and linkname = 'tarn-devel'
		join made m on m.kind = 'series' and m.id = s.id and m.program = 'patchmda'
		where s.total > 1 group by 1, 2, 3 having count(*) > 1")" '' \
		"beside a parser and any order, round $round: patchmda creates no series twice"
done

done_testing
