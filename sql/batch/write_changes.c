/*
 * write_changes - stored rows that have changed; see write.h
 *
 * A component that is regrouped, a comment that moves, a series that gets its cover letter. These
 * are statements with arrays, and rare: mail that comes in order changes a name at most.
 */
#include <errno.h>

#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/batch/statements.h"
#include "sql/batch/write.h"

/* ---- making room */

/* Series that are deleted or have other members now lose their events. */
static void queue_gone_series(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *all = workset_series(batch->workset);
	_cleanup_(free_array) GArray *changed = new_ints(), *covers = new_ints();

	for (guint i = 0; i < all->len; i++) {
		const struct series *series = all->pdata[i];

		if (series->is_gone || (series->replaces != NULL && series->members_changed))
			add_int(changed, series->id);
		if (series->stored_cover != NULL && !series->is_replaced &&
		    (series->is_gone || series->cover != series->stored_cover))
			add_int(covers, series->id);
	}
	batch_queue_ids(queue, sql_clear_series_cover, covers);
	batch_queue_ids(queue, sql_delete_series_events, changed);
}

static void queue_gone_references(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *all = workset_references(batch->workset);
	_cleanup_(free_array) GArray *projects = new_ints(), *msgids = new_views();
	struct pg_query *query;

	for (guint i = 0; i < all->len; i++) {
		const struct series_ref *reference = all->pdata[i];

		if (reference->series != NULL || reference->stored_series == NULL)
			continue;
		add_int(projects, reference->project_id);
		add_view(msgids, reference->msgid);
	}
	if (projects->len == 0)
		return;
	query = pg_queue_add(queue, sql_delete_references);
	pg_param_ints(query, projects);
	pg_param_texts(query, msgids);
}

void queue_room(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *items = workset_items(batch->workset);
	_cleanup_(free_array) GArray *patches = new_ints();

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (is_regrouped(item) && item->stored_series != NULL)
			add_int(patches, item->id);
	}
	batch_queue_ids(queue, sql_clear_patch_series, patches);
	queue_gone_series(batch, queue);
	queue_gone_references(batch, queue);
}

/* ---- stored series */

static int send_series(struct batch *batch, struct pg_query *query, guint count)
{
	struct pg_result *result = NULL;
	int r = pg_run(batch->pg, query, &result);

	/*
	 * If another program has named, completed or deleted one meanwhile, the batch is decided
	 * again.
	 */
	if (r == 0 && (guint)pg_rows(result) != count)
		r = -EAGAIN;
	pg_result_free(result);
	return r;
}

int write_changed_series(struct batch *batch)
{
	const GPtrArray *all = workset_series(batch->workset);
	_cleanup_(free_array) GArray *ids = new_ints(), *names = new_views(), *covers = new_ints(),
				     *dates = new_bigints(), *versions = new_ints(),
				     *totals = new_ints(), *people = new_ints(),
				     *old_names = new_views(), *old_covers = new_ints();
	struct pg_query query;
	int r;

	for (guint i = 0; i < all->len; i++) {
		const struct series *series = all->pdata[i];

		if (series->is_new || !is_changed_series(series))
			continue;
		add_int(ids, series->id);
		add_view(names, series->name);
		add_int(covers, series->cover != NULL ? series->cover->id : 0);
		add_bigint(dates, write_instant(batch, series->date));
		add_int(versions, series->version);
		add_int(totals, series->total);
		add_int(people, series->person->id);
		add_view(old_names, series->stored_name);
		add_int(old_covers, series->stored_cover != NULL ? series->stored_cover->id : 0);
	}
	if (ids->len == 0)
		return 0;
	pg_query_init(&query, sql_update_series);
	pg_param_ints(&query, ids);
	pg_param_texts(&query, names);
	pg_param_ints(&query, covers);
	pg_param_bigints(&query, dates);
	pg_param_ints(&query, versions);
	pg_param_ints(&query, totals);
	pg_param_ints(&query, people);
	pg_param_texts(&query, old_names);
	pg_param_ints(&query, old_covers);
	r = send_series(batch, &query, ids->len);
	pg_query_done(&query);
	return r;
}

/* ---- stored rows */

void queue_gone_series_rows(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *all = workset_series(batch->workset);
	_cleanup_(free_array) GArray *gone = new_ints();

	for (guint i = 0; i < all->len; i++)
		if (((struct series *)all->pdata[i])->is_gone)
			add_int(gone, ((struct series *)all->pdata[i])->id);
	batch_queue_ids(queue, sql_delete_series, gone);
}

