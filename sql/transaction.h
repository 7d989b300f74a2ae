/*
 * transaction - how any transaction of ours begins
 */
#ifndef SQL_TRANSACTION_H
#define SQL_TRANSACTION_H

#include "sql/pg/query.h"

/* Add what any transaction of ours begins with; `pg` has to live as long as `queue`. */
void transaction_ask(const struct pg *pg, struct pg_queue *queue);

#endif
