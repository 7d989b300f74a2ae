#!/usr/bin/env bash
# import.t - `patchmda import` of the sample mailbox in several forms and orders: the rows, the summary, a second
# import, and progress on a terminal

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../import.sh"

pg_start

# ---- twice

reference_start
is "$(counts)" "42 messages: 20 patches, 3 covers, 16 comments, 1 duplicates, 1 ignored, 1 held (0 of them waiting), 0 errors" \
	"the summary counts the messages"
like "$(sed 1q "$T/out")" '; [0-9]+\.[0-9] seconds, [0-9]+ messages a second$' "and has the time"
is "$(sed 1d "$T/out")" "'patchmda held' lists the mail that is held, with the reasons." "and the command that lists held mail"
is "$(cat "$T/err")" "patchmda import: $sample:62927: held: the From header holds no valid address" \
	"the held message is named, and no other line is printed"
is "$(sql "select (select count(*) from patchwork_patch), (select count(*) from patchwork_cover),
	(select count(*) from patchwork_patchcomment), (select count(*) from patchwork_covercomment),
	(select count(*) from patchwork_series), (select count(*) from patchwork_person),
	(select count(*) from patchmda.held), (select count(*) from patchmda.waiting)")" \
	"20|3|14|2|11|9|1|0" "these numbers of rows are stored"
is "$(patchmda project list | tr -s ' ')" \
"heron heron.lists.example.net heron@lists.example.net record
tarn-devel tarn-devel.lists.example.org tarn-devel@lists.example.org record" "each list has a project"
is "$(sql "select count(*) from patchmda.progress where job like 'import %'")" 0 "the mark of the import is deleted at its end"
is "$(sql "select kind, msgid, reason, place from patchmda.held")" \
	"invalid|<20260324040002.AB12@pi>|the From header holds no valid address|$sample:$(messages 1 41 | wc -c)" \
	"the message that could not be parsed is held, with its location"
is "$(sql "select md5(message) from patchmda.held")" "$(messages 42 42 | sed 1d | md5sum | cut -d ' ' -f 1)" \
	"complete, without the separator of the mailbox"

import "the same again" "$sample"
is "$(counts)" "42 messages: 0 patches, 0 covers, 0 comments, 41 duplicates, 1 ignored, 0 held (0 of them waiting), 0 errors" \
	"the duplicates are counted"
same "and adds no rows"
import "with --json" --json "$sample"
like "$(cat "$T/out")" '^\{"messages": 42, "patches": 0, "covers": 0, "comments": 0, "duplicates": 41, "ignored": 1, "held": 0, "waiting": 0, "errors": 0, "no_project": 0, "taken_for_text": 0, "seconds": [0-9.e-]+, "messages_per_second": [0-9.e+]+\}$' \
	"the summary is one object"
is "$(wc -l <"$T/out")" 1 "of one line"

# Every batch that is stored has a row in patchmda.progress until the end.
ready_db import_known
{
	patch 'Ada <ada@x.org>' '[PATCH] wrap' 1@x.org | mbox
	mail -r '<1@x.org>' 'Bea <bea@x.org>' 'Re: [PATCH] wrap' 2@x.org | mbox
	mail -r '<1@x.org>' 'Bea <bea@x.org>' 'One more thing' 3@x.org | mbox
} >"$T/known.mbox"
import "a patch and two comments, one without Re:" "$T/known.mbox"
like "$(counts)" '^3 messages: 1 patches, 0 covers, 2 comments, ' "are stored"
sql "create function refuse() returns trigger language plpgsql as 'begin raise exception ''a batch is stored''; end'"
sql "create trigger refuse before insert on patchmda.progress execute function refuse()"
import "the same mail again" "$T/known.mbox"
like "$(counts)" '^3 messages: 0 patches, 0 covers, 0 comments, 3 duplicates, ' "all are duplicates, and no batch is stored"
exits 75 "a new patch" patchmda import "$T/known.mbox" - < <(patch 'Ada <ada@x.org>' '[PATCH] unwrap' 4@x.org | mbox)
like "$(cat "$T/err")" 'a batch is stored$' "is stored in a batch"
sql "drop trigger refuse on patchmda.progress"

