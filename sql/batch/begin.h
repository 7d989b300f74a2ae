/*
 * begin - how transactions that write mail begin: settings, the projects' locks, the time
 *
 * All of it takes one round trip, together with the queries that the caller adds.
 */
#ifndef SQL_BATCH_BEGIN_H
#define SQL_BATCH_BEGIN_H

#include "sql/batch/batch.h"
#include "sql/pg/query.h"
#include "sql/pg/result.h"

/*
 * Ids are drawn before they are committed, and Patchwork's parser creates a patch before its
 * series: this many ids below the last one are checked again.
 */
#define ADOPT_OVERLAP_IDS 200

/* The indexes of the answers among the results. */
struct begin_results {
	size_t durability, now;
};

/* Add the queries that begin the batch's transaction and lock `projects`, ascending. */
struct begin_results begin_ask(struct batch *batch, const GArray *projects, struct pg_queue *queue);

/* Read their results, including the time. Returns 0 or a pg error. */
int begin_take(struct batch *batch, struct begin_results answers, struct pg_result *const *results);

/* Add the query whether there is anything for adopt_recent() (adopt.h): one boolean. */
void begin_ask_unadopted(struct pg_queue *queue);

#endif
