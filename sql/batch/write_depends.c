/*
 * write_depends - dependencies between series (schema 0048); see write.h
 *
 * They follow from the Depends-on lines, which are stored in patchmda.depend, from the series of
 * both ends, and from canonical order. Where mail came out of order, the dependencies that follow
 * from the lines are deleted before anything changes and inserted again afterwards.
 */
#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/pg/copy.h"
#include "sql/batch/statements.h"
#include "sql/batch/write.h"

static const struct series *series_of(const struct item *item)
{
	return item->grouped_in != NULL ? item->grouped_in : item->stored_grouped_in;
}

static void copy_depends(struct pg_copy *copy, const struct item *item,
			 const struct depends *depends)
{
	pg_copy_row(copy);
	pg_copy_char(copy, item->kind == ITEM_PATCH ? 'p' : 'c');
	pg_copy_int(copy, item->id);
	pg_copy_int(copy, item->project_id);
	pg_copy_int(copy, series_of(item)->id);
	if (depends->kind == DEPENDS_ON_SERIES) {
		pg_copy_null(copy);
		pg_copy_int(copy, depends->series_id);
	} else {
		pg_copy_text(copy, depends->msgid);
		pg_copy_null(copy);
	}
}

int write_depends(struct batch *batch)
{
	const GPtrArray *items = workset_items(batch->workset);
	struct pg_copy copy;

	if (!catalog_has_dependencies(batch->catalog))
		return 0;
	pg_copy_begin(&copy, batch->pg, sql_copy_depends, 6);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (!item->is_new || series_of(item) == NULL)
			continue;
		for (size_t k = 0; k < item->message->submission->depends_count; k++)
			copy_depends(&copy, item, &item->message->submission->depends[k]);
	}
	return pg_copy_end(&copy);
}

/* A stored item whose component was regrouped. */
static bool is_replaced(const struct item *item)
{
	return item->has_position && !item->is_new;
}

static bool has_replaced(const struct batch *batch)
{
	const GPtrArray *items = workset_items(batch->workset);

	for (guint i = 0; i < items->len; i++)
		if (is_replaced(items->pdata[i]))
			return true;
	return false;
}

static bool has_depends(const struct batch *batch)
{
	const GPtrArray *items = workset_items(batch->workset);

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (item->is_new && item->message->submission->depends_count > 0)
			return true;
	}
	return false;
}

/* The parameters of an item with which each statement here begins. */
static void add_item(GArray *kinds, GArray *ids, const struct item *item)
{
	add_view(kinds, item->kind == ITEM_PATCH ? VIEW("p") : VIEW("c"));
	add_int(ids, item->id);
}

/*
 * Find the dependencies that regrouped items, with or without new ones, state or form: the series
 * that depends, and the one on which it does.
 */
static int find_dependencies(struct batch *batch, bool with_new, GArray *from, GArray *to)
{
	const GPtrArray *items = workset_items(batch->workset);
	_cleanup_(free_array) GArray *kinds = new_views(), *ids = new_ints(),
				     *projects = new_ints(), *msgids = new_views();
	struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (!item->has_position || (item->is_new && !with_new))
			continue;
		add_item(kinds, ids, item);
		add_int(projects, item->project_id);
		add_view(msgids, item->msgid);
	}
	pg_query_init(&query, sql_find_dependencies);
	pg_param_texts(&query, kinds);
	pg_param_ints(&query, ids);
	pg_param_ints(&query, projects);
	pg_param_texts(&query, msgids);
	r = pg_run(batch->pg, &query, &result);
	for (int row = 0; r == 0 && row < pg_rows(result); row++) {
		add_int(from, pg_int(result, row, 0));
		add_int(to, pg_int(result, row, 1));
	}
	pg_result_free(result);
	return r;
}

/* Delete or insert the dependencies of regrouped items, with or without new ones. */
static int change_dependencies(struct batch *batch, const char *sql, bool with_new)
{
	_cleanup_(free_array) GArray *from = new_ints(), *to = new_ints();
	struct pg_query query;
	int r = find_dependencies(batch, with_new, from, to);

	if (r != 0 || from->len == 0)
		return r;
	pg_query_init(&query, sql);
	pg_param_ints(&query, from);
	pg_param_ints(&query, to);
	return pg_run(batch->pg, &query, NULL);
}

