#!/usr/bin/env bash
# durable.t - acknowledged mail survives a crash of the server and the loss of a primary, whatever the settings of
# the database are; so does mail that was acknowledged because it was stored already
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
LIST=ring.example.org
ada='Ada <ada@x.org>'
need "${CC:-cc}"
pg_start own
ready_db durable
patchmda project add ring --list-id $LIST --list-email ring@example.org >/dev/null
refuse_by_name # called here, because it makes earlier commits durable

# hold_back - from now on, a commit that does not wait for the disk is not written to the disk
hold_back() {
	walwriter=$(sql "select pid from pg_stat_activity where backend_type = 'walwriter'")
	kill -STOP "$walwriter"
}

# crash - the server restarts by itself when one of its processes dies
crash() {
	kill -KILL "$walwriter"
	within 60 eval '[ "$(sql "select pid from pg_stat_activity
		where backend_type = '\''walwriter'\''")" != "$walwriter" ]'
	within 60 sql 'select 1'
}

there() {
	sql "select count(*) from patchwork_patch where msgid = '<$1@x.org>'"
}

# as_mbox ID... - prints a mailbox of patches
as_mbox() {
	local id
	for id; do
		patch "$ada" "[PATCH] $id" "$id@x.org" | mbox
	done
}

# start_import NUMBER - starts an import of the mail written to descriptor `feed[NUMBER]`; it commits each message
declare -A feed importer
start_import() {
	local fd
	mkfifo "$T/feed.$1"
	patchmda import --quiet --batch 1 - <"$T/feed.$1" >"$T/import.$1" 2>&1 &
	importer[$1]=$!
	exec {fd}>"$T/feed.$1"
	feed[$1]=$fd
}

# end_import NUMBER - sets IMPORT_STATUS to its exit status
end_import() {
	exec {feed[$1]}>&-
	IMPORT_STATUS=0
	wait "${importer[$1]}" || IMPORT_STATUS=$?
	rm "$T/feed.$1"
}

# ---- a crash

sql "alter database durable set synchronous_commit = off"
hold_back
sql "create table lost ()"
patch "$ada" '[PATCH] own' own@x.org >"$T/own"
exits 0 "a database whose commits do not wait for the disk" patchmda deliver <"$T/own"
sql "insert into lost default values"
crash
is "$(there own)" 1 "the commit of deliver waits for the disk"
is "$(sql 'select count(*) from lost')" 0 "(other commits are lost)"

lmtpd_start
hold_back
is "$(patch "$ada" '[PATCH] daemon' daemon@x.org | lmtp)" '250 2.0.0 stored' "the same with the daemon"
crash
is "$(there daemon)" 1 "the commit of the daemon waits for the disk"
sql "alter database durable reset synchronous_commit"

# An import commits without waiting; a delivery that finds its rows must not rely on them.
start_import 1
hold_back
as_mbox a b c >&"${feed[1]}"
within $PATIENCE_SECS sql_is "select count(*) from patchwork_patch where msgid in ('<a@x.org>', '<b@x.org>')" 2
patch "$ada" '[PATCH] a' a@x.org >"$T/a"
exits 0 "mail that an import has just stored is a duplicate" patchmda deliver <"$T/a"
crash
is "$(there a)" 1 "and it is stored after a crash"
end_import 1
start_import 1
hold_back
as_mbox d e f >&"${feed[1]}"
within $PATIENCE_SECS sql_is "select count(*) from patchwork_patch where msgid = '<e@x.org>'" 1
# Rows that were written and rolled back must not affect the next transaction.
like "$(patch "$ada" '[PATCH] sqlstate XX000' refused@x.org | lmtp)" '^451 ' "a mail is refused after its rows were sent"
is "$(patch "$ada" '[PATCH] e' e@x.org | lmtp)" '250 2.0.0 duplicate' "mail that an import has just stored is a duplicate for the daemon, too"
crash
is "$(there e)" 1 "and it is stored"
end_import 1
lmtpd_stop

start_import 1
hold_back
as_mbox f1 >&"${feed[1]}"
end_import 1
crash
is "$IMPORT_STATUS|$(there f1)" "0|1" "mail that an import has reported as stored is stored"

# The rows of an import are lost, and the number of its transaction is used by others.
start_import 2
as_mbox g0 g >&"${feed[2]}"
within $PATIENCE_SECS sql_is "select count(*) from patchwork_patch where msgid = '<g0@x.org>'" 1
sql "create table kept ()" # its commit makes the first one of the import durable
hold_back
as_mbox h i >&"${feed[2]}"
within $PATIENCE_SECS sql_is "select count(*) from patchwork_patch where msgid = '<h@x.org>'" 1
crash
for ((i = 0; i < 100; i++)); do
	echo 'begin; select pg_current_xact_id(); commit;'
done | psql -XqAt >"$T/numbers"
as_mbox j >&"${feed[2]}"
end_import 2
is "$IMPORT_STATUS|$(there g0)|$(there h)" "75|1|0" "an import whose last mail is lost in a crash fails"
like "$(cat "$T/import.2")" 'run it again' "and its message asks to run it again"
is "$(sql "select count(*) from patchmda.progress where job like 'import %'")" "$(
	sql "select count(*) from patchmda.progress where job like 'import %'
		and to_timestamp(done / 1000000) > now() - interval '1 hour'")" "its mark has a time"

