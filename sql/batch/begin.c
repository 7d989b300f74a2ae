/* begin - settings, locks and the time; see begin.h */
#include "sql/batch/begin.h"

#include <string.h>

#include "sql/pg/connection.h"
#include "sql/batch/statements.h"
#include "sql/transaction.h"

static void ask_zone(const struct batch *batch, struct pg_queue *queue)
{
	const char *zone = batch_time_zone(batch);

	if (strcmp(zone, "UTC") == 0)
		(void)pg_queue_add(queue, sql_utc);
	else
		pg_param_text(pg_queue_add(queue, sql_time_zone), view_str(zone));
}

static void ask_locks(const GArray *projects, struct pg_queue *queue)
{
	pg_param_ints(pg_queue_add(queue, sql_lock_projects), projects);
}

struct begin_results begin_ask(struct batch *batch, const GArray *projects, struct pg_queue *queue)
{
	static const char *const series_locks[] = {
		[SERIES_LOCKED] = sql_lock_series,
		[SERIES_INSERTS_LOCKED] = sql_lock_series_inserts,
	};
	const struct store_options *options = batch->options;
	struct begin_results answers;

	transaction_ask(batch->pg, queue);
	(void)pg_queue_add(queue, sql_warnings);
	(void)pg_queue_add(queue, sql_generic_plans);
	ask_zone(batch, queue);
	answers.durability = queue->count;
	(void)pg_queue_add(queue, options->is_relaxed ? sql_relaxed : sql_durability);
	if (batch->compression != NULL)
		pg_param_text(pg_queue_add(queue, sql_compression), view_str(batch->compression));
	ask_locks(projects, queue);
	if (batch->series_lock != SERIES_FREE)
		(void)pg_queue_add(queue, series_locks[batch->series_lock]);
	answers.now = queue->count;
	(void)pg_queue_add(queue, sql_now);
	transaction_notify(queue);
	return answers;
}

int begin_take(struct batch *batch, struct begin_results answers, struct pg_result *const *results)
{
	batch->now_usecs = pg_time(results[answers.now], 0, 0);
	if (!batch->options->is_relaxed &&
	    view_eq(pg_text(results[answers.durability], 0, 0), VIEW("off")))
		return pg_script(batch->pg, sql_durable);
	return 0;
}

void begin_ask_unadopted(struct pg_queue *queue)
{
	pg_param_int(pg_queue_add(queue, sql_unadopted), ADOPT_OVERLAP_IDS);
}
