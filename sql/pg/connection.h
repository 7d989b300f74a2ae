/*
 * pg - a connection to PostgreSQL
 *
 * Thin: connecting, transactions, and SQLSTATEs sorted into what can be done about them.
 * pg_query.h has queries, pg_result.h their rows, pg_copy.h COPY; they alone see libpq.  No
 * session state, and named statements only where it is the server itself that we talk to:
 * pgbouncer in transaction mode may stand in between.
 *
 * Functions of these files return 0 or one of these, and pg_error() has the words:
 *   -EAGAIN      the transaction lost a race: load and decide again
 *   -EILSEQ      the server refuses this very data, and will again
 *   -ENOTCONN    no connection, or it broke
 *   -EBUSY       a lock or a slot was not to be had in time
 *   -ENOSPC      the server's disk is full
 *   -EACCES      the role may not do this
 *   -EROFS       this server takes no writes
 *   -EIO         anything else on the server's side
 */
#ifndef SQL_PG_H
#define SQL_PG_H

#include <stdbool.h>

struct pg;

/* What pg_set_timeouts() changes. */
#define PG_LOCK_TIMEOUT_SECS 30
#define PG_IDLE_TIMEOUT_SECS 10

/* Not connected yet: pg_reopen() does that. */
struct pg *pg_new(const char *conninfo, int timeout_secs);

/* Connect with libpq's `conninfo` (may be NULL or empty) and environment; waits at most
 * `timeout_secs` for each host. *ret_pg is set also on failure, for pg_error(). */
int pg_open(const char *conninfo, int timeout_secs, struct pg **ret_pg);
void pg_close(struct pg *pg);
void pg_close_ptr(struct pg **pg);

/* Connect again with the same settings. */
int pg_reopen(struct pg *pg);

/*
 * How long a transaction of this connection waits for a lock and how long it may stand idle
 * until the server ends it; they count in those that begin with these statements.
 */
void pg_set_timeouts(struct pg *pg, int lock_secs, int idle_secs);
int pg_lock_timeout_secs(const struct pg *pg);
const char *pg_set_lock_timeout(const struct pg *pg);
const char *pg_set_idle_timeout(const struct pg *pg);

/*
 * From the next connection on a statement is parsed and planned once a connection, which is
 * most of its cost in small batches: for a process that stays.  Not where a pooler stands in
 * between.
 */
void pg_keep_plans(struct pg *pg);
bool pg_is_open(const struct pg *pg);

/* What went wrong last: one line, and the SQLSTATE ("" if the server gave none). */
const char *pg_error(const struct pg *pg);
const char *pg_sqlstate(const struct pg *pg);

/* Break the connection, so that who waits in it gets -ENOTCONN.  The one function that another
 * thread may call. */
void pg_break(struct pg *pg);

/* Run statements without parameters, separated by semicolons. */
int pg_script(struct pg *pg, const char *sql);

/*
 * COMMIT.  0 only if the server says COMMIT and warns of nothing: a cancelled wait for a
 * synchronous standby is no success (client_min_messages must let warnings through).
 *
 * It waits also if nothing was written, and so for all that was committed before: rows of others
 * that the transaction saw, whose own commits did not wait or had their wait cancelled, are as
 * durable as its own when this returns.
 */
int pg_commit(struct pg *pg);

/* Wait until all that was visible before is durable, whatever synchronous_commit says. */
int pg_sync(struct pg *pg);

/* Whether a connection is open and a transaction on it, be it one that failed. */
bool pg_in_transaction(const struct pg *pg);

/* ROLLBACK if a transaction is open; closes the connection when that fails. */
void pg_rollback(struct pg *pg);

#endif
