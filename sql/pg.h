/*
 * pg - a connection to PostgreSQL; one of the two files that see libpq
 *
 * Thin: queries with binary parameters and results, several in one round trip (libpq's pipeline
 * mode), COPY, and SQLSTATEs sorted into what can be done about them.  No session state, and named
 * statements only where it is the server itself that we talk to: pgbouncer in transaction mode
 * may stand in between.
 *
 * Functions return 0 or one of these, and pg_error() has the words:
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

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"

struct pg;

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

/* ---- queries */

#define PG_PARAMS_MAX 24

struct pg_query {
	const char *sql;
	bool is_planned_anew; /* its plan is good for these very parameters and tables alone */
	int count;
	uint32_t types[PG_PARAMS_MAX];
	GByteArray *values;         /* all parameters, one behind the other */
	int offsets[PG_PARAMS_MAX]; /* -1 is null */
	int lengths[PG_PARAMS_MAX];
};

void pg_query_init(struct pg_query *query, const char *sql);
void pg_query_done(struct pg_query *query);

void pg_param_int(struct pg_query *query, int32_t value);
void pg_param_bigint(struct pg_query *query, int64_t value);
void pg_param_null_bigint(struct pg_query *query);
/* The absent view is null. */
void pg_param_text(struct pg_query *query, struct view value);
void pg_param_bytes(struct pg_query *query, struct view value);

/* Arrays; elements of the GArray are of the type named, or struct view. */
void pg_param_ints(struct pg_query *query, const GArray *int32s);
void pg_param_bigints(struct pg_query *query, const GArray *int64s);
void pg_param_texts(struct pg_query *query, const GArray *views);
void pg_param_blobs(struct pg_query *query, const GArray *views);

struct pg_result;

/*
 * Run `count` queries in one round trip, in order; the first that fails ends it.  Results are
 * set for all when 0 is returned, and are the caller's to free.
 */
int pg_run_all(struct pg *pg, struct pg_query *queries, size_t count,
	       struct pg_result **ret_results);

/* Run one. `ret_result` may be NULL. */
int pg_run(struct pg *pg, struct pg_query *query, struct pg_result **ret_result);

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

/* ROLLBACK if a transaction is open; closes the connection when that fails. */
void pg_rollback(struct pg *pg);

void pg_result_free(struct pg_result *result);
void pg_result_free_ptr(struct pg_result **result);
int pg_rows(const struct pg_result *result);
bool pg_is_null(const struct pg_result *result, int row, int column);
int32_t pg_int(const struct pg_result *result, int row, int column);
int64_t pg_bigint(const struct pg_result *result, int row, int column);
bool pg_bool(const struct pg_result *result, int row, int column);
/* text, varchar, bytea or "char"; the absent view for null.  Lives as long as the result. */
struct view pg_text(const struct pg_result *result, int row, int column);
/* A text[] without nulls: appended to `views`. */
void pg_texts(const struct pg_result *result, int row, int column, GArray *views);

/* ---- COPY */

/*
 * Rows on their way into a table.  They go to the server while more are made, so that both work
 * at the same time; from the first row on until pg_copy_end() the connection serves nothing
 * else.  Errors are kept, and told at the end.
 */
struct pg_copy {
	struct pg *pg;
	const char *sql;  /* COPY ... FROM STDIN (FORMAT BINARY) */
	GByteArray *data; /* what was not sent yet */
	int columns;
	bool is_started; /* the server waits for rows */
	int error;
};

void pg_copy_begin(struct pg_copy *copy, struct pg *pg, const char *sql, int columns);

/* Start a row; as many values as there are columns follow. */
void pg_copy_row(struct pg_copy *copy);
void pg_copy_null(struct pg_copy *copy);
void pg_copy_int(struct pg_copy *copy, int32_t value);
void pg_copy_smallint(struct pg_copy *copy, int16_t value);
void pg_copy_bigint(struct pg_copy *copy, int64_t value);
void pg_copy_bool(struct pg_copy *copy, bool value);
void pg_copy_char(struct pg_copy *copy, char value);
/* text, varchar or bytea; the absent view is null. */
void pg_copy_text(struct pg_copy *copy, struct view value);
void pg_copy_texts(struct pg_copy *copy, const struct view *items, size_t count);
/* `instant_usecs` since 1970. */
void pg_copy_time(struct pg_copy *copy, int64_t instant_usecs);

/* Send what is left, and free what `copy` holds.  Without rows nothing is sent at all. */
int pg_copy_end(struct pg_copy *copy);

#endif
