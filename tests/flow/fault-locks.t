#!/usr/bin/env bash
# fault-locks.t - other sessions hold locks for longer than mail can wait, and processes of patchmda are stopped
# while they hold locks: mail is deferred in time or stored, and no lock is held for ever
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../daemon.sh"
. "$(dirname "$0")/../fault.sh"
need "${CC:-cc}"
LIST=near.example.org
# Longer than lock_timeout, which is half a minute.
DELIVER_SECS=50
pg_start
for name in copy idle catalog locks due; do
	ready_db "near_$name"
	patchmda project add near --list-id "$LIST" --list-email near@example.org >/dev/null
	patch 'Ada <ada@x.org>' '[PATCH] first' first@x.org | patchmda deliver
done

# ---- the waits of half a minute start here

# start NAME WAY COMMAND... - starts the command with that database; its output is in $T/NAME.WAY.said
start() {
	local name=$1 way=$2
	shift 2
	patch 'Ada <ada@x.org>' "[PATCH] $name by $way" "$name.$way@x.org" >"$T/$name.$way"
	PGDATABASE=near_$name "$@" <"$T/$name.$way" >"$T/$name.$way.said" 2>&1 &
	pids[$name.$way]=$!
}
# ends NAME.WAY STATUS TEST - passes if the started command ends with this status
ends() {
	local status=0
	wait "${pids[$1]}" || status=$?
	is $status "$2" "$3"
}
declare -A pids

# Stops the process just before it sends rows, or COMMIT; after SIGCONT it continues.
cat >"$T/stop.c" <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

typedef void *exec(void *, const char *);
typedef int put(void *, const char *, int);

static void stop_at(const char *where)
{
	static int stops;

	if (stops == 0 && !strcmp(getenv("STOP_AT"), where)) {
		stops++;
		raise(SIGSTOP);
	}
}

void *PQexec(void *conn, const char *sql)
{
	if (strcasestr(sql, "commit") && !strcasestr(sql, "set local"))
		stop_at("commit");
	return ((exec *)dlsym(RTLD_NEXT, "PQexec"))(conn, sql);
}

int PQputCopyData(void *conn, const char *bytes, int count)
{
	stop_at("copy");
	return ((put *)dlsym(RTLD_NEXT, "PQputCopyData"))(conn, bytes, count);
}
END
"${CC:-cc}" -shared -fPIC -o "$T/stop.so" "$T/stop.c" -ldl

# stopped STOP_AT COMMAND... - runs the command until it stops there
stopped() {
	exec env ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 STOP_AT="$1" \
		LD_PRELOAD="$T/stop.so" "${@:2}"
}
is_stopped() {
	grep -q '^State:[[:space:]]*T' "/proc/${pids[$1]}/status"
}
start copy victim stopped copy patchmda deliver
start idle victim stopped commit patchmda deliver
until_true is_stopped copy.victim
until_true is_stopped idle.victim
for name in copy idle; do
	start $name other patchmda deliver
done

# lock DATABASE STATEMENT - holds the statement's locks until `unlock`
mkfifo "$T/lock.near_catalog" "$T/lock.near_locks" "$T/lock.near_due"
lock() {
	local fd
	PGDATABASE=$1 psql -Xq <"$T/lock.$1" >/dev/null 2>&1 &
	exec {fd}>"$T/lock.$1"
	lockers[$1]=$fd
	echo "begin; $2;" >&"$fd"
	PGDATABASE=$1 until_true sql_is "select count(*) from pg_stat_activity
		where datname = '$1' and state = 'idle in transaction'" 1
}
unlock() {
	echo 'rollback; \q' >&"${lockers[$1]}"
}
declare -A lockers

# An incomplete version that has become an hour old, in a project that another writer has locked.
PGDATABASE=near_due
patchmda project set near --revisions supersede
patch 'Ada <ada@x.org>' '[PATCH v2 1/2] first' second@x.org |
	sed "s/^Date: .*/Date: $(LC_ALL=C date -Ru)/" | patchmda deliver
sql "update patchmda.revision set date = date - 3700" \
	"update patchwork_series set date = date - interval '3700 s'" >/dev/null
lock near_due 'select pg_advisory_xact_lock(1886217313, id) from patchwork_project'
start due import patchmda import --quiet /dev/null

lock near_catalog 'lock table patchwork_project'
start catalog short patchmda deliver --timeout 2
start catalog long patchmda deliver
lock near_locks 'lock table patchwork_patch'

# ---- a table that others have locked

export PGDATABASE=near_locks
fault_start
trouble locked
unlock near_locks
recovery locked

# ---- a table with the operator's settings, which are needed to start

ends catalog.short 75 "the projects are locked: deliver ends at its timeout"
ends catalog.long 75 "or at the lock timeout"
nobody_waits() {
	PGDATABASE=near_catalog sql_is "select count(*) from pg_stat_activity
		where datname = 'near_catalog' and application_name = 'patchmda'" 0
}
ok "the server ends the waits of clients that have ended, although the table is locked" within $PATIENCE_SECS nobody_waits
unlock near_catalog
ok "their mail is stored afterwards" env PGDATABASE=near_catalog \
	timeout $PATIENCE_SECS patchmda deliver <"$T/catalog.long"

# ---- an import that has nothing to store

ends due.import 0 "an import does not fail if it cannot supersede older versions"
export PGDATABASE=near_due
due_states() {
	sql "select string_agg(t.slug, ' ' order by p.id) from patchwork_patch p join patchwork_state t on t.id = p.state_id"
}
is "$(due_states)" "new new" "nothing is changed"
unlock near_due
exits 0 "the next import" patchmda import --quiet /dev/null
is "$(due_states)" "superseded new" "supersedes them"

# ---- processes of patchmda that are stopped with their locks

for name in idle copy; do
	ends $name.other 0 "$name: another process gets the lock"
	ok "$name: the first process is still stopped" is_stopped $name.victim
	kill -CONT "${pids[$name.victim]}"
	ends $name.victim 75 "$name: it has lost its connection, and defers the mail"
	like "$(cat "$T/$name.victim.said")" '^4\.' "$name: with a status"
	export PGDATABASE=near_$name
	is "$(sql "select name from patchwork_patch order by id")" "first"$'\n'"$name by other" \
		"$name: no part of its mail is stored"
	exits 0 "$name: the mail is delivered again" patchmda deliver <"$T/$name.victim"
	is "$(sql "select count(*) from patchwork_patch where name = '$name by victim'")" 1 \
		"$name: and is stored once"
done
lmtpd_stop
done_testing
