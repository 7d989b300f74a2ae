#!/usr/bin/env bash
# import-large.t - `patchmda import` of large and of many mails: stored and held mail is complete, and memory is
# bounded

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../import.sh"

pg_start

# peak PID - prints the largest amount of memory that a process has had, in MiB
peak() {
	awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$1/status"
}

# text MIB BYTE - prints a change, and lines of that byte (in octal)
text() {
	change a.c
	head -c "$(($1 << 20))" /dev/zero | tr '\0' "\\$2" | fold -b -w 79
	echo
}

# as_mbox CHARSET ENCODING NAME - prints a mailbox with a patch whose text is standard input
as_mbox() {
	mail -h "Content-Type: text/plain; charset=$1" -h "Content-Transfer-Encoding: $2" \
		'Ada <ada@x.org>' "[PATCH] $3" "$3@x.org" '' | mbox | sed '$d' | sed '$d'
	cat
	printf '\n'
}

# swallow NAME MAILBOX [FILTER] - imports the output of the function MAILBOX and measures the memory of the import,
# which is at most $limit MiB, by default 256; the summary is in $T/out
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
	if is_sanitized; then
		skip "the sanitizers need additional memory"
	else
		is "$((peak > 0 && peak <= ${limit:-256}))" 1 "it took $peak MiB"
	fi
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
is "$(sql "select count(*) from patchwork_patch where octet_length(content) >= 60 << 20")" 2 "complete"

latin() {
	{
		printf -- '---\n--- /dev/null\n+++ b/a\n@@ -0,0 +1,600000 @@\n'
		yes "$(printf '+%075d' 0 | tr 0 '\351')" | head -n 600000
	} | base64 | as_mbox iso-8859-1 base64 latin
}
swallow "60 MiB of base64 in Latin-1, which doubles in UTF-8" latin
is "$(sql "select octet_length(diff) = 600000 * 152 + 43 from patchwork_patch")" t "are stored"

after_others() {
	change $(seq -f src/%g.c 300) | as_mbox utf-8 8bit other |
		awk '{ text = text $0 "\n" } END { for (n = 0; n < 1500; n++) { mail = text; sub("<other@", "<other" n "@", mail); printf "%s", mail } }'
	latin
}
swallow "the same after 1,500 mails of 27 kB" after_others
is "$(sql "select count(*) from patchwork_patch")" 1501 "all are stored"

euros() {
	text 60 200 | as_mbox windows-1252 8bit euros >"$T/euros"
	cat "$T/euros"
}
swallow "60 MiB in windows-1252, which would be 180 MiB in UTF-8" euros
is "$(sql "select kind || ' ' || msgid from patchmda.held")" "invalid <euros@x.org>" "are held"
is "$(held_whole "$(($(sed 1d "$T/euros" | wc -c) - 1))")" t "complete, with their location"
rm "$T/euros"

huge() {
	text 90 141 | as_mbox utf-8 8bit huge
}
swallow "a message above the limit of size" huge
is "$(held_whole "$(($(huge | sed 1d | wc -c) - 1))")" t "is held complete, with its location"

line() {
	head -c 210000000 /dev/zero | tr '\0' a | as_mbox utf-8 8bit line
}
swallow "a line of 210 MB" line
is "$(sql "select kind, octet_length(message), place from patchmda.held")" "cut|$((96 << 20))|-:0" \
	"its first part is held, with its location"

many() {
	local n
	text 1 200 >"$T/all"
	head -c 480000 "$T/all" >"$T/text"
	for ((n = 0; n < 80; n++)); do
		as_mbox windows-1252 8bit many$n <"$T/text"
	done
}
swallow "many messages of half a megabyte, three times as large in UTF-8" many
is "$(sql "select count(*) from patchwork_patch where octet_length(content) > 1400000")" 80 "are stored"

# A table of headers is ten times as large as headers of three bytes.
tables() {
	local n
	{
		echo --b
		awk 'BEGIN { for (n = 0; n < 5000; n++) print "a:" }'
		printf '\nx\n'
	} >"$T/part"
	for ((n = 0; n < 150; n++)); do
		cat "$T/part"
	done >"$T/parts"
	for ((n = 0; n < 12; n++)); do
		mail -h 'Content-Type: multipart/mixed; boundary=b' 'Ada <ada@x.org>' "[PATCH] $n" "tables$n@x.org" '' |
			mbox | sed '$d' | sed '$d'
		cat "$T/parts"
		printf -- '--b--\n\n'
	done
}
limit=128 swallow "parts of many short headers" tables
is "$(counts)" "13 messages: 0 patches, 1 covers, 0 comments, 0 duplicates, 12 ignored, 0 held (0 of them waiting), 0 errors" \
	"are read"

need xz
much() {
	local n
	for ((n = 0; n < 4; n++)); do
		text 20 141 | as_mbox utf-8 8bit much$n
	done
}
swallow "a file compressed with a dictionary of 64 MiB" much 'xz -T1 --lzma2=preset=0,dict=64MiB'
is "$(counts)" "5 messages: 4 patches, 1 covers, 0 comments, 0 duplicates, 0 ignored, 0 held (0 of them waiting), 0 errors" \
	"is read"

done_testing
