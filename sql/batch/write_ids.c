/* write_ids - ids from the sequences, and instants in the session's time zone; see write.h */
#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/batch/statements.h"
#include "sql/batch/write.h"

/* The tables whose ids are drawn before rows are written. */
enum table {
	TABLE_PATCH,
	TABLE_COVER,
	TABLE_PATCH_COMMENT,
	TABLE_COVER_COMMENT,
	TABLE_SERIES,
	TABLE_WAITING,
	TABLE_COUNT,
};

static const char *const table_names[TABLE_COUNT] = {
	[TABLE_PATCH] = "patchwork_patch",
	[TABLE_COVER] = "patchwork_cover",
	[TABLE_PATCH_COMMENT] = "patchwork_patchcomment",
	[TABLE_COVER_COMMENT] = "patchwork_covercomment",
	[TABLE_SERIES] = "patchwork_series",
	[TABLE_WAITING] = "patchmda.waiting",
};

/* ---- ids */

static void count_ids(const struct batch *batch, int32_t counts[TABLE_COUNT])
{
	const GPtrArray *items = workset_items(batch->workset),
			*comments = workset_comments(batch->workset),
			*series = workset_series(batch->workset),
			*messages = workset_messages(batch->workset);

	for (guint i = 0; i < items->len; i++)
		if (((struct item *)items->pdata[i])->is_new)
			counts[((struct item *)items->pdata[i])->kind == ITEM_PATCH
				       ? TABLE_PATCH
				       : TABLE_COVER]++;
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		if (is_new_comment(comment) || changes_table(comment))
			counts[comment_is_on_cover(comment) ? TABLE_COVER_COMMENT
							    : TABLE_PATCH_COMMENT]++;
	}
	for (guint i = 0; i < series->len; i++)
		counts[TABLE_SERIES] += ((struct series *)series->pdata[i])->id == 0;
	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];

		counts[TABLE_WAITING] +=
			message->verdict == VERDICT_WAITING && message->waiting_id == 0;
	}
}

static void queue_ids(enum table table, int32_t count, struct pg_queue *queue)
{
	struct pg_query *query = pg_queue_add(queue, sql_draw_ids);

	pg_param_text(query, view_str(table_names[table]));
	pg_param_int(query, count);
}

/* Append the values of a sequence to `ids`; -ENODATA if the table's column owns none. */
static int take_ids(const struct pg_result *result, GArray *ids)
{
	for (int i = 0; i < pg_rows(result); i++) {
		if (pg_is_null(result, i, 0))
			return -ENODATA;
		add_bigint(ids, pg_bigint(result, i, 0));
	}
	return 0;
}

/*
 * Patchwork has renamed tables and sequences, and some upgrades have lost the owner of a sequence.
 */
static int draw_by_default(struct batch *batch, enum table table, int32_t count, GArray *ids)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	pg_query_init(&query, sql_draw_ids_by_default);
	pg_param_text(&query, view_str(table_names[table]));
	pg_param_int(&query, count);
	r = pg_run(batch->pg, &query, &result);
	if (r == 0)
		r = take_ids(result, ids);
	pg_result_free(result);
	return r;
}

static int draw_ids(struct batch *batch, GArray *drawn[TABLE_COUNT])
{
	int32_t wanted[TABLE_COUNT] = { 0 };
	enum table tables[TABLE_COUNT];
	struct pg_queue queue = { .count = 0 };
	struct pg_result *results[TABLE_COUNT];
	size_t count = 0;
	int r;

	count_ids(batch, wanted);
	for (int i = 0; i < TABLE_COUNT; i++)
		if (wanted[i] > 0)
			tables[count++] = (enum table)i;
	for (size_t i = 0; i < count; i++)
		queue_ids(tables[i], wanted[tables[i]], &queue);
	r = pg_run_queue(batch->pg, &queue, results);
	for (size_t i = 0; r == 0 && i < count; i++) {
		r = take_ids(results[i], drawn[tables[i]]);
		if (r == -ENODATA)
			r = draw_by_default(batch, tables[i], wanted[tables[i]], drawn[tables[i]]);
	}
	pg_results_free(results, count);
	return r;
}

