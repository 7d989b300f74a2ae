# lib.sh - common functions of the scripts in tests/flow: TAP, a scratch directory, a PostgreSQL server
#
#	#!/usr/bin/env bash
#	# import.t - what this script tests
#	. "$(dirname "$0")/../lib.sh"
#	pg_start
#	ready_db import
#	ok "an empty mailbox is no error" patchmda import /dev/null
#	is "$(sql 'select count(*) from patchwork_patch')" 0 "and stores nothing"
#	done_testing
#
# A command that fails outside of ok, is and similar functions ends the script, which then counts as failed.
# So does a script that does not end with done_testing (or begin with plan). ROOT is the source tree, BUILD the
# directory of the programs (first in PATH), and T a scratch directory that is deleted at the end.
set -Eeuo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$(realpath -m -- "${BUILD:-$ROOT/build}")
PATH=$BUILD:$PATH
export ROOT BUILD PATH

tests_count=0
tests_failed=0
tests_planned=
tests_cleanups=()

mkdir -p "$BUILD/tests"
T=$(mktemp -d "${TMPDIR:-/tmp}/patchmda-test.XXXXXX")
# Programs keep their marks of poison messages there, so those of other scripts do not count.
export RUNTIME_DIRECTORY=$T

# ---- at the end of the script

# at_exit COMMAND... - runs the command when the script ends, for whatever reason; the last one given runs first
at_exit() {
	tests_cleanups=("$(printf '%q ' "$@")" ${tests_cleanups[@]+"${tests_cleanups[@]}"})
}

tests_exit() {
	local status=$? cleanup
	trap - ERR
	set +e
	for cleanup in ${tests_cleanups[@]+"${tests_cleanups[@]}"}; do
		eval "$cleanup"
	done
	rm -rf "$T"
	exit $status
}
trap tests_exit EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
trap 'diag "$0: line $LINENO: status $?: $BASH_COMMAND"' ERR

# ---- TAP

# diag TEXT... - prints lines that TAP readers ignore
diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

plan() {
	tests_planned=$1
	echo "1..$1"
}

pass() {
	tests_count=$((tests_count + 1))
	echo "ok $tests_count - $1"
}

fail() {
	tests_count=$((tests_count + 1))
	tests_failed=$((tests_failed + 1))
	echo "not ok $tests_count - $1"
}

# skip REASON [COUNT]
skip() {
	local i
	for ((i = 0; i < ${2:-1}; i++)); do
		tests_count=$((tests_count + 1))
		echo "ok $tests_count # SKIP $1"
	done
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# need TOOL... - skips the script if a tool is missing; with STRICT=1 it fails.
need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip_all "missing tool: $tool"
	done
}

# ok NAME COMMAND... - passes if the command succeeds
ok() {
	local name=$1 status=0
	shift
	"$@" >"$T/ok.out" 2>&1 || status=$?
	if [ $status -eq 0 ]; then
		pass "$name"
	else
		fail "$name"
		diag "status $status: $*"
		diag "$(head -n 50 "$T/ok.out")"
	fi
}

# exits STATUS NAME COMMAND... - passes if the command exits with that status; its output is in $T/out and
# $T/err. Its standard input is the script's.
exits() {
	local want=$1 name=$2 status=0
	shift 2
	"$@" >"$T/out" 2>"$T/err" || status=$?
	if [ $status -eq "$want" ]; then
		pass "$name"
	else
		fail "$name"
		diag "status $status, not $want: $*"
		diag "$(head -n 50 "$T/out" "$T/err")"
	fi
}

# is GOT WANTED NAME
is() {
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "$(diff -u --label wanted --label got <(printf '%s\n' "$2") \
			<(printf '%s\n' "$1") | head -n 50)"
	fi
}

# isnt GOT UNWANTED NAME
isnt() {
	if [ "$1" != "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "got just what it should not be: $1"
	fi
}

# like GOT REGEX NAME - passes if the extended regular expression matches anywhere
like() {
	if [[ $1 =~ $2 ]]; then
		pass "$3"
	else
		fail "$3"
		diag "no match for: $2"
		diag "in: $1"
	fi
}

# unlike GOT REGEX NAME
unlike() {
	if [[ ! $1 =~ $2 ]]; then
		pass "$3"
	else
		fail "$3"
		diag "should not match: $2"
		diag "but does: $1"
	fi
}

# is_sanitized - whether the programs are built with a sanitizer of addresses or threads, which needs additional
# memory, and far more address space
is_sanitized() {
	grep -qE '__(asan|tsan)_init' "$BUILD/patchmda"
}

# ---- commands that may fail

# sift [OPTION]... REGEX [FILE]... - grep that succeeds if nothing matches; it fails if a file is missing
sift() {
	grep "$@" || [ $? -eq 1 ]
}

# count REGEX [FILE]... - prints the number of lines that match
count() {
	sift -ahE -- "$@" | wc -l
}

# killed PID - ends a child by SIGKILL; passes if it was alive until then
killed() {
	local status=0
	kill -KILL "$1" 2>/dev/null || true # it may have been killed before
	wait "$1" 2>/dev/null || status=$?
	[ $status -eq 137 ]
}

# let_go PID - ends a child that is no longer needed; it may have exited before
let_go() {
	kill "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}

done_testing() {
	[ -n "$tests_planned" ] || echo "1..$tests_count"
	[ $tests_count -gt 0 ] || { diag "no test was run"; exit 1; }
	[ $tests_failed -eq 0 ] || exit 1
	exit 0
}

# ---- waiting

# The timeout for an event that needs no further action; it is long, for a busy machine.
PATIENCE_SECS=120

# within SECONDS COMMAND... - waits until the command succeeds; fails if it does not in time
within() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $deadline ] || return 1
		sleep 0.05
	done
}