/* List the series that are deleted, and the series of their first messages; 0 if there is none. */
static void list_gone(const struct batch *batch, GArray *gone, GArray *heirs)
{
	const GPtrArray *all = workset_series(batch->workset);

	for (guint i = 0; i < all->len; i++) {
		const struct series *series = all->pdata[i];

		if (!series->is_gone)
			continue;
		add_int(gone, series->id);
		add_int(heirs, series->heir != NULL ? series->heir->id : 0);
	}
}

/* Dependencies of a series that is deleted pass to its heir. */
static int inherit_dependencies(struct batch *batch)
{
	_cleanup_(free_array) GArray *gone = new_ints(), *heirs = new_ints();
	struct pg_queue queue = { .count = 0 };
	static const char *const sql[] = { sql_inherit_dependencies, sql_update_depends_on_series };

	list_gone(batch, gone, heirs);
	for (size_t i = 0; gone->len > 0 && i < G_N_ELEMENTS(sql); i++) {
		struct pg_query *query = pg_queue_add(&queue, sql[i]);

		pg_param_ints(query, gone);
		pg_param_ints(query, heirs);
	}
	return pg_run_queue(batch->pg, &queue, NULL);
}

/*
 * The dependencies that will be inserted again are deleted as long as patches have their series.
 * Then only those are left that patchmda did not create.
 */
int write_old_dependencies(struct batch *batch)
{
	int r = 0;

	if (!catalog_has_dependencies(batch->catalog))
		return 0;
	if (has_replaced(batch))
		r = change_dependencies(batch, sql_delete_dependencies, false);
	return r == 0 ? inherit_dependencies(batch) : r;
}

static void queue_positions(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *items = workset_items(batch->workset);
	_cleanup_(free_array) GArray *kinds = new_views(), *ids = new_ints(),
				     *dates = new_bigints(), *msgids = new_views(),
				     *by = new_ints();
	struct pg_query *query;

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (!is_replaced(item))
			continue;
		add_item(kinds, ids, item);
		add_bigint(dates, item->anchor != NULL ? item->anchor->date : 0);
		add_view(msgids, item->anchor != NULL ? item->anchor->msgid : (struct view){ 0 });
		add_int(by, (int32_t)item->offset);
	}
	query = pg_queue_add(queue, sql_update_positions);
	pg_param_texts(query, kinds);
	pg_param_ints(query, ids);
	pg_param_bigints(query, dates);
	pg_param_texts(query, msgids);
	pg_param_ints(query, by);
}

/* Update the series of items that depend on another. */
static void queue_grouped_in(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *items = workset_items(batch->workset);
	_cleanup_(free_array) GArray *kinds = new_views(), *ids = new_ints(), *series = new_ints();
	struct pg_query *query;

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (!is_replaced(item) || item->grouped_in == NULL)
			continue;
		add_item(kinds, ids, item);
		add_int(series, item->grouped_in->id);
	}
	query = pg_queue_add(queue, sql_update_depends);
	pg_param_texts(query, kinds);
	pg_param_ints(query, ids);
	pg_param_ints(query, series);
}

/* Update what is stored of the regrouped items, from which their dependencies follow. */
static int write_replaced(struct batch *batch)
{
	struct pg_queue queue = { .count = 0 };

	if (!has_replaced(batch))
		return 0;
	queue_positions(batch, &queue);
	if (catalog_has_dependencies(batch->catalog))
		queue_grouped_in(batch, &queue);
	return pg_run_queue(batch->pg, &queue, NULL);
}

int write_dependencies(struct batch *batch)
{
	int r = write_replaced(batch);

	if (r != 0 || !catalog_has_dependencies(batch->catalog))
		return r;
	if (has_replaced(batch) || batch->has_dependents || has_depends(batch))
		return change_dependencies(batch, sql_insert_dependencies, true);
	return 0;
}
