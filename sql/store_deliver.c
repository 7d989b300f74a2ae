/*
 * store_deliver - stores a batch in one transaction, and repeats it after a lost race; see store.h
 */
#include <errno.h>
#include <string.h>

#include "parser/cleanup.h"
#include "parser/decide/decide.h"
#include "sql/batch/adopt.h"
#include "sql/batch/batch.h"
#include "sql/batch/statements.h"
#include "sql/pg/copy.h"
#include "sql/store_private.h"

static void set_results(struct batch *batch)
{
	for (size_t i = 0; i < batch->delivery_count; i++) {
		struct delivery *delivery = &batch->deliveries[i];
		const struct message *message = batch->messages->pdata[i];

		if (message == NULL)
			continue; /* held: write.c has set the result */
		delivery->verdict = message->verdict;
		delivery->is_held = false;
		delivery->id = message->item != NULL      ? message->item->id
			       : message->comment != NULL ? message->comment->id
							  : 0;
		delivery->series_id = message->item != NULL && message->item->grouped_in != NULL
					      ? message->item->grouped_in->id
					      : 0;
	}
}

static size_t count_series_made(const struct batch *batch)
{
	const GPtrArray *series = workset_series(batch->workset);
	size_t count = 0;

	for (guint i = 0; i < series->len; i++)
		count += ((struct series *)series->pdata[i])->is_new;
	return count;
}

static size_t count_released(const struct batch *batch)
{
	const GPtrArray *messages = workset_messages(batch->workset);
	size_t count = 0;

	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];

		count += message->waiting_id != 0 && message->verdict == VERDICT_COMMENT;
	}
	return count;
}

static int commit(struct store *store)
{
	int r = store->options.is_relaxed ? store_set_mark(store) : 0;

	/* may_commit() is called last, when only COMMIT remains. */
	if (r == 0 && store->options.may_commit != NULL)
		r = pg_copy_flush(store->pg);
	if (r != 0)
		return r;
	if (store->options.may_commit != NULL && !store->options.may_commit())
		return -ECANCELED;
	r = pg_commit(store->pg);
	if (r == 0 && store->options.is_relaxed)
		store->mark = store->next_mark;
	return r;
}

static bool makes_series(const struct batch *batch)
{
	const GPtrArray *series = workset_series(batch->workset);

	for (guint i = 0; i < series->len; i++)
		if (((struct series *)series->pdata[i])->id == 0)
			return true;
	return false;
}

/*
 * LZ4 takes a quarter of the time of the server's default.  A process that stores much mail sets it
 * if the server supports it and the operator has set nothing else.
 */
static int choose_compression(struct store *store)
{
	struct pg_result *result = NULL;
	int r;

	if (store->knows_compression)
		return 0;
	store->compression = NULL;
	if (!store->options.keeps_plans && !store->options.is_relaxed)
		return 0;
	r = store_ask(store, sql_may_choose_lz4, &result);
	if (r == 0 && pg_bool(result, 0, 0))
		store->compression = "lz4";
	store->knows_compression = r == 0;
	pg_result_free(result);
	return r;
}

/* State that an attempt passes to the next. */
struct next_attempt {
	enum series_lock series_lock;
	int yields; /* how many more times it lets Patchwork's parser go first */
	bool needs_adoption;
	bool is_thorough;
};

/* Patchwork's parser, if it waits to make a series, has looked for the series before, in vain. */
static int yield_to_parser(struct store *store)
{
	struct pg_result *result = NULL;
	int r = store_ask(store, sql_series_wanted, &result);

	if (r == 0 && pg_bool(result, 0, 0))
		r = -EAGAIN;
	pg_result_free(result);
	return r;
}

/*
 * Run one transaction.  Returns -EAGAIN also if Patchwork's parser may be making the same series,
 * or has stored rows that have to be adopted first.
 */
static int attempt(struct store *store, struct delivery *deliveries, size_t count,
		   struct archive_notes *notes, struct next_attempt *next)
{
	struct batch batch;
	int r = choose_compression(store);

