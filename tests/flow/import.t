#!/usr/bin/env bash
# import.t - `patchmda import`: the sample mailbox in every shape, its summary, again, stopped and
# taken up, and with a database that goes away in the middle

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"

sample=$ROOT/tests/data/sample.mbox

facts() {
	psql -XqAt -v ON_ERROR_STOP=1 -f "$ROOT/tests/facts.sql" | LC_ALL=C sort
}

# messages FIRST LAST - those of the sample, counted from 1
messages() {
	awk -v first="$1" -v last="$2" '
		/^From mboxrd@z / { n++ }
		n > last { exit }
		n >= first { print }' "$sample"
}

# import NAME [OPTION]... - has to succeed; its summary goes to $T/out and its facts to $T/facts
import() {
	local name=$1
	shift
	exits 0 "$name" patchmda import --create-projects "$@"
	facts >"$T/facts"
}

# same NAME - whether $T/facts are those of the first import
same() {
	is "$(cat "$T/facts")" "$(cat "$T/reference")" "$1"
}

counts() {
	sed -e 's/; .*//' -e 1q "$T/out"
}

is_there() {
	[ "$(sql "select count(*) from patchwork_patch where msgid = '<$1@x.org>'")" = 1 ]
}

is_gone_or_zombie() {
	! grep -q '^State:[[:space:]]*[^Z]' "/proc/$1/status" 2>/dev/null
}

has_patches() {
	[ "$(sql "select count(*) from patchwork_patch")" -ge "$1" ]
}

pg_start own

# ---- once, and again

ready_db import
import "the sample mailbox" "$sample"
cp "$T/facts" "$T/reference"
is "$(counts)" "42 messages: 20 patches, 3 covers, 16 comments, 1 duplicates, 1 ignored, 1 held (0 of them waiting), 0 errors" \
	"the summary counts them"
like "$(cat "$T/out")" '; [0-9]+\.[0-9] seconds, [0-9]+ messages a second$' "and tells how long it took"
is "$(cat "$T/err")" "patchmda import: $sample:62927: held: the From header holds no valid address" \
	"the one that is held is named, and nothing else is said"
is "$(sql "select (select count(*) from patchwork_patch), (select count(*) from patchwork_cover),
	(select count(*) from patchwork_patchcomment), (select count(*) from patchwork_covercomment),
	(select count(*) from patchwork_series), (select count(*) from patchwork_person),
	(select count(*) from patchmda.held), (select count(*) from patchmda.waiting)")" \
	"20|3|14|2|11|9|1|0" "so many rows are there"
is "$(patchmda project list | tr -s ' ')" \
"heron heron.lists.example.net heron@lists.example.net
tarn-devel tarn-devel.lists.example.org tarn-devel@lists.example.org" "each list has a project"
is "$(sql "select kind, msgid, reason, place from patchmda.held")" \
	"invalid|<20260324040002.AB12@pi>|the From header holds no valid address|$sample:$(messages 1 41 | wc -c)" \
	"what could not be understood is held, with its place"
is "$(sql "select message from patchmda.held" | xxd -r -p 2>/dev/null || true)" \
	"$(command -v xxd >/dev/null && messages 42 42 | sed 1d | sed '$d' || true)" \
	"whole, without what belongs to the mailbox"

import "the same again" "$sample"
is "$(counts)" "42 messages: 0 patches, 0 covers, 0 comments, 41 duplicates, 1 ignored, 0 held (0 of them waiting), 0 errors" \
	"it says so"
same "and adds nothing"
import "with --json" --json "$sample"
like "$(cat "$T/out")" '^\{"messages": 42, "patches": 0, "covers": 0, "comments": 0, "duplicates": 41, "ignored": 1, "held": 0, "waiting": 0, "errors": 0, "no_project": 0, "taken_for_text": 0, "seconds": [0-9.e-]+, "messages_per_second": [0-9.e+]+\}$' \
	"the summary is one object"
is "$(wc -l <"$T/out")" 1 "of one line"

# ---- in every shape

ready_db import_stdin
import "from standard input" --json - <"$sample"
like "$(cat "$T/out")" '^\{"messages": 42, "patches": 20, "covers": 3, "comments": 16, "duplicates": 1, "ignored": 1, "held": 1, "waiting": 0, "errors": 0, ' \
	"the summary counts them"
