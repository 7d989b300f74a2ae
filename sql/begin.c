/* begin - settings, locks and the time; see begin.h */
#include "sql/begin.h"

#include <string.h>

#include "sql/pg.h"
#include "sql/statements.h"

enum {
	BEGIN,
	PATIENCE,
	SETTINGS,
	ZONE = SETTINGS + 6,
	DURABILITY,
	COMPRESSION,
	LOCK,
	SERIES,
	NOW
};
_Static_assert(NOW + 1 == BEGIN_QUERIES, "a place for each");

/* A command takes no parameters, so the number stands in its text. */
static void ask_patience(struct batch *batch, struct pg_query *query)
{
	(void)g_snprintf(batch->set_lock_timeout, sizeof(batch->set_lock_timeout),
			 "set local lock_timeout = '%ds'",
			 batch->options->lock_timeout_secs);
	pg_query_init(query, batch->set_lock_timeout);
}

static void ask_zone(const struct store_options *options, struct pg_query *query)
{
	const char *zone = options->time_zone;

	if (zone == NULL || strcmp(zone, "UTC") == 0) {
		pg_query_init(query, sql_utc);
	} else {
		pg_query_init(query, sql_time_zone);
		pg_param_text(query, view_str(zone));
	}
}

/* Where the server's own is kept there is nothing to set. */
static void ask_compression(const struct batch *batch, struct pg_query *query)
{
	pg_query_init(query,
		      batch->compression != NULL ? sql_compression : sql_nothing);
	if (batch->compression != NULL)
		pg_param_text(query, view_str(batch->compression));
}

static void ask_locks(const GArray *projects, struct pg_query *query)
{
	if (projects->len == 1) {
		pg_query_init(query, sql_lock_project);
		pg_param_int(query, g_array_index(projects, int32_t, 0));
	} else {
		pg_query_init(query, sql_lock_projects);
		pg_param_ints(query, projects);
	}
}

void begin_ask(struct batch *batch, const GArray *projects,
	       struct pg_query queries[BEGIN_QUERIES])
{
	static const char *const settings[ZONE - SETTINGS] = {
		sql_no_jit,       sql_no_seqscan, sql_idle_limit,
		sql_client_check, sql_warnings,   sql_generic_plans
	};
	static const char *const series_locks[] = {
		[SERIES_FREE] = sql_nothing,
		[SERIES_LOCKED] = sql_lock_series,
		[SERIES_INSERTS_LOCKED] = sql_lock_series_inserts,
	};
	const struct store_options *options = batch->options;

	pg_query_init(&queries[BEGIN], sql_begin);
	ask_patience(batch, &queries[PATIENCE]);
	for (int i = 0; i < ZONE - SETTINGS; i++)
		pg_query_init(&queries[SETTINGS + i], settings[i]);
	ask_zone(options, &queries[ZONE]);
	pg_query_init(&queries[DURABILITY],
		      options->is_relaxed ? sql_relaxed : sql_durability);
	ask_compression(batch, &queries[COMPRESSION]);
	ask_locks(projects, &queries[LOCK]);
	pg_query_init(&queries[SERIES], series_locks[batch->series_lock]);
	pg_query_init(&queries[NOW], sql_now);
}

int begin_take(struct batch *batch, struct pg_result *const results[BEGIN_QUERIES])
{
	batch->now_usecs = pg_time(results[NOW], 0, 0);
	if (!batch->options->is_relaxed &&
	    view_eq(pg_text(results[DURABILITY], 0, 0), VIEW("off")))
		return pg_script(batch->pg, sql_durable);
	return 0;
}
