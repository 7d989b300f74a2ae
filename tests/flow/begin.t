#!/usr/bin/env bash
# begin.t - a command that cannot start prints its error and nothing else, and checks its options and operands
# before it connects to a database

. "$(dirname "$0")/../lib.sh"

# There is no server: a command that tries to connect reports that.
export PGHOST=$T/nowhere PGDATABASE=nowhere
mkdir "$T/empty"
touch "$T/empty/.hidden" "$T/mbox"
printf 'From: a@b.c\n\ntext\n' >"$T/mail"

# STATUS | the first line of the error | command: no connection is attempted
wrong="
64 | --timeout takes a number | status --timeout x
64 | --socket takes unix:PATH or HOST:PORT | status --socket nonsense
64 | --max-age takes a span | status --max-age soon
64 | unexpected argument | status x
64 | --batch takes a number | import --batch x MBOX
64 | --since takes a day | import --since 2024-13-01 MBOX
64 | --until takes a day | import --until 2024-1-1 MBOX
64 | --until takes a day | import --until 1969-12-31 MBOX
64 | missing operand | import
66 | NONE: No such file or directory | import NONE
66 | NONE: No such file or directory | import MBOX NONE
66 | EMPTY: there is no mail in this directory | import EMPTY
66 | EMPTY: there is no mail in this directory | import --dry-run EMPTY
66 | NONE: No such file or directory | parse NONE
66 | NONE: No such file or directory | parse --mbox NONE
66 | EMPTY: there is no mail in this directory | parse --mbox EMPTY
64 | unknown or ambiguous option '--nonsense' | parse --nonsense
64 | unexpected argument | init x
64 | unexpected argument | hash MBOX NONE
66 | NONE: No such file or directory | hash NONE
64 | there is no directory NONE | commits NONE
64 | --post-receive takes no range | commits --post-receive EMPTY master
64 | --ref requires --post-receive | commits --ref master
64 | unexpected argument | httpd x
69 | cannot listen on nonsense | httpd --listen nonsense
64 | --base-url takes http:// or https:// | httpd --base-url x
69 | cannot listen on nonsense | lmtpd --listen nonsense
64 | unknown or ambiguous option '--nonsense' | init --nonsense
64 | unknown subcommand 'frob'; use list, show, retry or drop | held frob
64 | an ID must be a number | held show x
64 | missing ID | held show
64 | cannot list 'frob'; use series, patches or covers | list frob
64 | --since takes a day | list --since soon
64 | --limit takes a number | list --limit -1
64 | unknown subcommand 'frob'; use list, add, set or remove | project frob
64 | list takes no link name | project list x
64 | the link name is missing | project add
64 | the link name is missing | project set
64 | the link name is missing | project remove
64 | --list-id is missing | project add x
64 | --list-id is empty | project add x --list-id=
64 | --subject-match takes a regular expression | project add x --list-id a --subject-match (
64 | missing operand | show
64 | unexpected argument | show 1 2
64 | the message id is empty | show NOTHING
64 | --format takes json, mbox or diff | show --format xml 1@x.org
64 | missing operand | why
64 | unexpected argument | why 1@x.org 2@x.org
64 | the message id is empty | why NOTHING
64 | unknown or ambiguous option '--nonsense' | lmtpd --nonsense
64 | --log-level takes err | lmtpd --log-level loud
75 | --timeout takes a number | deliver --timeout x
75 | unexpected argument | deliver x
"

# STATUS | command: its only error is the missing database
right='
69 | init
69 | list
69 | commits REPOSITORY
69 | held
69 | project
69 | project add x --list-id a
69 | show 1@x.org
69 | why 1@x.org
75 | import MBOX
75 | import --json MBOX
75 | import --dry-run MBOX
75 | deliver
'

# run WORDS - runs patchmda with them; words in capitals stand for paths
run() {
	local words=() word
	for word in $1; do
		case $word in
		REPOSITORY) word=$T/repository ;;
		MBOX) word=$T/mbox ;;
		NONE) word=$T/none ;;
		EMPTY) word=$T/empty ;;
		NOTHING) word= ;;
		esac
		words+=("$word")
	done
	patchmda "${words[@]}" <"$T/mail"
}

while IFS='|' read -r status said command; do
	[ -n "$status" ] || continue
	said=$(sed -e 's/^ //' -e 's/ $//' -e "s:NONE:$T/none:" -e "s:EMPTY:$T/empty:" <<<"$said")
	exits "${status% }" "$command" run "$command"
	like "$(cat "$T/err")" "$(sed 's/[][().*]/\\&/g' <<<"$said")" "$command: says what is wrong"
	is "$(wc -l <"$T/err")" 1 "$command: in one line"
	unlike "$(cat "$T/err")" "$PGHOST" "$command: has not looked for a database"
	is "$(cat "$T/out")" "" "$command: prints nothing else"
done <<<"$wrong"

# Errors about a repository or a range are git's own.
git init -q "$T/repository"
git -C "$T/repository" -c user.name=a -c user.email=a@b.c commit -q --allow-empty -m one
for words in "$T/empty" "$T/repository none..HEAD"; do
	exits 65 "commits $words" run "commits $words"
	like "$(cat "$T/err")" '^fatal: ' "commits $words: git says what is wrong"
	unlike "$(cat "$T/err")" "$PGHOST" "commits $words: has not looked for a database"
	is "$(cat "$T/out")" "" "commits $words: prints nothing else"
done

while IFS='|' read -r status command; do
	[ -n "$status" ] || continue
	exits "${status% }" "$command, without a database" run "$command"
	like "$(cat "$T/err")" "$PGHOST" "$command: names it"
	is "$(wc -l <"$T/err")" 1 "$command: in one line"
	is "$(cat "$T/out")" "" "$command: prints nothing else"
done <<<"$right"

done_testing
