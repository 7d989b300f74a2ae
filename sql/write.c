/*
 * write - the difference between a decided world and what was loaded, as rows; see batch.h
 *
 * New rows go by COPY.  What changes rows that were there (a circle worked out afresh, a
 * comment that moves, a name) goes by arrays, and is rare.  Unique constraints are checked at
 * once, so what has to make room does so before anything comes in.
 */
#include <assert.h>
#include <string.h>

#include "parser/cleanup.h"
#include "parser/decide.h"
#include "sql/batch.h"
#include "sql/statements.h"

/* Updates that go in one round trip. */
#define QUEUE_MAX 24

struct queue {
	struct pg_query queries[QUEUE_MAX];
	size_t count;
};

/* A query to add parameters to; it runs with the others. */
static struct pg_query *queue_add(struct queue *queue, const char *sql)
{
	assert(queue->count < QUEUE_MAX);
	pg_query_init(&queue->queries[queue->count], sql);
	return &queue->queries[queue->count++];
}

static int queue_run(struct batch *batch, struct queue *queue)
{
	struct pg_result *results[QUEUE_MAX];
	int r = 0;

	if (queue->count > 0)
		r = pg_run_all(batch->pg, queue->queries, queue->count, results);
	for (size_t i = 0; i < queue->count; i++) {
		pg_query_done(&queue->queries[i]);
		if (r == 0)
			pg_result_free(results[i]);
	}
	queue->count = 0;
	return r;
}

/* A statement with one int[] parameter, if there is anything in it. */
static void queue_ids(struct queue *queue, const char *sql, const GArray *ids)
{
	if (ids->len > 0)
		pg_param_ints(queue_add(queue, sql), ids);
}

/* ---- what is new, what has changed */

/* A comment of this batch that found its parent. */
static bool is_new_comment(const struct comment *comment)
{
	return comment->message != NULL && comment->parent != NULL;
}

static bool is_moved_comment(const struct comment *comment)
{
	return comment->message == NULL && comment->parent != comment->stored_parent;
}

static bool changes_table(const struct comment *comment)
{
	return is_moved_comment(comment) &&
	       comment->parent->kind != comment->stored_parent->kind;
}

static int32_t series_id(const struct series *series)
{
	return series != NULL ? series->id : 0;
}

/* A patch that was there and is in another series now. */
static bool is_regrouped(const struct item *item)
{
	return !item->is_new && item->is_member && item->kind == ITEM_PATCH &&
	       series_id(item->series) != series_id(item->stored_series);
}

static bool has_row(const struct series *series)
{
	return series->id != 0 && !series->is_gone && !series->is_replaced;
}

static bool is_changed_series(const struct series *series)
{
	const struct series *old = series->replaces;

	return has_row(series) &&
	       (series->cover != series->stored_cover ||
		!view_eq(series->name, series->stored_name) ||
		(old != NULL && (series->date != old->date || series->version != old->version ||
				 series->total != old->total || series->person != old->person)));
}

/* ---- people */

static gint compare_emails(gconstpointer a, gconstpointer b)
{
	const struct person *x = *(struct person *const *)a, *y = *(struct person *const *)b;
	int order = memcmp(x->email.ptr, y->email.ptr, MIN(x->email.len, y->email.len));

	return order != 0 ? order : (x->email.len > y->email.len) - (x->email.len < y->email.len);
}

static GPtrArray *people_to_make(const struct batch *batch)
{
	const GPtrArray *all = world_people(batch->world);
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < all->len; i++) {
		struct person *person = all->pdata[i];

		if (person->is_needed && person->id == 0)
			g_ptr_array_add(list, person);
	}
	g_ptr_array_sort(list, compare_emails);
	return list;
}

/* Whether another project's writer has made one of them meanwhile, under any spelling. */
static int check_nobody_is_there(struct batch *batch, const GArray *emails)
{
	struct pg_query queries[2];
	struct pg_result *results[2];
	int r;

	pg_query_init(&queries[0], sql_lock_people);
	pg_query_init(&queries[1], sql_people_any_case);
	pg_param_texts(&queries[1], emails);
	r = pg_run_all(batch->pg, queries, 2, results);
	pg_query_done(&queries[0]);
	pg_query_done(&queries[1]);
	if (r != 0)
		return r;
	r = pg_rows(results[1]) > 0 ? -EAGAIN : 0;
	pg_result_free(results[0]);
	pg_result_free(results[1]);
	return r;
}

static int insert_people(struct batch *batch, const GArray *emails, const GArray *names)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	pg_query_init(&query, sql_insert_people);
	pg_param_texts(&query, emails);
	pg_param_texts(&query, names);
	r = pg_run(batch->pg, &query, &result);
	pg_query_done(&query);
	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		struct person *person =
			world_find_person(batch->world, pg_text(result, i, 1));

		world_set_person_id(batch->world, person, pg_int(result, i, 0));
	}
	pg_result_free(result);
	return r;
}

static int write_new_people(struct batch *batch)
{
	GPtrArray *people = people_to_make(batch);
	_cleanup_(free_array) GArray *emails = new_views(), *names = new_views();
	int r = 0;

	for (guint i = 0; i < people->len; i++) {
		struct person *person = people->pdata[i];

		add_view(emails, person->email);
		add_view(names, person->name);
		person->is_renamed = false;
	}
	g_ptr_array_unref(people);
	if (emails->len > 0)
		r = check_nobody_is_there(batch, emails);
	if (r == 0 && emails->len > 0)
		r = insert_people(batch, emails, names);
	return r;
}