# An import asks for known mail on the connection that stores, unless that is busy: only then it needs two.
connections() {
	sift 'connection authorized: .* database=import_known application_name=patchmda' "$PGHOST/log" | wc -l
}
# added COMMAND... - runs it; prints the number of connections that it made
added() {
	local -i before
	before=$(connections)
	"$@" >"$T/out" 2>"$T/err" || return
	echo $(($(connections) - before))
}
sql "alter system set log_connections = on" "select pg_reload_conf()" >/dev/null
ok "the server logs connections" within $PATIENCE_SECS eval '[ "$(sql "show log_connections")" = on ]'
patch 'Ada <ada@x.org>' '[PATCH] unwrap' 5@x.org | mbox >"$T/new.mbox"
is "$(added patchmda import "$T/new.mbox")" 1 "an import of new mail makes one connection"
is "$(added patchmda import "$T/known.mbox" "$T/new.mbox")" 1 "and one of known mail"
# Half of each batch is known, so questions go on, and the other half takes a second to store.
sql "create function pause() returns trigger language plpgsql as 'begin perform pg_sleep(1); return new; end'"
sql "create trigger pause before insert on patchwork_patch for each row execute function pause()"
for i in 1 2 3 4 5; do
	patch 'Ada <ada@x.org>' '[PATCH] wrap' 1@x.org | mbox
	patch 'Ada <ada@x.org>' "[PATCH] rewrap $i" rewrap$i@x.org | mbox
done >"$T/mixed.mbox"
is "$(added patchmda import --batch 2 "$T/mixed.mbox")" 2 \
	"one of known and new mail makes a second one, when it asks while a batch is stored"
like "$(counts)" '^10 messages: 5 patches, 0 covers, 0 comments, 5 duplicates, ' "and the mail is counted"
sql "alter system reset log_connections" "select pg_reload_conf()" >/dev/null

# ---- compression of large values

ready_db import_compression
compressed() {
	sql "select string_agg(coalesce(pg_column_compression(diff), 'none'), ' ' order by id) from patchwork_patch"
}
mail 'Ada <ada@x.org>' '[PATCH] much' 7@x.org "$(change $(seq -f src/%g.c 100))" | mbox >"$T/much.mbox"
import "a large patch" "$T/much.mbox"
is "$(compressed)" lz4 "is compressed with LZ4"
sql "alter database import_compression set default_toast_compression = 'pglz'"
sed 's/much/more/; s/7@x/8@x/' "$T/much.mbox" >"$T/more.mbox"
import "another one, in a database that is set to pglz" "$T/more.mbox"
is "$(compressed)" "lz4 pglz" "is compressed with that"

# ---- forms of input

ready_db import_stdin
import "from standard input" --json - <"$sample"
like "$(cat "$T/out")" '^\{"messages": 42, "patches": 20, "covers": 3, "comments": 16, "duplicates": 1, "ignored": 1, "held": 1, "waiting": 0, "errors": 0, ' \
	"the summary counts the messages"
same "the rows are the same as from a file"
is "$(sql "select place from patchmda.held")" "-:$(messages 1 41 | wc -c)" "the location is an offset in the input"

ready_db import_one
import "one at a time" --batch 1 "$sample"
same "the rows are the same as in one batch"
is "$(counts)" "42 messages: 20 patches, 3 covers, 16 comments, 1 duplicates, 1 ignored, 1 held (0 of them waiting), 0 errors" \
	"the reply that waited for its parent is counted as a comment"
ready_db import_seven
import "seven at a time" --batch 7 "$sample"
same "the rows are the same as in one batch"

ready_db import_paths
messages 1 15 >"$T/a.mbox"
messages 16 30 >"$T/b.mbox"
import "several paths" --quiet "$T/a.mbox" /dev/null "$T/b.mbox" - < <(messages 31 42)
is "$(counts)" "42 messages: 20 patches, 3 covers, 16 comments, 1 duplicates, 1 ignored, 1 held (0 of them waiting), 0 errors" \
	"have one summary"
same "the rows are the same as in one batch"

ready_db import_end
messages 1 41 | head -c -2 >"$T/end.mbox"
import "no line end at the end" "$T/end.mbox"
is "$(cat "$T/facts")" "$(cat "$T/reference.without")" "the last message is complete"

ready_db import_crlf
sed 's/$/\r/' "$sample" >"$T/crlf.mbox"
import "with CR LF" "$T/crlf.mbox"
is "$(counts)" "42 messages: 20 patches, 3 covers, 16 comments, 1 duplicates, 1 ignored, 1 held (0 of them waiting), 0 errors" \
	"the summary is the same"
# A diff keeps its CRs, a held message all of its bytes, and a line `-- ` with CR is not a signature.
without_texts() {
	sed -E '/^held/d; s/\|[0-9a-f]{32}/|/g' "$1"
}
is "$(without_texts "$T/facts")" "$(without_texts "$T/reference")" "all but the texts is the same"

