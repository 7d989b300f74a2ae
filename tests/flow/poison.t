#!/usr/bin/env bash
# poison.t - mail that crashes the program when it is parsed, or takes too long to parse, is not parsed a third time
#
# The program has no such bug, so a library is preloaded. Its iconv_open(3) ends the program if the character set
# of a part is x-killer. If it is x-slow, it takes SLOW_SECS of time, and the clocks show SLOW_CPU (60) more seconds,
# all of them CPU time.
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
#include <time.h>
#include <unistd.h>

static __thread int slow;

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int (*real)(clockid_t, struct timespec *);
	int r;

	real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	r = real(clock, now);
	if (clock == CLOCK_THREAD_CPUTIME_ID || clock == CLOCK_MONOTONIC_COARSE)
		now->tv_sec += slow * atoi(getenv("SLOW_CPU"));
	return r;
}

iconv_t iconv_open(const char *to, const char *from)
{
	const char *sig = getenv("KILLER_SIGNAL");
	iconv_t (*real)(const char *, const char *);

	if (strstr(from, "killer") != NULL && sig != NULL)
		raise(atoi(sig));
	if (strcmp(from, "x-slow") == 0 && getenv("SLOW_SECS") != NULL) {
		slow++;
		sleep(atoi(getenv("SLOW_SECS")));
	}
	real = (iconv_t (*)(const char *, const char *))dlsym(RTLD_NEXT, "iconv_open");
	return real(to, from);
}
END
cc -shared -fPIC -o "$T/killer.so" "$T/killer.c" -ldl

export SLOW_CPU=60

# The sanitizers require to be the first library, and must not handle the signal.
export ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0:handle_segv=0

pg_start
ready_db poison
LIST=known.example.org
patchmda project add known --list-id known.example.org >/dev/null
mkdir -m 700 "$T/run"
export RUNTIME_DIRECTORY=$T/run

# killer ID [CHARSET] - prints a mail with this character set
killer() {
	mail -h 'MIME-Version: 1.0' -h "Content-Type: text/plain; charset=x-${2-killer}" \
		'Ada <ada@x.org>' '[PATCH] x' "$1" "$(printf '%s\n' 'caf\351' '--- a/x' '+++ b/x' '@@ -1 +1 @@' '-a' '+b')"
}
held() {
	sql "select kind, convert_from(message, 'latin1') like '%$1%' from patchmda.held
		where position('$1'::bytea in message) > 0"
}
# armed SIGNAL COMMAND... - runs the command, which this signal ends at x-killer
armed() {
	KILLER_SIGNAL=$1 LD_PRELOAD=$T/killer.so "${@:2}"
}

killer one@x.org >"$T/one"
exits 75 'a mail crashes deliver' armed 11 patchmda deliver <"$T/one"
exits 75 'and again' armed 11 patchmda deliver <"$T/one"
is "$(held one@x.org)" '' 'it is not held yet'
exits 0 'the third time it is not parsed' armed 11 patchmda deliver <"$T/one"
is "$(held one@x.org)" 'suspect|t' 'but held'
id=$(sql 'select id from patchmda.held')
exits 0 'the list' patchmda held
like "$(cat "$T/out")" 'parsing it ended the program or took too long, twice' 'has the reason'
exits 0 'show' patchmda held show "$id"
ok 'prints it byte for byte' cmp "$T/out" "$T/one"
exits 0 'retry of all' armed 11 patchmda held retry
is "$(cat "$T/out")" '0 delivered, 1 still held' 'does not parse it'
exits 0 'retry by its id, with a program that does not crash' patchmda held retry "$id"
is "$(cat "$T/out")" '1 delivered, 0 still held' 'delivers it'
is "$(sql "select count(*) from patchwork_patch where msgid = '<one@x.org>'")" 1 'as a patch'

# A crash for another reason: when the mail has been parsed the second time, its mark is deleted.
killer two@x.org >"$T/two"
exits 75 'deliver crashes once' armed 6 patchmda deliver <"$T/two"
exits 0 'then the mail is parsed' patchmda deliver <"$T/two"
for turn in one two; do
	exits 75 "its mark is deleted ($turn)" armed 6 patchmda deliver <"$T/two"