static void queue_names(struct batch *batch, struct queue *queue)
{
	const GPtrArray *all = world_people(batch->world);
	_cleanup_(free_array) GArray *renamed = new_ints(), *names = new_views(),
				     *dated = new_ints(), *dates = new_bigints(),
				     *msgids = new_views();
	struct pg_query *query;

	for (guint i = 0; i < all->len; i++) {
		const struct person *person = all->pdata[i];

		if (person->is_needed && person->is_renamed) {
			add_int(renamed, person->id);
			add_view(names, person->name);
		}
		if (person->is_needed && person->name_at_changed) {
			add_int(dated, person->id);
			add_bigint(dates, person->name_date);
			add_view(msgids, person->name_msgid);
		}
	}
	if (renamed->len > 0) {
		query = queue_add(queue, sql_rename_people);
		pg_param_ints(query, renamed);
		pg_param_texts(query, names);
	}
	if (dated->len > 0) {
		query = queue_add(queue, sql_upsert_person_names);
		pg_param_ints(query, dated);
		pg_param_bigints(query, dates);
		pg_param_texts(query, msgids);
	}
}

/* ---- ids */

static void count_ids(const struct batch *batch, int32_t counts[TABLE_COUNT])
{
	const GPtrArray *items = world_items(batch->world),
			*comments = world_comments(batch->world),
			*series = world_series(batch->world),
			*messages = world_messages(batch->world);

	for (guint i = 0; i < items->len; i++)
		if (((struct item *)items->pdata[i])->is_new)
			counts[((struct item *)items->pdata[i])->kind == ITEM_PATCH ?
				       TABLE_PATCH :
				       TABLE_COVER]++;
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		if (is_new_comment(comment) || changes_table(comment))
			counts[comment_is_on_cover(comment) ? TABLE_COVER_COMMENT :
							      TABLE_PATCH_COMMENT]++;
	}
	for (guint i = 0; i < series->len; i++)
		counts[TABLE_SERIES] += ((struct series *)series->pdata[i])->id == 0;
	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];

		counts[TABLE_WAITING] +=
			message->verdict == VERDICT_WAITING && message->waiting_id == 0;
	}
}

static int draw_ids(struct batch *batch, GArray *drawn[TABLE_COUNT])
{
	_cleanup_(free_array) GArray *sequences = new_views(), *counts = new_ints();
	int32_t wanted[TABLE_COUNT] = { 0 };
	struct pg_query query;
	struct pg_result *result = NULL;
	int r = 0, all = 0;

	count_ids(batch, wanted);
	for (int i = 0; i < TABLE_COUNT; i++) {
		add_view(sequences, view_str(catalog_sequence(batch->catalog, (enum table)i)));
		add_int(counts, wanted[i]);
		all += wanted[i];
	}
	if (all == 0)
		return 0;
	pg_query_init(&query, sql_draw_ids);
	pg_param_texts(&query, sequences);
	pg_param_ints(&query, counts);
	r = pg_run(batch->pg, &query, &result);
	pg_query_done(&query);
	for (int i = 0; r == 0 && i < pg_rows(result); i++)
		add_bigint(drawn[pg_int(result, i, 0) - 1], pg_bigint(result, i, 1));
	pg_result_free(result);
	return r;
}

static int64_t next_id(GArray *ids, guint *at)
{
	return g_array_index(ids, int64_t, (*at)++);
}

static void give_ids(struct batch *batch, GArray *drawn[TABLE_COUNT])
{
	const GPtrArray *items = world_items(batch->world),
			*comments = world_comments(batch->world),
			*series = world_series(batch->world),
			*messages = world_messages(batch->world);
	guint at[TABLE_COUNT] = { 0 };

	for (guint i = 0; i < items->len; i++) {
		struct item *item = items->pdata[i];
		enum table table = item->kind == ITEM_PATCH ? TABLE_PATCH : TABLE_COVER;

		if (item->is_new)
			item->id = (int32_t)next_id(drawn[table], &at[table]);
	}
	for (guint i = 0; i < comments->len; i++) {
		struct comment *comment = comments->pdata[i];
		enum table table = comment_is_on_cover(comment) ? TABLE_COVER_COMMENT :
								  TABLE_PATCH_COMMENT;

		if (is_new_comment(comment))
			comment->id = (int32_t)next_id(drawn[table], &at[table]);
		else if (changes_table(comment))
			comment->new_id = (int32_t)next_id(drawn[table], &at[table]);
	}
	for (guint i = 0; i < series->len; i++) {
		struct series *one = series->pdata[i];

		if (one->id == 0) {
			one->id = (int32_t)next_id(drawn[TABLE_SERIES], &at[TABLE_SERIES]);
			one->is_new = true;
		}
	}
	for (guint i = 0; i < messages->len; i++) {
		struct message *message = messages->pdata[i];

		if (message->verdict == VERDICT_WAITING && message->waiting_id == 0) {
			message->waiting_id = next_id(drawn[TABLE_WAITING], &at[TABLE_WAITING]);
			message->is_newly_waiting = true;
		}
	}
}

static int write_ids(struct batch *batch)
{
	GArray *drawn[TABLE_COUNT];
	int r;

	for (int i = 0; i < TABLE_COUNT; i++)
		drawn[i] = new_bigints();
	r = draw_ids(batch, drawn);
	if (r == 0)
		give_ids(batch, drawn);
	for (int i = 0; i < TABLE_COUNT; i++)
		g_array_unref(drawn[i]);
	return r;
}

/* ---- instants: clock readings in the session's time zone (spec ingest 5) */

static bool is_utc(const struct batch *batch)
{
	const char *zone = batch->options->time_zone;

	return zone == NULL || g_ascii_strcasecmp(zone, "UTC") == 0;
}

