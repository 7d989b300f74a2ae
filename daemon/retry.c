/* retry - delivers held mail again; see retry.h */
#include "daemon/retry.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/ingest.h"
#include "daemon/poison.h"
#include "parser/cleanup.h"
#include "sql/held.h"

struct retry {
	struct pg *pg;
	struct store *store;
	struct arena *arena;
	bool is_trusted;
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

/* Parse a held message for the first of its lists that has a project, as when it was received. */
static int read_held(struct retry *retry, const struct held_mail *mail, struct ingest *ingest,
		     enum ingested *ret_ingested)
{
	struct view raw = view_of((const char *)mail->message->data, mail->message->len);
	char **list_id = mail->list_ids;
	int r;

	do {
		arena_reset(retry->arena);
		*ingest = (struct ingest){ .list_id = view_str(*list_id),
					   .is_cut = mail->is_cut,
					   .is_trusted = retry->is_trusted };
		r = ingest_read(retry->arena, raw, store_catalog(retry->store), ingest,
				ret_ingested);
	} while (r == 0 && *ret_ingested == INGEST_NO_PROJECT && *list_id != NULL &&
		 *++list_id != NULL);
	return r;
}

/*
 * After a crash between storing a message and deleting it from the held ones, the next attempt
 * finds that it is a duplicate, and deletes it.
 */
static int retry_one(struct retry *retry, int64_t id, bool *ret_held)
{
	struct held_mail mail;
	struct ingest ingest;
	enum ingested ingested;
	int r = held_mail(retry->pg, id, &mail);

	if (r != 0)
		return r;
	r = read_held(retry, &mail, &ingest, &ingested);
	*ret_held = r == 0 && ingested != INGEST_IGNORE && ingest.delivery.kind != DELIVER_MESSAGE;
	if (r == 0 && !*ret_held && ingested == INGEST_DELIVER)
		r = store_deliver(retry->store, &ingest.delivery, 1);
	/* The database may have refused it again. */
	if (ingest.delivery.is_held || ingest.delivery.verdict == VERDICT_NO_ROOM)
		*ret_held = true;
	if (r == 0 && !*ret_held)
		r = drop(retry->pg, id);
	held_mail_done(&mail);
	return r;
}

static int retry_all(struct retry *retry, const GArray *ids, const char *command,
		     struct retry_counts *counts)
{
	for (guint i = 0; i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i);
		bool held;
		int r = retry_one(retry, id, &held);

		if (r != 0) {
			fprintf(stderr, "%s: held message %" PRId64 ": %s\n", command, id,
				r == -ENOENT                         ? "it does not exist"
				: *store_error(retry->store) != '\0' ? store_error(retry->store)
								     : pg_error(retry->pg));
			return r;
		}
		counts->held += held;
		counts->stored += !held;
	}
	return 0;
}

int retry_held(const struct store_options *options, const GArray *ids, bool is_trusted,
	       const char *command, struct retry_counts *ret_counts)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	_cleanup_(store_close_ptr) struct store *store = NULL;
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	struct retry retry;
	int r;

	*ret_counts = (struct retry_counts){ 0 };
	if (arena == NULL)
		return -ENOMEM;
	r = store_open(options, &store);
	if (r == 0)
		r = pg_open(options->conninfo, options->connect_timeout_secs, &pg);
	if (r != 0) {
		fprintf(stderr, "%s: %s\n", command,
			pg != NULL ? pg_error(pg) : store_error(store));
		return r;
	}
	poison_open(0);
	retry = (struct retry){ pg, store, arena, is_trusted };
	return retry_all(&retry, ids, command, ret_counts);
}
