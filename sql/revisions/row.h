/*
 * row - reads the rows of patchmda.revision, and writes them by COPY
 */
#ifndef SQL_REVISIONS_ROW_H
#define SQL_REVISIONS_ROW_H

#include "sql/pg/copy.h"
#include "sql/pg/query.h"
#include "sql/revisions/facts.h"

/*
 * Columns of a lookup in update.sql: the number of a key, then a row, whose project is null if
 * missing.
 */
enum { ROW_KEY, ROW_SERIES, ROW_PROJECT };

bool row_is_there(const struct pg_result *result, int row);

/*
 * Read a row.  Views point into the result, arrays into the arena.  *ret_previous_id is 0 for none.
 * Returns 0 or arena_error().
 */
int row_read(struct arena *arena, const struct pg_result *result, int row,
	     struct revision *ret_revision, int32_t *ret_previous_id, enum revision_rule *ret_rule);

void row_copy_begin(struct pg_copy *copy, struct pg *pg);
void row_copy(struct pg_copy *copy, const struct facts *facts, int32_t previous_id,
	      enum revision_rule rule);

/* The rows of patchmda.revision_ref: the message ids and links that a series refers to. */
void row_copy_refs_begin(struct pg_copy *copy, struct pg *pg);
void row_copy_refs(struct pg_copy *copy, const struct revision *revision);

/* The rows of patchmda.revision_signer: addresses and names that have signed a later version. */
void row_copy_signers_begin(struct pg_copy *copy, struct pg *pg);
void row_copy_signers(struct pg_copy *copy, const struct revision *revision);

#endif
