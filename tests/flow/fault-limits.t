#!/usr/bin/env bash
# fault-limits.t - full logs; too few descriptors, too little room for files, too little memory; killed processes:
# the mail server keeps the mail, or the complete mail is stored
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
LIST=near.example.org
pg_start own
ready_db limits
ada='Ada <ada@x.org>'
count='select count(*) from patchwork_patch'

# ---- the log is full

LMTPD_PORT=$(free_port)
patchmda project add near --list-id $LIST --list-email near@example.org >/dev/null
patchmda lmtpd --listen "127.0.0.1:$LMTPD_PORT" >/dev/full 2>&1 &
LMTPD_PID=$!
at_exit lmtpd_kill $LMTPD_PID
welcome() {
	[[ $(talk 2 <<<QUIT) = '220 '* ]]
}
ok "a daemon that cannot log starts" within $PATIENCE_SECS welcome
patch "$ada" '[PATCH] log' log@x.org >"$T/log"
is "$(hand "$T/log")" '250 2.0.0 stored' "and delivers"
pg_stop
like "$(patch "$ada" '[PATCH] log 2' log2@x.org | lmtp)" '^451 4\.4\.1 ' "and defers without a database"
pg_restart
ok "and it continues to run" within $PATIENCE_SECS welcome
lmtpd_stop
is "$LMTPD_STATUS" 0 "and ends in order"
exits 0 "an import that cannot print its progress succeeds" \
	bash -c 'patchmda import "$1" >/dev/full 2>&1' - <(mbox "$T/log")

# ---- descriptors

start_limited() {
	LMTPD_PORT=$(free_port)
	(ulimit "$1" "$2" && exec "${@:3}" patchmda lmtpd --listen "127.0.0.1:$LMTPD_PORT" \
		--grace 2 --refuse 3 --timeout "${TIMEOUT:-6}") >>"$LMTPD_LOG" 2>&1 &
	LMTPD_PID=$!
	at_exit lmtpd_kill $LMTPD_PID
}
start_limited -n 14
ok "few descriptors: the daemon starts" within $PATIENCE_SECS welcome
fds=()
for i in {1..20}; do
	exec {fd}<>"/dev/tcp/127.0.0.1/$LMTPD_PORT"
	fds+=("$fd")
done
ok "few descriptors: it is reported" within $PATIENCE_SECS logged 'cannot accept a session: Too many open files'
sql "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'patchmda'" >/dev/null
patch "$ada" '[PATCH] descriptors' descriptors@x.org >"$T/descriptors"
PATIENCE_SECS=5 hand "$T/descriptors" >"$T/reply" || true # there may be no reply at all
unlike "$(cat "$T/reply")" '^[23]' "few descriptors: a mail that needs one more is not acknowledged"
for fd in "${fds[@]}"; do
	exec {fd}>&-
done
taken() {
	[[ $(hand "$T/$1") = '250 '* ]]
}
ok "few descriptors: the mail is stored when some are closed" within $PATIENCE_SECS taken descriptors
is "$(sql "$count where name = 'descriptors'")" 1 "few descriptors: it is stored once"
ok "few descriptors: the daemon is the same process" kill -0 $LMTPD_PID
lmtpd_stop
wrong=
for ((n = 4; n < 20; n++)); do
	status=0
	patch "$ada" "[PATCH] few $n" "few$n@x.org" >"$T/few"
	(ulimit -n $n && exec patchmda deliver) <"$T/few" >"$T/said" 2>&1 || status=$?
	# With very few, the dynamic linker cannot open a library and exits 127.
	[ $n -lt 6 ] || [ $status -eq 0 ] || [ $status -eq 75 ] || wrong+="$status with $n; "
done
is "$wrong" "" "deliver with few descriptors exits 0 or 75"
is $status 0 "and 0 with 19"

# ---- files, for large mails

{
	mail "$ada" '[PATCH] large' large@x.org "$(change big.c)"
	seq 40000 | sed 's|.*|+a line that makes this diff a large one|'
} | sed 's/^@@ .*/@@ -1,2 +1,40002 @@/' >"$T/large"
large_is_kept() {
	like "$(hand "$T/large")" '^4[0-9][0-9] 4\.3\.[012] ' "$1: a large mail is deferred"
	patch "$ada" "[PATCH] $2" "$2@x.org" >"$T/$2"
	ok "$1: a small mail is stored" taken "$2"
	ok "$1: the daemon is still running" kill -0 $LMTPD_PID
	lmtpd_stop
	is "$(sql "$count where name = 'large'")" 0 "$1: no part of the large mail is stored"
}
start_limited -f 500
within $PATIENCE_SECS welcome
large_is_kept "a limit on files" small1
mkdir "$T/full"
if mount -t tmpfs -o size=500k none "$T/full" 2>/dev/null; then
	at_exit umount "$T/full"
	TMPDIR=$T/full start_limited -c 0
	within $PATIENCE_SECS welcome
	large_is_kept "a full file system" small2
else
	skip "no file systems are mounted here" 4
