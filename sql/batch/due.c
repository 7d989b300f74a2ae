/* due - incomplete versions that have become an hour old; see due.h */
#include "sql/batch/due.h"

#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/batch/statements.h"
#include "sql/revisions/effects.h"
#include "sql/revisions/statements.h"
#include "sql/transaction.h"

/* Look for series from here to there: seconds since 1970. */
struct window {
	int64_t since, until;
};

static int read_window(struct pg *pg, struct window *ret_window)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *row = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_due_window);
	r = pg_run(pg, &query, &row);
	if (r == 0)
		*ret_window = (struct window){ pg_bigint(row, 0, 0), pg_bigint(row, 0, 1) };
	return r;
}

static int read_series(struct pg *pg, const struct window *window, GArray *series, GArray *projects)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *rows = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_due_series);
	pg_param_bigint(&query, window->since);
	pg_param_bigint(&query, window->until);
	r = pg_run(pg, &query, &rows);
	for (int i = 0; r == 0 && i < pg_rows(rows); i++) {
		int32_t id = pg_int(rows, i, 0), project_id = pg_int(rows, i, 1);

		g_array_append_val(series, id);
		g_array_append_val(projects, project_id);
	}
	batch_sort_ints(projects);
	return r;
}

static int begin(struct pg *pg, const char *time_zone, const GArray *projects)
{
	struct pg_queue queue = { .count = 0 };

	transaction_ask(pg, &queue);
	pg_param_text(pg_queue_add(&queue, sql_time_zone), view_str(time_zone));
	pg_param_ints(pg_queue_add(&queue, sql_lock_projects), projects);
	transaction_notify(&queue);
	return pg_run_queue(pg, &queue, NULL);
}

static int note(struct pg *pg, const struct window *window)
{
	struct pg_query query;

	pg_query_init(&query, sql_due_note);
	pg_param_bigint(&query, window->until);
	return pg_run(pg, &query, NULL);
}

int due_apply(struct pg *pg, const char *time_zone)
{
	g_autoptr(GArray) series = g_array_new(FALSE, FALSE, sizeof(int32_t)),
			  projects = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct window window;
	size_t changed = 0;
	int r = read_window(pg, &window);

	if (r == 0)
		r = read_series(pg, &window, series, projects);
	if (r != 0)
		return r;
	r = begin(pg, time_zone, projects);
	if (r == 0 && series->len > 0)
		r = effects_apply(pg, series, &changed);
	if (r == 0)
		r = note(pg, &window);
	if (r == 0)
		r = pg_commit(pg);
	if (r != 0)
		pg_rollback(pg);
	return r;
}
