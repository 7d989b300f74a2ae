/* statements_begin - how a transaction begins: settings, locks, the time; see statements.h */
#include "sql/batch/statements.h"

const char sql_begin[] = "begin isolation level read committed";
const char sql_commit[] = "commit";

/*
 * Compiling (jit) our statements takes a hundred times as long as running them, and reading
 * a table from end to end is never right, however small it was when it was looked at last.
 * A database that suppresses warnings tells us all the same when a wait for a standby was
 * cancelled.  As commands of their own they need no plan, which on a fresh connection costs more
 * than all of them.
 */
const char sql_no_jit[] = "set local jit = off";
const char sql_no_seqscan[] = "set local enable_seqscan = off";
const char sql_client_check[] = "set local client_connection_check_interval = '2s'";
const char sql_warnings[] = "set local client_min_messages = warning";
const char sql_utc[] = "set local timezone = 'GMT'"; /* which is in no file that has to be read */
const char sql_time_zone[] = "select set_config('TimeZone', $1, true)";

/* A database that gave up durability (synchronous_commit off) gets it back for our mail. */
const char sql_durability[] = "show synchronous_commit";
const char sql_durable[] = "set local synchronous_commit = on";

/* An import commits without waiting. */
const char sql_relaxed[] = "set local synchronous_commit = off";

/*
 * A statement's plan is the same whatever its parameters are, so it is made once where statements
 * are kept: left alone, the server makes it anew for arrays of a few elements.
 */
const char sql_generic_plans[] = "set local plan_cache_mode = force_generic_plan";

const char sql_compression[] = "select set_config('default_toast_compression', $1, true)";

const char sql_may_choose_lz4[] =
	"select exists (select 1 from pg_settings where name = 'default_toast_compression'"
	" and source = 'default' and 'lz4' = any (enumvals))";

/*
 * For the queries that follow in the same round trip, and are no part of a transaction of ours.
 * $1 is how many seconds to wait for a lock.  Compiling and reading from end to end are no better there: see sql_no_jit.
 */
const char sql_lookup_settings[] =
	"select set_config('lock_timeout', $1 || 's', true),"
	" set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true),"
	" set_config('client_connection_check_interval', '2s', true)";

/* The keys of the advisory locks: 'pmda' and the project; 'pmdp' for the people. */
const char sql_lock_projects[] =
	"select pg_advisory_xact_lock(1886217313, p) from unnest($1::int[]) p";

const char sql_lock_people[] = "select pg_advisory_xact_lock(1886217328, 0)";

/*
 * Patchwork's parser looks for a series and makes it in one transaction, which begins with a
 * look into the references: nobody else reads those (but a dump).  Where it looked before that
 * transaction, it may hold the second lock and want the first, so we wait for less than
 * deadlock_timeout.
 */
const char sql_lock_series[] =
	"do $$ declare patience text := current_setting('lock_timeout'); begin"
	" set local lock_timeout = '500ms';"
	" lock table patchwork_seriesreference in access exclusive mode;"
	" lock table patchwork_series in share row exclusive mode;"
	" perform set_config('lock_timeout', patience, true); end $$";

const char sql_lock_series_inserts[] = "lock table patchwork_series in share row exclusive mode";

/*
 * A client that was stopped, or whose host vanished, in the middle of COPY or of a large result
 * keeps its locks: to the server it is at work, so idle_in_transaction_session_timeout does not
 * end it, nor does statement_timeout while COPY waits for data.
 */
const char sql_end_stuck[] =
	"select count(pg_terminate_backend(pid)) from pg_stat_activity a"
	" where usename = current_user and state = 'active' and wait_event_type = 'Client'"
	" and query_start < clock_timestamp() - $1 * interval '1 second'"
	" and exists (select 1 from pg_locks l where l.pid = a.pid and granted"
	" and locktype = 'advisory' and classid in (1886217313, 1886217328) and database ="
	" (select oid from pg_database where datname = current_database()))";

const char sql_is_read_only[] = "select current_setting('transaction_read_only') = 'on'";

const char sql_series_wanted[] =
	"select exists (select 1 from pg_locks where locktype = 'relation'"
	" and database = (select oid from pg_database where datname = current_database())"
	" and relation = 'patchwork_series'::regclass and mode = 'RowExclusiveLock'"
	" and not granted)";

const char sql_now[] = "select clock_timestamp()";