same "it is the same as from a file"
is "$(sql "select place from patchmda.held")" "-:$(messages 1 41 | wc -c)" "the place counts from its start"

ready_db import_one
import "one at a time" --batch 1 "$sample"
same "it is the same as all at once"
is "$(counts)" "42 messages: 20 patches, 3 covers, 16 comments, 1 duplicates, 1 ignored, 1 held (0 of them waiting), 0 errors" \
	"the reply that waited for its parent is counted as what it became"
ready_db import_seven
import "seven at a time" --batch 7 "$sample"
same "it is the same as all at once"

ready_db import_paths
messages 1 15 >"$T/a.mbox"
messages 16 30 >"$T/b.mbox"
import "several paths" --quiet "$T/a.mbox" /dev/null "$T/b.mbox" - < <(messages 31 42)
is "$(counts)" "42 messages: 20 patches, 3 covers, 16 comments, 1 duplicates, 1 ignored, 1 held (0 of them waiting), 0 errors" \
	"have one summary"
same "it is the same as all at once"

ready_db import_end
messages 1 41 | head -c -2 >"$T/end.mbox"
import "no line end at the end" "$T/end.mbox"
grep -v '^held' "$T/reference" >"$T/reference.without"
is "$(cat "$T/facts")" "$(cat "$T/reference.without")" "the last message is as it should be"

ready_db import_crlf
sed 's/$/\r/' "$sample" >"$T/crlf.mbox"
import "with CR LF" "$T/crlf.mbox"
is "$(counts)" "42 messages: 20 patches, 3 covers, 16 comments, 1 duplicates, 1 ignored, 1 held (0 of them waiting), 0 errors" \
	"the summary is the same"
# A diff keeps its CRs, a held message everything, and the line `-- ` is none with a CR.
without_texts() {
	sed -E '/^held/d; s/\|[0-9a-f]{32}/|/g' "$1"
}
is "$(without_texts "$T/facts")" "$(without_texts "$T/reference")" "all but the texts is the same"

ready_db import_cut
messages 1 5 | sed '/^Subject: Re: /,$d' >"$T/cut.mbox"
import "the last message cut off in its headers" "$T/cut.mbox"
is "$(counts)" "5 messages: 3 patches, 1 covers, 0 comments, 0 duplicates, 0 ignored, 1 held (0 of them waiting), 0 errors" \
	"it is held"
import "the whole of it" "$sample"
is "$(grep -v '^held' "$T/facts")" "$(cat "$T/reference.without")" "makes up for it"

ready_db import_odd
{
	patch 'Ada <ada@x.org>' '[PATCH] with%nul' nul@x.org | tr % '\0' | mbox
	head -c 4000 "$BUILD/patchmda" | tr -d '\n' | mbox
	mail 'Ada <ada@x.org>' '[PATCH 0/1] a cover' cover@x.org $'From the hills\n>From afar\n\nFrom x Thu Jan  1 00:00' | mbox
} >"$T/odd.mbox"
import "NULs, binary junk and lines that start with From" "$T/odd.mbox"
is "$(counts)" "3 messages: 1 patches, 1 covers, 0 comments, 0 duplicates, 0 ignored, 1 held (0 of them waiting), 0 errors" \
	"each is a message"
is "$(sql "select name from patchwork_patch")" "withnul" "a NUL is taken out"
is "$(sql "select content from patchwork_cover")" $'From the hills\n>From afar\n\nFrom x Thu Jan  1 00:00' \
	"D1: a quoted From line is unquoted"

ready_db import_unknown
exits 0 "lists that nobody knows" patchmda import "$sample"
is "$(counts)" "42 messages: 0 patches, 0 covers, 0 comments, 0 duplicates, 42 ignored, 0 held (0 of them waiting), 0 errors" \
	"are counted, not held"
like "$(cat "$T/out")" 'Of those ignored, 42 are for a list that no project has\.' "and why"
is "$(sql "select count(*) from patchwork_project")" 0 "and no project is made"
patchmda project add all --list-id all.example.org
exits 0 "with --list-id" patchmda import --list-id all.example.org "$sample"
is "$(counts)" "42 messages: 20 patches, 3 covers, 16 comments, 1 duplicates, 1 ignored, 1 held (0 of them waiting), 0 errors" \
	"they are for that list"

# ---- in another order, and in parts

