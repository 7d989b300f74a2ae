#!/usr/bin/env bash
# kill.t - the short form of `make kill-hunt`: programs are killed at any moment, and no mail is lost, duplicated or
# truncated; KILLS is the number of kills. Also, the hunt detects lost and truncated mail.
. "$(dirname "$0")/../lib.sh"
need /usr/bin/python3 nm
KILLS=${KILLS:-52}

# hunt NAME OPTION... - sets SUMMARY to its last line
hunt() {
	local name=$1
	shift
	HUNT_STATUS=0
	"$ROOT/tests/kill/hunt" "$@" >"$T/hunt" 2>&1 || HUNT_STATUS=$?
	SUMMARY=$(tail -n 1 "$T/hunt")
	diag "$name: $SUMMARY"
}

# broken_deliver SCRIPT - creates a patchmda in $T/bin whose `deliver` is the script
broken_deliver() {
	mkdir -p "$T/bin"
	printf '#!/bin/sh\n[ "$1" = deliver ] || exec "%s" "$@"\n%s\n' "$BUILD/patchmda" "$1" \
		>"$T/bin/patchmda"
	chmod 755 "$T/bin/patchmda"
}

# A function without moments would be a gap in the hunt.
called=$(nm -D --undefined-only "$BUILD/patchmda" |
	grep -oE '\bPQ(connect|exec|prepare|send|put|pipelineSync|getResult|finish)\w*' | sort -u)
is "$(nm -D --defined-only "$BUILD/tests/kill/kill-at.so" | grep -oE '\bPQ\w+' | sort)" "$called" \
	"processes can be killed at every function of libpq that sends to the server or takes a result"

hunt "all ways" --kills "$KILLS" --seed "${SEED:-1}"
is $HUNT_STATUS 0 "the hunt finds no error"
[ $HUNT_STATUS -eq 0 ] || diag "$(cat "$T/hunt")"
like "$SUMMARY" ' 0 lost, 0 doubled, 0 truncated$' "no mail is lost, duplicated or truncated"
like "$SUMMARY" '\([1-9][0-9]* at a call of libpq' "processes are killed at calls of libpq"
ok "at least $KILLS kills" test "${SUMMARY%% *}" -ge "$KILLS"

broken_deliver "\"$BUILD/patchmda\" \"\$@\"; exit 0"
PATH=$T/bin:$PATH hunt "acknowledged too early" --kills 30 --ways deliver
is $HUNT_STATUS 1 "mail that is always acknowledged is detected"
like "$SUMMARY" ' [1-9][0-9]* lost,' "as lost"

broken_deliver "head -c 900 | \"$BUILD/patchmda\" \"\$@\" || exit 75"
PATH=$T/bin:$PATH hunt "cut short" --kills 30 --ways deliver
is $HUNT_STATUS 1 "truncated mail is detected"
like "$SUMMARY" ' [1-9][0-9]* truncated' "as truncated"
done_testing
