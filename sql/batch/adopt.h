/*
 * adopt - rows that a Patchwork made, into what section 17 needs to know of them
 *
 * Patchwork forgets which ids a message mentioned.  They are read again from the stored
 * headers, row by row: patches and cover letters get their circles, comments their mentions,
 * people the date of their name.  What Patchwork made of the mail is not changed.
 */
#ifndef SQL_ADOPT_H
#define SQL_ADOPT_H

#include "sql/catalog.h"
#include "sql/delivery.h"

/* Rows of one transaction. */
#define ADOPT_BATCH_ROWS 500

/* Called after each batch; false stops, and the next call goes on from there. */
typedef bool adopt_progress(void *context, const char *table, int64_t rows);

/* All that a Patchwork made before us.  Returns 0, -ECANCELED, or a pg error. */
int adopt_all(struct pg *pg, const struct catalog *catalog, const struct store_options *options,
	      adopt_progress *progress, void *context);

/* What a Patchwork's own parser has made since the last call (--with-parser). */
int adopt_recent(struct pg *pg, const struct catalog *catalog, const struct store_options *options);

#endif