static void want_instant(GHashTable *instants, int64_t clock)
{
	int64_t *key = g_new(int64_t, 1);

	*key = clock;
	(void)g_hash_table_add(instants, key);
}

static int ask_instants(struct batch *batch, const GArray *clocks)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	pg_query_init(&query, sql_instants);
	pg_param_bigints(&query, clocks);
	r = pg_run(batch->pg, &query, &result);
	pg_query_done(&query);
	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		int64_t *pair = g_new(int64_t, 2);

		pair[0] = g_array_index(clocks, int64_t, (guint)i);
		pair[1] = pg_bigint(result, i, 0);
		(void)g_hash_table_replace(batch->instants, pair, pair);
	}
	pg_result_free(result);
	return r;
}

/* Ask the server which instants the batch's clock readings are; UTC's need no asking. */
static int load_instants(struct batch *batch)
{
	const GPtrArray *messages = world_messages(batch->world),
			*series = world_series(batch->world);
	GHashTable *wanted;
	_cleanup_(free_array) GArray *clocks = new_bigints();
	GHashTableIter iter;
	gpointer key;

	if (is_utc(batch))
		return 0;
	wanted = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	for (guint i = 0; i < messages->len; i++)
		want_instant(wanted, ((struct message *)messages->pdata[i])->date);
	for (guint i = 0; i < series->len; i++)
		want_instant(wanted, ((struct series *)series->pdata[i])->date);
	g_hash_table_iter_init(&iter, wanted);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		add_bigint(clocks, *(int64_t *)key);
	g_hash_table_destroy(wanted);
	return ask_instants(batch, clocks);
}

/* The instant, in microseconds, that a clock reading is stored as. */
static int64_t instant(const struct batch *batch, int64_t clock)
{
	const int64_t *pair = g_hash_table_lookup(batch->instants, &clock);

	return pair != NULL ? pair[1] : clock * G_USEC_PER_SEC;
}

/* ---- series that were there */

static int send_series(struct batch *batch, struct pg_query *query, guint count)
{
	struct pg_result *result = NULL;
	int r = pg_run(batch->pg, query, &result);

	/* One that somebody else has named, completed or deleted meanwhile is decided again. */
	if (r == 0 && (guint)pg_rows(result) != count)
		r = -EAGAIN;
	pg_result_free(result);
	return r;
}

static int update_series(struct batch *batch)
{
	const GPtrArray *all = world_series(batch->world);
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
		add_bigint(dates, instant(batch, series->date));
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

/* ---- making room */

/* Rows of series that go or whose members are not what they were lose their events. */
static void queue_gone_series(struct batch *batch, struct queue *queue)
{
	const GPtrArray *all = world_series(batch->world);
	_cleanup_(free_array) GArray *gone = new_ints(), *changed = new_ints(),
				     *covers = new_ints();

	for (guint i = 0; i < all->len; i++) {
		const struct series *series = all->pdata[i];

		if (series->is_gone)
			add_int(gone, series->id);
		if (series->is_gone || (series->replaces != NULL && series->members_changed))
			add_int(changed, series->id);
		if (series->stored_cover != NULL && !series->is_replaced &&
		    (series->is_gone || series->cover != series->stored_cover))
			add_int(covers, series->id);
	}
	queue_ids(queue, sql_clear_series_cover, covers);
	queue_ids(queue, sql_delete_series_events, changed);
	if (catalog_has_dependencies(batch->catalog))
		queue_ids(queue, sql_move_dependencies, gone);
}

static void queue_gone_references(struct batch *batch, struct queue *queue)
{
	const GPtrArray *all = world_references(batch->world);
	_cleanup_(free_array) GArray *projects = new_ints(), *msgids = new_views();
	struct pg_query *query;

	for (guint i = 0; i < all->len; i++) {
		const struct reference *reference = all->pdata[i];

		if (reference->series != NULL || reference->stored_series == NULL)
			continue;
		add_int(projects, reference->project_id);
		add_view(msgids, reference->msgid);
	}
	if (projects->len == 0)
		return;
	query = queue_add(queue, sql_delete_references);
	pg_param_ints(query, projects);
	pg_param_texts(query, msgids);
}

static int make_room(struct batch *batch)
{
	const GPtrArray *items = world_items(batch->world);
	_cleanup_(free_array) GArray *patches = new_ints();
	struct queue queue = { .count = 0 };

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (is_regrouped(item) && item->stored_series != NULL)
			add_int(patches, item->id);
	}
	queue_ids(&queue, sql_clear_patch_series, patches);
	queue_gone_series(batch, &queue);
	queue_gone_references(batch, &queue);
	return queue_run(batch, &queue);
}

/* ---- new rows */

static void copy_id(struct pg_copy *copy, int32_t id)
{
	if (id != 0)
		pg_copy_int(copy, id);
	else
		pg_copy_null(copy);
}

/* id, msgid, date, headers, content: what patches, cover letters and comments share. */
static void copy_message(const struct batch *batch, struct pg_copy *copy, int32_t id,
			 const struct message *message)
{
	const struct submission *s = message->submission;

	pg_copy_row(copy);
	pg_copy_int(copy, id);
	pg_copy_text(copy, s->msgid);
	pg_copy_time(copy, s->has_date ? instant(batch, message->date) :
					 message->date * G_USEC_PER_SEC);
	pg_copy_text(copy, s->stored_headers);
	pg_copy_text(copy, s->content);
}