done

# A signal from another process does not count.
killer term@x.org >"$T/term"
for turn in 1 2 3 4; do
	status=0
	armed 15 patchmda deliver <"$T/term" 2>"$T/err" || status=$?
	echo "$status" >>"$T/statuses"
done
is "$(sort -u "$T/statuses")" 75 'stopped by a signal in the middle, four times'
exits 0 'the mail is parsed nevertheless' patchmda deliver <"$T/term"
is "$(sql "select count(*) from patchwork_patch where msgid = '<term@x.org>'")" 1 'and stored'

# SIGKILL, as the kernel sends it if memory is short, and several sessions.
killer three@x.org >"$T/three"
for turn in 1 2; do
	KILLER_SIGNAL=9 LD_PRELOAD=$T/killer.so lmtpd_start
	is "$(lmtp <"$T/three")" '' "a mail crashes the daemon ($turn)"
	ok 'the process has ended' within $PATIENCE_SECS eval "! kill -0 $LMTPD_PID"
done
KILLER_SIGNAL=9 LD_PRELOAD=$T/killer.so lmtpd_start
like "$(lmtp <"$T/three")" '^250 2.0.0 held' 'the third time the mail is not parsed'
is "$(held three@x.org)" 'suspect|t' 'but held'
like "$(patch 'Ada <ada@x.org>' '[PATCH] y' after@x.org | lmtp)" '^250 2.0.0 stored' 'other mail is stored'
lmtpd_stop

# import
killer four@x.org >"$T/four"
{
	patch 'Ada <ada@x.org>' '[PATCH] a' before@x.org | sed '1i From a@b.c Thu Jan  1 00:00:00 1970'
	echo
	sed '1i From a@b.c Thu Jan  1 00:00:00 1970' "$T/four"
} >"$T/mbox"
for turn in 1 2; do
	exits 139 "a mail crashes import ($turn)" armed 11 patchmda import --quiet "$T/mbox"
done
exits 0 'the third time the import succeeds' armed 11 patchmda import --quiet "$T/mbox"
is "$(held four@x.org)" 'suspect|t' 'and holds the mail'
is "$(sql "select count(*) from patchwork_patch where msgid = '<before@x.org>'")" 1 'other mail is stored'

# ---- slow mail

killer slow@x.org slow >"$T/slow"
# slowly SECONDS COMMAND... - runs the command, with this SLOW_SECS
slowly() {
	SLOW_SECS=$1 LD_PRELOAD=$T/killer.so "${@:2}"
}
exits 0 'a mail that takes too long is stored by deliver' slowly 0 patchmda deliver <"$T/slow"
exits 0 'and is a duplicate the second time' slowly 0 patchmda deliver <"$T/slow"
is "$(held slow@x.org)" '' 'and is not held'
exits 0 'but the third time it is not parsed' slowly 0 patchmda deliver <"$T/slow"
is "$(held slow@x.org)" 'suspect|t' 'but held'

# The headers are parsed first. If the rest is fast, this does not delete their mark.
mail -h 'X-Patchwork-Hint: =?x-slow?Q?caf=E9?=' 'Ada <ada@x.org>' '[PATCH 0/1] x' headers@x.org >"$T/headers"
exits 0 'a mail whose headers take too long' slowly 0 patchmda deliver <"$T/headers"
is "$(held headers@x.org)" '' 'is not held'
exits 0 'the second time, its rest is not parsed' slowly 0 patchmda deliver <"$T/headers"
is "$(held headers@x.org)" 'suspect|t' 'but held'

killer quick@x.org slow >"$T/quick"
exits 0 'a mail that takes too long once' slowly 0 patchmda deliver <"$T/quick"
for turn in 1 2 3; do
	exits 0 "and then does not ($turn)" patchmda deliver <"$T/quick"
done
is "$(held quick@x.org)" '' 'is never held'

# A process with a shorter timeout has a lower limit, because otherwise its timeout would be exceeded each time.
killer brief@x.org slow >"$T/brief"
for turn in 1 2 3; do
	SLOW_CPU=10 exits 0 "ten seconds are not too long ($turn)" slowly 0 patchmda deliver <"$T/brief"
