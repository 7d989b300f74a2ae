/*
 * result - the rows of a query
 */
#ifndef SQL_PG_RESULT_H
#define SQL_PG_RESULT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"

struct pg_result;

void pg_result_free(struct pg_result *result);
void pg_result_free_ptr(struct pg_result **result);

/* Free `count` results, each of which may be NULL, and set them to NULL. */
void pg_results_free(struct pg_result **results, size_t count);

int pg_rows(const struct pg_result *result);

/*
 * An index of rows that are sorted by the int32 in their first column; pg_first_row() returns the
 * first row with a number, or -1.
 */
GHashTable *pg_index_rows(const struct pg_result *result);
int pg_first_row(GHashTable *index, int32_t number);

/*
 * The number of rows at the front whose first columns, bytes, are at most `bytes` together; at
 * least 1.
 */
guint pg_rows_within(const struct pg_result *result, int64_t bytes);

/* A null is read as 0 or false. */
bool pg_is_null(const struct pg_result *result, int row, int column);
int32_t pg_int(const struct pg_result *result, int row, int column);
int64_t pg_bigint(const struct pg_result *result, int row, int column);
bool pg_bool(const struct pg_result *result, int row, int column);
/* timestamptz: microseconds since 1970. */
int64_t pg_time(const struct pg_result *result, int row, int column);
/* text, varchar, bytea or "char"; the absent view for null.  Valid as long as the result. */
struct view pg_text(const struct pg_result *result, int row, int column);
/* The numbers of a column in all rows that have one: a GArray of int32_t. */
GArray *pg_ints(const struct pg_result *result, int column);

/* A text[] without nulls: appended to `views`. */
void pg_texts(const struct pg_result *result, int row, int column, GArray *views);
/* A bigint[] without nulls: appended to `int64s`. */
void pg_bigints(const struct pg_result *result, int row, int column, GArray *int64s);

#endif
