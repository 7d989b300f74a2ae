/* retry - held mail once more on its way in; see retry.h */
#include "daemon/retry.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/ingest.h"
#include "parser/cleanup.h"
#include "sql/held.h"

struct retry {
	struct pg *pg;
	struct store *store;
	struct arena *arena;
};

static int drop(struct pg *pg, int64_t id)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	int count, r;

	g_array_append_val(ids, id);
	r = held_drop(pg, ids, &count);
	g_array_unref(ids);
	return r;
}

/* What is committed before a crash and not yet dropped is a duplicate the next time. */
static int retry_one(struct retry *retry, int64_t id, bool *ret_held)
{
	GByteArray *message;
	struct ingest ingest = { .list_id = { 0 } };
	enum ingested ingested;
	int r = held_message(retry->pg, id, &message);

	if (r != 0)
		return r;
	arena_reset(retry->arena);
	r = ingest_read(retry->arena,
			view_of((const char *)message->data, message->len),
			store_catalog(retry->store), &ingest, &ingested);
	*ret_held = r == 0 && ingested != INGEST_IGNORE &&
		    ingest.delivery.kind != DELIVER_MESSAGE;
	if (r == 0 && !*ret_held && ingested == INGEST_DELIVER)
		r = store_deliver(retry->store, &ingest.delivery, 1);
	if (r == 0 && !*ret_held)
		r = drop(retry->pg, id);
	g_byte_array_unref(message);
	return r;
}

static int retry_all(struct retry *retry, const GArray *ids, const char *what,
		     struct retry_counts *counts)
{
	for (guint i = 0; i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i);
		bool held;
		int r = retry_one(retry, id, &held);

		if (r != 0) {
			fprintf(stderr, "%s: held message %" PRId64 ": %s\n", what, id,
				r == -ENOENT ? "there is none"
				: *store_error(retry->store) != '\0'
					? store_error(retry->store)
					: pg_error(retry->pg));
			return r;
		}
		counts->held += held;
		counts->stored += !held;
	}
	return 0;
}

int retry_held(const struct store_options *options, const GArray *ids, const char *what,
	       struct retry_counts *ret_counts)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	_cleanup_(store_close_ptr) struct store *store = NULL;
	_cleanup_(arena_free_ptr) struct arena *arena =
		arena_new(SUBMISSION_ARENA_BYTES_MAX);
	struct retry retry;
	int r;

	*ret_counts = (struct retry_counts){ 0 };
	if (arena == NULL)
		return -ENOMEM;
	r = store_open(options, &store);
	if (r == 0)
		r = pg_open(options->conninfo, options->connect_timeout_secs, &pg);
	if (r != 0) {
		fprintf(stderr, "%s: %s\n", what,
			pg != NULL ? pg_error(pg) : store_error(store));
		return r;
	}
	retry = (struct retry){ pg, store, arena };
	return retry_all(&retry, ids, what, ret_counts);
}
