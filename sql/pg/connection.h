/*
 * connection - a connection to PostgreSQL: connecting, transactions, errors
 *
 * query.h has queries, result.h their rows, copy.h COPY.  Only sql/pg/ includes libpq.  The
 * connection may lead through pgbouncer in transaction mode: there is no session state, and named
 * statements are used only on a direct connection.
 *
 * Functions of these files return 0 or a pg error, with the message in pg_error():
 *   -EAGAIN      the transaction lost a race: load and decide again
 *   -EILSEQ      the server refuses this data permanently
 *   -ENOTCONN    no connection, or it broke
 *   -EBUSY       a lock or a connection slot was not available in time
 *   -ENOSPC      the server's disk is full
 *   -EACCES      the role lacks a privilege
 *   -EROFS       the server is read-only (a standby)
 *   -EIO         any other error of the server
 */
#ifndef SQL_PG_CONNECTION_H
#define SQL_PG_CONNECTION_H

#include <stdbool.h>

struct pg;

/* Defaults of pg_set_timeouts(). */
#define PG_LOCK_TIMEOUT_SECS 30
#define PG_IDLE_TIMEOUT_SECS 10

/*
 * Set PGSERVICE to the service in libpq's `conninfo`, if there is one.  pg_new() does it, too; call
 * it before there are threads that do, or that read the environment.
 */
void pg_name_service(const char *conninfo);

/* A closed connection; pg_reopen() connects it. */
struct pg *pg_new(const char *conninfo, int timeout_secs);

/*
 * Connect with libpq's `conninfo` (may be NULL or empty) and environment, within `timeout_secs` per
 * host.  *ret_pg is set also on failure, for pg_error().
 */
int pg_open(const char *conninfo, int timeout_secs, struct pg **ret_pg);
void pg_close(struct pg *pg);
void pg_close_ptr(struct pg **pg);

/* Connect again with the same settings. */
int pg_reopen(struct pg *pg);

/*
 * Set lock_timeout, and idle_in_transaction_session_timeout.  They apply to transactions that begin
 * with the statements of the next functions.
 */
void pg_set_timeouts(struct pg *pg, int lock_secs, int idle_secs);
int pg_lock_timeout_secs(const struct pg *pg);
const char *pg_set_lock_timeout(const struct pg *pg);
const char *pg_set_idle_timeout(const struct pg *pg);

/*
 * Prepare each statement once per connection, from the next connection on; parsing and planning are
 * most of the cost of small batches.  For long-running processes.  No effect through a pooler.
 */
void pg_keep_plans(struct pg *pg);
bool pg_is_open(const struct pg *pg);

/* SQLSTATEs for which callers have messages of their own. */
#define PG_UNIQUE_VIOLATION "23505"
#define PG_UNDEFINED_TABLE  "42P01"

/* The last error: one line, and the SQLSTATE ("" if the server sent none). */
const char *pg_error(const struct pg *pg);
const char *pg_sqlstate(const struct pg *pg);

/*
 * Break the connection, so that a call that waits for the server returns -ENOTCONN.  This is the
 * only function that another thread may call.
 */
void pg_break(struct pg *pg);

/* Run statements without parameters, separated by semicolons. */
int pg_script(struct pg *pg, const char *sql);

/*
 * COMMIT.  Returns 0 only if the server answers COMMIT without a warning: a cancelled wait for a
 * synchronous standby is a warning (client_min_messages must let warnings through).
 *
 * A transaction that wrote nothing waits for the WAL, too: rows of other transactions that it saw
 * are durable when this returns, even if their own commits did not wait.
 */
int pg_commit(struct pg *pg);

/*
 * Wait until a notification comes (after LISTEN), `wake_fd` is readable, or `timeout_ms` have
 * passed (-1: no limit).  Notifications are consumed.  Returns 0 or -ENOTCONN.
 */
int pg_wait(struct pg *pg, int wake_fd, int timeout_ms);

/* Wait until all visible rows are durable, for any value of synchronous_commit. */
int pg_sync(struct pg *pg);

/* Whether a transaction is open, including a failed one. */
bool pg_in_transaction(const struct pg *pg);

/* ROLLBACK if a transaction is open.  If that fails, the connection is closed. */
void pg_rollback(struct pg *pg);

#endif
