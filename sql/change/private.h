/*
 * private - shared by the files of sql/change/
 */
#ifndef SQL_CHANGE_PRIVATE_H
#define SQL_CHANGE_PRIVATE_H

#include "sql/change/change.h"

/* BEGIN, and what notifies readers of events when the transaction commits. */
int change_begin(struct pg *pg);

/*
 * COMMIT if `r` is 0, otherwise ROLLBACK.  Returns the first error; -EIO, and not -ENOTCONN, if the
 * connection broke during COMMIT.
 */
int change_end(struct pg *pg, int r);

/* Run a statement and discard its rows. */
int change_run(struct pg *pg, struct pg_query *query);

/* Run a statement that returns an id in its first column; *ret_id is 0 if there is no row. */
int change_run_for_id(struct pg *pg, struct pg_query *query, int32_t *ret_id);

/* Add a parameter; -1, for unchanged, becomes null. */
void change_param_int(struct pg_query *query, int value);

#endif