ready_db import_cut
messages 1 5 | sed '/^Subject: Re: /,$d' >"$T/cut.mbox"
import "the last message cut off in its headers" "$T/cut.mbox"
is "$(counts)" "5 messages: 3 patches, 1 covers, 0 comments, 0 duplicates, 0 ignored, 1 held (0 of them waiting), 0 errors" \
	"it is held"
import "the complete mailbox" "$sample"
is "$(grep -v '^held' "$T/facts")" "$(cat "$T/reference.without")" "stores the complete message"

ready_db import_odd
{
	patch 'Ada <ada@x.org>' '[PATCH] with%nul' nul@x.org | tr % '\0' | mbox
	head -c 4000 "$BUILD/patchmda" | tr -d '\n' | mbox
	mail 'Ada <ada@x.org>' '[PATCH 0/1] a cover' cover@x.org $'From the hills\n>From afar\n\nFrom x Thu Jan  1 00:00' | mbox
} >"$T/odd.mbox"
import "NULs, binary junk and lines that start with From" "$T/odd.mbox"
is "$(counts)" "3 messages: 1 patches, 1 covers, 0 comments, 0 duplicates, 0 ignored, 1 held (0 of them waiting), 0 errors" \
	"each is a message"
is "$(sql "select name from patchwork_patch")" "withnul" "a NUL is removed"
is "$(sql "select content from patchwork_cover")" $'From the hills\n>From afar\n\nFrom x Thu Jan  1 00:00' \
	"D1: a quoted From line is unquoted"

ready_db import_unknown
exits 0 "unknown lists" patchmda import "$sample"
is "$(counts)" "42 messages: 0 patches, 0 covers, 0 comments, 0 duplicates, 42 ignored, 0 held (0 of them waiting), 0 errors" \
	"are counted, not held"
is "$(sed 1d "$T/out")" "$(cat <<'END'
Of those ignored, 42 are for a list without a project:
      26  tarn-devel.lists.example.org
      16  heron.lists.example.net
To store them, run 'patchmda project add LINKNAME --list-id ID' and import again, or import with
--create-projects; a git repository also needs --restart.
END
)" "the lists are named, and the commands that help"
{
	for n in 1 2 3 4 5 6 7 8; do
		LIST=l$n.example.org patch 'Ada <ada@x.org>' '[PATCH] x' "$n@x.org" | mbox
	done
	LIST=$'l3.example.org' patch 'Ada <ada@x.org>' '[PATCH] x' again@x.org | mbox
	LIST='' patch 'Ada <ada@x.org>' '[PATCH] x' none@x.org | mbox
	LIST=$'l\033[31m.example.org' patch 'Ada <ada@x.org>' '[PATCH] x' evil@x.org | mbox
	LIST=$'l\033[31m.example.org' patch 'Ada <ada@x.org>' '[PATCH] x' evil2@x.org | mbox
	printf 'From ada@x.org Thu Jan  1 00:00:00 1970\nis a line of the text\n'
} >"$T/lists.mbox"
# The last message is read when the first ones have been counted.
exits 0 "more lists" patchmda import --batch 1 "$T/lists.mbox"
like "$(cat "$T/out")" 'taken for text: 1;' 'and a line that looks like a separator'
is "$(sed '1,2d' "$T/out" | sed 7q)" "$(cat <<'END'
       2  l?[31m.example.org
       2  l3.example.org
       1  l1.example.org
       1  l2.example.org
       1  l4.example.org
       4  with other list ids
       1  without a list id; --list-id gives them one
END
)" "those with most messages are named, and control characters are not printed"
is "$(sql "select count(*) from patchwork_project")" 0 "and no project is made"
patchmda project add all --list-id all.example.org
exits 0 "with --list-id" patchmda import --list-id all.example.org "$sample"
is "$(counts)" "42 messages: 20 patches, 3 covers, 16 comments, 1 duplicates, 1 ignored, 1 held (0 of them waiting), 0 errors" \
	"they are for that list"

# ---- in another order, and in parts

ready_db import_shuffled
awk '/^From mboxrd@z / { n++ } { message[n] = message[n] $0 "\n" }
	END {
		for (i = n; i > 0; i--) { # a permutation of 1 to 42: 7 and 43 have no common divisor; the two copies keep their order
			print message[i * 7 % (n + 1)]
		}
	}' ORS= "$sample" >"$T/shuffled.mbox"
import "shuffled" "$T/shuffled.mbox"
cp "$T/facts" "$T/shuffled"
is "$(grep -v '^held' "$T/facts")" "$(cat "$T/reference.without")" "it is the same as in order"
for batch in 1 5; do
	ready_db "import_shuffled_$batch"
	import "shuffled, $batch at a time" --batch $batch "$T/shuffled.mbox"
	# For a comment whose nearest parent arrived late, more references are recorded than needed.
	is "$(grep -v '^mention|P|' "$T/facts")" "$(grep -v '^mention|P|' "$T/shuffled")" \
		"the rows are the same as in one batch"
