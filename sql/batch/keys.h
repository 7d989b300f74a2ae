/*
 * keys - (project, message id) pairs as the parameters of a query
 *
 * Statements take keys as two arrays of one length and tell in column 0 of a row which key it
 * is about, from 1 on (statements.h).
 */
#ifndef SQL_KEYS_H
#define SQL_KEYS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"
#include "sql/pg/query.h"
#include "sql/pg/result.h"

/* Each pair once, in the order in which they were added. */
struct keys {
	GArray *projects; /* int32_t */
	GArray *msgids;   /* struct view: the bytes are the caller's */
	GHashTable *seen; /* of struct scoped_key, owned */
};

void keys_init(struct keys *keys);
void keys_done(struct keys *keys);

void keys_add(struct keys *keys, int32_t project_id, struct view msgid);
bool keys_have(const struct keys *keys, int32_t project_id, struct view msgid);

/* The next two parameters of a query: int[] and text[]. */
void keys_param(const struct keys *keys, struct pg_query *query);

/* The key that a row of a result is about. */
int32_t keys_project(const struct keys *keys, const struct pg_result *result, int row);
struct view keys_msgid(const struct keys *keys, const struct pg_result *result, int row);

#endif
