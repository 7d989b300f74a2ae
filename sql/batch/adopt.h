/*
 * adopt - indexes the rows that Patchwork has made
 *
 * Section 17 of the specification needs the ids that each message refers to, which Patchwork does
 * not store. They are read from the stored headers, row by row: patches and cover letters get their
 * components, comments their references, people the date of their name. The rows in Patchwork's
 * tables are not changed.
 */
#ifndef SQL_BATCH_ADOPT_H
#define SQL_BATCH_ADOPT_H

#include "sql/catalog.h"
#include "sql/delivery.h"

/* The number of rows in one transaction. */
#define ADOPT_BATCH_ROWS 500

/* Called after each batch; if it returns false, adopting ends, and the next call continues. */
typedef bool adopt_progress(void *context, const char *table, int64_t rows);

/* Adopt all that Patchwork made before patchmda. Returns 0, -ECANCELED, or a pg error. */
int adopt_all(struct pg *pg, const struct catalog *catalog, const struct store_options *options,
	      adopt_progress *progress, void *context);

/* Adopt what Patchwork's own parser has made since the last call (--with-parser). */
int adopt_recent(struct pg *pg, const struct catalog *catalog, const struct store_options *options);

#endif
