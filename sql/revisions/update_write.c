/* update_write - writes the decisions; see update_private.h */
#include "parser/cleanup.h"
#include "sql/revisions/row.h"
#include "sql/revisions/statements.h"
#include "sql/revisions/update_private.h"

/* ---- rows of changed series */

/* The row of a changed series; without one its `series_id` is 0, and it has no refs and signers. */
static const struct revision *stored_of(const struct update *update, guint i)
{
	return &((const struct known *)update->changed->pdata[i])->stored;
}

static void queue_old_refs(const struct update *update, struct pg_queue *queue)
{
	g_autoptr(GArray) projects = g_array_new(FALSE, FALSE, sizeof(int32_t)),
			  refs = g_array_new(FALSE, FALSE, sizeof(struct view)),
			  series = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct pg_query *query;

	for (guint i = 0; i < update->changed->len; i++) {
		const struct revision *stored = stored_of(update, i);
		size_t count = stored->link_count + stored->ref_count;

		for (size_t k = 0; k < count; k++) {
			struct view ref = k < stored->link_count
						  ? stored->links[k]
						  : stored->refs[k - stored->link_count];

			g_array_append_val(projects, stored->project_id);
			g_array_append_val(refs, ref);
			g_array_append_val(series, stored->series_id);
		}
	}
	if (refs->len == 0)
		return;
	query = pg_queue_add(queue, sql_revisions_delete_refs);
	pg_param_ints(query, projects);
	pg_param_texts(query, refs);
	pg_param_ints(query, series);
}

static void queue_old_signers(const struct update *update, struct pg_queue *queue)
{
	g_autoptr(GArray) signers = g_array_new(FALSE, FALSE, sizeof(int64_t)),
			  projects = g_array_new(FALSE, FALSE, sizeof(int32_t)),
			  dates = g_array_new(FALSE, FALSE, sizeof(int64_t)),
			  series = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct pg_query *query;

	for (guint i = 0; i < update->changed->len; i++) {
		const struct revision *stored = stored_of(update, i);

		for (size_t k = 0; revision_may_take_over(stored) && k < stored->signers.count;
		     k++) {
			g_array_append_val(signers, stored->signers.items[k]);
			g_array_append_val(projects, stored->project_id);
			g_array_append_val(dates, stored->date);
			g_array_append_val(series, stored->series_id);
		}
	}
	if (signers->len == 0)
		return;
	query = pg_queue_add(queue, sql_revisions_delete_signers);
	pg_param_bigints(query, signers);
	pg_param_ints(query, projects);
	pg_param_bigints(query, dates);
	pg_param_ints(query, series);
}

static void queue_old_rows(const struct update *update, struct pg_queue *queue)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));

	for (guint i = 0; i < update->changed->len; i++) {
		const struct revision *stored = stored_of(update, i);

		if (stored->series_id != 0)
			g_array_append_val(ids, stored->series_id);
	}
	if (ids->len == 0)
		return;
	pg_param_ints(pg_queue_add(queue, sql_revisions_delete), ids);
	queue_old_refs(update, queue);
	queue_old_signers(update, queue);
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

static int copy_signers(const struct update *update)
{
	struct pg_copy copy;

	row_copy_signers_begin(&copy, update->pg);
	for (guint i = 0; i < update->changed->len; i++) {
		const struct known *known = update->changed->pdata[i];

		if (known->facts != NULL)
			row_copy_signers(&copy, &known->revision);
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

int update_write(struct update *update)
{
	struct pg_queue queue = { .count = 0 };
	int r;

	queue_old_rows(update, &queue);
	queue_affected(update, &queue);
	r = pg_run_queue(update->pg, &queue, NULL);
	if (r == 0)
		r = copy_rows(update);
	if (r == 0)
		r = copy_refs(update);
	return r == 0 ? copy_signers(update) : r;
}