# until_true COMMAND... - like within, with the usual timeout; reports that it was exceeded
until_true() {
	within $PATIENCE_SECS "$@" || { diag "waited in vain: $*"; return 1; }
}

# ---- PostgreSQL

# pg_start [own] - sets PGHOST and so on to a server: the one that tests/run started for all scripts or, with
# `own`, a server of this script, which is removed at its end. A script that stops or breaks the server needs
# its own. PG_DIR is its name for tools/private-postgres.
pg_start() {
	local environment
	if [ "${1-}" != own ] && [ -n "${TESTS_PG_DIR-}" ]; then
		PG_DIR=$TESTS_PG_DIR
		environment=$("$ROOT/tools/private-postgres" env "$PG_DIR")
	else
		PG_DIR=$(mktemp -d "$BUILD/tests/pg.XXXX")
		echo $$ >"$PG_DIR.owner"
		at_exit pg_remove "$PG_DIR"
		environment=$("$ROOT/tools/private-postgres" --fast start "$PG_DIR")
	fi
	eval "$environment"
	# Debian's psql in /usr/bin is a script in Perl, which takes four times the processor time.
	PATH=$BUILD:$("$ROOT/tools/private-postgres" bindir):$PATH
}

# pg_stop [kill] - stops a server of this script in order or, with `kill`, in the way of a power failure
pg_stop() {
	"$ROOT/tools/private-postgres" "${1:-stop}" "$PG_DIR"
}

# pg_restart - starts the same server again with its data
pg_restart() {
	"$ROOT/tools/private-postgres" start "$PG_DIR" >/dev/null
}

pg_remove() {
	"$ROOT/tools/private-postgres" remove "$1"
	rm -f "$1.owner" "$1.lock"
}

# sql STATEMENT... - runs each in PGDATABASE and prints its rows, with columns separated by `|`
sql() {
	local statement arguments=()
	for statement; do
		arguments+=(-c "$statement")
	done
	psql -XqAt -v ON_ERROR_STOP=1 "${arguments[@]}"
}

# sql_is STATEMENT WANTED
sql_is() {
	[ "$(sql "$1")" = "$2" ]
}

# lock STATEMENT - holds the statement's locks in PGDATABASE until `unlock`
lock() {
	mkfifo "$T/lock"
	psql -Xq <"$T/lock" >/dev/null 2>&1 &
	locker=$!
	exec {lock_input}>"$T/lock"
	rm "$T/lock"
	echo "begin; $1;" >&"$lock_input"
	until_true lock_is_held
}
lock_is_held() {
	sql_is "select count(*) from pg_stat_activity where datname = current_database()
		and application_name = 'psql' and state = 'idle in transaction'" 1
}
# unlock - ends it. Processes that were started after `lock` may have the pipe open, so psql gets no end of file.
unlock() {
	(printf '%s\n' 'rollback;' '\q' >&"$lock_input") || true # its server may have crashed, and psql ended
	exec {lock_input}>&-
	wait $locker || [ $? -eq 2 ]
}
# until_waiting - returns when a patchmda waits for a lock
until_waiting() {
	until_true sql_is "select count(*) > 0 from pg_stat_activity where datname = current_database()
		and application_name = 'patchmda' and wait_event_type = 'Lock'" t
}

make_db() {
	PGDATABASE=postgres sql "set client_min_messages = warning" \
		"drop database if exists \"$1\" with (force)" \
		"create database \"$1\" template \"$2\""
}

# fresh_db NAME - creates an empty database and sets PGDATABASE
fresh_db() {
	make_db "$1" template0
	export PGDATABASE=$1
}

# The contents of the templates: `ready` has the tables that patchmda creates, `patchwork` those of Patchwork's
# migrations with patchmda's own beside them.
fill_ready() {
	patchmda init >/dev/null
}
fill_patchwork() {
	"$ROOT/tests/django-schema" 0048 | psql -Xq -1 -v ON_ERROR_STOP=1
	patchmda init --time-zone UTC >/dev/null
}

# make_template NAME - creates the database template.NAME if it does not exist
make_template() {
	local made
	made=$(PGDATABASE=postgres sql "select 1 from pg_database where datname = 'template.$1'")
	[ -z "$made" ] || return 0
	make_db "new.$1" template0
	PGDATABASE=new.$1 "fill_$1"
	PGDATABASE=postgres sql "alter database \"new.$1\" rename to \"template.$1\""
}

# copy_template TEMPLATE NAME - creates the database, and sets PGDATABASE
copy_template() {
	local lock
	exec {lock}>>"$PG_DIR.lock"
	flock "$lock"
	make_template "$1"
	exec {lock}>&-
	make_db "$2" "template.$1"
	export PGDATABASE=$2
}

# ready_db NAME - fresh_db after `patchmda init`, which is run once for each server
ready_db() {
	copy_template ready "$1"
}

# patchwork_db NAME - the same in a Patchwork's database
patchwork_db() {
	copy_template patchwork "$1"
}
