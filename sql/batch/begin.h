/*
 * begin - how transactions begin; those that write mail: settings, the projects' locks, the time
 *
 * All of it goes in one round trip, together with what the caller asks behind it.
 */
#ifndef SQL_BEGIN_H
#define SQL_BEGIN_H

#include "sql/batch/batch.h"
#include "sql/pg/query.h"
#include "sql/pg/result.h"

/* Add what any transaction of ours begins with; `pg` has to live as long as `queue`. */
void begin_ask_transaction(const struct pg *pg, struct pg_queue *queue);

/* Where the answers are among the results. */
struct begin_results {
	size_t durability, now;
};

/*
 * Add the queries that begin the batch's transaction, unless one is open that began plainly, and
 * lock `projects`, ascending.
 */
struct begin_results begin_ask(struct batch *batch, const GArray *projects, struct pg_queue *queue);

/* Take their results, the time among them.  Returns 0 or what pg.h lists. */
int begin_take(struct batch *batch, struct begin_results places, struct pg_result *const *results);

#endif