fi
# This makes files that were written and unlinked unreadable.
cat >"$T/unmapped.c" <<'C'
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	struct stat is;

	if (fd >= 0 && fstat(fd, &is) == 0 && S_ISREG(is.st_mode) && is.st_nlink == 0) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	return (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);
}
C
"${CC:-cc}" -shared -fPIC -o "$T/unmapped.so" "$T/unmapped.c"
start_limited -c 0 env LD_PRELOAD="$T/unmapped.so" ASAN_OPTIONS=verify_asan_link_order=0
within $PATIENCE_SECS welcome
large_is_kept "a file that cannot be read again" small3
start_limited -c 0
within $PATIENCE_SECS welcome
ok "without these limits the large mail is stored" taken large
lmtpd_stop
is "$(sql "select count(*) from patchwork_patch where name = 'large' and length(diff) > 1600000")" 1 \
	"and complete"

# ---- memory

mv "$LMTPD_LOG" "$T/log.before"
{
	patch "$ada" '[PATCH] memory' memory@x.org
	head -c 60000000 /dev/zero | tr '\0' 'x' | fold -w 70
	echo
} >"$T/memory"
if is_sanitized; then
	skip "the sanitizers" 2
else
	# Find the least memory with which it starts; with less, the dynamic linker exits 127.
	for ((kib = 20000; kib <= 800000; kib = kib * 11 / 10)); do
		(ulimit -v $kib; patchmda --version) >/dev/null 2>&1 && break
	done
	start_limited -v $((kib * 2 + 60000))
	if within $PATIENCE_SECS welcome; then
		pass "little memory: the daemon starts"
	else
		fail "little memory: the daemon starts"
		diag "$(cat "$LMTPD_LOG")"
	fi
	unlike "$(hand "$T/memory")" '^2' "little memory: a mail that needs more is not acknowledged"
	let_go $LMTPD_PID # it may have died, as systemd's Restart= expects
fi
TIMEOUT=$PATIENCE_SECS start_limited -c 0 # the machine may be busy
within $PATIENCE_SECS welcome
ok "enough memory: the mail is stored" within $PATIENCE_SECS taken memory
is "$(sql "select (select count(*) from patchwork_patch where name = 'memory')
	+ (select count(*) from patchmda.held where msgid = '<memory@x.org>')")" 1 "once"

# ---- patchmda-deliver, and the command that it runs without a daemon

mkdir "$T/bin"
cp "$BUILD/patchmda-deliver" "$T/bin"
alone() {
	"$T/bin/patchmda-deliver" --socket "$T/nowhere" "$@"
}
# child SCRIPT - replaces `patchmda`
child() {
	printf '#!/bin/sh\n%s\n' "$1" >"$T/bin/patchmda"
	chmod 755 "$T/bin/patchmda"
}
patch "$ada" '[PATCH] thin' thin@x.org >"$T/thin"
cp "$BUILD/patchmda" "$T/bin"
exits 0 "patchmda-deliver: runs patchmda deliver" alone <"$T/thin"
is "$(sql "$count where name = 'thin'")" 1 "patchmda-deliver: with the complete mail"
for status in 1 64 67 69 77 126 127 255; do
	child "cat >/dev/null; exit $status"
	exits 75 "patchmda-deliver: exits 75 if patchmda exits $status" alone <"$T/thin"
	like "$(cat "$T/err")" "^4\.3\.0 .*exit status $status" "patchmda-deliver: and reports the status"
done
child 'exit 127'
exits 75 "patchmda-deliver: also if patchmda reads nothing" alone <"$T/memory"
for signal in 6 9 11; do
	child "kill -$signal \$\$"
	exits 75 "patchmda-deliver: exits 75 if patchmda is killed by signal $signal" alone <"$T/thin"
	like "$(cat "$T/err")" "^4\.3\.0 .*signal $signal" "patchmda-deliver: and reports the signal"
done
child 'exec sleep 30'
exits 75 "patchmda-deliver: exits 75 if patchmda hangs" alone --timeout 1 <"$T/thin"
rm "$T/bin/patchmda"
PATH=/usr/bin:/bin exits 75 "patchmda-deliver: exits 75 if there is no patchmda" alone <"$T/thin"
cp "$BUILD/patchmda" "$T/bin"
little=0
small() {
	(ulimit -v $1 && alone) <"$T/thin"
}
if is_sanitized; then
	skip "the sanitizers" 2
else
	for ((kib = 4000; kib < 80000; kib = kib * 5 / 4)); do
		status=0
		small $kib >"$T/said" 2>&1 || status=$?
		# Below this limit not even libc can be mapped.
		[ $status -ne 127 ] && [ $status -ne 139 ] || [ $little -gt 0 ] || continue
		[ $status -eq 75 ] || [ $status -eq 0 ] || break
		[ $status -eq 0 ] || little=$((little + 1))
	done
	ok "patchmda-deliver: too little memory for patchmda's libraries is 75 ($kib, $status)" test $kib -ge 80000
	isnt $little 0 "patchmda-deliver: under some limits there was too little"
fi

lmtpd_stop
done_testing