done
is "$(held brief@x.org)" '' 'for a process with a timeout of two minutes'
for turn in 1 2 3; do
	SLOW_CPU=10 exits 0 "with a timeout of 15 seconds ($turn)" slowly 0 patchmda deliver --timeout 15 <"$T/brief"
done
is "$(held brief@x.org)" 'suspect|t' 'they are too long: the mail is held'
killer short@x.org slow >"$T/short"
SLOW_CPU=10 slowly 0 lmtpd_start --timeout 15
for want in stored duplicate held; do
	is "$(lmtp <"$T/short")" "250 2.0.0 $want" "the daemon with 15 seconds: $want"
done
lmtpd_stop

# The alarm of deliver counts as an end, too.
killer endless@x.org slow >"$T/endless"
for turn in 1 2; do
	exits 75 "deliver ends at its timeout while it parses a mail ($turn)" \
		slowly 3600 timeout -s KILL $PATIENCE_SECS patchmda deliver --timeout 2 <"$T/endless"
	like "$(cat "$T/err")" '^4.4.7 ' 'and reports that it has timed out'
done
is "$(held endless@x.org)" '' 'the mail is not held after two attempts'
exits 0 'the third time it is not parsed' slowly 3600 patchmda deliver <"$T/endless"
is "$(held endless@x.org)" 'suspect|t' 'but held'

# The daemon reports that the mail, and not the database, causes the delay; other mail is delayed at most twice.
: >"$LMTPD_LOG"
slowly 6 lmtpd_start --timeout 4
killer late@x.org slow >"$T/late"
for turn in 1 2; do
	like "$(lmtp <"$T/late")" '^451 4.4.7 timed out' "the client of a slow mail gets a reply in time ($turn)"
	ok 'the daemon continues to run' until_true eval \
		'patch "Ada <ada@x.org>" "[PATCH] z" "beside$turn@x.org" | lmtp | grep -q "^250 2.0.0"'
done
is "$(lmtp <"$T/late")" '250 2.0.0 held' 'the third time the mail is not parsed'
is "$(held late@x.org)" 'suspect|t' 'but held'
ok 'the log names the cause' until_true logged 'parsing a message exceeds the timeout'
ok 'and does not blame the database' eval '! logged "database does not answer"'
lmtpd_stop
is "$LMTPD_STATUS" 0 'the daemon was the same process all the time'

# If parsing never ends, the daemon aborts, which counts as a crash.
: >"$LMTPD_LOG"
killer never@x.org slow >"$T/never"
for turn in 1 2; do
	slowly 3600 lmtpd_start --timeout 1
	like "$(lmtp <"$T/never")" '^451 4.4.7 timed out' "a mail whose parsing never ends ($turn)"
	ok 'makes the daemon abort' within 60 eval "! kill -0 $LMTPD_PID"
done
slowly 3600 lmtpd_start --timeout 1
is "$(lmtp <"$T/never")" '250 2.0.0 held' 'the third time it is held'
lmtpd_stop

# A file of another user is not used.
rm "$T/run/poison"
(umask 0; : >"$T/run/poison"; chmod 666 "$T/run/poison")
exits 0 'a file that others can write' patchmda deliver <"$T/two"
is "$(stat -c %s "$T/run/poison")" 0 'is not changed'
rm "$T/run/poison"
(umask 077; : >"$T/run/elsewhere")
ln -s elsewhere "$T/run/poison"
exits 0 'a link' patchmda deliver <"$T/two"
is "$(stat -c %s "$T/run/elsewhere")" 0 'is not followed'
rm "$T/run/poison"
if [ "$(id -u)" = 0 ]; then
	(umask 077; : >"$T/run/poison"; chown 65534 "$T/run/poison")
	exits 0 'a file of another user' patchmda deliver <"$T/two"
	is "$(stat -c %s "$T/run/poison")" 0 'is not changed'
else
	skip 'a file of another user: not root'
fi
export RUNTIME_DIRECTORY=/nonexistent
exits 0 'without a directory' patchmda deliver < <(patch 'Ada <ada@x.org>' '[PATCH] z' z@x.org)
is "$(sql "select count(*) from patchwork_patch where msgid = '<z@x.org>'")" 1 'mail is stored'

done_testing
