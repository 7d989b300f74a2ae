#!/usr/bin/env bash
# poison.t - mail that ends the program while it is read does so twice and no more
#
# The program has no fault of that kind to show this with, so one is put between it and libc: an
# iconv_open(3) that ends it when the character set of a part is called x-killer.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"

need cc
cat >"$T/killer.c" <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <iconv.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

iconv_t iconv_open(const char *to, const char *from)
{
	const char *sig = getenv("KILLER_SIGNAL");
	iconv_t (*real)(const char *, const char *);

	if (strstr(from, "killer") != NULL && sig != NULL)
		raise(atoi(sig));
	real = (iconv_t (*)(const char *, const char *))dlsym(RTLD_NEXT, "iconv_open");
	return real(to, from);
}
END
cc -shared -fPIC -o "$T/killer.so" "$T/killer.c" -ldl

# The sanitizers want to be the first library of all, and what they found is not the signal's.
export ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0:handle_segv=0

pg_start
ready_db suspects
LIST=known.example.org
patchmda project add known --list-id known.example.org >/dev/null
mkdir -m 700 "$T/run"
export RUNTIME_DIRECTORY=$T/run

killer() {
	mail -h 'MIME-Version: 1.0' -h 'Content-Type: text/plain; charset=x-killer' \
		'Ada <ada@x.org>' '[PATCH] x' "$1" "$(printf '%s\n' 'caf\351' '--- a/x' '+++ b/x' '@@ -1 +1 @@' '-a' '+b')"
}
held() {
	sql "select kind, convert_from(message, 'latin1') like '%$1%' from patchmda.held
		where position('$1'::bytea in message) > 0"
}
armed() {
	KILLER_SIGNAL=$1 LD_PRELOAD=$T/killer.so "${@:2}"
}

killer one@x.org >"$T/one"
exits 75 'deliver is ended by a mail' armed 11 patchmda deliver <"$T/one"
exits 75 'and again' armed 11 patchmda deliver <"$T/one"
is "$(held one@x.org)" '' 'which is not held yet'
exits 0 'the third time it is not read' armed 11 patchmda deliver <"$T/one"
is "$(held one@x.org)" 'suspect|t' 'but held'
id=$(sql 'select id from patchmda.held')
exits 0 'the list' patchmda held
like "$(cat "$T/out")" 'reading it has ended the program twice' 'has the reason'
exits 0 'show' patchmda held show "$id"
ok 'gives it back byte for byte' cmp "$T/out" "$T/one"
exits 0 'retry of all' armed 11 patchmda held retry
is "$(cat "$T/out")" '0 taken in, 1 held still' 'leaves it alone'
exits 0 'retry by its id, with a program that survives it' patchmda held retry "$id"
is "$(cat "$T/out")" '1 taken in, 0 held still' 'takes it in'
is "$(sql "select count(*) from patchwork_patch where msgid = '<one@x.org>'")" 1 'as a patch'

# What ended us by chance is nothing's fault: the second time it is read, and all is forgotten.
killer two@x.org >"$T/two"
exits 75 'a mail ends deliver once' armed 6 patchmda deliver <"$T/two"
exits 0 'and is then read' patchmda deliver <"$T/two"
for turn in one two; do
	exits 75 "its mark is gone ($turn)" armed 6 patchmda deliver <"$T/two"
done

# A signal from outside is not the mail's fault.
killer term@x.org >"$T/term"
for turn in 1 2 3 4; do
	armed 15 patchmda deliver <"$T/term" 2>"$T/err" || status=$?
	echo "$status" >>"$T/statuses"
done
is "$(sort -u "$T/statuses")" 75 'stopped by a signal in the middle, four times'
exits 0 'and still it is read' patchmda deliver <"$T/term"
is "$(sql "select count(*) from patchwork_patch where msgid = '<term@x.org>'")" 1 'and stored'

# SIGKILL, as the kernel has it for want of memory, and several sessions.
killer three@x.org >"$T/three"
for turn in 1 2; do
	KILLER_SIGNAL=9 LD_PRELOAD=$T/killer.so lmtpd_start
	is "$(lmtp <"$T/three")" '' "the daemon dies of a mail ($turn)"
	ok 'it is dead' within 10 eval "! kill -0 $LMTPD_PID"
done
KILLER_SIGNAL=9 LD_PRELOAD=$T/killer.so lmtpd_start
like "$(lmtp <"$T/three")" '^250 2.0.0 kept' 'the third time it does not'
is "$(held three@x.org)" 'suspect|t' 'and holds the mail'
like "$(patch 'Ada <ada@x.org>' '[PATCH] y' after@x.org | lmtp)" '^250 2.0.0 stored' 'others go on'
lmtpd_stop

# import
killer four@x.org >"$T/four"
{
	patch 'Ada <ada@x.org>' '[PATCH] a' before@x.org | sed '1i From a@b.c Thu Jan  1 00:00:00 1970'
	echo
	sed '1i From a@b.c Thu Jan  1 00:00:00 1970' "$T/four"
} >"$T/mbox"
for turn in 1 2; do
	exits 139 "import is ended by a mail ($turn)" armed 11 patchmda import --quiet "$T/mbox"
done
exits 0 'the third time it gets through' armed 11 patchmda import --quiet "$T/mbox"
is "$(held four@x.org)" 'suspect|t' 'and holds it'
is "$(sql "select count(*) from patchwork_patch where msgid = '<before@x.org>'")" 1 'the others are stored'

# A file of somebody else's is not used.
rm "$T/run/suspects"
(umask 0; : >"$T/run/suspects"; chmod 666 "$T/run/suspects")
exits 0 'a file that others can write' patchmda deliver <"$T/two"
is "$(stat -c %s "$T/run/suspects")" 0 'is left alone'
export RUNTIME_DIRECTORY=/nonexistent
exits 0 'without a directory' patchmda deliver < <(patch 'Ada <ada@x.org>' '[PATCH] z' z@x.org)
is "$(sql "select count(*) from patchwork_patch where msgid = '<z@x.org>'")" 1 'mail is stored as ever'

done_testing