ready_db import_shuffled
awk '/^From mboxrd@z / { n++ } { message[n] = message[n] $0 "\n" }
	END {
		for (i = n; i > 0; i--) { # a permutation of 1 to 42: 7 and 43 have no common divisor; the first copy stays first
			print message[i * 7 % (n + 1)]
		}
	}' ORS= "$sample" >"$T/shuffled.mbox"
import "shuffled" "$T/shuffled.mbox"
cp "$T/facts" "$T/shuffled"
is "$(grep -v '^held' "$T/facts")" "$(cat "$T/reference.without")" "it is the same as in order"
for batch in 1 5; do
	ready_db "import_shuffled_$batch"
	import "shuffled, $batch at a time" --batch $batch "$T/shuffled.mbox"
	# Of a comment that got its nearest parent late, more mentions are recorded than needed.
	is "$(grep -v '^mention|P|' "$T/facts")" "$(grep -v '^mention|P|' "$T/shuffled")" \
		"it is the same as all at once"
done

# A reply waits from when it came to us, however old it is: the archive may come in parts.
ready_db import_halves
messages 1 20 >"$T/first.mbox"
messages 21 42 >"$T/second.mbox"
import "the second half first" "$T/second.mbox"
import "and then the first" "$T/first.mbox"
is "$(grep -v '^held' "$T/facts")" "$(cat "$T/reference.without")" "it is the same as in order"

# ---- what would be

ready_db import_dry
patchmda project add all --list-id all.example.org
exits 0 "--dry-run" patchmda import --dry-run --list-id all.example.org "$sample"
like "$(counts)" '^42 messages: 20 patches, 3 covers, ' "counts what the messages are"
is "$(sql "select (select count(*) from patchwork_patch), (select count(*) from patchmda.held),
	(select count(*) from patchmda.waiting), (select count(*) from patchwork_person)")" "0|0|0|0" \
	"and stores nothing"

# ---- by date

ready_db import_dates
{
	for day in 01 02 03 04; do
		mail 'Ada <ada@x.org>' '[PATCH 0/1] a cover' "day$day@x.org" "text" |
			sed "s/^Date: .*/Date: Thu, $day Jan 2015 23:30:00 +0000/" | mbox
	done
} >"$T/days.mbox"
import "--since and --until" --since 2015-01-02 --until 2015-01-03 "$T/days.mbox"
is "$(sql "select string_agg(msgid, ' ' order by msgid) from patchwork_cover")" "<day02@x.org> <day03@x.org>" \
	"take the days that are named, and those between"
like "$(counts)" '^2 messages: ' "others are not counted"
import "--since alone" --since 2015-01-04 "$T/days.mbox"
is "$(sql "select count(*) from patchwork_cover")" 3 "takes what is later"
for value in 2015 2015-13-01 2015-01-32 2015-1-1 tomorrow; do
	exits 64 "--since $value" patchmda import --since $value "$sample"
done

# ---- a person watches

need script
ready_db import_terminal
script -qec "stty cols 200; patchmda import --create-projects --batch 5 '$sample'" "$T/script" </dev/null >"$T/screen"
like "$(cat "$T/screen")" '\[#*\.*\] +[0-9]+ %  [0-9]+ messages, [0-9]+ a second, [0-9]+ patches, [0-9]+ series, [0-9]+ comments' \
	"on a terminal a bar tells how far it is"
like "$(tail -n 1 "$T/screen")" $'\r\e\\[K42 messages: 20 patches' "and makes way for the summary"
ready_db import_narrow
script -qec "stty cols 30; patchmda import --create-projects --batch 5 '$sample'" "$T/script" </dev/null >"$T/screen"
is "$(grep -a -o $'\r\e\\[K\\[[^\r]*' "$T/screen" | awk 'length($0) > 29 + 4' | wc -l)" 0 "no line is longer than the terminal is wide"
ready_db import_quiet
script -qec "patchmda import --quiet --create-projects --batch 5 '$sample'" "$T/script" </dev/null >"$T/screen"
unlike "$(cat "$T/screen")" '\[#*\.*\]' "with --quiet there is none"

# ---- large mail, and much of it

# peak PID - the most memory that a process had, in MiB
peak() {
	awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$1/status"
}

# text MIB BYTE - a change, and lines of that byte (in octal)
text() {
	change a.c
	head -c "$(($1 << 20))" /dev/zero | tr '\0' "\\$2" | fold -b -w 79
	echo
}

