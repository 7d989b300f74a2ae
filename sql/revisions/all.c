/* all - the revisions of all stored series; see all.h */
#include "sql/revisions/all.h"

#include <errno.h>

#include "parser/cleanup.h"
#include "sql/catalog.h"
#include "sql/batch/batch.h"
#include "sql/batch/statements.h"
#include "sql/revisions/effects.h"
#include "sql/revisions/patch_files.h"
#include "sql/revisions/statements.h"
#include "sql/revisions/update.h"
#include "sql/transaction.h"

/* Series of one transaction. */
#define CHUNK_SERIES 500

/* A transaction is repeated this often while users change its patches. */
#define TRIES_MAX 10

struct project_run {
	struct pg *pg;
	const struct revisions_request *request;
	int32_t project_id;
	int32_t after; /* the last series that was updated */
	bool is_last;
	int64_t changed;
	size_t patches; /* whose relation or state was changed */
};

static int begin(struct pg *pg, const char *time_zone)
{
	struct pg_queue queue = { .count = 0 };

	transaction_ask(pg, &queue);
	pg_param_text(pg_queue_add(&queue, sql_time_zone), view_str(time_zone));
	return pg_run_queue(pg, &queue, NULL);
}

static int lock(struct project_run *run)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct pg_query query;

	g_array_append_val(ids, run->project_id);
	pg_query_init(&query, sql_lock_projects);
	pg_param_ints(&query, ids);
	return pg_run(run->pg, &query, NULL);
}

/* ---- series, some at a time */

static int list_changes(struct project_run *run, GArray *changes)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *rows = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_revisions_series);
	pg_param_int(&query, run->project_id);
	pg_param_int(&query, run->after);
	pg_param_int(&query, CHUNK_SERIES);
	r = pg_run(run->pg, &query, &rows);
	for (int i = 0; r == 0 && i < pg_rows(rows); i++) {
		struct revisions_change change = { .series_id = pg_int(rows, i, 0) };

		g_array_append_val(changes, change);
		run->after = change.series_id;
	}
	run->is_last = changes->len < CHUNK_SERIES;
	return r;
}

static int update_some(struct project_run *run)
{
	g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(struct revisions_change));
	struct revisions_result result;
	int r = lock(run);

	if (r == 0)
		r = list_changes(run, changes);
	if (r != 0 || changes->len == 0)
		return r;
	r = revisions_update(run->pg, changes, &result);
	if (r != 0)
		return r;
	run->changed += (int64_t)result.changed;
	r = effects_apply(run->pg, result.chains, &run->patches);
	g_array_unref(result.chains);
	return r;
}

/* Begin a transaction; all of a dry run is one. */
static int begin_some(const struct project_run *run)
{
	if (run->request->is_dry)
		return pg_script(run->pg, "savepoint series");
	return begin(run->pg, run->request->time_zone);
}

static int undo_some(const struct project_run *run)
{
	if (run->request->is_dry)
		return pg_script(run->pg, "rollback to savepoint series");
	pg_rollback(run->pg);
	return 0;
}

/* Update the next series, again if a user has changed one of their patches meanwhile. */
static int update_next(struct project_run *run)
{
	const struct project_run before = *run;
	int r = begin_some(run);

	if (r == 0)
		r = update_some(run);
	for (int tries = 1; r == -EAGAIN && tries < TRIES_MAX; tries++) {
		r = undo_some(run);
		batch_pause(tries);
		*run = before;
		if (r == 0)
			r = begin_some(run);
		if (r == 0)
			r = update_some(run);
	}
	return r == 0 && !run->request->is_dry ? pg_commit(run->pg) : r;
}

static int update_project(struct project_run *run)
{
	int r = 0;

	while (r == 0 && !run->is_last)
		r = update_next(run);
	return r;
}

/* ---- projects */

static int count(struct project_run *run, struct revisions_counts *counts)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *row = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_revisions_count);
	pg_param_int(&query, run->project_id);
	r = pg_run(run->pg, &query, &row);
	if (r != 0)
		return r;
	counts->series = pg_bigint(row, 0, 0);
	counts->later = pg_bigint(row, 0, 1);
	counts->linked = pg_bigint(row, 0, 2);
	counts->changed = run->changed;
	counts->patches = (int64_t)run->patches;
	return 0;
}

static int do_project(struct pg *pg, const struct revisions_request *request,
		      const struct pg_result *projects, int row,
		      struct revisions_counts *ret_counts)
{
	struct project_run run = { .pg = pg,
				   .request = request,
				   .project_id = pg_int(projects, row, 0) };
	struct revisions_counts counts = { .project = pg_text(projects, row, 1) };
	int r = 0;

	counts.is_off = revisions_level_named(pg_text(projects, row, 2)) == REVISIONS_OFF;
	if (!counts.is_off)
		r = update_project(&run);
	if (r == 0 && !counts.is_off)
		r = count(&run, &counts);
	*ret_counts = counts;
	return r;
}

static int do_projects(struct pg *pg, const struct revisions_request *request,
		       void (*report)(const struct revisions_counts *counts))
{
	_cleanup_(pg_result_free_ptr) struct pg_result *projects = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_revisions_projects);
	pg_param_text(&query, view_str(request->project));
	r = pg_run(pg, &query, &projects);
	if (r == 0 && request->project != NULL && pg_rows(projects) == 0)
		return -ENOENT;
	for (int i = 0; r == 0 && i < pg_rows(projects); i++) {
		struct revisions_counts counts;

		r = do_project(pg, request, projects, i, &counts);
		if (r == 0)
			report(&counts);
	}
	return r;
}

int revisions_all(struct pg *pg, const struct revisions_request *request,
		  void (*report)(const struct revisions_counts *counts))
{
	int r = request->is_dry ? begin(pg, request->time_zone) : 0;

	if (r == 0)
		r = patch_files_update(pg, request->is_dry);
	if (r == 0)
		r = do_projects(pg, request, report);
	if (r != 0 || request->is_dry)
		pg_rollback(pg);
	return r;
}
