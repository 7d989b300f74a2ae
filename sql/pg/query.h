/*
 * query - statements with parameters, several in one round trip
 *
 * Parameters and results are in binary format.  Several queries use libpq's pipeline mode.
 */
#ifndef SQL_PG_QUERY_H
#define SQL_PG_QUERY_H

#include <stddef.h>

#include "sql/pg/connection.h"
#include "sql/pg/result.h"

#define PG_PARAMS_MAX 24

/* Takes rows of a query, which are freed after that. */
typedef void pg_take_rows(void *context, const struct pg_result *rows);

struct pg_query {
	const char *sql;
	bool is_unprepared;     /* never prepared: each run needs its own plan */
	const char *name;       /* of the prepared statement; set by a run, which may prepare it */
	bool is_prepared_first; /* by this run */
	int count;
	uint32_t types[PG_PARAMS_MAX];
	GByteArray *values;         /* all parameters, concatenated */
	int offsets[PG_PARAMS_MAX]; /* -1 is null */
	int lengths[PG_PARAMS_MAX];
	pg_take_rows *take; /* NULL: the result has the rows */
	void *context;      /* of that */
};

void pg_query_init(struct pg_query *query, const char *sql);
void pg_query_done(struct pg_query *query);

void pg_param_int(struct pg_query *query, int32_t value);
void pg_param_bigint(struct pg_query *query, int64_t value);
void pg_param_null_bigint(struct pg_query *query);
/* The absent view is null. */
void pg_param_text(struct pg_query *query, struct view value);
void pg_param_bytes(struct pg_query *query, struct view value);

/* Make the parameter that was added last null. */
void pg_param_null(struct pg_query *query);

/* Arrays: the elements are int32_t, int64_t or struct view. */
void pg_param_ints(struct pg_query *query, const GArray *int32s);
void pg_param_bigints(struct pg_query *query, const GArray *int64s);
void pg_param_texts(struct pg_query *query, const GArray *views);

/* An array of texts, char *. */
void pg_param_strings(struct pg_query *query, const GPtrArray *strings);

/*
 * Pass the rows to `take` as they are received, so that they are never in memory together; the
 * result has none.  If the run fails, some may have been passed.
 */
void pg_take_each(struct pg_query *query, pg_take_rows *take, void *context);

/*
 * Run `count` queries in order, in one round trip.  After an error the rest are not run.  If 0 is
 * returned, all results are set, and the caller frees them.
 */
int pg_run_all(struct pg *pg, struct pg_query *queries, size_t count,
	       struct pg_result **ret_results);

/* Queries to be run together. */
#define PG_QUEUE_MAX 32

struct pg_queue {
	struct pg_query queries[PG_QUEUE_MAX];
	size_t count;
};

/* Add a query; the caller adds its parameters. */
struct pg_query *pg_queue_add(struct pg_queue *queue, const char *sql);

/*
 * Run the queries of a queue as pg_run_all() does, and free them.  An empty queue is not sent.
 * `ret_results` has room for one result of each query; NULL: the results are freed.  After an error
 * they are NULL.
 */
int pg_run_queue(struct pg *pg, struct pg_queue *queue, struct pg_result **ret_results);

/*
 * Run a query together with the next run on this connection, before the others of that run, in the
 * same round trip.  That run returns its errors; otherwise it sets *ret_result, which must be NULL
 * before.  The caller frees the query after pg_end_ahead(); at most one can be ahead.
 */
void pg_run_ahead(struct pg *pg, struct pg_query *query, struct pg_result **ret_result);

/* Forget a query that is ahead, if there was no run. */
void pg_end_ahead(struct pg *pg);

/* Run a query, and free it.  `ret_result` may be NULL. */
int pg_run(struct pg *pg, struct pg_query *query, struct pg_result **ret_result);

/* Run a query, and get the number in the first column of the first row: 0 if there is no row. */
int pg_run_bigint(struct pg *pg, struct pg_query *query, int64_t *ret_number);
int pg_run_int(struct pg *pg, struct pg_query *query, int32_t *ret_number);

#endif