done

# A reply waits from the time when it was received, whatever its date: the archive may be imported in parts.
ready_db import_halves
messages 1 20 >"$T/first.mbox"
messages 21 42 >"$T/second.mbox"
import "the second half first" "$T/second.mbox"
import "and then the first" "$T/first.mbox"
is "$(grep -v '^held' "$T/facts")" "$(cat "$T/reference.without")" "it is the same as in order"

# ---- dry run

ready_db import_dry
patchmda project add all --list-id all.example.org
exits 0 "--dry-run" patchmda import --dry-run --list-id all.example.org "$sample"
like "$(counts)" '^42 messages: 20 patches, 3 covers, ' "counts the messages by kind"
is "$(sql "select (select count(*) from patchwork_patch), (select count(*) from patchmda.held),
	(select count(*) from patchmda.waiting), (select count(*) from patchwork_person)")" "0|0|0|0" \
	"and stores nothing"

# ---- by date

ready_db import_dates
{
	for date in '01 Jan 2015 23:59:59' '02 Jan 2015 00:00:00' '03 Jan 2015 23:59:59' '04 Jan 2015 00:00:00'; do
		mail 'Ada <ada@x.org>' '[PATCH 0/1] a cover' "day${date%% *}@x.org" "text" |
			sed "s/^Date: .*/Date: $date +0000/" | mbox
	done
	mail 'Ada <ada@x.org>' '[PATCH 0/1] a cover' undated@x.org "text" | sed '/^Date: /d' | mbox
} >"$T/days.mbox"
import "--since and --until" --since 2015-01-02 --until 2015-01-03 "$T/days.mbox"
is "$(sql "select string_agg(msgid, ' ' order by msgid) from patchwork_cover")" "<day02@x.org> <day03@x.org> <undated@x.org>" \
	"select mail of these days, of the days between, and mail without a date"
like "$(counts)" '^3 messages: ' "other mail is not counted"
import "--since alone" --since 2015-01-04 "$T/days.mbox"
is "$(sql "select count(*) from patchwork_cover")" 4 "selects later mail"
for value in 2015 2015-13-01 2015-01-32 2015-1-1 tomorrow; do
	exits 64 "--since $value" patchmda import --since $value "$sample"
done

# ---- progress on a terminal

need script
ready_db import_terminal
script -qec "stty cols 200; patchmda import --create-projects --batch 5 '$sample'" "$T/script" </dev/null >"$T/screen"
like "$(cat "$T/screen")" '\[#*\.*\] +[0-9]+ %  [0-9]+ messages, [0-9]+ a second, [0-9]+ patches, [0-9]+ series, [0-9]+ comments' \
	"on a terminal a bar shows the progress"
like "$(tail -n 2 "$T/screen")" $'\r\e\\[K42 messages: 20 patches' "which the summary replaces"
ready_db import_narrow
script -qec "stty cols 30; patchmda import --create-projects --batch 5 '$sample'" "$T/script" </dev/null >"$T/screen"
sift -a -o $'\r\e\\[K\\[[^\r]*' "$T/screen" >"$T/bars"
isnt "$(wc -l <"$T/bars")" 0 "on a narrow terminal there is a bar, too"
is "$(awk 'length($0) > 29 + 4' "$T/bars" | wc -l)" 0 "no line is longer than the terminal is wide"
ready_db import_quiet
script -qec "patchmda import --quiet --create-projects --batch 5 '$sample'" "$T/script" </dev/null >"$T/screen"
unlike "$(cat "$T/screen")" '\[#*\.*\]' "with --quiet there is no bar"

# ---- errors in the command line

exits 64 "no path" patchmda import
is "$(cat "$T/err")" "patchmda import: missing operand (see 'patchmda import --help')" "is one line"
exits 64 "an option that does not exist" patchmda import --no-such-option "$sample"
for value in 0 -1 1000000 x ''; do
	exits 64 "--batch '$value'" patchmda import --batch "$value" "$sample"
done
exits 64 "--waiting-days soon" patchmda import --waiting-days soon "$sample"
for path in "$T/nowhere" "$T/nowhere/at/all"; do
	exits 66 "a path that cannot be read" patchmda import "$path"
	like "$(cat "$T/err")" "$path: " "is named"
done
PGDATABASE=nowhere exits 75 "no database" patchmda import "$sample"

done_testing
