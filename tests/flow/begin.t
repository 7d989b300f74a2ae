#!/usr/bin/env bash
# begin.t - a command that cannot start prints its error and nothing else, and checks its options and operands
# before it connects to a database

. "$(dirname "$0")/../lib.sh"

# There is no server: a command that tries to connect reports that.
export PGHOST=$T/nowhere PGDATABASE=nowhere
mkdir "$T/empty"
touch "$T/empty/.hidden" "$T/mbox"
printf 'From: a@b.c\n\ntext\n' >"$T/mail"
git init -q "$T/repository"
git -C "$T/repository" -c user.name=a -c user.email=a@b.c commit -q --allow-empty -m one

# STATUS | a part of the error | command: no connection is attempted
wrong="
64 | unknown command 'frob' | frob
64 | unknown command '--frob'; options follow the command | --frob
64 | unknown command '-d'; options follow the command | -d dbname=x list
64 | --timeout takes a number | status --timeout x
64 | --socket takes unix:PATH or HOST:PORT, not 'nonsense' | status --socket nonsense
64 | --max-age takes a span | status --max-age soon
64 | --max-behind takes a span | status --max-behind soon
64 | --max-failures takes a number | status --max-failures x
64 | --since takes a date or a span | status --gaps --since soon
64 | --since is for --gaps | status --since 3d
64 | --output takes a value that is not empty | status --output NOTHING
64 | --project takes a link name | status --project NOTHING
64 | unexpected argument 'x' | status x
2 | NONE/x: No such file or directory | status --output NONE/x
64 | --batch takes a number | import --batch x MBOX
64 | --jobs takes a number from 1 to 64, not '0' | import --jobs 0 MBOX
64 | --list-id takes a value that is not empty | import --list-id= MBOX
64 | --create-projects=x: this option takes no value | import --create-projects=x MBOX
64 | --since takes a day like 2024-12-31, not '2024-13-01' | import --since 2024-13-01 MBOX
64 | --until takes a day | import --until 2024-1-1 MBOX
64 | --until takes a day | import --until 1969-12-31 MBOX
64 | --since is after --until | import --since 2024-01-02 --until 2024-01-01 MBOX
64 | missing operand | import
64 | operand 2 is empty | import MBOX NOTHING
66 | NONE: No such file or directory | import NONE
66 | NONE: No such file or directory | import MBOX NONE
66 | EMPTY: there is no mail in this directory | import EMPTY
66 | EMPTY: there is no mail in this directory | import --dry-run EMPTY
64 | missing operand | follow
64 | unknown or ambiguous option '--nonsense' | follow --nonsense EMPTY
64 | --every takes a span like 90s, 5m or 1h, not '0' | follow --every 0 EMPTY
64 | --since takes a day | follow --since soon EMPTY
64 | --batch takes a number | follow --batch x EMPTY
64 | a URL is followed by its folder | follow https://example.org/x
64 | a URL is followed by its folder | follow https://example.org/x https://example.org/y
64 | operand 1 is empty | follow NOTHING EMPTY
66 | MBOX: Not a directory | follow MBOX
66 | MBOX: Not a directory | follow EMPTY https://example.org/x MBOX
64 | missing operand | follow --forget
66 | NONE: No such file or directory | parse NONE
66 | NONE: No such file or directory | parse --mbox NONE
66 | EMPTY: there is no mail in this directory | parse --mbox EMPTY
64 | unknown or ambiguous option '--nonsense' | parse --nonsense
64 | --link-name requires a value | parse --link-name
64 | --list-email takes a value that is not empty | parse --list-email=
64 | operand 1 is empty | parse NOTHING
64 | unexpected argument 'x' | init x
64 | unknown or ambiguous option '--nonsense' | init --nonsense
64 | --time-zone takes a value that is not empty | init --time-zone=
64 | unexpected argument 'NONE' | hash MBOX NONE
66 | NONE: No such file or directory | hash NONE
74 | EMPTY: Is a directory | hash EMPTY
64 | unknown or ambiguous option '--nonsense' | hash --nonsense
64 | there is no directory NONE | commits NONE
64 | there is no directory MBOX | commits MBOX
64 | --post-receive takes no range | commits --post-receive EMPTY master
64 | --ref requires --post-receive | commits --ref master
64 | --state takes a value that is not empty | commits --state= EMPTY
64 | unknown or ambiguous option '--nonsense' | commits --nonsense
65 | git log failed in EMPTY: fatal: not a git repository | commits EMPTY
65 | git log failed in REPOSITORY: fatal: bad revision 'none..HEAD' | commits REPOSITORY none..HEAD
65 | standard input is not that of a post-receive hook | commits --post-receive REPOSITORY
64 | unexpected argument 'x' | httpd x
64 | --listen takes unix:PATH or HOST:PORT | httpd --listen nonsense
64 | --listen takes unix:PATH or HOST:PORT | httpd --listen localhost:65536
69 | cannot listen on unix:NONE/x: No such file or directory | httpd --listen unix:NONE/x
69 | nothing to listen on | httpd
64 | --base-url takes http:// or https:// | httpd --base-url x
64 | --base-url takes http:// or https:// | httpd --base-url http://
64 | --base-url takes http:// or https:// | httpd --base-url http://BLANK
64 | --trusted-proxy takes an IP address or unix: | httpd --trusted-proxy proxy.example.org
64 | --workers takes a number from 1 to 100, not '0' | httpd --workers 0
64 | --log-level takes err | httpd --log-level loud
64 | unexpected argument 'x' | lmtpd x
64 | --listen takes unix:PATH or HOST:PORT | lmtpd --listen nonsense
64 | --listen takes unix:PATH or HOST:PORT | lmtpd --listen unix:
69 | cannot listen on unix:NONE/x: No such file or directory | lmtpd --listen unix:NONE/x
69 | nothing to listen on | lmtpd
64 | unknown or ambiguous option '--nonsense' | lmtpd --nonsense
64 | --log-level takes err | lmtpd --log-level loud
64 | --extension-delimiter takes one character | lmtpd --extension-delimiter ab
64 | unknown subcommand 'frob'; use list, show, retry or drop | held frob
64 | an ID is a number, not 'x' | held show x
64 | an ID is a number, not 'y' | held retry 1 y
64 | missing ID | held show
64 | missing ID | held drop
64 | too many IDs | held show 1 2
64 | --unknown-days takes a number of days | held --unknown-days x
64 | cannot list 'frob'; use series, patches or covers | list frob
64 | unexpected argument 'patches' | list series patches
64 | --since takes a day | list --since soon
64 | --limit takes a number | list --limit -1
64 | --blob takes 4 to 64 hexadecimal digits | list patches --blob xyz
64 | --file and --blob are for patches | list series --file x
64 | --latest is for series | list patches --latest
64 | --state takes a value that is not empty | list --state=
64 | unknown subcommand 'frob'; use list, add, set or remove | project frob
64 | list takes no link name | project list x
64 | the link name is missing | project add
64 | the link name is missing | project set
64 | the link name is missing | project remove
64 | operand 2 is empty | project set NOTHING --list-id a
64 | unexpected argument 'y' | project remove x y
64 | settings belong to add and set | project remove x --name y
64 | settings belong to add and set | project --name y
64 | --list-id is missing | project add x
64 | --list-id is empty | project add x --list-id=
64 | --subject-match takes a regular expression | project add x --list-id a --subject-match (
64 | --use-tags takes on or off | project set x --use-tags maybe
64 | --revisions takes off, record, relate or supersede | project set x --revisions maybe
64 | unknown subcommand 'frob'; use list, add, set or token | user frob
64 | list takes no name | user list x
64 | the name is missing | user add
64 | the name is missing | user set
64 | the name is missing | user token
64 | not 'a b' | user add BLANK --email a@b.c
64 | --email is missing | user add x
64 | --email takes an address | user add x --email nonsense
64 | --active takes on or off | user set x --active maybe
64 | --maintainer takes a link name | user set x --maintainer=
64 | settings belong to add and set | user token x --email a@b.c
64 | --no-maintainer and --active belong to set | user add x --email a@b.c --active on
64 | --token belongs to add | user set x --token
64 | --new and --remove belong to token | user set x --new
64 | --new and --remove exclude each other | user token x --new --remove
64 | unexpected argument 'x' | revisions x
64 | unknown or ambiguous option '--nonsense' | revisions --nonsense
64 | --project takes a value that is not empty | revisions --project=
64 | missing operand | show
64 | unexpected argument '2' | show 1 2
64 | operand 1 is empty | show NOTHING
64 | --format takes json, mbox or diff | show --format xml 1@x.org
64 | --latest and --json are for --series | show --latest 1@x.org
64 | missing operand | why
64 | unexpected argument '2@x.org' | why 1@x.org 2@x.org
64 | operand 1 is empty | why NOTHING
64 | unknown or ambiguous option '--nonsense' | why --nonsense 1@x.org
75 | --timeout takes a number | deliver --timeout x
75 | --list-id takes a value that is not empty | deliver --list-id=
75 | unexpected argument 'x' | deliver x
"

# STATUS | command: its only error is the missing database
right='
69 | init
69 | list
69 | list covers
69 | commits REPOSITORY
69 | held
69 | held retry 1
69 | project
69 | project add x --list-id a
69 | show 1@x.org
69 | why 1@x.org
69 | user
69 | user add x --email a@b.c
69 | user token x
69 | revisions
69 | revisions --dry-run
2 | status --gaps
75 | import MBOX
75 | import --json MBOX
75 | import --dry-run MBOX
75 | follow --once EMPTY
75 | follow --forget EMPTY
75 | deliver
'

# name_paths TEXT - sets $named to it, with the paths that words in capitals stand for
name_paths() {
	named=${1/NONE/$T/none}
	named=${named/EMPTY/$T/empty}
	named=${named/MBOX/$T/mbox}
	named=${named/REPOSITORY/$T/repository}
}

# run WORDS - runs patchmda with them; words in capitals stand for paths and texts
run() {
	local words=() word named
	for word in $1; do
		name_paths "$word"
		named=${named/#NOTHING/}
		words+=("${named/BLANK/a b}")
	done
	patchmda "${words[@]}" <"$T/mail"
}

# fails STATUS TEXT COMMAND - tests that the command prints an error of one line, with TEXT in it, and no more
fails() {
	local wanted=$1 text=$2 command=$3 status=0 error
	run "$command" >"$T/out" 2>"$T/err" || status=$?
	error=$(<"$T/err")
	if [[ $error == *"$text"* && $error != *$'\n'* ]]; then
		[[ $text != "$PGHOST" && $error == *"$PGHOST"* ]] || error=$text
	fi
	is "$status: $error$(<"$T/out")" "$wanted: $text" "$command: fails with $status, and one error"
}

while IFS='|' read -r status text command; do
	[ -n "$status" ] || continue
	text=${text# }
	name_paths "${text% }"
	fails "${status% }" "$named" "${command# }"
done <<<"$wrong"

while IFS='|' read -r status command; do
	[ -n "$status" ] || continue
	fails "${status% }" "$PGHOST" "${command# }"
done <<<"$right"

done_testing
