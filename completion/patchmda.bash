# patchmda.bash - completion of patchmda and patchmda-deliver for bash(1)
#
# Commands and options are those that --help lists, so they are always those of the program.
# Names of projects and users, and ids of held mail, are read from the database, if it can be connected to within
# two seconds.

# The options of a help text. They begin a line, or follow a comma in such a line.
_patchmda_options() {
	"$@" --help 2>/dev/null | grep -E '^ +-' | sed -E 's/^ +//; s/  .*//' |
		grep -oE '(^|[ ,])--[a-z][a-z-]*' | tr -d ' ,'
}

# The options of a help text that take a value.
_patchmda_valued() {
	echo -d
	"$@" --help 2>/dev/null | sed -nE 's/^ +(-[a-z], )?(--[a-z-]+) [^ ].*/\2/p'
}

_patchmda_commands() {
	"$1" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# The first column of the output of `patchmda WORD...`, with the database in the command line.
_patchmda_ask() {
	local program=${words[0]} i database=()
	for ((i = 1; i < ${#words[@]} - 1; i++)); do
		case ${words[i]} in
		-d | --database) database=(-d "${words[i + 1]}") ;;
		-d?* | --database=*) database=("${words[i]}") ;;
		esac
	done
	PGCONNECT_TIMEOUT=2 "$program" "$@" ${database[@]+"${database[@]}"} 2>/dev/null |
		grep -oE '^[^ ]+'
}

# The values of the option in $1; fails for an option that takes no value.
_patchmda_value() {
	case $1 in
	--log-level) echo err warning notice info debug ;;
	--use-tags | --send-notifications | --show-dependencies | --active) echo on off ;;
	--revisions) echo off record relate supersede ;;
	--format) echo json mbox diff ;;
	--project | --link-name | --maintainer | --no-maintainer) _patchmda_ask project list ;;
	--socket | --output) compgen -f -- "$current" || true ;;
	--time-zone) (cd /usr/share/zoneinfo 2>/dev/null && compgen -f -- "$current") || true ;;
	*) [[ " $valued " == *" $1 "* ]] ;;
	esac
}

# The operands, without the last word, which is not complete.
_patchmda_operands() {
	local i
	for ((i = 1; i < ${#words[@]} - 1; i++)); do
		if [[ ${words[i]} != -* ]]; then
			echo "${words[i]}"
		elif [[ ${words[i]} != *=* ]] && _patchmda_value "${words[i]}" >/dev/null; then
			i=$((i + 1))
		fi
	done
}

# The possible operands after the given words, of which the first is the command.
_patchmda_next_operand() {
	case $#,$1,${2-} in
	1,project,*) echo list add set remove ;;
	2,project,set | 2,project,remove) _patchmda_ask project list ;;
	1,user,*) echo list add set token ;;
	2,user,set | 2,user,token) _patchmda_ask user list ;;
	1,held,*) echo list show retry drop ;;
	*,held,show | *,held,retry | *,held,drop) _patchmda_ask held list ;;
	1,list,*) echo series patches covers ;;
	*,import,* | *,follow,* | *,commits,* | 1,parse,* | 1,hash,*) compgen -f -- "$current" ;;
	esac
}

_patchmda() {
	local current=${COMP_WORDS[COMP_CWORD]} words valued operands choices
	# COMP_WORDS is not used, because it is split at `=`.
	read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
	[[ ${COMP_LINE:0:COMP_POINT} != *' ' ]] || words+=('')
	if [ "${words[0]##*/}" = patchmda-deliver ]; then
		valued=$(_patchmda_valued "${words[0]}"; _patchmda_valued "${words[0]%-deliver}" deliver)
	elif [[ ${words[1]} != -* ]]; then
		valued=$(_patchmda_valued "${words[0]}" "${words[1]}")
	fi
	valued=${valued//$'\n'/ }
	mapfile -t operands < <(_patchmda_operands)
	[ "${words[0]##*/}" != patchmda-deliver ] || operands=(deliver)

	if choices=$(_patchmda_value "${words[-2]}"); then
		:
	elif [ ${#operands[@]} -eq 0 ]; then
		choices="$(_patchmda_commands "${words[0]}") --help --version"
	elif [[ $current != -* ]]; then
		choices=$(_patchmda_next_operand "${operands[@]}")
	elif [ "${words[0]##*/}" = patchmda-deliver ]; then
		choices=$(_patchmda_options "${words[0]}"; _patchmda_options "${words[0]%-deliver}" deliver)
	else
		choices=$(_patchmda_options "${words[0]}" "${operands[0]}")
	fi
	mapfile -t COMPREPLY < <(compgen -W "${choices//\\/\\\\}" -- "$current")
}

complete -o filenames -F _patchmda patchmda patchmda-deliver
