/*
 * keys - (project, message id) pairs as the parameters of a query
 *
 * Statements take keys as two arrays of the same length. Column 0 of a row is the number of its
 * key, from 1 on (statements.h).
 */
#ifndef SQL_BATCH_KEYS_H
#define SQL_BATCH_KEYS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"
#include "sql/pg/query.h"
#include "sql/pg/result.h"

/* Each pair once, in the order of keys_add(). */
struct keys {
	GArray *projects; /* int32_t */
	GArray *msgids;   /* struct view: the bytes are the caller's */
	GHashTable *seen; /* of struct scoped_key, owned */
};

void keys_init(struct keys *keys);
void keys_done(struct keys *keys);

void keys_add(struct keys *keys, int32_t project_id, struct view msgid);
bool keys_have(const struct keys *keys, int32_t project_id, struct view msgid);

/* Add the next two parameters of a query: int[] and text[]. */
void keys_param(const struct keys *keys, struct pg_query *query);

/* The key of a row of a result. */
int32_t keys_project(const struct keys *keys, const struct pg_result *result, int row);
struct view keys_msgid(const struct keys *keys, const struct pg_result *result, int row);

#endif
