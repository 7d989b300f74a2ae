/* commits_write - writes the changes of a batch in one transaction; see private.h */
#include <errno.h>

#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/batch/statements.h"
#include "sql/commits/private.h"
#include "sql/commits/statements.h"
#include "sql/revisions/effects.h"
#include "sql/transaction.h"

void commits_change_patch(struct commits *c, const struct commit *commit,
			  struct commits_outcome *outcome)
{
	struct commit_patch *patch =
		g_hash_table_lookup(c->patches, GINT_TO_POINTER(outcome->patch->id));
	struct commits_change change = { .patch_id = patch->id,
					 .project_id = patch->project_id,
					 .old_state_id = patch->state_id,
					 .new_state_id = patch->state_id };

	outcome->old_state = patch->state;
	outcome->changes = commit_changes(patch, c->state_id, c->request.is_forced);
	if (outcome->changes == 0)
		return;
	if ((outcome->changes & COMMIT_SETS_STATE) != 0) {
		change.new_state_id = c->state_id;
		patch->state_id = c->state_id;
		patch->state = view_str(c->state);
	}
	if ((outcome->changes & COMMIT_SETS_REF) != 0) {
		change.commit_ref = commit->id;
		patch->commit_ref = commit->id;
	}
	g_array_append_val(c->changes, change);
}

static gint compare_changes(gconstpointer a, gconstpointer b)
{
	const struct commits_change *x = a, *y = b;

	return (x->patch_id > y->patch_id) - (x->patch_id < y->patch_id);
}

/* The projects of the changes, in the order in which all transactions take the locks. */
static GArray *changed_projects(const struct commits *c)
{
	GArray *projects = new_ints();

	for (guint i = 0; i < c->changes->len; i++)
		add_int(projects, g_array_index(c->changes, struct commits_change, i).project_id);
	batch_sort_ints(projects);
	return projects;
}

static void add_update(const struct commits *c, struct pg_queue *queue)
{
	_cleanup_(free_array) GArray *ids = new_ints(), *olds = new_ints(), *news = new_ints(),
				     *refs = new_views();
	struct pg_query *query = pg_queue_add(queue, sql_commits_update);

	for (guint i = 0; i < c->changes->len; i++) {
		const struct commits_change *change =
			&g_array_index(c->changes, struct commits_change, i);

		add_int(ids, change->patch_id);
		add_int(olds, change->old_state_id);
		add_int(news, change->new_state_id);
		add_view(refs, change->commit_ref);
	}
	pg_param_ints(query, ids);
	pg_param_ints(query, olds);
	pg_param_ints(query, news);
	pg_param_texts(query, refs);
}

/* Add a statement for the changes of a state: patches, their projects, states before. */
static void add_changed_states(const struct commits *c, struct pg_queue *queue, const char *sql)
{
	_cleanup_(free_array) GArray *ids = new_ints(), *projects = new_ints(), *olds = new_ints();
	struct pg_query *query = pg_queue_add(queue, sql);

	for (guint i = 0; i < c->changes->len; i++) {
		const struct commits_change *change =
			&g_array_index(c->changes, struct commits_change, i);

		if (change->old_state_id == change->new_state_id)
			continue;
		add_int(ids, change->patch_id);
		add_int(projects, change->project_id);
		add_int(olds, change->old_state_id);
	}
	pg_param_ints(query, ids);
	pg_param_ints(query, projects);
	pg_param_ints(query, olds);
	pg_param_int(query, c->state_id);
	pg_param_int(query, c->actor_id);
	pg_param_text(query, view_str(c->request.time_zone));
}

/* Returns -EAGAIN if a patch was changed after it was loaded. */
static int run_changes(struct commits *c, struct pg_queue *queue, size_t update)
{
	struct pg_result *results[PG_QUEUE_MAX];
	int r = pg_run_queue(c->pg, queue, results);

	if (r == 0 && pg_rows(results[update]) != (int)c->changes->len)
		r = -EAGAIN;
	pg_results_free(results, queue->count);
	return r;
}

/* Other versions of the patches, in projects that supersede older versions. */
static int supersede_others(struct commits *c)
{
	_cleanup_(free_array) GArray *ids = new_ints();

	for (guint i = 0; i < c->changes->len; i++)
		add_int(ids, g_array_index(c->changes, struct commits_change, i).patch_id);
	return effects_apply_commits(c->pg, ids, c->actor_id);
}

int commits_write(struct commits *c)
{
	g_autoptr(GArray) projects = changed_projects(c);
	struct pg_queue queue = { .count = 0 };
	size_t update;
	int r;

	g_array_sort(c->changes, compare_changes);
	transaction_ask(c->pg, &queue);
	(void)pg_queue_add(&queue, sql_warnings);
	pg_param_text(pg_queue_add(&queue, sql_time_zone), view_str(c->request.time_zone));
	pg_param_ints(pg_queue_add(&queue, sql_lock_projects), projects);
	update = queue.count;
	add_update(c, &queue);
	add_changed_states(c, &queue, sql_commits_events);
	if (c->has_notifications) {
		add_changed_states(c, &queue, sql_commits_notify);
		add_changed_states(c, &queue, sql_commits_notify_no_more);
	}
	transaction_notify(&queue);
	r = run_changes(c, &queue, update);
	if (r == 0)
		r = supersede_others(c);
	if (r == 0)
		r = pg_commit(c->pg);
	if (r != 0)
		pg_rollback(c->pg);
	return r;
}
