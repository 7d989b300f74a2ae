/*
 * load - fills a workset with what a batch could affect; see batch.h and load.h
 *
 * Mail that comes in order takes four round trips: the lock, and whether messages wait for the
 * batch's ids; what is known of its ids and people; the components of its patches and cover
 * letters; their series. A batch of replies needs the first two. Replies that are released and
 * comments that may be reparented take more.
 */
#include "sql/batch/load.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "parser/cleanup.h"
#include "sql/batch/begin.h"
#include "sql/batch/statements.h"

/* ---- first round trip: begin, lock, messages that wait under these ids or for them */

/* The batch's projects, ascending: every writer locks in this order. */
static GArray *project_ids(const struct batch *batch)
{
	GArray *ids = new_ints();

	for (size_t i = 0; i < batch->delivery_count; i++)
		if (batch->deliveries[i].kind == DELIVER_MESSAGE)
			add_int(ids, batch->deliveries[i].project_id);
	batch_sort_ints(ids);
	return ids;
}

static void add_own_keys(const struct batch *batch, struct keys *own)
{
	for (size_t i = 0; i < batch->delivery_count; i++)
		if (batch->deliveries[i].kind == DELIVER_MESSAGE)
			keys_add(own, batch->deliveries[i].project_id,
				 batch->deliveries[i].submission->msgid);
}

/* Begin, lock, and ask whether a message waits under the batch's ids, or for them. */
static int begin(struct batch *batch, const struct keys *own, bool *ret_any_waits)
{
	_cleanup_(free_array) GArray *projects = project_ids(batch);
	struct pg_queue queue = { .count = 0 };
	struct pg_result *results[PG_QUEUE_MAX];
	struct begin_results answers = begin_ask(batch, projects, &queue);
	size_t unadopted = queue.count, waits;
	int r;

	if (batch->options->with_parser)
		begin_ask_unadopted(&queue);
	waits = queue.count;
	pg_param_texts(pg_queue_add(&queue, sql_any_waits), own->msgids);
	pg_param_texts(pg_queue_add(&queue, sql_any_is_awaited), own->msgids);
	r = batch_run_kept(batch, queue.queries, queue.count, results);
	if (r == 0)
		r = begin_take(batch, answers, results);
	if (r != 0)
		return r;
	if (batch->options->with_parser)
		batch->needs_adoption = pg_bool(results[unadopted], 0, 0);
	*ret_any_waits = pg_rows(results[waits]) + pg_rows(results[waits + 1]) > 0;
	return batch->needs_adoption ? -EAGAIN : 0;
}

/* ---- the messages */

static void add_messages(struct batch *batch)
{
	for (size_t i = 0; i < batch->delivery_count; i++) {
		struct delivery *delivery = &batch->deliveries[i];
		struct message *message = NULL;

		if (delivery->kind == DELIVER_MESSAGE) {
			message = workset_add_message(batch->workset, delivery->project_id,
						      delivery->submission);
			batch_set_date(message, delivery->received_usecs);
			g_hash_table_insert(batch->raws, message, delivery);
		}
		g_ptr_array_add(batch->messages, message);
	}
}

/* ---- all of it */

/* Load what is known of the batch's messages, and of replies that waited for them. */
static int load_all_known(struct batch *batch, bool is_awaited, GHashTable *msgrefs)
{
	const GPtrArray *messages = workset_messages(batch->workset);
	guint count = messages->len;
	int r = load_known(batch, 0, msgrefs);

	if (r == 0 && is_awaited)
		r = load_waiting_released(batch);
	if (r == 0 && messages->len > count)
		r = load_known(batch, count, msgrefs);
	return r;
}

/* Add the batch's messages, and those that already wait under their ids. */
static int load_messages(struct batch *batch, bool *ret_is_awaited)
{
	struct keys own;
	bool any_waits;
	int r;

	*ret_is_awaited = false;
	keys_init(&own);
	add_own_keys(batch, &own);
	r = begin(batch, &own, &any_waits);
	if (r == 0 && any_waits)
		r = load_waiting_here(batch, &own, ret_is_awaited);
	keys_done(&own);
	if (r == 0)
		add_messages(batch);
	return r;
}

int batch_load(struct batch *batch)
{
	GHashTable *msgrefs;
	bool is_awaited;
	int r = load_messages(batch, &is_awaited);

	if (r != 0 || workset_messages(batch->workset)->len == 0)
		return r;
	msgrefs = load_msgrefs_new();
	r = load_all_known(batch, is_awaited, msgrefs);
	if (r == 0)
		r = load_reparented(batch, msgrefs);
	g_hash_table_destroy(msgrefs);
	if (r == 0)
		r = load_people(batch);
	return r == 0 ? load_components(batch) : r;
}
