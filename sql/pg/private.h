/*
 * private - private header of sql/pg, with the libpq connection
 */
#ifndef SQL_PG_PRIVATE_H
#define SQL_PG_PRIVATE_H

#include <glib.h>
#include <libpq-fe.h>
#include <stdatomic.h>

#include "sql/pg/connection.h"

struct pg {
	PGconn *conn;
	char *conninfo;
	int timeout_secs;
	int lock_timeout_secs;
	char set_lock_timeout[64]; /* SET statements */
	char set_idle_timeout[80];
	atomic_int socket; /* for pg_break() in another thread; -1: none */
	GString *error;
	char sqlstate[6];
	bool has_warning; /* received since COMMIT was sent */
	bool has_copied;  /* rows in the open transaction */
	bool keeps_plans;
	GHashTable *names; /* of prepared statements, by text; NULL: statements are not prepared */
	guint names_given; /* to statements, on this connection */
	struct pg_query *ahead; /* to be sent with the next queries; NULL: none */
	struct pg_result **ahead_result;
	GPtrArray *pending; /* struct pending of copy.c */
	size_t pending_bytes;
	bool is_storing; /* the last COPY has ended, and its result is not read */
};

struct pg_result {
	PGresult *result;
};

/* ---- error.c */

/* Set pg_error(), as one line. */
void pg_keep_message(struct pg *pg, const char *message);

/* Set pg_error() and return a pg error, for a result (may be NULL) or a failed call of libpq. */
int pg_check(struct pg *pg, const PGresult *result);
int pg_connection_error(struct pg *pg);

/* Discard pending rows, and the result of the last COPY (copy.h). */
static inline void pg_drop_pending(struct pg *pg)
{
	g_clear_pointer(&pg->pending, g_ptr_array_unref);
	pg->pending_bytes = 0;
	pg->is_storing = false;
}

/* Discard the remaining results of a query. */
void pg_drain(struct pg *pg);

#endif
