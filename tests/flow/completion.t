#!/usr/bin/env bash
# completion.t - the completions of bash and zsh for patchmda
. "$(dirname "$0")/../lib.sh"
need zsh
pg_start
ready_db completion
patchmda project add ring --list-id ring.example.org >/dev/null
patchmda project add rung --list-id rung.example.org >/dev/null
patchmda project add other --list-id other.example.org >/dev/null
printf 'Subject: no sender\nMessage-Id: <n@x.org>\nList-Id: <ring.example.org>\n\nx\n' |
	patchmda deliver
held=$(sql 'select id from patchmda.held')

# ---- bash

. "$ROOT/completion/patchmda.bash"

# offered LINE - prints bash's completions at its end, sorted, on one line
offered() {
	# An interactive shell does not stop at unset variables or failures.
	trap - ERR
	set +eu
	COMP_LINE=$1
	COMP_POINT=${#1}
	# bash splits at `=` and `:`, which are words of their own.
	read -ra COMP_WORDS <<<"$(sed -E 's/[=:]/ & /g' <<<"$1")"
	[[ $1 != *' ' ]] || COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_patchmda
	printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort -u | xargs
}

like "$(complete -p patchmda)" '-F _patchmda patchmda$' "bash: the function is bound"
like "$(complete -p patchmda-deliver)" '-F _patchmda ' "bash: the function is bound to patchmda-deliver, too"
is "$(offered 'patchmda im')" import "bash: a command"
ok "bash: all commands" test "$(offered 'patchmda ' | wc -w)" -eq \
	"$(($(patchmda --help | sed -n '/^Commands:/,/^$/p' | grep -c '^  [a-z]') + 2))"
is "$(offered 'patchmda import --dr')" --dry-run "bash: an option"
is "$(offered 'patchmda import --with-parser --un')" '--unknown-days --until' "bash: an option after another option"
is "$(offered 'patchmda project set r')" 'ring rung' "bash: the names of projects"
is "$(PGDATABASE=postgres offered "patchmda project -d dbname=$PGDATABASE set ot")" other \
	"bash: from the given database"
is "$(offered 'patchmda project --use-tags o')" 'off on' "bash: a value"
is "$(offered 'patchmda lmtpd --log-level no')" notice "bash: a value of another option"
is "$(offered 'patchmda project set ring --revisions r')" 'record relate' "bash: two values"
is "$(offered 'patchmda lmtpd --sessions ')" '' "bash: nothing for a number"
is "$(offered 'patchmda held show ')" "$held" "bash: the ids of held mail"
is "$(offered 'patchmda-deliver --so')" --socket "bash: an option of the thin client"
is "$(offered 'patchmda-deliver --with-p')" --with-parser "bash: an option that the thin client passes on"
touch "$T/some.mbox"
is "$(offered "patchmda import --quiet $T/so")" "$T/some.mbox" "bash: a file"
is "$(PGHOST=/nowhere offered 'patchmda project set r')" '' "bash: no database: no names and no output"

# Otherwise an option with a value would be completed as a switch, and its value as a word.
unknown= with_value=0
for command in $(offered 'patchmda ' | tr ' ' '\n' | grep -v '^-'); do
	for option in $(patchmda "$command" --help | sed -nE 's/^ +(-[a-z], )?(--[a-z-]+) [^ ].*/\2/p'); do
		with_value=$((with_value + 1))
		[ -z "$(offered "patchmda $command $option --")" ] || unknown+=" $command $option"
	done
done
ok "bash: --help has more than 50 options that take a value" test $with_value -gt 50
is "$unknown" '' "bash: no option is offered after one that takes a value"
is "$(offered 'patchmda list --json --inc')" --incomplete "bash: options are offered after one that takes none"
is "$(offered 'patchmda project --name list re')" remove "bash: a value is not an operand"
is "$(offered 'patchmda-deliver --timeout --so')" '' "bash: nor is a value of the thin client's options"

# ---- zsh

ok "zsh: the file parses" zsh -n "$ROOT/completion/_patchmda"
mkdir "$T/functions"
cp "$ROOT/completion/_patchmda" "$T/functions"
cat >"$T/press.zsh" <<'END_ZSH'
# press.zsh DIR LINE - types LINE and a tab into a shell on a terminal; prints the resulting line
zmodload zsh/zpty
export TERM=dumb
zpty -b shell zsh -f -i
zpty -w shell "PS1= PS2= RPS1=; unsetopt prompt_cr prompt_sp beep; stty -echo
fpath=($1/functions \$fpath); autoload -Uz compinit; compinit -u -d $1/zcompdump
setopt no_auto_menu no_always_last_prompt
dump() { print -r -- \"\$BUFFER\" >$1/buffer.new; mv $1/buffer.new $1/buffer }
zle -N dump; bindkey '^X' dump; bindkey '^I' complete-word; touch $1/ready"
for i in {1..200}; do [[ -e $1/ready ]] && break; sleep 0.05; done
zpty -w -n shell "$2"$'\t\C-x'
for i in {1..200}; do [[ -e $1/buffer ]] && break; sleep 0.05; done
cat $1/buffer
zpty -d shell
END_ZSH

# completed LINE - prints the line after tab is pressed in zsh
completed() {
	rm -f "$T/buffer" "$T/ready"
	zsh -f "$T/press.zsh" "$T" "$1" 2>>"$T/zsh.err" || diag "$(cat "$T/zsh.err")"
}

is "$(completed 'patchmda impo')" 'patchmda import ' "zsh: a command"
is "$(completed 'patchmda import --dr')" 'patchmda import --dry-run ' "zsh: an option"
is "$(completed 'patchmda import --dry-run --cr')" 'patchmda import --dry-run --create-projects ' \
	"zsh: an option after another option"
is "$(completed 'patchmda lmtpd --log-level=no')" 'patchmda lmtpd --log-level=notice ' "zsh: a value"
is "$(completed 'patchmda project set ot')" 'patchmda project set other ' "zsh: a project"
is "$(completed 'patchmda held sh')" 'patchmda held show ' "zsh: a subcommand"
is "$(completed "patchmda import $T/so")" "patchmda import $T/some.mbox " "zsh: a file"
is "$(completed 'patchmda-deliver --sock')" 'patchmda-deliver --socket=' "zsh: an option of the thin client"
done_testing
