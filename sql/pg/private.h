/*
 * pg_connection - the inside of a connection, shared by pg.c and the pg_*.c
 *
 * These files are the ones that see libpq.
 */
#ifndef SQL_PG_CONNECTION_H
#define SQL_PG_CONNECTION_H

#include <glib.h>
#include <libpq-fe.h>
#include <stdatomic.h>

#include "sql/pg/connection.h"

struct pg {
	PGconn *conn;
	char *conninfo;
	int timeout_secs;
	int lock_timeout_secs;
	char set_lock_timeout[64]; /* statements */
	char set_idle_timeout[80];
	atomic_int socket; /* for pg_break() in another thread; -1: there is none */
	GString *error;
	char sqlstate[6];
	bool warned;     /* by a notice since the last COMMIT was sent */
	bool has_copied; /* rows, in the transaction that is open */
	bool keeps_plans;
	GHashTable *names; /* of prepared statements, by text; NULL: none is prepared */
	GPtrArray *held;   /* of pg_copy.c: rows that wait for what is sent next */
	size_t held_bytes;
};

struct pg_result {
	PGresult *result;
};

/* ---- error.c */

/* Keep what went wrong, as one line. */
void pg_keep_message(struct pg *pg, const char *message);

/* What pg.h lists, for a result (NULL: there was none) and for a call of libpq that failed. */
int pg_check(struct pg *pg, const PGresult *result);
int pg_connection_error(struct pg *pg);

/* Forget the rows that were held back (pg_copy.h). */
static inline void pg_drop_held(struct pg *pg)
{
	g_clear_pointer(&pg->held, g_ptr_array_unref);
	pg->held_bytes = 0;
}

/* Throw away what is left of a query's results, so that the connection takes the next. */
void pg_drain(struct pg *pg);

#endif
