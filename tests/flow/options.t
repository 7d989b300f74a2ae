#!/usr/bin/env bash
# options.t - errors in the command line of any command are reported: the option, the form of its value, and --help
. "$(dirname "$0")/../lib.sh"

# options COMMAND - prints the options in the help of the command: `--name` or `--name VALUE`
options() {
	patchmda "$1" --help | sed -nE 's/^ +(-[a-z], )?(--[a-z-]+( [^ ]+)?)(  .*|$)/\2/p'
}

# says STATUS REGEX WHAT ARGUMENT... - tests exit status and error of a call of patchmda
says() {
	local status=$1 regex=$2 what=$3
	shift 3
	exits "$status" "$what" patchmda "$@"
	like "$(cat "$T/err")" "$regex" "$what: with a message"
}

commands=$(patchmda --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
like " ${commands//$'\n'/ } " ' deliver .* why ' "the commands are in --help"
for command in $commands; do
	wrong=64
	[ "$command" != deliver ] || wrong=75
	isnt "$(options "$command")" '' "$command has options"
	while read -r option value; do
		if [ -n "$value" ]; then
			says $wrong "--${option#--} requires a value" "$command $option without a value" "$command" "$option"
		else
			says $wrong "$option=x: this option takes no value" "$command $option with a value" \
				"$command" "$option=x"
		fi
	done < <(options "$command")
	says $wrong "unknown or ambiguous option '--no-such'" "$command: an option that does not exist" "$command" --no-such
	says $wrong 'unknown option -Z' "$command: a letter that is no option" "$command" -Z
	if [ "$command" != deliver ]; then
		is "$(wc -l <"$T/err")" 1 "$command: the error is one line"
		like "$(cat "$T/err")" "(see 'patchmda $command --help')" "$command: which names --help"
	fi
done

says 64 "list: --limit takes a number from 0 to 2147483647, not 'ten'" 'a number' list --limit ten
says 64 "not '2147483648'" 'a number above its limit' list --limit 2147483648
says 64 "status: --timeout takes a number from 1 to 3600, not '0'" 'a number below its limit' status --timeout 0
says 64 "not '99999999999999999999'" 'a number above all limits' lmtpd --message-bytes 99999999999999999999
says 64 "list: --since takes a day .*, not 'soon'" 'a time' list --since soon
says 64 "import: --until takes a day like 2024-12-31, not '31.12.2024'" 'a day' import --until 31.12.2024 x
says 64 "status: --max-age takes a span .*, not 'old'" 'a span' status --max-age old
says 64 "show: --format takes json, mbox or diff, not 'xml'" 'a word' show --format xml 1
says 64 "project: --use-tags takes on or off, not 'maybe'" 'a switch' project set x --use-tags maybe
says 64 "lmtpd: --log-level takes err, .* or debug, not 'loud'" 'a level' lmtpd --log-level loud
says 64 "--extension-delimiter takes one character, or none, not '[+][+]'" 'a character' lmtpd --extension-delimiter ++
says 75 "^4.3.5 patchmda: wrong use: --waiting-days takes a number of days, not '-1'" 'days' deliver --waiting-days -1
says 64 "list: unexpected argument 'b'" 'a surplus operand' list patches b
says 64 "list: cannot list 'people'; use series, patches or covers" 'an unknown word' list people
says 64 'show: missing operand' 'a missing operand' show
says 64 "unknown or ambiguous option '--m'" 'an ambiguous abbreviation' status --m 1
done_testing
