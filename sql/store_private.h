/*
 * store_private - private header of store.c and store_*.c
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
	bool knows_compression;            /* since the first batch of a connection */
	const char *compression;           /* for batch.h */
	struct people_index *people_index; /* the same */
	GString *error;
	size_t released;
	size_t series_made;
	char *mark_job;    /* job of this store's row in patchmda.progress, for relaxed commits */
	int64_t mark;      /* its value after the last commit; 0: none */
	int64_t next_mark; /* its value after the current transaction */
};

/* ---- store.c */

/*
 * Set store_error() to the server's message, or to that of errno if the error is not the server's.
 */
void store_keep_error(struct store *store, int error);

/* Run a query without parameters; the caller frees the result. */
int store_ask(struct store *store, const char *sql, struct pg_result **ret_result);

/* ---- store_mark.c */

/*
 * Update the store's mark in the transaction that is about to be committed without waiting.  The
 * row shows afterwards whether a crash has lost the transaction.  The transaction id would not,
 * because the server reuses the ids of lost transactions.
 */
int store_set_mark(struct store *store);

#endif