static void copy_patch(const struct batch *batch, struct pg_copy *copy, const struct item *patch)
{
	const struct submission *s = patch->message->submission;

	copy_message(batch, copy, patch->id, patch->message);
	pg_copy_text(copy, s->name);
	pg_copy_int(copy, patch->project_id);
	pg_copy_int(copy, patch->person->id);
	pg_copy_bool(copy, false);
	copy_id(copy,
		catalog_delegate(batch->catalog, patch->project_id, s->delegate, s->diff));
	pg_copy_text(copy, s->diff);
	pg_copy_text(copy, s->diff.ptr != NULL ? view_str(s->hash) : (struct view){ 0 });
	if (patch->series != NULL)
		pg_copy_smallint(copy, (int16_t)patch->number);
	else
		pg_copy_null(copy);
	pg_copy_text(copy, s->pull_url);
	copy_id(copy, series_id(patch->series));
	copy_id(copy, catalog_state(batch->catalog, s->state));
}

static int write_items(struct batch *batch)
{
	const GPtrArray *items = world_items(batch->world);
	struct pg_copy patches, covers;
	int r;

	pg_copy_init(&patches, 16);
	pg_copy_init(&covers, 8);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (!item->is_new)
			continue;
		if (item->kind == ITEM_PATCH) {
			copy_patch(batch, &patches, item);
			continue;
		}
		copy_message(batch, &covers, item->id, item->message);
		pg_copy_text(&covers, item->message->submission->name);
		pg_copy_int(&covers, item->project_id);
		pg_copy_int(&covers, item->person->id);
	}
	r = pg_copy_send(batch->pg, sql_copy_covers, &covers);
	if (r == 0)
		r = pg_copy_send(batch->pg, sql_copy_patches, &patches);
	pg_copy_done(&patches);
	pg_copy_done(&covers);
	return r;
}

static int write_comments(struct batch *batch)
{
	const GPtrArray *comments = world_comments(batch->world);
	struct pg_copy copies[2];
	int r;

	pg_copy_init(&copies[ITEM_PATCH], 8);
	pg_copy_init(&copies[ITEM_COVER], 8);
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];
		struct pg_copy *copy;

		if (!is_new_comment(comment))
			continue;
		copy = &copies[comment->parent->kind];
		copy_message(batch, copy, comment->id, comment->message);
		pg_copy_int(copy, comment->parent->id);
		pg_copy_int(copy, comment->message->person->id);
		if (comment->parent->kind == ITEM_PATCH &&
		    comment->message->submission->action_required)
			pg_copy_bool(copy, false);
		else
			pg_copy_null(copy);
	}
	r = pg_copy_send(batch->pg, sql_copy_patch_comments, &copies[ITEM_PATCH]);
	if (r == 0)
		r = pg_copy_send(batch->pg, sql_copy_cover_comments, &copies[ITEM_COVER]);
	pg_copy_done(&copies[ITEM_PATCH]);
	pg_copy_done(&copies[ITEM_COVER]);
	return r;
}

static int write_series(struct batch *batch)
{
	const GPtrArray *all = world_series(batch->world);
	struct pg_copy copy;
	int r;

	pg_copy_init(&copy, 8);
	for (guint i = 0; i < all->len; i++) {
		const struct series *series = all->pdata[i];

		if (!series->is_new)
			continue;
		pg_copy_row(&copy);
		pg_copy_int(&copy, series->id);
		pg_copy_text(&copy, series->name);
		pg_copy_time(&copy, instant(batch, series->date));
		pg_copy_int(&copy, series->version);
		pg_copy_int(&copy, series->total);
		pg_copy_int(&copy, series->project_id);
		pg_copy_int(&copy, series->person->id);
		copy_id(&copy, series->cover != NULL ? series->cover->id : 0);
	}
	r = pg_copy_send(batch->pg, sql_copy_series, &copy);
	pg_copy_done(&copy);
	return r;
}

static int write_references(struct batch *batch)
{
	const GPtrArray *all = world_references(batch->world);
	struct pg_copy copy;
	int r;

	pg_copy_init(&copy, 3);
	for (guint i = 0; i < all->len; i++) {
		const struct reference *reference = all->pdata[i];

		if (reference->series == NULL || reference->stored_series != NULL)
			continue;
		pg_copy_row(&copy);
		pg_copy_text(&copy, reference->msgid);
		pg_copy_int(&copy, reference->project_id);
		pg_copy_int(&copy, reference->series->id);
	}
	r = pg_copy_send(batch->pg, sql_copy_references, &copy);
	pg_copy_done(&copy);
	return r;
}

static void copy_event(struct pg_copy *copy, const struct event *event, int64_t when)
{
	static const char *const names[] = {
		[EVENT_PATCH_CREATED] = "patch-created",
		[EVENT_COVER_CREATED] = "cover-created",
		[EVENT_SERIES_CREATED] = "series-created",
		[EVENT_PATCH_COMMENT_CREATED] = "patch-comment-created",
		[EVENT_COVER_COMMENT_CREATED] = "cover-comment-created",
		[EVENT_PATCH_COMPLETED] = "patch-completed",
		[EVENT_SERIES_COMPLETED] = "series-completed",
	};
	const struct item *item = event->item;
	const struct comment *comment = event->comment;
	bool on_cover = item != NULL && item->kind == ITEM_COVER;
	int32_t comment_id = comment == NULL	       ? 0 :
			     comment->new_id != 0 ? comment->new_id :
						    comment->id;

	pg_copy_row(copy);
	pg_copy_text(copy, view_str(names[event->category]));
	pg_copy_time(copy, when);
	pg_copy_int(copy, event->project_id);
	copy_id(copy, series_id(event->series));
	copy_id(copy, on_cover ? item->id : 0);
	copy_id(copy, item != NULL && !on_cover ? item->id : 0);
	copy_id(copy, on_cover ? comment_id : 0);
	copy_id(copy, !on_cover ? comment_id : 0);
}