# as_mbox CHARSET ENCODING NAME - standard input as the text of a patch
as_mbox() {
	mail -h "Content-Type: text/plain; charset=$1" -h "Content-Transfer-Encoding: $2" \
		'Ada <ada@x.org>' "[PATCH] $3" "$3@x.org" '' | mbox | sed '$d' | sed '$d'
	cat
	printf '\n'
}

# swallow NAME MAILBOX [FILTER] - imports what the function MAILBOX prints, and looks at the memory that this takes
# all the while; the summary is in $T/out
mkfifo "$T/large"
swallow() {
	local peak=0 last status=0 pid
	ready_db import_large
	patchmda import --create-projects - <"$T/large" >"$T/out" 2>"$T/err" &
	pid=$!
	{
		"$2"
		mail 'Ada <ada@x.org>' '[PATCH 0/1] a cover' last@x.org 'text' | mbox
	} | ${3-cat} >"$T/large" &
	while last=$(peak $pid 2>/dev/null) && [ -n "$last" ]; do
		peak=$last
		sleep 0.02
	done
	wait $pid || status=$?
	is $status 0 "$1"
	case $BUILD in
	*/san*) skip "the sanitizers' memory is their own" ;;
	*) is "$((peak > 0 && peak <= 256))" 1 "it took $peak MiB" ;;
	esac
}

held_whole() {
	sql "select octet_length(message) = $1 and sha256(message) = digest and place ~ '^-:[0-9]+$'
		from patchmda.held"
}

sixties() {
	text 60 141 | as_mbox utf-8 8bit large1
	text 60 141 | as_mbox utf-8 8bit large2
}
swallow "messages of 60 MiB, one after the other" sixties
is "$(counts)" "3 messages: 2 patches, 1 covers, 0 comments, 0 duplicates, 0 ignored, 0 held (0 of them waiting), 0 errors" \
	"are stored"
is "$(sql "select count(*) from patchwork_patch where octet_length(content) >= 60 << 20")" 2 "whole"

latin() {
	{
		printf -- '---\n--- /dev/null\n+++ b/a\n@@ -0,0 +1,600000 @@\n'
		yes "$(printf '+%075d' 0 | tr 0 '\351')" | head -n 600000
	} | base64 | as_mbox iso-8859-1 base64 latin
}
swallow "60 MiB of base64 in Latin-1, which doubles in UTF-8" latin
is "$(sql "select octet_length(diff) = 600000 * 152 + 43 from patchwork_patch")" t "are stored"

euros() {
	text 60 200 | as_mbox windows-1252 8bit euros >"$T/euros"
	cat "$T/euros"
}
swallow "60 MiB in windows-1252 that would be 180 in UTF-8" euros
is "$(sql "select kind || ' ' || msgid from patchmda.held")" "invalid <euros@x.org>" "are held"
is "$(held_whole "$(($(sed 1d "$T/euros" | wc -c) - 1))")" t "whole, with their place"
rm "$T/euros"

huge() {
	text 90 141 | as_mbox utf-8 8bit huge
}
swallow "a message that is larger than a mail may be" huge
is "$(held_whole "$(($(huge | sed 1d | wc -c) - 1))")" t "is held whole, with its place"

line() {
	head -c 210000000 /dev/zero | tr '\0' a | as_mbox utf-8 8bit line
}
swallow "a line of 210 MB" line
is "$(sql "select kind, octet_length(message), place from patchmda.held")" "cut|$((96 << 20))|-:0" \
	"its front is held, with its place"

many() {
	local n
	text 1 200 >"$T/all"
	head -c 480000 "$T/all" >"$T/text"
	for ((n = 0; n < 80; n++)); do
		as_mbox windows-1252 8bit many$n <"$T/text"
	done
}
swallow "many messages of half a megabyte that treble" many
is "$(sql "select count(*) from patchwork_patch where octet_length(content) > 1400000")" 80 "are stored"

need xz
much() {
	local n
	for ((n = 0; n < 4; n++)); do
		text 20 141 | as_mbox utf-8 8bit much$n
	done
}
swallow "what was compressed with a dictionary of 64 MiB" much 'xz -9 -T1'
is "$(counts)" "5 messages: 4 patches, 1 covers, 0 comments, 0 duplicates, 0 ignored, 0 held (0 of them waiting), 0 errors" \
	"is read"

