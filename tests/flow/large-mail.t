#!/usr/bin/env bash
# large-mail.t - mail of many megabytes has a writer of its own, and does not delay other mail
. "$(dirname "$0")/../lib.sh"
need perl
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
LIST=ring.example.org
pg_start
ready_db large
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
lmtpd_start

# The mail has no message id, so that it is held.
{
	printf 'From: nobody\nSubject: large\n\n'
	perl -e 'print "a line of a mail that is large\n" x 200000'
} >"$T/large"

# Another session has locked the table of held mail.
psql -XqAt >"$T/locker.out" 2>&1 <<-'END' &
	begin;
	lock table patchmda.held in access exclusive mode;
	select 'locked';
	select pg_sleep(600);
END
LOCKER=$!
at_exit kill $LOCKER
until_true grep -q locked "$T/locker.out"
lmtp <"$T/large" >"$T/large.reply" &
LARGE=$!
until_true sql_is "select count(*) from pg_stat_activity where datname = 'large' and wait_event_type = 'Lock'" 1
for turn in 1 2; do
	like "$(patch 'Ada <ada@x.org>' "[PATCH] $turn" "small-$turn@x.org" | lmtp)" '^250 2.0.0 stored' \
		"a patch is stored while large mail waits ($turn)"
done
is "$(cat "$T/large.reply")" '' 'and the large mail still waits'
sql "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'large' and query like '%pg_sleep%'
	and pid <> pg_backend_pid()" >/dev/null
wait $LARGE
is "$(cat "$T/large.reply")" '250 2.0.0 held' 'when the table is free, it is held'
is "$(sql 'select kind, octet_length(message) from patchmda.held')" \
	"invalid|$(wc -c <"$T/large")" 'complete'

# Both writers reread the settings.
kill -HUP "$LMTPD_PID"
ok 'a reload' until_true logged 'reloaded projects and settings'
{
	patch 'Ada <ada@x.org>' '[PATCH] large' large@x.org
	perl -e 'print "a line behind the patch\n" x 200000'
} >"$T/patch"
like "$(lmtp <"$T/patch")" '^250 2.0.0' 'a large patch is acknowledged'
is "$(sql "select count(*) from patchwork_patch where msgid = '<large@x.org>'")" 1 'and stored'
lmtpd_stop
is "$LMTPD_STATUS" 0 'both writers end'
done_testing