/* A comment that moved to the other table has its one event there. */
static void tell_moved(struct batch *batch)
{
	const GPtrArray *comments = world_comments(batch->world);

	for (guint i = 0; i < comments->len; i++) {
		struct comment *comment = comments->pdata[i];

		if (changes_table(comment))
			world_add_event(batch->world,
					(struct event){
						.category = comment_is_on_cover(comment) ?
								    EVENT_COVER_COMMENT_CREATED :
								    EVENT_PATCH_COMMENT_CREATED,
						.project_id = comment->project_id,
						.item = comment->parent,
						.comment = comment });
	}
}

/* Readers sort events by date alone, so no two of a batch have the same. */
static int write_events(struct batch *batch)
{
	const GPtrArray *events;
	struct pg_copy copy;
	int r;

	tell_moved(batch);
	events = world_events(batch->world);
	pg_copy_init(&copy, 8);
	for (guint i = 0; i < events->len; i++)
		copy_event(&copy, events->pdata[i], batch->now_usecs + i);
	r = pg_copy_send(batch->pg, sql_copy_events, &copy);
	pg_copy_done(&copy);
	return r;
}

/* ---- our own tables */

static int64_t circle_of(const struct item *item)
{
	const struct item *leader = item->circle_leader;

	if (item->circle != 0)
		return item->circle;
	return (int64_t)leader->id * 2 + (leader->kind == ITEM_COVER);
}

static int write_members(struct batch *batch)
{
	const GPtrArray *items = world_items(batch->world);
	struct pg_copy copy;
	int r;

	pg_copy_init(&copy, 11);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (!item->is_new)
			continue;
		pg_copy_row(&copy);
		pg_copy_char(&copy, item->kind == ITEM_PATCH ? 'p' : 'c');
		pg_copy_int(&copy, item->id);
		pg_copy_int(&copy, item->project_id);
		pg_copy_int(&copy, item->person->id);
		pg_copy_bigint(&copy, item->date);
		pg_copy_int(&copy, item->version);
		if (item->has_marker) {
			pg_copy_int(&copy, item->number);
			pg_copy_int(&copy, item->total);
		} else {
			pg_copy_null(&copy);
			pg_copy_null(&copy);
		}
		pg_copy_bigint(&copy, circle_of(item));
		pg_copy_text(&copy, item->msgid);
		pg_copy_texts(&copy, item->refs, item->ref_count);
	}
	r = pg_copy_send(batch->pg, sql_copy_members, &copy);
	pg_copy_done(&copy);
	return r;
}

static void copy_mentions(struct pg_copy *copy, int32_t project_id, int32_t id, char kind,
			  const struct view *refs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		pg_copy_row(copy);
		pg_copy_int(copy, project_id);
		pg_copy_int(copy, id);
		pg_copy_char(copy, kind);
		pg_copy_text(copy, refs[i]);
	}
}

static int write_mentions(struct batch *batch)
{
	const GPtrArray *items = world_items(batch->world),
			*comments = world_comments(batch->world);
	struct pg_copy copy;
	int r;

	pg_copy_init(&copy, 4);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (item->is_new)
			copy_mentions(&copy, item->project_id, item->id,
				      item->kind == ITEM_PATCH ? 'p' : 'c', item->refs,
				      item->ref_count);
	}
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		if (is_new_comment(comment) || is_moved_comment(comment))
			copy_mentions(&copy, comment->project_id,
				      comment->new_id != 0 ? comment->new_id : comment->id,
				      comment_is_on_cover(comment) ? 'C' : 'P', comment->refs,
				      decide_mention_count(batch->world, comment));
	}
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		if (comment->is_adopted)
			copy_mentions(&copy, comment->project_id, comment->id,
				      comment_is_on_cover(comment) ? 'C' : 'P', comment->refs,
				      comment->ref_count);
	}
	r = pg_copy_send(batch->pg, sql_copy_mentions, &copy);
	pg_copy_done(&copy);
	return r;
}

static int write_waiting(struct batch *batch)
{
	const GPtrArray *messages = world_messages(batch->world);
	struct pg_copy rows, refs;
	int r;

	pg_copy_init(&rows, 6);
	pg_copy_init(&refs, 3);
	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];
		const struct delivery *delivery = g_hash_table_lookup(batch->raws, message);

		if (!message->is_newly_waiting)
			continue;
		pg_copy_row(&rows);
		pg_copy_bigint(&rows, message->waiting_id);
		pg_copy_int(&rows, message->project_id);
		pg_copy_text(&rows, message->submission->msgid);
		pg_copy_time(&rows, delivery->received_usecs);
		pg_copy_time(&rows, (delivery->expires_from + batch->options->waiting_secs) *
					    G_USEC_PER_SEC);
		pg_copy_text(&rows, delivery->raw);
		for (guint k = 0; k < message->awaited->len; k++) {
			pg_copy_row(&refs);
			pg_copy_int(&refs, message->project_id);
			pg_copy_text(&refs, *(const struct view *)message->awaited->pdata[k]);
			pg_copy_bigint(&refs, message->waiting_id);
		}
	}
	r = pg_copy_send(batch->pg, sql_copy_waiting, &rows);
	if (r == 0)
		r = pg_copy_send(batch->pg, sql_copy_waiting_refs, &refs);
	pg_copy_done(&rows);
	pg_copy_done(&refs);
	return r;
}

