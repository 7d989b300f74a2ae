# growth.sh - CPU time of `patchmda parse` for bombs, at two sizes; after lib.sh
#
# A bomb of 2n bytes may take 2.2 times as long as one of n bytes. A bomb of n MiB may take 0.2 s plus n times 0.1 s
# (user and system; ten times as much with the sanitizers). Times are CPU times, but a busy or slow machine takes more
# CPU time for the same work: then ten times as long as for a harmless mail of that size is allowed. If a bomb takes
# less than GROWTH_LEAST_MS at 2n, its growth cannot be measured, and the bomb passes. n is 1 MiB, because a header
# block has at most 2 MiB; GROWTH_MIB=32 is the long form.
GROWTH_MIB=${GROWTH_MIB:-1}
GROWTH_LEAST_MS=100
GROWTH_SLOW=1
# At each call of memmem() the sanitizer checks all the text that is to be searched, so a series of searches
# takes quadratic time.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}intercept_memmem=0
! is_sanitized || GROWTH_SLOW=10

# cpu_ms COMMAND... - sets cpu_ms to the CPU time; fails if the command does
cpu_ms() {
	local TIMEFORMAT='%3U %3S' user system status=0
	{ time "$@" >"$T/out" 2>"$T/err"; } 2>"$T/time" || status=$?
	read -r user system <"$T/time"
	cpu_ms=$((10#${user/./} + 10#${system/./}))
	return $status
}

# parse_ms BOMB BYTES - sets parse_ms and parse_kib; fails if there is no bomb or no output. The list's address is the
# sender's, so that the author is searched for in all headers.
parse_ms() {
	"$ROOT/tests/bombs" "$1" "$2" >"$T/bomb" || return
	parse_kib=$(($(stat -c %s "$T/bomb") >> 10))
	cpu_ms patchmda parse --list-email ada@example.org <"$T/bomb" || return
	parse_ms=$cpu_ms
	[ -s "$T/out" ]
}

# harmless_ms KIB - sets harmless_ms to the CPU time for a mail of that many KiB of words
harmless_ms() {
	{
		printf '%s\n' 'From: Ada <ada@example.org>' 'Subject: words' 'Message-Id: <words@example.org>' ''
		head -c "$1K" <(yes 'These are words of a mail without any tricks, in lines as people write them.')
	} >"$T/harmless"
	cpu_ms patchmda parse --list-email ada@example.org <"$T/harmless" || return
	harmless_ms=$cpu_ms
}

# is_small - whether the least time at 2n is within the limit; adds to $said
is_small() {
	local most=$(((200 + large_kib / 10) * GROWTH_SLOW))
	said="$large_ms ms for $large_kib KiB"
	[ $large_ms -gt $most ] || return 0
	harmless_ms $large_kib || return
	said="$said, $harmless_ms ms for a harmless mail"
	[ $large_ms -le $((10 * harmless_ms)) ]
}

# is_linear - whether the least time at 2n is at most 1.1 times what the least time at n makes it; adds to $said.
# Sizes are those of the mails. A bomb that can hardly be larger, such as a full header block, does not show growth.
is_linear() {
	said="$said, $small_ms ms for $small_kib KiB"
	[ $small_kib -gt $((large_kib * 3 / 4)) ] || [ $((large_ms * small_kib * 10)) -le $((small_ms * large_kib * 11)) ]
}

# grows BOMB - tests the bomb; one that fails is measured up to five times more, and the least times count, because a
# busy machine takes more CPU time now and then
grows() {
	local large_kib small_kib said='no answer'
	local -i try large_ms=0 small_ms=0
	for ((try = 0; try < 6; try++)); do
		parse_ms "$1" $((GROWTH_MIB << 21)) || break
		large_kib=$parse_kib large_ms=$((large_ms && large_ms < parse_ms ? large_ms : parse_ms))
		is_small || continue
		if [ $large_ms -le $((GROWTH_LEAST_MS * GROWTH_SLOW)) ]; then
			pass "$1: $said"
			return
		fi
		parse_ms "$1" $((GROWTH_MIB << 20)) || break
		small_kib=$parse_kib small_ms=$((small_ms && small_ms < parse_ms ? small_ms : parse_ms))
		if is_linear; then
			pass "$1: $said"
			return
		fi
	done
	fail "$1: $said"
}

# grow PART - tests every second bomb, those with an even number (PART 0) or an odd one (1)
grow() {
	local bomb bombs
	local -i n=0
	bombs=$("$ROOT/tests/bombs" list)
	for bomb in $bombs; do
		((n++ % 2 == $1)) || continue
		grows "$bomb"
	done
}
