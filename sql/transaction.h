/*
 * transaction - how any transaction of ours begins
 */
#ifndef SQL_TRANSACTION_H
#define SQL_TRANSACTION_H

#include "sql/pg/query.h"

/* Add what any transaction of ours begins with. */
void transaction_ask(struct pg_queue *queue);

#endif