static void queue_seen(struct batch *batch, struct queue *queue)
{
	const GPtrArray *messages = world_messages(batch->world);
	_cleanup_(free_array) GArray *projects = new_ints(), *hashes = new_bigints(),
				     *done = new_bigints();
	struct pg_query *query;

	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];

		if (message->waiting_id != 0 && message->verdict != VERDICT_WAITING)
			add_bigint(done, message->waiting_id);
		if (message->verdict != VERDICT_EMPTY && message->verdict != VERDICT_UNRELATED)
			continue;
		add_int(projects, message->project_id);
		add_bigint(hashes, batch_seen_hash(message->submission->msgid));
	}
	if (done->len > 0)
		pg_param_bigints(queue_add(queue, sql_delete_waiting), done);
	if (projects->len == 0)
		return;
	query = queue_add(queue, sql_insert_seen);
	pg_param_ints(query, projects);
	pg_param_bigints(query, hashes);
}

static void queue_circles(struct batch *batch, struct queue *queue)
{
	const GPtrArray *items = world_items(batch->world);
	_cleanup_(free_array) GArray *kinds = new_views(), *ids = new_ints(),
				     *circles = new_bigints();
	struct pg_query *query;

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (item->is_new || !item->is_member || item->circle == item->stored_circle)
			continue;
		add_view(kinds, item->kind == ITEM_PATCH ? VIEW("p") : VIEW("c"));
		add_int(ids, item->id);
		add_bigint(circles, circle_of(item));
	}
	if (ids->len == 0)
		return;
	query = queue_add(queue, sql_update_circles);
	pg_param_texts(query, kinds);
	pg_param_ints(query, ids);
	pg_param_bigints(query, circles);
}

/* ---- rows that were there */

static void queue_series(struct batch *batch, struct queue *queue)
{
	const GPtrArray *all = world_series(batch->world);
	_cleanup_(free_array) GArray *gone = new_ints();

	for (guint i = 0; i < all->len; i++)
		if (((struct series *)all->pdata[i])->is_gone)
			add_int(gone, ((struct series *)all->pdata[i])->id);
	queue_ids(queue, sql_delete_series, gone);
}

static void queue_patches(struct batch *batch, struct queue *queue)
{
	const GPtrArray *items = world_items(batch->world);
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
	query = queue_add(queue, sql_set_patch_series);
	pg_param_ints(query, ids);
	pg_param_ints(query, series);
	pg_param_ints(query, numbers);
}

static void queue_references(struct batch *batch, struct queue *queue)
{
	const GPtrArray *all = world_references(batch->world);
	_cleanup_(free_array) GArray *projects = new_ints(), *msgids = new_views(),
				     *series = new_ints();
	struct pg_query *query;

	for (guint i = 0; i < all->len; i++) {
		const struct reference *reference = all->pdata[i];

		if (reference->series == NULL || reference->stored_series == NULL ||
		    reference->series->id == reference->stored_series->id)
			continue;
		add_int(projects, reference->project_id);
		add_view(msgids, reference->msgid);
		add_int(series, reference->series->id);
	}
	if (projects->len == 0)
		return;
	query = queue_add(queue, sql_update_references);
	pg_param_ints(query, projects);
	pg_param_texts(query, msgids);
	pg_param_ints(query, series);
}

/* Comments that move, by the tables that they are in and go to. */
static void queue_moves(struct batch *batch, struct queue *queue)
{
	const GPtrArray *comments = world_comments(batch->world);
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
			add_int(changes_table(comment) ? new_parents : parents, comment->parent->id);
			if (changes_table(comment))
				add_int(new_ids, comment->new_id);
		}
		if (ids->len > 0) {
			query = queue_add(queue, within[from]);
			pg_param_ints(query, ids);
			pg_param_ints(query, parents);
		}
		if (old_ids->len == 0)
			continue;
		query = queue_add(queue, across[from]);
		pg_param_ints(query, old_ids);
		pg_param_ints(query, new_ids);
		pg_param_ints(query, new_parents);
		query = queue_add(queue, sql_delete_comment_events);
		pg_param_ints(query, from == ITEM_PATCH ? old_ids : none);
		pg_param_ints(query, from == ITEM_COVER ? old_ids : none);
		queue_ids(queue, deletes[from], old_ids);
	}
}

/* Beside a Patchwork's own parser, which comments need not be adopted. */
static void queue_known_comments(struct batch *batch, struct queue *queue)
{
	const GPtrArray *comments = world_comments(batch->world);
	_cleanup_(free_array) GArray *kinds = new_views(), *ids = new_ints();
	struct pg_query *query;

	for (guint i = 0; i < comments->len && batch->options->with_parser; i++) {
		const struct comment *comment = comments->pdata[i];

		if (!is_new_comment(comment) && !changes_table(comment))
			continue;
		add_view(kinds, comment_is_on_cover(comment) ? VIEW("C") : VIEW("P"));
		add_int(ids, comment->new_id != 0 ? comment->new_id : comment->id);
	}
	if (ids->len == 0)
		return;
	query = queue_add(queue, sql_insert_known_comments);
	pg_param_texts(query, kinds);
	pg_param_ints(query, ids);
}

/* What moved comments mentioned until now; write_mentions() says what they do from now on. */
static void queue_old_mentions(struct batch *batch, struct queue *queue)
{
	const GPtrArray *comments = world_comments(batch->world);
	_cleanup_(free_array) GArray *projects = new_ints(), *refs = new_views(),
				     *kinds = new_views(), *ids = new_ints();
	struct pg_query *query;

	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		if (!is_moved_comment(comment))
			continue;
		for (size_t k = 0; k < comment->ref_count; k++) {
			add_int(projects, comment->project_id);
			add_view(refs, comment->refs[k]);
			add_view(kinds, comment->stored_parent->kind == ITEM_COVER ? VIEW("C") :
										     VIEW("P"));
			add_int(ids, comment->id);
		}
	}
	if (ids->len == 0)
		return;
	query = queue_add(queue, sql_delete_mentions);
	pg_param_ints(query, projects);
	pg_param_texts(query, refs);
	pg_param_texts(query, kinds);
	pg_param_ints(query, ids);
}

