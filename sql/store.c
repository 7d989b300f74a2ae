/* store - the one way into the database; see store.h */
#include "sql/store.h"

#include <errno.h>
#include <string.h>

#include "parser/cleanup.h"
#include "parser/decide/decide.h"
#include "sql/batch/adopt.h"
#include "sql/batch/batch.h"
#include "sql/schema/migrations.h"
#include "sql/pg/copy.h"
#include "sql/schema/schema.h"
#include "sql/batch/statements.h"

/* What is read again of waiting mail and of stored headers, for one batch. */
#define BATCH_ARENA_BYTES_MAX ((size_t)4 << 30)

const struct store_options store_defaults = {
	.connect_timeout_secs = 10,
	.lock_timeout_secs = PG_LOCK_TIMEOUT_SECS,
	.idle_timeout_secs = PG_IDLE_TIMEOUT_SECS,
	.waiting_secs = INT64_C(30) * 86400,
	.unknown_secs = INT64_C(7) * 86400,
	.held_messages_max = 10000,
	.held_bytes_max = INT64_C(1) << 30,
};

struct store {
	struct store_options options;
	struct pg *pg;
	struct catalog *catalog;
	const char *compression; /* for batch.h */
	GString *error;
	size_t released;
	size_t series_made;
	char *mark_job;    /* names this store's mark, which each relaxed commit moves */
	int64_t mark;      /* where the last of them has put it; 0: there was none */
	int64_t next_mark; /* where the one in hand puts it */
};

/* Not every failure is the server's, and then it has no words. */
static void keep_error(struct store *store, int error)
{
	const char *words = pg_error(store->pg);

	g_string_assign(store->error, *words != '\0' ? words : strerror(-error));
}

/* One query without parameters; the result is the caller's to free. */
static int ask(struct store *store, const char *sql, struct pg_result **ret_result)
{
	struct pg_query query;

	pg_query_init(&query, sql);
	return pg_run(store->pg, &query, ret_result);
}

/*
 * LZ4 takes a quarter of the time that the server's default takes.  Who takes in much mail asks for
 * it where the server can and nobody has chosen.
 */
static int choose_compression(struct store *store)
{
	struct pg_result *result = NULL;
	int r;

	store->compression = NULL;
	if (!store->options.keeps_plans && !store->options.is_relaxed)
		return 0;
	r = ask(store, sql_may_choose_lz4, &result);
	if (r == 0 && pg_bool(result, 0, 0))
		store->compression = "lz4";
	pg_result_free(result);
	return r;
}

static int start(struct store *store)
{
	int r = store_refresh(store), checked;

	/* Where it loads and is of our making and version, there is nothing more to ask. */
	if (r == 0 && !catalog_has_django(store->catalog) &&
	    strcmp(catalog_schema(store->catalog), migrations_newest()) == 0)
		return 0;
	if (r == -ENOTCONN)
		return r;
	pg_rollback(store->pg);
	checked = schema_check(store->pg, store->error);
	return checked != 0 ? checked : r != 0 ? store_refresh(store) : 0;
}

struct store *store_new(const struct store_options *options)
{
	struct store *store = g_new0(struct store, 1);

	store->options = *options;
	store->error = g_string_new(NULL);
	store->pg = pg_new(options->conninfo, options->connect_timeout_secs);
	pg_set_timeouts(store->pg, options->lock_timeout_secs, options->idle_timeout_secs);
	if (options->keeps_plans)
		pg_keep_plans(store->pg);
	return store;
}

int store_reopen(struct store *store)
{
	int r = pg_reopen(store->pg);

	if (r == 0)
		r = choose_compression(store);
	if (r != 0) {
		keep_error(store, r);
		return r;
	}
	return start(store);
}

int store_open(const struct store_options *options, struct store **ret_store)
{
	*ret_store = store_new(options);
	return store_reopen(*ret_store);
}

void store_break(struct store *store)
{
	pg_break(store->pg);
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	catalog_free(store->catalog);
	/* A pooler throws a connection away that ends in the middle of a transaction. */
	if (pg_in_transaction(store->pg))
		pg_rollback(store->pg);
	pg_close(store->pg);
	g_free(store->mark_job);
	g_string_free(store->error, TRUE);
	g_free(store);
}