	batch_init(&batch, store->pg, store->catalog, &store->options);
	batch.compression = store->compression;
	batch.people_index = store->people_index;
	batch.deliveries = deliveries;
	batch.delivery_count = count;
	batch.series_lock = next->series_lock;
	batch.is_thorough = next->is_thorough;
	if (r == 0)
		r = batch_load(&batch);
	if (r == 0) {
		decide(batch.workset);
		if (store->options.with_parser && batch.series_lock == SERIES_FREE &&
		    makes_series(&batch)) {
			next->series_lock = SERIES_LOCKED;
			r = -EAGAIN;
		}
	}
	if (r == 0)
		r = batch_write(&batch);
	if (r == 0 && notes != NULL)
		r = batch_write_notes(&batch, notes);
	if (r == 0 && batch.series_lock != SERIES_FREE && next->yields > 0) {
		next->yields--;
		r = yield_to_parser(store);
	}
	if (r == 0)
		r = commit(store);
	if (r == 0) {
		set_results(&batch);
		store->released += count_released(&batch);
		store->series_made += count_series_made(&batch);
	} else {
		store_keep_error(store, r);
		pg_rollback(store->pg);
	}
	next->needs_adoption = batch.needs_adoption;
	batch_done(&batch);
	return r;
}

/* Prepare to decide a batch again that lost a race. */
static int prepare_again(struct store *store, struct next_attempt *next)
{
	int r;

	if (!next->needs_adoption) {
		next->is_thorough = true;
		return store_refresh(store); /* the user of a delegation rule may be deleted */
	}
	r = adopt_recent(store->pg, store->catalog, &store->options);
	if (r != 0)
		store_keep_error(store, r);
	return r;
}

/*
 * Terminate backends that held our lock for the whole lock timeout while waiting for their client.
 * Returns whether any was.
 */
static bool end_stuck(struct store *store)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	bool is_ended = false;

	if (strcmp(pg_sqlstate(store->pg), "55P03") != 0)
		return false;
	pg_query_init(&query, sql_end_stuck);
	pg_param_int(&query, store->options.lock_timeout_secs);
	if (pg_run(store->pg, &query, &result) == 0)
		is_ended = pg_bigint(result, 0, 0) > 0;
	pg_result_free(result);
	return is_ended;
}

static int deliver_again(struct store *store, struct delivery *deliveries, size_t count,
			 struct archive_notes *notes)
{
	struct next_attempt next = { .yields = STORE_YIELDS_MAX };
	int r = attempt(store, deliveries, count, notes, &next);

	for (int tries = 1; tries < BATCH_TRIES_MAX; tries++) {
		if (r == -EBUSY && next.series_lock == SERIES_LOCKED)
			next.series_lock = SERIES_INSERTS_LOCKED; /* for example, pg_dump */
		else if (r != -EAGAIN && (r != -EBUSY || !end_stuck(store)))
			return r;
		batch_pause(tries);
		r = prepare_again(store, &next);
		if (r == 0)
			r = attempt(store, deliveries, count, notes, &next);
	}
	return r == -EAGAIN ? -EBUSY : r;
}

/* Hold a message that the database refuses permanently. */
static int hold_refused(struct store *store, struct delivery *delivery, struct archive_notes *notes)
{
	enum delivery_kind kind = delivery->kind;
	const char *reason = delivery->reason;
	g_autofree char *refusal =
		g_strdup_printf("the database refused it: %s", store->error->str);
	int r;

	if (kind != DELIVER_MESSAGE)
		return -EIO;
	delivery->kind = HOLD_REFUSED;
	delivery->reason = refusal;
	r = deliver_again(store, delivery, 1, notes);
	delivery->kind = kind;
	delivery->reason = reason;
	return r;
}

static bool is_any_deferred(const struct delivery *deliveries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (verdict_is_deferred(deliveries[i].verdict))
			return true;
	return false;
}

/* If the database refuses a batch, store its halves. */
static int deliver(struct store *store, struct delivery *deliveries, size_t count,
		   struct archive_notes *notes)
{
	size_t half = count / 2;
	int r = deliver_again(store, deliveries, count, notes);

	if (r != -EILSEQ || count == 0)
		return r;
	if (count == 1)
		return hold_refused(store, deliveries, notes);
	r = deliver(store, deliveries, half, NULL);
	if (r != 0)
		return r;
	if (notes != NULL && is_any_deferred(deliveries, half))
		notes->is_stuck = true;
	return deliver(store, deliveries + half, count - half, notes);
}

int store_deliver(struct store *store, struct delivery *deliveries, size_t count)
{
	return count > 0 ? deliver(store, deliveries, count, NULL) : 0;
}

int store_deliver_with(struct store *store, struct delivery *deliveries, size_t count,
		       struct archive_notes *notes)
{
	return deliver(store, deliveries, count, notes);
}
