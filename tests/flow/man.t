#!/usr/bin/env bash
# man.t - every command has a help with examples, and a manual page with exactly its options
. "$(dirname "$0")/../lib.sh"
need mandoc

# commands - prints the commands that --help lists
commands() {
	patchmda --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# options_of_help - prints the options in a help text: those at the beginning of a line, or after a comma there
options_of_help() {
	grep -E '^ +-' | grep -oE '^ +-.*' | sed -E 's/^ +//; s/  .*//' |
		grep -oE '(^|[ ,])--[a-z][a-z-]*' | tr -d ' ,' | LC_ALL=C sort -u
}

# options_of_page FILE - prints the options in a manual page, which are items of a list
options_of_page() {
	sed -n 's/^\.It //p' "$1" | grep -oE 'Fl Fl [a-z][a-z-]*' | sed 's/^Fl Fl /--/' |
		LC_ALL=C sort -u
}

page_of() {
	local found=("$ROOT"/daemon/commands/patchmda-"$1".[1-8])
	echo "${found[0]}"
}

for command in $(commands); do
	exits 0 "$command has a help" patchmda "$command" --help
	like "$(cat "$T/out")" 'Examples?[ :(]' "$command: with examples"
	page=$(page_of "$command")
	if [ ! -e "$page" ]; then
		fail "$command has a manual page"
		continue
	fi
	if [ "$command" = deliver ]; then
		patchmda-deliver --help >>"$T/out"
	fi
	isnt "$(options_of_help <"$T/out")" '' "$command: the help lists options"
	is "$(options_of_page "$page")" "$(options_of_help <"$T/out")" \
		"$command: ${page##*/} has the options of the help, and no others"
	like "$(cat "$ROOT/daemon/commands/patchmda.1")" "[.]It Xr patchmda-$command " \
		"$command: patchmda.1 names its page"
done
exits 0 'patchmda-deliver has a help' patchmda-deliver --help
like "$(cat "$T/out")" 'Example' 'with an example'

# References to pages that are not installed here are not errors.  mandoc's status is the level of the
# worst message, and its messages are compared.
lint() {
	printf '%s\n' "$@" | xargs -n 1 mandoc -Tlint 2>&1 | grep -vE 'referenced manual not found|mandoc.db' || true
}
is "$(lint "$ROOT"/{daemon/commands,sql}/*.[1-8])" '' 'mandoc finds no errors in the pages'
printf '.Dd today\n.Dt X 1\n.Sh NAME\n.Nm x\n' >"$T/wrong.1"
isnt "$(lint "$T/wrong.1")" '' 'and would report one'

# names - prints the pages of patchmda's that manual pages and units refer to
names() {
	sed -nE 's/^\.(It )?Xr (patchmda[a-z-]*) ([0-9]).*/\2.\3/p' "$ROOT"/{daemon/commands,sql}/*.[1-8]
	sed -nE 's/^Documentation=man:(.*)\((.*)\)/\1.\2/p' "$ROOT"/systemd/*
}
page_is_there() {
	[ -e "$ROOT/daemon/$1" ] || [ -e "$ROOT/daemon/commands/$1" ] || [ -e "$ROOT/sql/$1" ]
}
for name in $(names | sort -u); do
	ok "$name exists" page_is_there "$name"
done
done_testing
