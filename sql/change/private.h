/*
 * private - the inside of change.h, shared by the files of sql/change/
 */
#ifndef SQL_CHANGE_PRIVATE_H
#define SQL_CHANGE_PRIVATE_H

#include "sql/change/change.h"

int change_begin(struct pg *pg);

/* COMMIT if `r` is 0, else ROLLBACK; returns what went wrong first. */
int change_end(struct pg *pg, int r);

/* Run one statement whose rows, if any, are of no interest. */
int change_run(struct pg *pg, struct pg_query *query);

/* Run one that gives an id in its first column; 0 if it gave no row. */
int change_run_for_id(struct pg *pg, struct pg_query *query, int32_t *ret_id);

/* "as it is" is null. */
void change_param_int(struct pg_query *query, int value);

#endif
