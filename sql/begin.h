/*
 * begin - how each transaction that writes mail begins: settings, the projects' locks, the time
 *
 * All of it goes in one round trip, together with what the caller asks behind it.
 */
#ifndef SQL_BEGIN_H
#define SQL_BEGIN_H

#include "sql/batch.h"
#include "sql/pg_query.h"
#include "sql/pg_result.h"

#define BEGIN_QUERIES 14

/* The queries that begin the batch's transaction and lock `projects`, ascending. */
void begin_ask(struct batch *batch, const GArray *projects,
	       struct pg_query queries[BEGIN_QUERIES]);

/* Take their results, the time among them.  Returns 0 or what pg.h lists. */
int begin_take(struct batch *batch, struct pg_result *const results[BEGIN_QUERIES]);

#endif