/* ---- tags (spec ingest 14) */

static bool uses_tags(const struct batch *batch, int32_t project_id)
{
	const struct project *project = catalog_project(batch->catalog, project_id);

	return project != NULL && project->use_tags;
}

static bool has_tags(const struct batch *batch, struct view text)
{
	for (size_t tag = 0; tag < catalog_tag_count(batch->catalog); tag++)
		if (catalog_count_tag(batch->catalog, tag, text) > 0)
			return true;
	return false;
}

static void count_text(const struct batch *batch, GHashTable *counts, int32_t patch_id,
		       struct view text)
{
	size_t tags = catalog_tag_count(batch->catalog);
	int32_t *sums = g_hash_table_lookup(counts, GINT_TO_POINTER(patch_id));

	if (sums == NULL) {
		sums = g_new0(int32_t, tags + 1);
		g_hash_table_insert(counts, GINT_TO_POINTER(patch_id), sums);
	}
	for (size_t tag = 0; tag < tags; tag++)
		sums[tag] += (int32_t)catalog_count_tag(batch->catalog, tag, text);
}

/* Patches whose tags have to be counted from what is stored: those there before, by id. */
static GHashTable *patches_to_recount(const struct batch *batch)
{
	const GPtrArray *comments = world_comments(batch->world);
	GHashTable *ids = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];
		const struct item *both[2] = { comment->parent, NULL };

		if (!uses_tags(batch, comment->project_id))
			continue;
		if (is_moved_comment(comment))
			both[1] = comment->stored_parent;
		else if (!is_new_comment(comment) || comment->parent->is_new ||
			 !has_tags(batch, comment->message->submission->content))
			continue;
		for (int k = 0; k < 2; k++)
			if (both[k] != NULL && both[k]->kind == ITEM_PATCH)
				(void)g_hash_table_add(ids, GINT_TO_POINTER(both[k]->id));
	}
	return ids;
}

/* New patches: all their text is in the batch. */
static void count_new(const struct batch *batch, GHashTable *recounted, GHashTable *counts)
{
	const GPtrArray *items = world_items(batch->world),
			*comments = world_comments(batch->world);

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (item->is_new && item->kind == ITEM_PATCH &&
		    uses_tags(batch, item->project_id) &&
		    !g_hash_table_contains(recounted, GINT_TO_POINTER(item->id)))
			count_text(batch, counts, item->id, item->message->submission->content);
	}
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		if (is_new_comment(comment) && comment->parent->is_new &&
		    comment->parent->kind == ITEM_PATCH && uses_tags(batch, comment->project_id) &&
		    !g_hash_table_contains(recounted, GINT_TO_POINTER(comment->parent->id)))
			count_text(batch, counts, comment->parent->id,
				   comment->message->submission->content);
	}
}

static int write_new_tags(struct batch *batch, GHashTable *counts)
{
	struct pg_copy copy;
	GHashTableIter iter;
	gpointer patch_id, sums;
	int r;

	pg_copy_init(&copy, 3);
	g_hash_table_iter_init(&iter, counts);
	while (g_hash_table_iter_next(&iter, &patch_id, &sums))
		for (size_t tag = 0; tag < catalog_tag_count(batch->catalog); tag++) {
			if (((int32_t *)sums)[tag] == 0)
				continue;
			pg_copy_row(&copy);
			pg_copy_int(&copy, ((int32_t *)sums)[tag]);
			pg_copy_int(&copy, catalog_tag_id(batch->catalog, tag));
			pg_copy_int(&copy, GPOINTER_TO_INT(patch_id));
		}
	r = pg_copy_send(batch->pg, sql_copy_tags, &copy);
	pg_copy_done(&copy);
	return r;
}

static int set_tags(struct batch *batch, GHashTable *counts)
{
	_cleanup_(free_array) GArray *patches = new_ints(), *tags = new_ints(), *sums = new_ints();
	GHashTableIter iter;
	gpointer patch_id, values;
	struct pg_query query;
	int r;

	g_hash_table_iter_init(&iter, counts);
	while (g_hash_table_iter_next(&iter, &patch_id, &values))
		for (size_t tag = 0; tag < catalog_tag_count(batch->catalog); tag++) {
			add_int(patches, GPOINTER_TO_INT(patch_id));
			add_int(tags, catalog_tag_id(batch->catalog, tag));
			add_int(sums, ((int32_t *)values)[tag]);
		}
	pg_query_init(&query, sql_set_tags);
	pg_param_ints(&query, patches);
	pg_param_ints(&query, tags);
	pg_param_ints(&query, sums);
	r = pg_run(batch->pg, &query, NULL);
	pg_query_done(&query);
	return r;
}

static int recount_tags(struct batch *batch, GHashTable *ids)
{
	_cleanup_(free_array) GArray *list = new_ints();
	GHashTable *counts;
	struct pg_result *result = NULL;
	struct pg_query query;
	GHashTableIter iter;
	gpointer id;
	int r;

	g_hash_table_iter_init(&iter, ids);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		add_int(list, GPOINTER_TO_INT(id));
	if (list->len == 0)
		return 0;
	pg_query_init(&query, sql_tag_texts);
	pg_param_ints(&query, list);
	r = pg_run(batch->pg, &query, &result);
	pg_query_done(&query);
	if (r != 0)
		return r;
	counts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	for (int i = 0; i < pg_rows(result); i++)
		count_text(batch, counts, pg_int(result, i, 0), pg_text(result, i, 1));
	pg_result_free(result);
	r = set_tags(batch, counts);
	g_hash_table_destroy(counts);
	return r;
}

