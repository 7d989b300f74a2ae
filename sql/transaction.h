/*
 * transaction - begins a transaction
 */
#ifndef SQL_TRANSACTION_H
#define SQL_TRANSACTION_H

#include "sql/pg/query.h"

/* Add BEGIN and the settings that all transactions have.  `pg` must live as long as `queue`. */
void transaction_ask(const struct pg *pg, struct pg_queue *queue);

/* Add what notifies readers of events when the transaction commits; see transaction.sql. */
void transaction_notify(struct pg_queue *queue);

/*
 * Add the settings of the lookups that are added after this, outside of a transaction.  They end
 * with the round trip.
 */
void transaction_lookup_settings(const struct pg *pg, struct pg_queue *queue);

#endif