# An import finds rows that another import loses in a crash.
start_import 3
hold_back
as_mbox k l m >&"${feed[3]}"
within $PATIENCE_SECS sql_is "select count(*) from patchwork_patch where msgid = '<l@x.org>'" 1
start_import 4
as_mbox k l >&"${feed[4]}"
sleep 0.5
as_mbox n >&"${feed[4]}"
sleep 0.5
crash
as_mbox o p >&"${feed[4]}"
end_import 4 # it has the descriptor of the other
second=$IMPORT_STATUS
end_import 3
diag "the first import: $IMPORT_STATUS, the second one: $second, stored: $(there k)|$(there l)"
if [ $second -eq 0 ]; then
	is "$(there k)|$(there l)" "1|1" "mail that another import had stored is stored"
else
	is $second 75 "an import that found the rows of another fails with them"
fi
as_mbox a b c d e f g h i j k l m n o p >"$T/mbox"
exits 0 "all mail is imported again" patchmda import "$T/mbox"
is "$(sql "select count(*) from patchwork_patch where msgid ~ '^<[a-p]@'")" 16 "all is stored"
sql "insert into patchmda.progress (job, done) values ('import that was killed', 1),
	('import that runs', (extract(epoch from now()) * 1000000)::bigint)"
exits 0 "and again" patchmda import --quiet "$T/mbox"
is "$(sql "select job from patchmda.progress where job like 'import %'")" 'import that runs' \
	"marks older than a month are deleted, and no others"

# ---- a primary whose standby does not respond

sql "alter system set synchronous_standby_names = 'nobody'" "select pg_reload_conf()" >/dev/null
within $PATIENCE_SECS sql_is "show synchronous_standby_names" nobody
cancel_wait() {
	[ -n "$(sql "select pg_cancel_backend(pid) from pg_stat_activity
		where wait_event = 'SyncRep' and application_name = 'patchmda'")" ]
}

# unconfirmed NAME WHAT - delivers a mail whose wait for the standby is cancelled, and delivers it again
unconfirmed() {
	local pid
	patch "$ada" "[PATCH] $1" "$1@x.org" >"$T/mail"
	patchmda deliver <"$T/mail" >"$T/said" 2>&1 &
	pid=$!
	within $PATIENCE_SECS cancel_wait
	exits 75 "$2: the wait for the standby is cancelled" wait $pid
	is "$(there "$1")" 1 "$2: the mail is stored, but not on the standby"
	exits 75 "$2: so the same mail is not acknowledged as a duplicate" patchmda deliver --timeout 2 <"$T/mail"
	within $PATIENCE_SECS cancel_wait
}
unconfirmed standby "a standby that does not answer"
sql "set synchronous_commit = local" "alter database durable set client_min_messages = error"
unconfirmed silent "a database that suppresses warnings"

# An import waits once, at its end, for all of its commits.
patch "$ada" '[PATCH] imported' imported@x.org | mbox >"$T/imported"
patchmda import --quiet "$T/imported" >"$T/said" 2>&1 &
pid=$!
ok "an import waits for the standby" until_true cancel_wait
while kill -0 $pid 2>/dev/null; do # it tries again
	cancel_wait || sleep 0.1
done
exits 75 "and fails when the wait is cancelled" wait $pid
is "$(there imported)" 1 "the mail is stored on this server alone"

lmtpd_start --timeout 4
patch "$ada" '[PATCH] last' last@x.org | lmtp >"$T/said" &
pid=$!
within $PATIENCE_SECS cancel_wait
wait $pid
is "$(cat "$T/said")" '451 4.4.7 timed out, try again later' "the daemon does not acknowledge the mail"
sql "alter system reset synchronous_standby_names" "select pg_reload_conf()" >/dev/null
exits 0 "the standby is not needed any more" patchmda deliver <"$T/mail"
within $PATIENCE_SECS eval '[[ $(talk 2 <<<QUIT) = "220 "* ]]'
is "$(patch "$ada" '[PATCH] last' last@x.org | lmtp | sed 's/duplicate/stored/')" \
	'250 2.0.0 stored' "and deliveries succeed"
lmtpd_stop

# ---- a COMMIT that the server answers by ROLLBACK, as in a transaction that has failed

"${CC:-cc}" -shared -fPIC -o "$T/rollback.so" -x c - -ldl <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <strings.h>

void *PQexec(void *conn, const char *sql)
{
	void *(*exec)(void *, const char *) = (void *(*)(void *, const char *))dlsym(RTLD_NEXT, "PQexec");
	size_t length = strlen(sql);

	if (length >= 6 && strcasecmp(sql + length - 6, "commit") == 0)
		sql = "rollback";
	return exec(conn, sql);
}
C
rolled_back() {
	LD_PRELOAD=$T/rollback.so ASAN_OPTIONS=verify_asan_link_order=0 "$@"
}
patch "$ada" '[PATCH] rolled back' rolled@x.org >"$T/mail"
exits 75 "deliver does not acknowledge mail whose transaction was rolled back" rolled_back patchmda deliver <"$T/mail"
rolled_back lmtpd_start
like "$(lmtp <"$T/mail")" '^451 4\.' "nor does the daemon"
lmtpd_stop
is "$(there rolled)" 0 "the mail is not stored"
exits 0 "and is stored when it is delivered again" patchmda deliver <"$T/mail"

done_testing
