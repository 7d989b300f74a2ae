/*
 * store_private - the inside of a store, shared by store.c and the store_*.c
 */
#ifndef SQL_STORE_PRIVATE_H
#define SQL_STORE_PRIVATE_H

#include <glib.h>

#include "sql/pg/connection.h"
#include "sql/pg/query.h"
#include "sql/store.h"

struct store {
	struct store_options options;
	struct pg *pg;
	struct catalog *catalog;
	const char *compression; /* for batch.h */
	GString *error;
	size_t released;
	size_t series_made;
	char *mark_job;    /* names this store's mark, which each relaxed commit moves */
	int64_t mark;      /* where the last of them has put it; 0: there was none */
	int64_t next_mark; /* where the one in hand puts it */
};

/* ---- store.c */

/* Not every failure is the server's: one that is not has no message but that of its number. */
void store_keep_error(struct store *store, int error);

/* One query without parameters; the result is the caller's to free. */
int store_ask(struct store *store, const char *sql, struct pg_result **ret_result);

/* ---- store_mark.c */

/*
 * Leave a mark in the transaction that is about to be committed without waiting: a row of its own
 * tells afterwards whether a crash has lost it.  Its number would not, since the server gives the
 * numbers of lost transactions out again.
 */
int store_set_mark(struct store *store);

#endif
