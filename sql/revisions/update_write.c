/* update_write - writes the decisions; see update_private.h */
#include "parser/cleanup.h"
#include "sql/revisions/row.h"
#include "sql/revisions/statements.h"
#include "sql/revisions/update_private.h"

/* ---- rows of changed series */

static void add_old_refs(const struct revision *stored, GArray *projects, GArray *refs,
			 GArray *series)
{
	for (size_t i = 0; i < stored->link_count + stored->ref_count; i++) {
		struct view ref = i < stored->link_count ? stored->links[i]
							 : stored->refs[i - stored->link_count];

		g_array_append_val(projects, stored->project_id);
		g_array_append_val(refs, ref);
		g_array_append_val(series, stored->series_id);
	}
}

static void queue_old_rows(const struct update *update, struct pg_queue *queue)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t)),
			  projects = g_array_new(FALSE, FALSE, sizeof(int32_t)),
			  refs = g_array_new(FALSE, FALSE, sizeof(struct view)),
			  series = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct pg_query *query;

	for (guint i = 0; i < update->changed->len; i++) {
		const struct known *known = update->changed->pdata[i];

		if (known->stored.series_id == 0)
			continue;
		g_array_append_val(ids, known->stored.series_id);
		add_old_refs(&known->stored, projects, refs, series);
	}
	if (ids->len > 0)
		pg_param_ints(pg_queue_add(queue, sql_revisions_delete), ids);
	if (refs->len == 0)
		return;
	query = pg_queue_add(queue, sql_revisions_delete_refs);
	pg_param_ints(query, projects);
	pg_param_texts(query, refs);
	pg_param_ints(query, series);
}

static int copy_rows(const struct update *update)
{
	struct pg_copy copy;

	row_copy_begin(&copy, update->pg);
	for (guint i = 0; i < update->changed->len; i++) {
		const struct known *known = update->changed->pdata[i];

		if (known->facts != NULL)
			row_copy(&copy, known->facts, known->new_previous_id, known->new_rule);
	}
	return pg_copy_end(&copy);
}

static int copy_refs(const struct update *update)
{
	struct pg_copy copy;

	row_copy_refs_begin(&copy, update->pg);
	for (guint i = 0; i < update->changed->len; i++) {
		const struct known *known = update->changed->pdata[i];

		if (known->facts != NULL)
			row_copy_refs(&copy, &known->revision);
	}
	return pg_copy_end(&copy);
}

/* ---- rows of series that are decided again */

static void queue_affected(const struct update *update, struct pg_queue *queue)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t)),
			  previous = g_array_new(FALSE, FALSE, sizeof(int32_t)),
			  rules = g_array_new(FALSE, FALSE, sizeof(struct view));
	struct pg_query *query;

	for (guint i = 0; i < update->affected->len; i++) {
		const struct known *known = update->affected->pdata[i];
		struct view rule = view_str(revision_rule_name(known->new_rule));

		if (known->new_previous_id == known->previous_id && known->new_rule == known->rule)
			continue;
		g_array_append_val(ids, known->revision.series_id);
		g_array_append_val(previous, known->new_previous_id);
		g_array_append_val(rules, rule);
	}
	if (ids->len == 0)
		return;
	query = pg_queue_add(queue, sql_revisions_set);
	pg_param_ints(query, ids);
	pg_param_ints(query, previous);
	pg_param_texts(query, rules);
}

static int run_queue(struct pg *pg, struct pg_queue *queue)
{
	struct pg_result *results[PG_QUEUE_MAX];
	int r = queue->count > 0 ? pg_run_all(pg, queue->queries, queue->count, results) : 0;

	for (size_t i = 0; i < queue->count; i++) {
		pg_query_done(&queue->queries[i]);
		if (r == 0)
			pg_result_free(results[i]);
	}
	return r;
}

int update_write(struct update *update)
{
	struct pg_queue queue = { .count = 0 };
	int r;

	queue_old_rows(update, &queue);
	queue_affected(update, &queue);
	r = run_queue(update->pg, &queue);
	if (r == 0)
		r = copy_rows(update);
	return r == 0 ? copy_refs(update) : r;
}
