/*
 * copy - COPY into a table
 */
#ifndef SQL_PG_COPY_H
#define SQL_PG_COPY_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/view.h"
#include "sql/pg/connection.h"

/* Limit of the pending rows of all COPYs together. */
#define PG_COPY_PENDING_BYTES_MAX ((size_t)256 << 10)

/*
 * Rows for a table.  Few rows stay pending in memory until the next query or COMMIT: so the COPYs
 * of a small batch take one round trip.  Many rows are sent while more are made, by one COPY or
 * several; then the connection cannot be used for anything else until pg_copy_end().  The server
 * stores the last ones while the program goes on.  So it is the next query, COPY or COMMIT that
 * reports the errors.
 */
struct pg_copy {
	struct pg *pg;
	const char *sql;  /* COPY ... FROM STDIN (FORMAT BINARY) */
	GByteArray *data; /* not yet sent */
	int columns;
	bool is_started; /* the server has begun to read rows */
	size_t sent;     /* bytes since then */
	int error;
};

void pg_copy_begin(struct pg_copy *copy, struct pg *pg, const char *sql, int columns);

/* Start a row; one value per column must follow. */
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
void pg_copy_bigints(struct pg_copy *copy, const int64_t *items, size_t count);
/* `instant_usecs` since 1970. */
void pg_copy_time(struct pg_copy *copy, int64_t instant_usecs);

/*
 * Send the remaining rows or make them pending, and free `copy`.  Without rows nothing is sent.
 * Returns 0 or a pg error of what was sent so far.
 */
int pg_copy_end(struct pg_copy *copy);

/* Send pending rows, and wait until all are stored. */
int pg_copy_flush(struct pg *pg);

#endif
