#!/usr/bin/env bash
# mbox.t - separators in mailboxes: no mail becomes a part of the one before it, no line of text begins a mail, and
# `patchmda import` counts and names mail that it could not store

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
LIST=ring.example.org

pg_start
ready_db mbox
patchmda project add ring --list-id ring.example.org

patches() {
	sql "select string_agg(msgid, ' ' order by msgid) from patchwork_patch where msgid like '<$1%'"
}

# one ID [OPTION]... - prints a patch
one() {
	local id=$1
	shift
	patch "$@" 'Ada <ada@x.org>' "[PATCH] ring: $id" "$id@x.org"
}

# offset PATTERN FILE - prints the position of the first line that matches, in bytes
offset() {
	LC_ALL=C grep -b -m 1 -e "$1" "$2" | cut -d : -f 1
}

# ---- separators

lines=('From ada@x.org Wed Mar  4 09:12:44 2026' 'From - ' 'From ada@x.org' 'From ')
for ((n = 0; n < ${#lines[@]}; n++)); do
	{
		printf '%s\n' "${lines[n]}"
		one "form$n-1"
		printf '\n%s\n' "${lines[n]}"
		one "form$n-2"
	} >"$T/forms"
	exits 0 "two mails after '${lines[n]}'" patchmda import "$T/forms"
	is "$(patches "form$n")" "<form$n-1@x.org> <form$n-2@x.org>" "are two"
	unlike "$(cat "$T/out")" 'taken for text' "and no line is ambiguous"
done

{
	printf '%s\n' "${lines[0]}"
	one glued-1
	printf '%s\n' "${lines[0]}"
	one glued-2
} >"$T/glued"
exits 0 "two mails without an empty line between" patchmda import "$T/glued"
is "$(patches glued)" "<glued-1@x.org> <glued-2@x.org>" "are two"
is "$(sql "select count(*) from patchwork_patch where msgid = '<glued-1@x.org>' and diff like '%From %'")" \
	0 "and the diff of the first one ends with its mail"

# ---- text

prose='Done.

From here on:
Note: the ring is full.

From ada@x.org I heard that it is.
'
{
	printf '%s\n' "${lines[0]}"
	mail 'Ada <ada@x.org>' '[PATCH] ring: prose' prose@x.org "$prose$(change src/ring.c)"
} >"$T/prose"
exits 0 "a mail with lines of text that begin with From" patchmda import --json "$T/prose"
like "$(cat "$T/out")" '^\{"messages": 1, "patches": 1, .*"taken_for_text": 1, ' "is one mail, and the ambiguous line is counted"
is "$(sql "select count(*) from patchwork_patch where content like '%From here on:%I heard%'")" 1 "with its complete text"

copied="A mailbox has such lines:

${lines[0]}
and then headers."
{
	printf '%s\n' "${lines[0]}"
	one before
	printf '\n%s\n' "${lines[0]}"
	mail 'Ada <ada@x.org>' '[PATCH] ring: copied' copied@x.org "$copied
$(change src/ring.c)"
} >"$T/copied"
exits 0 "a line copied from a mailbox" patchmda import "$T/copied"
is "$(patches copied)" "<copied@x.org>" "begins no mail"
is "$(sql "select count(*) from patchwork_patch where msgid = '<copied@x.org>' and diff <> ''")" 1 "and the diff after it belongs to the patch"
like "$(cat "$T/out")" "Lines that look like separators and were taken for text: 1; the first is in $T/copied:$(LC_ALL=C grep -b '^From ada' "$T/copied" | sed -n '2s/:.*//p')\$" \
	"the summary counts them, and names the mail with the first"
exits 0 "the same with --dry-run" patchmda import --dry-run --json "$T/copied"
like "$(cat "$T/out")" '"taken_for_text": 1, ' "counts the line, too"

# ---- mail that could not be stored

{
	one taken | mbox
	printf 'Subject: nobody sent this\nMessage-Id: <nobody@x.org>\nList-Id: <ring.example.org>\n\ntext\n' | mbox
	LIST=elsewhere.example.org one elsewhere | mbox
	printf 'Subject: no headers to speak of\n\ntext\n' | mbox
} >"$T/untaken"
first=$(($(offset '^Subject: nobody' "$T/untaken") - 39))
second=$(($(offset '^Subject: no headers' "$T/untaken") - 39))
exits 0 "mail that cannot be stored, and one that can" patchmda import "$T/untaken"
like "$(cat "$T/out")" '^4 messages: 1 patches, 0 covers, 0 comments, 0 duplicates, 1 ignored, 2 held \(0 of them waiting\), 0 errors' \
	"is counted"
like "$(cat "$T/out")" $'Of those ignored, 1 are for a list without a project:\n *1  elsewhere\.example\.org\n' "with the mail of a list without a project"
is "$(cat "$T/err")" "patchmda import: $T/untaken:$first: held: the message has no From header, or an empty one
patchmda import: $T/untaken:$second: held: the message has no From header, or an empty one" \
	"each held mail is named with file, offset and reason"
exits 0 "the same with --dry-run" patchmda import --dry-run --json "$T/untaken"
like "$(cat "$T/err")" "$T/untaken:$first: held: " "names them, too"
like "$(cat "$T/out")" '"ignored": 1, "held": 2, "waiting": 0, "errors": 0, "no_project": 1, ' "has the counts"

sql 'delete from patchmda.held'
exits 75 "without room to hold them" patchmda import --held-messages 0 --quiet "$T/untaken"
like "$(cat "$T/out")" ' 2 errors; ' "both are errors"
like "$(cat "$T/err")" "$T/untaken:$second: not stored, there is no room to hold it: " "and named"

mkdir "$T/some"
one readable | mbox >"$T/some/1.mbox"
ln -s nowhere "$T/some/2.mbox"
exits 75 "a file of several that cannot be read" patchmda import --json "$T/some"
like "$(cat "$T/out")" '"messages": 1, "patches": 1, .*"errors": 1, ' "is counted as an error"
is "$(cat "$T/err")" "patchmda import: $T/some/2.mbox: No such file or directory" "and named"

done_testing
