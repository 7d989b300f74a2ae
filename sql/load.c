/*
 * load - fill a world with what a batch could touch; see batch.h and load.h
 *
 * Four round trips for mail that comes in order: the lock and whether something waits for the
 * batch's ids; what is known of its ids and people; the circles of its patches and cover letters;
 * the series of these.  A batch of replies needs the first two.  Replies that are set free and
 * comments that may move take more.
 */
#include "sql/load.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "parser/cleanup.h"
#include "sql/adopt.h"
#include "sql/statements.h"

int batch_run_kept(struct batch *batch, struct pg_query *queries, size_t count,
		   struct pg_result **results)
{
	int r = pg_run_all(batch->pg, queries, count, results);

	for (size_t i = 0; i < count; i++) {
		pg_query_done(&queries[i]);
		if (r == 0)
			g_ptr_array_add(batch->results, results[i]);
	}
	return r;
}

/* ---- first round trip: begin, lock, and what waits under these ids, or for them */

static gint compare_ints(gconstpointer a, gconstpointer b)
{
	return *(const int32_t *)a - *(const int32_t *)b;
}

void batch_sort_ints(GArray *ints)
{
	g_array_sort(ints, compare_ints);
}

/* The batch's projects, ascending: every writer locks in this order. */
static GArray *project_ids(const struct batch *batch)
{
	GArray *ids = new_ints();

	for (size_t i = 0; i < batch->delivery_count; i++)
		if (batch->deliveries[i].kind == DELIVER_MESSAGE)
			add_int(ids, batch->deliveries[i].project_id);
	batch_sort_ints(ids);
	for (guint i = 1; i < ids->len;) {
		if (g_array_index(ids, int32_t, i) ==
		    g_array_index(ids, int32_t, i - 1))
			g_array_remove_index(ids, i);
		else
			i++;
	}
	return ids;
}

void batch_settings(const struct batch *batch, struct pg_query *query)
{
	const struct store_options *options = batch->options;
	g_autofree char *lock = g_strdup_printf("%ds", options->lock_timeout_secs);

	pg_param_text(query, view_str(lock));
	pg_param_text(query, VIEW("10s"));
	pg_param_text(query, view_str(options->time_zone != NULL ? options->time_zone
								 : "UTC"));
	pg_param_text(query, options->is_relaxed ? VIEW("relaxed") : VIEW("durable"));
	pg_param_text(query, view_str(batch->compression));
}

static int begin(struct batch *batch, struct pg_result **ret_waiting)
{
	enum { BEGIN, SETTINGS, LOCK, SERIES, NOW, UNADOPTED, WAITING, COUNT };
	static const char *const locks[] = {
		[SERIES_FREE] = sql_no_lock,
		[SERIES_LOCKED] = sql_lock_series,
		[SERIES_INSERTS_LOCKED] = sql_lock_series_inserts,
	};
	_cleanup_(free_array) GArray *projects = project_ids(batch);
	struct pg_query queries[COUNT];
	struct pg_result *results[COUNT];
	struct keys own;
	int r;

	keys_init(&own);
	for (size_t i = 0; i < batch->delivery_count; i++)
		if (batch->deliveries[i].kind == DELIVER_MESSAGE)
			keys_add(&own, batch->deliveries[i].project_id,
				 batch->deliveries[i].submission->msgid);
	pg_query_init(&queries[BEGIN], sql_begin);
	pg_query_init(&queries[SETTINGS], sql_settings);
	batch_settings(batch, &queries[SETTINGS]);
	pg_query_init(&queries[LOCK], sql_lock_projects);
	pg_param_ints(&queries[LOCK], projects);
	pg_query_init(&queries[SERIES], locks[batch->series_lock]);
	pg_query_init(&queries[NOW], sql_now);
	adopt_ask_recent(batch->options, &queries[UNADOPTED]);
	pg_query_init(&queries[WAITING], sql_waiting_here);
	keys_param(&own, &queries[WAITING]);
	r = batch_run_kept(batch, queries, COUNT, results);
	keys_done(&own);
	if (r != 0)
		return r;
	batch->now_usecs = pg_bigint(results[NOW], 0, 0);
	batch->needs_adoption = pg_bool(results[UNADOPTED], 0, 0);
	*ret_waiting = results[WAITING];
	return batch->needs_adoption ? -EAGAIN : 0;
}

/* ---- the messages */

void load_set_date(struct message *message, int64_t received_usecs)
{
	const struct submission *submission = message->submission;

	message->date = submission->has_date ? submission->date
					     : received_usecs / G_USEC_PER_SEC;
}

static void add_messages(struct batch *batch)
{
	for (size_t i = 0; i < batch->delivery_count; i++) {
		struct delivery *delivery = &batch->deliveries[i];
		struct message *message = NULL;

		if (delivery->kind == DELIVER_MESSAGE) {
			message = world_add_message(batch->world, delivery->project_id,
						    delivery->submission);
			load_set_date(message, delivery->received_usecs);
			g_hash_table_insert(batch->raws, message, delivery);
		}
		g_ptr_array_add(batch->messages, message);
	}
}

/* ---- all of it */

int64_t batch_seen_hash(struct view msgid)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_MD5);
	guint8 digest[16];
	gsize length = sizeof(digest);
	int64_t hash;

	g_checksum_update(sum, (const guchar *)msgid.ptr, (gssize)msgid.len);
	g_checksum_get_digest(sum, digest, &length);
	g_checksum_free(sum);
	memcpy(&hash, digest, sizeof(hash));
	return (int64_t)be64toh((uint64_t)hash);
}

/* What is known of the batch's messages, and of replies that waited for them. */
static int load_all_known(struct batch *batch, bool is_awaited, GHashTable *mentions)
{
	const GPtrArray *messages = world_messages(batch->world);
	guint count = messages->len;
	int r = load_known(batch, 0, mentions);

	if (r == 0 && is_awaited)
		r = load_waiting_set_free(batch);
	if (r == 0 && messages->len > count)
		r = load_known(batch, count, mentions);
	return r;
}

int batch_load(struct batch *batch)
{
	struct pg_result *waiting;
	GHashTable *mentions;
	int r = begin(batch, &waiting);

	if (r == 0)
		r = load_waiting_here(batch, waiting);
	if (r != 0)
		return r;
	add_messages(batch);
	if (world_messages(batch->world)->len == 0)
		return 0;
	mentions = load_mentions_new();
	r = load_all_known(batch, pg_rows(waiting) > 0, mentions);
	if (r == 0)
		r = load_movers(batch, mentions);
	g_hash_table_destroy(mentions);
	if (r == 0)
		r = load_people(batch);
	return r == 0 ? load_circles(batch) : r;
}
