/* batch - what the steps of a batch share; see batch.h */
#include "sql/batch/batch.h"

#include "parser/cleanup.h"
#include "sql/revisions/update.h"

/* The limit on waiting mail and stored headers that one batch reads again. */
#define BATCH_ARENA_BYTES_MAX ((size_t)4 << 30)

static void free_result(gpointer result)
{
	pg_result_free(result);
}

void batch_init(struct batch *batch, struct pg *pg, const struct catalog *catalog,
		const struct store_options *options)
{
	*batch = (struct batch){
		.pg = pg,
		.catalog = catalog,
		.options = options,
		.workset = workset_new(),
		.arena = arena_new(BATCH_ARENA_BYTES_MAX),
		.results = g_ptr_array_new_with_free_func(free_result),
		.messages = g_ptr_array_new(),
		.instants = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
		.raws = g_hash_table_new(NULL, NULL),
		.revisions = g_array_new(FALSE, FALSE, sizeof(struct revisions_change)),
	};
	if (batch->arena == NULL)
		g_error("out of memory for a batch");
}

void batch_done(struct batch *batch)
{
	workset_free(batch->workset);
	arena_free(batch->arena);
	g_ptr_array_unref(batch->results);
	g_ptr_array_unref(batch->messages);
	g_hash_table_destroy(batch->instants);
	g_hash_table_destroy(batch->raws);
	g_array_unref(batch->revisions);
}

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

struct series *batch_series_stub(struct batch *batch, int32_t id, int32_t project_id)
{
	struct series *series = workset_find_series_id(batch->workset, id);

	return series != NULL ? series : workset_add_series(batch->workset, id, project_id);
}

struct person *batch_person(struct batch *batch, int32_t id)
{
	struct person *person = workset_find_person_id(batch->workset, id);

	/*
	 * Only the id is known: the person is not a sender of this batch, so the address is not
	 * needed.
	 */
	return person != NULL ? person : workset_add_person(batch->workset, id, VIEW(""));
}

static gint compare_ints(gconstpointer a, gconstpointer b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

void batch_sort_ints(GArray *ints)
{
	guint n = 0;

	g_array_sort(ints, compare_ints);
	for (guint i = 0; i < ints->len; i++) {
		int32_t value = g_array_index(ints, int32_t, i);

		if (n == 0 || value != g_array_index(ints, int32_t, n - 1))
			g_array_index(ints, int32_t, n++) = value;
	}
	g_array_set_size(ints, n);
}

void batch_set_date(struct message *message, int64_t received_usecs)
{
	const struct submission *submission = message->submission;

	message->date = submission->has_date ? submission->date : received_usecs / G_USEC_PER_SEC;
}

bool batch_makes_item(const struct message *message)
{
	return message->submission->kind == SUBMISSION_PATCH ||
	       message->submission->kind == SUBMISSION_COVER;
}

void batch_item_keys(struct keys *keys, const struct message *message)
{
	const struct submission *s = message->submission;

	keys_add(keys, message->project_id, s->msgid);
	for (size_t i = 0; i < s->reference_count; i++)
		keys_add(keys, message->project_id, s->references[i]);
}

void batch_queue_ids(struct pg_queue *queue, const char *sql, const GArray *ids)
{
	if (ids->len > 0)
		pg_param_ints(pg_queue_add(queue, sql), ids);
}

const char *batch_time_zone(const struct batch *batch)
{
	const char *kept = catalog_time_zone(batch->catalog), *said = batch->options->time_zone;

	return kept != NULL ? kept : said != NULL ? said : "UTC";
}

/* Other writers usually finish within these pauses; the last pause is repeated. */
static const unsigned pauses_msecs[] = { 0, 0, 1, 2, 5, 10, 20 };

void batch_pause(int tries)
{
	unsigned msecs = pauses_msecs[MIN((size_t)tries, G_N_ELEMENTS(pauses_msecs)) - 1];

	/* Writers that lost a race at the same time must not try again at the same time. */
	if (msecs > 0)
		g_usleep((gulong)msecs * 500 + (gulong)g_random_int_range(0, (gint32)msecs * 1000));
}
