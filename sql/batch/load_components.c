/*
 * load_components - patches and cover letters that are related to a batch's, and their series; see
 * load.h
 */
#include <errno.h>
#include <string.h>

#include "parser/decide/component.h"
#include "parser/cleanup.h"
#include "parser/decide/series.h"
#include "parser/stored.h"
#include "sql/batch/load.h"
#include "sql/batch/statements.h"

static void marker_params(const struct batch *batch, struct pg_query *query)
{
	const GPtrArray *messages = workset_messages(batch->workset);
	_cleanup_(free_array) GArray *projects = new_ints(), *people = new_ints(),
				     *versions = new_ints(), *totals = new_ints(),
				     *dates = new_bigints(), *marked = new_ints();

	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];
		const struct subject *subject = &message->submission->subject;

		if (!batch_makes_item(message) || message->person->id == 0)
			continue;
		add_int(projects, message->project_id);
		add_int(people, message->person->id);
		add_int(versions, subject->version);
		add_int(totals, subject->has_marker ? subject->total : 1);
		add_bigint(dates, message->date);
		add_int(marked, subject->has_marker);
	}
	pg_param_ints(query, projects);
	pg_param_ints(query, people);
	pg_param_ints(query, versions);
	pg_param_ints(query, totals);
	pg_param_bigints(query, dates);
	pg_param_ints(query, marked);
	pg_param_int(query, SERIES_WINDOW_SECS);
}

static const struct view *keep_texts(struct batch *batch, const struct pg_result *result, int row,
				     int column, size_t *ret_count)
{
	_cleanup_(free_array) GArray *views = new_views();
	struct view *kept;

	pg_texts(result, row, column, views);
	kept = arena_alloc(batch->arena, (views->len + 1) * sizeof(*kept));
	if (kept == NULL)
		return NULL;
	if (views->len > 0)
		memcpy(kept, views->data, views->len * sizeof(*kept));
	*ret_count = views->len;
	return kept;
}

/* The name of a cover letter was truncated with its prefixes; a series takes more of the title. */
static int take_full_name(struct batch *batch, struct item *cover, struct view headers)
{
	struct submission stored;
	int r = stored_read(batch->arena, headers, VIEW(""), VIEW(""), &stored);

	if (r == 0)
		cover->full_name = stored.subject.name;
	return r < 0 ? r : 0;
}

static int take_member(struct batch *batch, const struct pg_result *result, int row)
{
	enum item_kind kind = pg_text(result, row, 0).ptr[0] == 'p' ? ITEM_PATCH : ITEM_COVER;
	int32_t project_id = pg_int(result, row, 2);
	struct item *item =
		load_item(batch, kind, pg_int(result, row, 1), project_id, pg_text(result, row, 3));

	item->has_links = true;
	item->person = batch_person(batch, pg_int(result, row, 4));
	item->date = pg_bigint(result, row, 5);
	item->version = pg_int(result, row, 6);
	item->has_marker = !pg_is_null(result, row, 8);
	item->number = item->has_marker ? pg_int(result, row, 7) : 1;
	item->total = item->has_marker ? pg_int(result, row, 8) : 1;
	item->component = item->stored_component = pg_bigint(result, row, 9);
	item->refs = keep_texts(batch, result, row, 10, &item->ref_count);
	item->name = pg_text(result, row, 11);
	if (item->refs == NULL)
		return arena_error(batch->arena);
	if (!pg_is_null(result, row, 13))
		item->stored_grouped_in =
			batch_series_stub(batch, pg_int(result, row, 13), project_id);
	if (!pg_is_null(result, row, 12)) {
		struct series *series =
			batch_series_stub(batch, pg_int(result, row, 12), project_id);

		if (kind == ITEM_PATCH)
			item->series = item->stored_series = series;
		if (kind == ITEM_PATCH || item->stored_grouped_in == NULL)
			item->stored_grouped_in = series;
	}
	item->grouped_in = item->stored_grouped_in;
	return pg_is_null(result, row, 14) ? 0
					   : take_full_name(batch, item, pg_text(result, row, 14));
}

static int load_members(struct batch *batch, const struct keys *of_items)
{
	struct pg_query query;
	struct pg_result *result;
	int r;

	pg_query_init(&query, sql_members);
	keys_param(of_items, &query);
	marker_params(batch, &query);
	r = batch_run_kept(batch, &query, 1, &result);
	for (int i = 0; r == 0 && i < pg_rows(result); i++)
		r = take_member(batch, result, i);
	return r;
}

/* ---- series */

static void take_series(struct batch *batch, const struct pg_result *result, int row)
{
	struct series *series = workset_find_series_id(batch->workset, pg_int(result, row, 0));

	series->name = series->stored_name = pg_text(result, row, 2);
	series->date = pg_bigint(result, row, 3);
	series->version = pg_int(result, row, 4);
	series->total = pg_int(result, row, 5);
	series->person = batch_person(batch, pg_int(result, row, 6));
	if (pg_is_null(result, row, 7))
		return;
	series->cover = load_item(batch, ITEM_COVER, pg_int(result, row, 7), series->project_id,
				  pg_text(result, row, 8));
	series->cover->name = pg_text(result, row, 9);
	series->stored_cover = series->cover;
}