static int64_t next_id(GArray *ids, guint *at)
{
	return g_array_index(ids, int64_t, (*at)++);
}

static gint by_date(gconstpointer a, gconstpointer b)
{
	const struct series *x = *(const struct series *const *)a;
	const struct series *y = *(const struct series *const *)b;

	return x->date < y->date ? -1 : x->date > y->date;
}

/* A later series has a greater id, as in mail that comes one by one: readers expect that. */
static void give_series_ids(const GPtrArray *series, GArray *drawn)
{
	g_autoptr(GPtrArray) new_series = g_ptr_array_new();
	guint at = 0;

	for (guint i = 0; i < series->len; i++)
		if (((struct series *)series->pdata[i])->id == 0)
			g_ptr_array_add(new_series, series->pdata[i]);
	g_ptr_array_sort(new_series, by_date);
	for (guint i = 0; i < new_series->len; i++) {
		struct series *one = new_series->pdata[i];

		one->id = (int32_t)next_id(drawn, &at);
		one->is_new = true;
	}
}

static void give_ids(struct batch *batch, GArray *drawn[TABLE_COUNT])
{
	const GPtrArray *items = workset_items(batch->workset),
			*comments = workset_comments(batch->workset),
			*messages = workset_messages(batch->workset);
	guint at[TABLE_COUNT] = { 0 };

	for (guint i = 0; i < items->len; i++) {
		struct item *item = items->pdata[i];
		enum table table = item->kind == ITEM_PATCH ? TABLE_PATCH : TABLE_COVER;

		if (item->is_new)
			item->id = (int32_t)next_id(drawn[table], &at[table]);
	}
	for (guint i = 0; i < comments->len; i++) {
		struct comment *comment = comments->pdata[i];
		enum table table =
			comment_is_on_cover(comment) ? TABLE_COVER_COMMENT : TABLE_PATCH_COMMENT;

		if (is_new_comment(comment))
			comment->id = (int32_t)next_id(drawn[table], &at[table]);
		else if (changes_table(comment))
			comment->new_id = (int32_t)next_id(drawn[table], &at[table]);
	}
	give_series_ids(workset_series(batch->workset), drawn[TABLE_SERIES]);
	for (guint i = 0; i < messages->len; i++) {
		struct message *message = messages->pdata[i];

		if (message->verdict == VERDICT_WAITING && message->waiting_id == 0) {
			message->waiting_id = next_id(drawn[TABLE_WAITING], &at[TABLE_WAITING]);
			message->is_newly_waiting = true;
		}
	}
}

int write_ids(struct batch *batch)
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

/* ---- instants: clock readings in the session's time zone */

static bool is_utc(const struct batch *batch)
{
	return g_ascii_strcasecmp(batch_time_zone(batch), "UTC") == 0;
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
	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		int64_t *pair = g_new(int64_t, 2);

		pair[0] = g_array_index(clocks, int64_t, (guint)i);
		pair[1] = pg_bigint(result, i, 0);
		(void)g_hash_table_replace(batch->instants, pair, pair);
	}
	pg_result_free(result);
	return r;
}

/* Ask the server for the instants of the batch's clock readings, unless the zone is UTC. */
int write_instants(struct batch *batch)
{
	const GPtrArray *messages = workset_messages(batch->workset),
			*series = workset_series(batch->workset);
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

/* The instant, in microseconds, as which a clock reading is stored. */
int64_t write_instant(const struct batch *batch, int64_t clock)
{
	const int64_t *pair = g_hash_table_lookup(batch->instants, &clock);

	return pair != NULL ? pair[1] : clock * G_USEC_PER_SEC;
}