# ---- misuse

exits 64 "no path" patchmda import
like "$(cat "$T/err")" 'Usage: patchmda import' "shows how"
exits 64 "an option that there is not" patchmda import --no-such-option "$sample"
for value in 0 -1 1000000 x ''; do
	exits 64 "--batch '$value'" patchmda import --batch "$value" "$sample"
done
exits 64 "--waiting-days soon" patchmda import --waiting-days soon "$sample"
for path in "$T/nowhere" "$T/nowhere/at/all"; do
	exits 66 "a path that cannot be read" patchmda import "$path"
	like "$(cat "$T/err")" "$path: " "is named"
done
PGDATABASE=nowhere exits 75 "no database" patchmda import "$sample"

# ---- stopped

mkfifo "$T/pipe"

# start_import - five at a time, out of a pipe that descriptor 9 feeds
start_import() {
	patchmda import --create-projects --batch 5 - <"$T/pipe" >"$T/out" 2>"$T/err" 9>&- &
	pid=$!
	exec 9>"$T/pipe"
}

ended() {
	local status=0
	wait $pid || status=$?
	exec 9>&-
	return $status
}

for signal in INT TERM; do
	ready_db "import_$signal"
	start_import
	messages 1 20 >&9
	until_true has_patches 6
	kill -$signal $pid
	messages 21 42 >&9 2>/dev/null || true
	status=0
	ended || status=$?
	is $status 75 "SIG$signal stops it"
	like "$(cat "$T/err")" 'run it again' "it says how to go on"
	facts >"$T/facts"
	like "$(counts)" "^[12][0-9] messages: $(grep -c '^patch|' "$T/facts") patches, $(grep -c '^cover|' "$T/facts") covers, $(grep -c '^comment|' "$T/facts") comments" \
		"the summary tells what was stored"
	import "running it again" "$sample"
	grep -v '^held' "$T/facts" >"$T/without"
	is "$(cat "$T/without")" "$(cat "$T/reference.without")" "completes it"
done

# Nobody writes into the pipe, and nothing is read from it.
for signal in INT TERM; do
	ready_db import_silent_$signal
	start_import
	until_true grep -q '^SigCgt:.*[2367abef]$' /proc/$pid/status # SIGINT is caught
	sleep 0.3
	kill -$signal $pid
	is "$(until_true is_gone_or_zombie $pid && echo ends)" ends "SIG$signal ends it while it waits for input"
	status=0
	ended || status=$?
	is $status 75 "it has not read all"
done

ready_db import_kill
start_import
messages 1 20 >&9
until_true has_patches 6
kill -KILL $pid
status=0
ended 2>/dev/null || status=$?
is $status 137 "killed in the middle"
import "running it again" "$sample"
same "completes it"

# ---- the database goes away

ready_db import_restart
start_import
messages 1 20 >&9
until_true has_patches 6
pg_stop
messages 21 42 >&9
exec 9>&-
pg_restart
status=0
ended || status=$?
is $status 0 "the database is restarted in the middle"
is "$(counts | sed 's/, . duplicates.*//')" "42 messages: 20 patches, 3 covers, 16 comments" "all is counted"
facts >"$T/facts"
same "nothing is missing and nothing there twice"

# What was not yet on the disk is lost in a crash: then 0 would be a lie.
ready_db import_crash
start_import
messages 1 20 >&9
until_true has_patches 6
pg_stop kill
messages 21 42 >&9
exec 9>&-
pg_restart
status=0
ended || status=$?
facts >"$T/facts"
if [ $status -eq 0 ]; then
	same "the database crashes in the middle, and all is there"
else
	is $status 75 "the database crashes in the middle"
fi
import "running it again" "$sample"
grep -v '^held' "$T/facts" >"$T/without"
is "$(cat "$T/without")" "$(cat "$T/reference.without")" "all is there"

ready_db import_gone
start_import
messages 1 20 >&9
until_true has_patches 6
pg_stop kill
messages 21 42 >&9
exec 9>&-
sleep 0.5
kill -INT $pid || diag "it had ended: $(cat "$T/err")"
status=0
ended || status=$?
is $status 75 "stopped while the database is away"
pg_restart
import "once it is back" "$sample"
grep -v '^held' "$T/facts" >"$T/without"
is "$(cat "$T/without")" "$(cat "$T/reference.without")" "all is there"

done_testing
