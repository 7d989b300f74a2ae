/* known - which messages are stored already; see known.h */
#include "sql/known.h"

#include "parser/cleanup.h"
#include "parser/viewkey.h"
#include "sql/batch/batch.h"
#include "sql/batch/statements.h"
#include "sql/seen.h"
#include "sql/statements.h"
#include "sql/transaction.h"

/* Where a message was found: bits. */
enum place {
	PLACE_ITEM = 1, /* it is a patch or a cover letter */
	PLACE_COMMENT = 2,
	PLACE_WAITING = 4,
	PLACE_SEEN = 8,
};

static enum known known_of(unsigned places, bool is_reply)
{
	if ((places & (is_reply ? PLACE_COMMENT : PLACE_ITEM)) != 0)
		return KNOWN_STORED;
	if ((places & PLACE_WAITING) != 0)
		return KNOWN_WAITING;
	return (places & PLACE_SEEN) != 0 ? KNOWN_SEEN : KNOWN_NOT;
}

static enum place place_of(char kind)
{
	return kind == 'p' ? PLACE_ITEM : kind == 'P' ? PLACE_COMMENT : PLACE_WAITING;
}

/* ---- what was found, by project and message id, or by project and its hash */

struct found {
	GHashTable *messages; /* struct scoped_key, owned, to places */
	GHashTable *seen;     /* struct seen, owned */
};

struct seen {
	int64_t hash;
	int32_t project_id;
};

static guint seen_key_hash(gconstpointer key)
{
	return g_int64_hash(&((const struct seen *)key)->hash);
}

static gboolean seen_key_equal(gconstpointer a, gconstpointer b)
{
	const struct seen *x = a, *y = b;

	return x->hash == y->hash && x->project_id == y->project_id;
}

static void found_init(struct found *found)
{
	found->messages = g_hash_table_new_full(scoped_key_hash, scoped_key_equal, g_free, NULL);
	found->seen = g_hash_table_new_full(seen_key_hash, seen_key_equal, g_free, NULL);
}

static void found_done(struct found *found)
{
	g_hash_table_destroy(found->messages);
	g_hash_table_destroy(found->seen);
}

/* The texts are those of the result. */
static void take_messages(struct found *found, const struct pg_result *result)
{
	for (int row = 0; row < pg_rows(result); row++) {
		struct scoped_key key = { pg_int(result, row, 0), pg_text(result, row, 1) };
		guint places = GPOINTER_TO_UINT(g_hash_table_lookup(found->messages, &key));

		places |= place_of(pg_text(result, row, 2).ptr[0]);
		g_hash_table_insert(found->messages, g_memdup2(&key, sizeof(key)),
				    GUINT_TO_POINTER(places));
	}
}

static void take_seen(struct found *found, const struct pg_result *result)
{
	for (int row = 0; row < pg_rows(result); row++) {
		struct seen key = { pg_bigint(result, row, 1), pg_int(result, row, 0) };

		(void)g_hash_table_add(found->seen, g_memdup2(&key, sizeof(key)));
	}
}

static enum known find(const struct found *found, const struct known_key *key, int64_t hash)
{
	const struct scoped_key message = { key->project_id, key->msgid };
	const struct seen seen = { hash, key->project_id };
	unsigned places = GPOINTER_TO_UINT(g_hash_table_lookup(found->messages, &message));

	if (g_hash_table_contains(found->seen, &seen))
		places |= PLACE_SEEN;
	return known_of(places, key->is_reply);
}

/* ---- the question */

enum { SETTINGS, MESSAGES, SEEN, CONDITIONS, COUNT };

struct question {
	GArray *items, *replies; /* message ids */
	GArray *hashes;          /* of both */
};

static struct question question_of(const struct known_key *keys, size_t count)
{
	struct question question = { new_views(), new_views(), new_bigints() };

	for (size_t i = 0; i < count; i++) {
		add_view(keys[i].is_reply ? question.replies : question.items, keys[i].msgid);
		add_bigint(question.hashes, seen_hash(keys[i].msgid));
	}
	return question;
}

static void question_done(struct question *question)
{
	g_array_unref(question->items);
	g_array_unref(question->replies);
	g_array_unref(question->hashes);
}

static int ask(struct pg *pg, const struct question *question, struct pg_result *results[COUNT])
{
	struct pg_queue queue = { .count = 0 };
	struct pg_query *query;

	transaction_lookup_settings(pg, &queue);
	query = pg_queue_add(&queue, sql_known_messages);
	pg_param_texts(query, question->items);
	pg_param_texts(query, question->replies);
	pg_param_bigints(pg_queue_add(&queue, sql_known_seen), question->hashes);
	(void)pg_queue_add(&queue, sql_known_conditions);
	return pg_run_queue(pg, &queue, results);
}

int known_ask(struct pg *pg, struct known_key *keys, size_t count, bool *ret_any_archived)
{
	_cleanup_(question_done) struct question question = question_of(keys, count);
	struct pg_result *results[COUNT];
	struct found found;
	bool must_sync;
	int r = ask(pg, &question, results);

	for (size_t i = 0; i < count; i++)
		keys[i].known = KNOWN_NOT;
	if (r != 0)
		return r;
	found_init(&found);
	take_messages(&found, results[MESSAGES]);
	take_seen(&found, results[SEEN]);
	for (size_t i = 0; i < count; i++)
		keys[i].known = find(&found, &keys[i], g_array_index(question.hashes, int64_t, i));
	found_done(&found);
	*ret_any_archived = pg_bool(results[CONDITIONS], 0, 0);
	must_sync = pg_rows(results[MESSAGES]) + pg_rows(results[SEEN]) > 0 &&
		    !pg_bool(results[CONDITIONS], 0, 1);
	pg_results_free(results, COUNT);
	/*
	 * Rows that another import has just committed may not be durable yet, and so be lost in a
	 * crash.
	 */
	return must_sync ? pg_sync(pg) : 0;
}