void store_close_ptr(struct store **store)
{
	store_close(*store);
}

const char *store_error(const struct store *store)
{
	return store->error->str;
}

struct catalog *store_catalog(const struct store *store)
{
	return store->catalog;
}

int store_refresh(struct store *store)
{
	struct catalog *fresh;
	int r = catalog_load(store->pg, &fresh);

	if (r != 0) {
		keep_error(store, r);
		return r;
	}
	catalog_free(store->catalog);
	store->catalog = fresh;
	return 0;
}

int store_check_writable(struct store *store)
{
	struct pg_result *result = NULL;
	int r = ask(store, sql_is_read_only, &result);

	if (r != 0) {
		keep_error(store, r);
	} else if (pg_bool(result, 0, 0)) {
		g_string_assign(store->error, "the server takes no writes");
		r = -EROFS;
	}
	pg_result_free(result);
	return r;
}

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
}

static void tell_deliveries(struct batch *batch)
{
	for (size_t i = 0; i < batch->delivery_count; i++) {
		struct delivery *delivery = &batch->deliveries[i];
		const struct message *message = batch->messages->pdata[i];

		if (message == NULL)
			continue; /* held: write.c has said so */
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

static size_t count_set_free(const struct batch *batch)
{
	const GPtrArray *messages = workset_messages(batch->workset);
	size_t count = 0;

	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];

		count += message->waiting_id != 0 && message->verdict == VERDICT_COMMENT;
	}
	return count;
}

/*
 * Leave a mark in the transaction that is about to be committed without waiting: a row of its own
 * tells afterwards whether a crash has lost it.  Its number would not, since the server gives the
 * numbers of lost transactions out again.
 */
static int set_mark(struct store *store)
{
	struct pg_query query;
	int r;

	if (store->mark_job == NULL) {
		g_autofree char *uuid = g_uuid_string_random();

		store->mark_job = g_strdup_printf("import %s", uuid);
	}
	store->next_mark = MAX(g_get_real_time(), store->mark + 1);
	pg_query_init(&query, sql_mark_import);
	pg_param_text(&query, view_str(store->mark_job));
	pg_param_bigint(&query, store->next_mark);
	r = pg_run(store->pg, &query, NULL);
	return r;
}

static int commit(struct store *store)
{
	int r = store->options.is_relaxed ? set_mark(store) : 0;

	/* Who has to be asked is asked last, when there is nothing left but to commit. */
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

/* What an attempt tells the next. */
struct next_attempt {
	enum series_lock series_lock;
	int yields; /* how often it may still let a Patchwork's parser go first */
	bool needs_adoption;
	bool is_thorough;
};

/* Somebody who waits to make a series has looked for it already, and not seen ours. */
static int yield_to_parser(struct store *store)
{
	struct pg_result *result = NULL;
	int r = ask(store, sql_series_wanted, &result);

	if (r == 0 && pg_bool(result, 0, 0))
		r = -EAGAIN;
	pg_result_free(result);
	return r;
}

/*
 * One transaction.  -EAGAIN also when a series is to be made while a Patchwork's parser may
 * be making the same one, and when that has made rows which we do not know yet.
 */
static int attempt(struct store *store, struct delivery *deliveries, size_t count,
		   struct next_attempt *next)
{
	struct batch batch;
	int r;

	batch_init(&batch, store->pg, store->catalog, &store->options);
	batch.compression = store->compression;
	batch.deliveries = deliveries;
	batch.delivery_count = count;
	batch.series_lock = next->series_lock;
	batch.is_thorough = next->is_thorough;
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
	if (r == 0 && batch.series_lock != SERIES_FREE && next->yields > 0) {
		next->yields--;
		r = yield_to_parser(store);
	}
	if (r == 0)
		r = commit(store);
	if (r == 0) {
		tell_deliveries(&batch);
		store->released += count_set_free(&batch);
		store->series_made += count_series_made(&batch);
	} else {
		keep_error(store, r);
		pg_rollback(store->pg);
	}
	next->needs_adoption = batch.needs_adoption;
	batch_done(&batch);
	return r;
}

/* What has to be done before a batch that lost a race is decided again. */
static int prepare_again(struct store *store, struct next_attempt *next)
{
	int r;

	if (!next->needs_adoption) {
		next->is_thorough = true;
		return store_refresh(store); /* a rule may name a user who is gone */
	}
	r = adopt_recent(store->pg, store->catalog, &store->options);
	if (r != 0)
		keep_error(store, r);
	return r;
}

/* Whoever kept us waiting for all of our time, and is kept waiting by its client: is it gone now? */
static bool end_stuck(struct store *store)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	bool is_gone = false;

	if (strcmp(pg_sqlstate(store->pg), "55P03") != 0)
		return false;
	pg_query_init(&query, sql_end_stuck);
	pg_param_int(&query, store->options.lock_timeout_secs);
	if (pg_run(store->pg, &query, &result) == 0)
		is_gone = pg_bigint(result, 0, 0) > 0;
	pg_result_free(result);
	return is_gone;
}