static int write_tags(struct batch *batch)
{
	GHashTable *recount = patches_to_recount(batch);
	GHashTable *counts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	int r;

	count_new(batch, recount, counts);
	r = write_new_tags(batch, counts);
	if (r == 0)
		r = recount_tags(batch, recount);
	g_hash_table_destroy(counts);
	g_hash_table_destroy(recount);
	return r;
}

/* ---- dependencies (schema 0048) */

static int32_t series_of_message(struct batch *batch, int32_t project_id, struct view msgid)
{
	struct item *item = world_find_item(batch->world, ITEM_PATCH, project_id, msgid);
	struct reference *reference;

	if (item != NULL && item->series != NULL)
		return item->series->id;
	if (item != NULL && item->known_series_id != 0)
		return item->known_series_id;
	item = world_find_item(batch->world, ITEM_COVER, project_id, msgid);
	if (item != NULL && item->home != NULL)
		return item->home->id;
	reference = world_find_reference(batch->world, project_id, msgid);
	return item != NULL && reference != NULL ? series_id(reference->series) : 0;
}

static void queue_dependencies(struct batch *batch, struct queue *queue)
{
	const GPtrArray *items = world_items(batch->world);
	_cleanup_(free_array) GArray *from = new_ints(), *to = new_ints();
	struct pg_query *query;

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		for (size_t k = 0; item->is_new && item->home != NULL &&
				   k < item->message->submission->depends_count;
		     k++) {
			const struct depends *depends = &item->message->submission->depends[k];
			int32_t target = depends->kind == DEPENDS_ON_SERIES ?
						 depends->series_id :
						 series_of_message(batch, item->project_id,
								   depends->msgid);

			if (target == 0 || target == item->home->id)
				continue;
			add_int(from, item->home->id);
			add_int(to, target);
		}
	}
	if (from->len == 0 || !catalog_has_dependencies(batch->catalog))
		return;
	query = queue_add(queue, sql_insert_dependencies);
	pg_param_ints(query, from);
	pg_param_ints(query, to);
}

/* ---- held mail */

static int write_held(struct batch *batch, struct delivery *delivery)
{
	const struct submission *s = delivery->submission;
	_cleanup_(free_array) GArray *list_ids = new_views();
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	for (size_t i = 0; s != NULL && i < s->list_id_count; i++)
		add_view(list_ids, s->list_ids[i]);
	pg_query_init(&query, sql_insert_held);
	pg_param_bigint(&query, delivery->received_usecs);
	if (delivery->kind == HOLD_NO_PROJECT)
		pg_param_bigint(&query, batch->options->unknown_secs);
	else
		pg_param_null_bigint(&query);
	pg_param_text(&query, delivery->kind == HOLD_NO_PROJECT ? VIEW("no-project") :
								  VIEW("invalid"));
	pg_param_text(&query, view_str(delivery->reason));
	pg_param_text(&query, s != NULL ? s->msgid : (struct view){ 0 });
	pg_param_texts(&query, list_ids);
	pg_param_text(&query, view_str(delivery->place));
	pg_param_bytes(&query, delivery->raw);
	r = pg_run(batch->pg, &query, &result);
	pg_query_done(&query);
	if (r == 0) {
		delivery->verdict = pg_bool(result, 0, 1) ? VERDICT_HELD : VERDICT_DUPLICATE;
		delivery->id = 0;
	}
	pg_result_free(result);
	return r;
}

static int write_all_held(struct batch *batch)
{
	int r = 0;

	for (size_t i = 0; i < batch->delivery_count && r == 0; i++)
		if (batch->deliveries[i].kind != DELIVER_MESSAGE)
			r = write_held(batch, &batch->deliveries[i]);
	return r;
}

/* ---- all of it */

typedef int write_step(struct batch *batch);

static int write_updates(struct batch *batch)
{
	struct queue queue = { .count = 0 };

	queue_references(batch, &queue);
	queue_patches(batch, &queue);
	queue_series(batch, &queue);
	queue_moves(batch, &queue);
	queue_names(batch, &queue);
	queue_circles(batch, &queue);
	queue_seen(batch, &queue);
	queue_dependencies(batch, &queue);
	queue_known_comments(batch, &queue);
	return queue_run(batch, &queue);
}

static int delete_old_mentions(struct batch *batch)
{
	struct queue queue = { .count = 0 };

	queue_old_mentions(batch, &queue);
	return queue_run(batch, &queue);
}

static int write_adopted_updates(struct batch *batch)
{
	struct queue queue = { .count = 0 };

	queue_names(batch, &queue);
	queue_circles(batch, &queue);
	return queue_run(batch, &queue);
}

static int run_steps(struct batch *batch, write_step *const *steps, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = steps[i](batch);
	return r;
}

int batch_write_adopted(struct batch *batch)
{
	static write_step *const steps[] = { write_members, write_mentions,
					     write_adopted_updates };

	return run_steps(batch, steps, G_N_ELEMENTS(steps));
}

int batch_write(struct batch *batch)
{
	static write_step *const steps[] = {
		write_new_people, write_ids,	   load_instants,	make_room,
		write_series,	  write_items,	   write_comments,	write_references,
		write_updates,	  update_series,   write_events,	delete_old_mentions,
		write_members,	  write_mentions,  write_waiting,	write_tags,
		write_all_held,
	};

	return run_steps(batch, steps, G_N_ELEMENTS(steps));
}
