/*
 * pg_copy - COPY into a table
 */
#ifndef SQL_PG_COPY_H
#define SQL_PG_COPY_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/view.h"
#include "sql/pg/connection.h"

/* What is held back of all COPYs together. */
#define PG_COPY_HELD_BYTES_MAX ((size_t)1 << 20)

/*
 * Rows on their way into a table.  A few are held back until something else is sent, a query or
 * COMMIT: so the COPYs of a small batch follow one another without waiting, and what is wrong with
 * their rows is told by whatever sends them.  Many go to the server while more are made, so that
 * both work at the same time, and from then on until pg_copy_end() the connection serves nothing
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

/* Send or hold what is left, and free `copy`.  Without rows nothing is sent at all. */
int pg_copy_end(struct pg_copy *copy);

/* Send what is held back now. */
int pg_copy_flush(struct pg *pg);

#endif
