/*
 * begin - how transactions that write mail begin: settings, the projects' locks, the time
 *
 * All of it goes in one round trip, together with what the caller asks after it.
 */
#ifndef SQL_BEGIN_H
#define SQL_BEGIN_H

#include "sql/batch/batch.h"
#include "sql/pg/query.h"
#include "sql/pg/result.h"

/*
 * Ids are drawn before they are committed, and a Patchwork's parser makes a patch before its
 * series: look again at this many below the last.
 */
#define ADOPT_OVERLAP_IDS 200

/* Where the answers are among the results. */
struct begin_results {
	size_t durability, now;
};

/* Add the queries that begin the batch's transaction and lock `projects`, ascending. */
struct begin_results begin_ask(struct batch *batch, const GArray *projects, struct pg_queue *queue);

/* Take their results, the time among them.  Returns 0 or a pg error. */
int begin_take(struct batch *batch, struct begin_results places, struct pg_result *const *results);

/* Ask whether there is anything for adopt_recent() (adopt.h): one boolean. */
void begin_ask_unadopted(struct pg_queue *queue);

#endif
