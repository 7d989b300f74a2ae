/*
 * statements_begin - commands that begin a transaction: settings and locks of tables; see
 * statements.h
 */
#include "sql/batch/statements.h"

const char sql_begin[] = "begin isolation level read committed";
const char sql_commit[] = "commit";

/*
 * Compiling (jit) a statement of ours takes a hundred times as long as running it, and a
 * sequential scan is never right, however small the table was when it was analysed.  A database
 * that suppresses warnings must report that a wait for a standby was cancelled.  Commands need no
 * plan, which on a fresh connection takes longer than all of them.
 */
const char sql_no_jit[] = "set local jit = off";
const char sql_no_seqscan[] = "set local enable_seqscan = off";
const char sql_client_check[] = "set local client_connection_check_interval = '2s'";
const char sql_warnings[] = "set local client_min_messages = warning";
const char sql_utc[] = "set local timezone = 'GMT'"; /* the server reads no file for it */

/* A database with synchronous_commit off is durable for mail all the same. */
const char sql_durability[] = "show synchronous_commit";
const char sql_durable[] = "set local synchronous_commit = on";

/* An import commits without waiting. */
const char sql_relaxed[] = "set local synchronous_commit = off";

/*
 * The plan of a statement does not depend on its parameters, so it is made once where statements
 * are prepared.  Without this setting, the server makes it again for arrays of a few elements.
 */
const char sql_generic_plans[] = "set local plan_cache_mode = force_generic_plan";

/*
 * Patchwork's parser looks for a series and creates it in one transaction, which begins with a
 * query of the references: no other program reads those, except for a dump.  If the query came
 * before that transaction, the parser may hold the second lock and wait for the first, so this
 * waits for less than deadlock_timeout.
 */
const char sql_lock_series[] = "do $$ declare before text := current_setting('lock_timeout'); begin"
			       " set local lock_timeout = '500ms';"
			       " lock table patchwork_seriesreference in access exclusive mode;"
			       " lock table patchwork_series in share row exclusive mode;"
			       " perform set_config('lock_timeout', before, true); end $$";

const char sql_lock_series_inserts[] = "lock table patchwork_series in share row exclusive mode";

/*
 * A writer that locks the series takes the lock of people after that.  One that does not must keep
 * this order, because it may change series after it has made people.
 */
const char sql_lock_series_updates[] = "lock table patchwork_series in row exclusive mode";