static void take_series_patch(struct batch *batch, const struct pg_result *result, int row)
{
	struct series *series = workset_find_series_id(batch->workset, pg_int(result, row, 0));
	struct item *patch = load_item(batch, ITEM_PATCH, pg_int(result, row, 1),
				       pg_int(result, row, 5), pg_text(result, row, 3));

	series->is_odd =
		series->is_odd || (patch->has_links && patch->number != pg_int(result, row, 2));
	patch->number = pg_int(result, row, 2);
	patch->name = pg_text(result, row, 4);
	patch->series = patch->stored_series = series;
	g_ptr_array_add(series->patches, patch);
}

static int load_series(struct batch *batch)
{
	const GPtrArray *all = workset_series(batch->workset);
	_cleanup_(free_array) GArray *ids = new_ints();
	const char *const statements[] = { sql_series, sql_series_patches, sql_series_references };
	struct pg_query queries[3];
	struct pg_result *results[3];
	int r;

	for (guint i = 0; i < all->len; i++)
		add_int(ids, ((struct series *)all->pdata[i])->id);
	if (ids->len == 0)
		return 0;
	for (int i = 0; i < 3; i++) {
		pg_query_init(&queries[i], statements[i]);
		pg_param_ints(&queries[i], ids);
	}
	r = batch_run_kept(batch, queries, 3, results);
	if (r != 0)
		return r;
	if (pg_rows(results[0]) != (int)ids->len)
		return -EAGAIN; /* one was deleted since the query for its members */
	for (int i = 0; i < pg_rows(results[0]); i++)
		take_series(batch, results[0], i);
	for (int i = 0; i < pg_rows(results[1]); i++)
		take_series_patch(batch, results[1], i);
	for (int i = 0; i < pg_rows(results[2]); i++)
		load_reference(batch, pg_int(results[2], i, 1), pg_text(results[2], i, 2),
			       pg_int(results[2], i, 0));
	for (guint i = 0; i < all->len; i++)
		series_infer_named(all->pdata[i]);
	return 0;
}

/*
 * Load the references of all members. Those of the component's series and of the new messages are
 * loaded anyway; others belong to series that have become empty.
 */
static int load_member_references(struct batch *batch)
{
	const GPtrArray *items = workset_items(batch->workset);
	struct pg_query query;
	struct pg_result *result;
	struct keys keys;
	int r;

	keys_init(&keys);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (!item->has_links)
			continue;
		keys_add(&keys, item->project_id, item->msgid);
		for (size_t k = 0; k < item->ref_count; k++)
			keys_add(&keys, item->project_id, item->refs[k]);
	}
	pg_query_init(&query, sql_known_references);
	keys_param(&keys, &query);
	r = batch_run_kept(batch, &query, 1, &result);
	for (int i = 0; r == 0 && i < pg_rows(result); i++)
		load_reference(batch, keys_project(&keys, result, i), keys_msgid(&keys, result, i),
			       pg_int(result, i, 1));
	keys_done(&keys);
	return r;
}

/* Load series of Patchwork's parser whose patches have not joined yet. */
static int load_series_by_marker(struct batch *batch)
{
	struct pg_query query;
	struct pg_result *result;
	int r;

	pg_query_init(&query, sql_series_by_marker);
	marker_params(batch, &query);
	r = batch_run_kept(batch, &query, 1, &result);
	for (int i = 0; r == 0 && i < pg_rows(result); i++)
		(void)batch_series_stub(batch, pg_int(result, i, 0), pg_int(result, i, 1));
	return r;
}

/* ---- all of it */

static int load_all_members(struct batch *batch, bool *ret_any)
{
	const GPtrArray *messages = workset_messages(batch->workset);
	struct keys keys;
	int r = 0;

	keys_init(&keys);
	for (guint i = 0; i < messages->len; i++)
		if (batch_makes_item(messages->pdata[i]))
			batch_item_keys(&keys, messages->pdata[i]);
	*ret_any = keys.msgids->len > 0;
	if (*ret_any)
		r = load_members(batch, &keys);
	keys_done(&keys);
	return r;
}

int load_components(struct batch *batch)
{
	bool any;
	int r = load_all_members(batch, &any);

	if (r != 0 || !any)
		return r;
	if (batch->options->with_parser)
		r = load_series_by_marker(batch);
	if (r == 0 && batch->is_thorough)
		r = load_member_references(batch);
	return r == 0 ? load_series(batch) : r;
}

int batch_load_components(struct batch *batch)
{
	bool any;

	return load_all_members(batch, &any);
}
