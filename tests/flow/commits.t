#!/usr/bin/env bash
# commits.t - the daemon has one writer: mail that arrives during a commit forms the next batch, and is received
# without waiting for the commit
. "$(dirname "$0")/../lib.sh"
need cc perl
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
MAILS=30
pg_start
ready_db commits
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null

# A search in a mail's text does not return while the file $HANG exists, so that parsing takes long.
cc -shared -fPIC -o "$T/hang.so" -x c - -ldl <<'C'
#define _GNU_SOURCE
#define PCRE2_CODE_UNIT_WIDTH 8
#include <dlfcn.h>
#include <pcre2.h>
#include <stdlib.h>
#include <unistd.h>

int pcre2_match_8(const pcre2_code_8 *code, PCRE2_SPTR8 text, PCRE2_SIZE length, PCRE2_SIZE from,
		  uint32_t options, pcre2_match_data_8 *data, pcre2_match_context_8 *context)
{
	__typeof__(&pcre2_match_8) match = dlsym(RTLD_NEXT, "pcre2_match_8");

	while (access(getenv("HANG"), F_OK) == 0)
		(void)usleep(10000);
	return match(code, text, length, from, options, data, context);
}
C
export HANG=$T/hang
hear "$T/notify" "$T/notified"
LD_PRELOAD=$T/hang.so ASAN_OPTIONS=verify_asan_link_order=0 NOTIFY_SOCKET=$T/notify lmtpd_start
patch 'Ada <ada@x.org>' '[PATCH] warm' warm@x.org | lmtp >/dev/null

# send_all WHAT - starts MAILS clients, each with a mail; the replies to them are in $T/WHAT.N
send_all() {
	local i
	jobs=()
	for ((i = 0; i < MAILS; i++)); do
		patch -d "$i" 'Ada <ada@x.org>' "[PATCH] $1 $i" "$1.$i@x.org" | lmtp >"$T/$1.$i" &
		jobs+=($!)
	done
}

# during_first WHAT WAITING CONDITION... - sends one mail and, once the condition holds, all the others,
# WAITING of which have to wait
during_first() {
	local what=$1 waiting=$2
	shift 2
	: >"$T/notified"
	patch 'Ada <ada@x.org>' "[PATCH] $what first" "$what.first@x.org" | lmtp >"$T/$what.first" &
	first=$!
	within $PATIENCE_SECS "$@"
	send_all "$what"
	within $PATIENCE_SECS are_waiting "$waiting"
	like "$(begin_mail)" \
		'220 .*250 2\.1\.0.*250 2\.1\.5.*354' "$what: clients are served meanwhile"
	is "$(count 250 "$T/$what".*)" 0 "$what: and no client gets a reply before the commit"
}

# begin_mail - runs a client that stops after DATA; prints the replies until then
begin_mail() {
	local fd
	exec {fd}<>"/dev/tcp/127.0.0.1/$LMTPD_PORT"
	printf '%s\r\n' 'LHLO me' 'MAIL FROM:<>' 'RCPT TO:<a@b>' DATA >&"$fd"
	timeout $PATIENCE_SECS sed '/^354 /q' <&"$fd" | tr -d '\r'
	exec {fd}>&-
}

# are_waiting COUNT - whether that number of mails is received and not yet started; the status is sent every five
# seconds
are_waiting() {
	grep -q "^STATUS=.* $1 mails waiting" "$T/notified"
}

# results WHAT - tests that all clients get a reply and all mails are stored
results() {
	local what=$1 job
	for job in "$first" "${jobs[@]}"; do
		wait "$job"
	done
	is "$(cat "$T/$what".* | sort | uniq -c | sed 's/^ *//')" "$((MAILS + 1)) 250 2.0.0 stored" "$what: then all get a reply"
	is "$(sql "select count(*) from patchwork_patch where name like '$what %'")" $((MAILS + 1)) "$what: and stored"
}

# commits WHAT - prints the number of transactions that have stored the mails
commits() {
	sql "select count(distinct xmin::text) from patchwork_patch where name like '$1 %'"
}

is_locked() {
	sql_is "select count(*) > 0 from pg_stat_activity where datname = current_database()
		and application_name = 'patchmda' and wait_event_type = 'Lock'" t
}

# ---- while a commit is under way

exec {psql}> >(psql -XqAt >"$T/psql" 2>&1)
echo 'begin; lock table patchwork_patch;' >&$psql
within $PATIENCE_SECS sql_is "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and granted
	and relation = 'patchwork_patch'::regclass" 1
during_first commit $MAILS is_locked
echo 'commit;' >&$psql
results commit
is "$(commits commit)" 2 "commit: all mail that arrived during the first commit is in the next one"
exec {psql}>&-

# ---- during parsing

: >"$HANG"
# Some of the mails may have arrived in time for the first batch.
during_first parse '[23][0-9]' true
is "$(sql "select count(*) from patchwork_patch where name like 'parse %'")" 0 "parse: none is stored yet"
rm "$HANG"
results parse
ok "parse: commits are shared ($(commits parse))" test "$(commits parse)" -lt 15
lmtpd_stop
is $LMTPD_STATUS 0 "it ends in order"
done_testing