static int deliver_again(struct store *store, struct delivery *deliveries, size_t count)
{
	struct next_attempt next = { .yields = STORE_YIELDS_MAX };
	int r = attempt(store, deliveries, count, &next);

	for (int tries = 1; tries < STORE_TRIES_MAX; tries++) {
		if (r == -EBUSY && next.series_lock == SERIES_LOCKED)
			next.series_lock = SERIES_INSERTS_LOCKED; /* a dump is being made, say */
		else if (r != -EAGAIN && (r != -EBUSY || !end_stuck(store)))
			return r;
		r = prepare_again(store, &next);
		if (r == 0)
			r = attempt(store, deliveries, count, &next);
	}
	return r == -EAGAIN ? -EBUSY : r;
}

/* The database refuses this one message whatever we do: it is kept for somebody to look at. */
static int hold_refused(struct store *store, struct delivery *delivery)
{
	enum delivery_kind kind = delivery->kind;
	const char *reason = delivery->reason;
	g_autofree char *words = g_strdup_printf("the database refused it: %s", store->error->str);
	int r;

	if (kind != DELIVER_MESSAGE)
		return -EIO;
	delivery->kind = HOLD_REFUSED;
	delivery->reason = words;
	r = deliver_again(store, delivery, 1);
	delivery->kind = kind;
	delivery->reason = reason;
	return r;
}

int store_deliver(struct store *store, struct delivery *deliveries, size_t count)
{
	int r;

	if (count == 0)
		return 0;
	r = deliver_again(store, deliveries, count);
	if (r != -EILSEQ)
		return r;
	if (count == 1)
		return hold_refused(store, deliveries);
	r = store_deliver(store, deliveries, count / 2);
	return r == 0 ? store_deliver(store, deliveries + count / 2, count - count / 2) : r;
}

size_t store_series_made(const struct store *store)
{
	return store->series_made;
}

size_t store_released(const struct store *store)
{
	return store->released;
}

int store_check_kept(struct store *store)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	if (store->mark == 0)
		return 0;
	pg_query_init(&query, sql_import_mark);
	pg_param_text(&query, view_str(store->mark_job));
	pg_param_bigint(&query, store->mark);
	r = pg_run(store->pg, &query, &result);
	if (r != 0)
		keep_error(store, r);
	else if (!pg_bool(result, 0, 0))
		r = -ENODATA;
	if (r == -ENODATA)
		g_string_assign(store->error, "the server crashed and lost what it had not made"
					      " durable; run it again to go on");
	pg_result_free(result);
	return r;
}

static int remove_mark(struct store *store)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_unmark_import);
	pg_param_text(&query, view_str(store->mark_job));
	r = pg_run(store->pg, &query, NULL);
	return r;
}

int store_sync(struct store *store)
{
	int r = store->mark != 0 ? remove_mark(store) : 0;

	if (r == 0)
		r = pg_sync(store->pg);
	if (r != 0)
		keep_error(store, r);
	return r;
}

int store_expire(struct store *store)
{
	const char *const statements[] = { sql_expire_waiting, sql_expire_held,
					   sql_expire_imports };

	for (size_t i = 0; i < G_N_ELEMENTS(statements); i++) {
		int r = pg_script(store->pg, statements[i]);

		if (r != 0) {
			keep_error(store, r);
			return r;
		}
	}
	return 0;
}