void queue_patches(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *items = workset_items(batch->workset);
	_cleanup_(free_array) GArray *ids = new_ints(), *series = new_ints(), *numbers = new_ints();
	struct pg_query *query;

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (!is_regrouped(item) || item->series == NULL)
			continue;
		add_int(ids, item->id);
		add_int(series, item->series->id);
		add_int(numbers, item->number);
	}
	if (ids->len == 0)
		return;
	query = pg_queue_add(queue, sql_set_patch_series);
	pg_param_ints(query, ids);
	pg_param_ints(query, series);
	pg_param_ints(query, numbers);
}

void queue_references(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *all = workset_references(batch->workset);
	_cleanup_(free_array) GArray *projects = new_ints(), *msgids = new_views(),
				     *series = new_ints();
	struct pg_query *query;

	for (guint i = 0; i < all->len; i++) {
		const struct series_ref *reference = all->pdata[i];

		if (reference->series == NULL || reference->stored_series == NULL ||
		    reference->series->id == reference->stored_series->id)
			continue;
		add_int(projects, reference->project_id);
		add_view(msgids, reference->msgid);
		add_int(series, reference->series->id);
	}
	if (projects->len == 0)
		return;
	query = pg_queue_add(queue, sql_update_references);
	pg_param_ints(query, projects);
	pg_param_texts(query, msgids);
	pg_param_ints(query, series);
}

/* Comments that move, by their old and new tables. */
void queue_moves(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *comments = workset_comments(batch->workset);
	static const char *const within[] = { sql_move_patch_comments, sql_move_cover_comments };
	static const char *const across[] = { sql_comments_to_covers, sql_comments_to_patches };
	static const char *const deletes[] = { sql_delete_patch_comments,
					       sql_delete_cover_comments };

	for (int from = ITEM_PATCH; from <= ITEM_COVER; from++) {
		_cleanup_(free_array) GArray *ids = new_ints(), *parents = new_ints(),
					     *old_ids = new_ints(), *new_ids = new_ints(),
					     *new_parents = new_ints(), *none = new_ints();
		struct pg_query *query;

		for (guint i = 0; i < comments->len; i++) {
			const struct comment *comment = comments->pdata[i];

			if (!is_moved_comment(comment) || (int)comment->stored_parent->kind != from)
				continue;
			add_int(changes_table(comment) ? old_ids : ids, comment->id);
			add_int(changes_table(comment) ? new_parents : parents,
				comment->parent->id);
			if (changes_table(comment))
				add_int(new_ids, comment->new_id);
		}
		if (ids->len > 0) {
			query = pg_queue_add(queue, within[from]);
			pg_param_ints(query, ids);
			pg_param_ints(query, parents);
		}
		if (old_ids->len == 0)
			continue;
		query = pg_queue_add(queue, across[from]);
		pg_param_ints(query, old_ids);
		pg_param_ints(query, new_ids);
		pg_param_ints(query, new_parents);
		query = pg_queue_add(queue, sql_delete_comment_events);
		pg_param_ints(query, from == ITEM_PATCH ? old_ids : none);
		pg_param_ints(query, from == ITEM_COVER ? old_ids : none);
		batch_queue_ids(queue, deletes[from], old_ids);
	}
}

/*
 * Delete the references of comments that move; write_msgrefs() writes the new ones. Beside
 * Patchwork's parser, an adopted comment may be our own from a time without --with-parser.
 */
void queue_old_msgrefs(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *comments = workset_comments(batch->workset);
	_cleanup_(free_array) GArray *projects = new_ints(), *refs = new_views(),
				     *kinds = new_views(), *ids = new_ints();
	struct pg_query *query;

	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		if (!is_moved_comment(comment) &&
		    !(comment->is_adopted && batch->options->with_parser))
			continue;
		for (size_t k = 0; k < comment->ref_count; k++) {
			add_int(projects, comment->project_id);
			add_view(refs, comment->refs[k]);
			add_view(kinds, comment->stored_parent->kind == ITEM_COVER ? VIEW("C")
										   : VIEW("P"));
			add_int(ids, comment->id);
		}
	}
	if (ids->len == 0)
		return;
	query = pg_queue_add(queue, sql_delete_msgrefs);
	pg_param_ints(query, projects);
	pg_param_texts(query, refs);
	pg_param_texts(query, kinds);
	pg_param_ints(query, ids);
}
