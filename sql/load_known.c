/*
 * load_known - what is known of the ids of a batch's messages, and of those that they refer to;
 * see load.h
 */
#include "parser/cleanup.h"
#include "sql/load.h"
#include "sql/statements.h"

struct item *load_item(struct batch *batch, enum item_kind kind, int32_t id,
		       int32_t project_id, struct view msgid)
{
	struct item *item = world_find_item_id(batch->world, kind, id);

	return item != NULL ? item
			    : world_add_item(batch->world, kind, id, project_id, msgid);
}

/* What is found by its message id alone may be of a project that was not asked about. */
static bool is_asked(const struct keys *keys, const struct pg_result *result, int row)
{
	return keys_have(keys, pg_int(result, row, 0), pg_text(result, row, 1));
}

static void take_known_items(struct batch *batch, const struct keys *keys,
			     enum item_kind kind, const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++)
		if (is_asked(keys, result, i))
			(void)load_item(batch, kind, pg_int(result, i, 2),
					pg_int(result, i, 0), pg_text(result, i, 1));
}

static struct comment *comment_with_id(struct world *world, int32_t project_id,
				       struct view msgid, enum item_kind kind,
				       int32_t id)
{
	struct comment *comment = world_find_comment(world, project_id, msgid);

	while (comment != NULL &&
	       (comment->id != id || comment->stored_parent->kind != kind))
		comment = comment->next;
	return comment;
}

struct comment *load_comment(struct batch *batch, int32_t project_id, struct view msgid,
			     char kind, int32_t id, int32_t parent_id,
			     struct view parent_msgid)
{
	enum item_kind parent_kind = kind == 'P' ? ITEM_PATCH : ITEM_COVER;
	struct comment *comment =
		comment_with_id(batch->world, project_id, msgid, parent_kind, id);

	if (comment != NULL)
		return comment;
	comment = world_add_comment(batch->world, project_id, msgid);
	comment->id = id;
	comment->parent =
		load_item(batch, parent_kind, parent_id, project_id, parent_msgid);
	comment->stored_parent = comment->parent;
	comment->state = COMMENT_ASKED;
	return comment;
}

static void take_known_comments(struct batch *batch, const struct keys *keys, char kind,
				const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++)
		if (is_asked(keys, result, i))
			(void)load_comment(batch, pg_int(result, i, 0),
					   pg_text(result, i, 1), kind,
					   pg_int(result, i, 2), pg_int(result, i, 3),
					   pg_text(result, i, 4));
}

void load_ask_places(const struct keys *keys, struct pg_query queries[LOAD_PLACES])
{
	static const char *const statements[LOAD_PLACES] = { sql_known_patches,
							     sql_known_covers,
							     sql_known_patch_comments,
							     sql_known_cover_comments };

	for (int i = 0; i < LOAD_PLACES; i++) {
		pg_query_init(&queries[i], statements[i]);
		pg_param_texts(&queries[i], keys->msgids);
	}
}

void load_take_places(struct batch *batch, const struct keys *keys,
		      struct pg_result *const results[LOAD_PLACES])
{
	take_known_items(batch, keys, ITEM_PATCH, results[0]);
	take_known_items(batch, keys, ITEM_COVER, results[1]);
	take_known_comments(batch, keys, 'P', results[2]);
	take_known_comments(batch, keys, 'C', results[3]);
}

struct series *batch_series_stub(struct batch *batch, int32_t id, int32_t project_id)
{
	struct series *series = world_find_series_id(batch->world, id);

	return series != NULL ? series : world_add_series(batch->world, id, project_id);
}

void load_reference(struct batch *batch, int32_t project_id, struct view msgid,
		    int32_t series_id)
{
	struct reference *reference =
		world_find_reference(batch->world, project_id, msgid);

	if (reference != NULL)
		return;
	reference = world_add_reference(batch->world, project_id, msgid);
	reference->series = batch_series_stub(batch, series_id, project_id);
	reference->stored_series = reference->series;
}

/* What a round trip asks for at once; each query looks up one of the kinds of keys. */
enum known {
	KNOWN_PLACES,
	KNOWN_WAITING = KNOWN_PLACES + LOAD_PLACES,
	KNOWN_SEEN,
	KNOWN_MENTION,
	KNOWN_PEOPLE,
	KNOWN_REFERENCES, /* from here on: of patches and cover letters */
	KNOWN_DEPENDENT,
	KNOWN_COUNT,
};

struct known_keys {
	struct keys all; /* of the messages, and those that they refer to */
	struct keys own;
	struct keys of_items;
};

void load_own_keys(const struct batch *batch, struct keys *keys)
{
	const GPtrArray *messages = world_messages(batch->world);

	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];

		keys_add(keys, message->project_id, message->submission->msgid);
	}
}

static void collect_keys(const struct batch *batch, guint from, struct known_keys *keys)
{
	const GPtrArray *messages = world_messages(batch->world);

	for (guint i = from; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];
		const struct submission *s = message->submission;

		keys_add(&keys->all, message->project_id, s->msgid);
		keys_add(&keys->own, message->project_id, s->msgid);
		for (size_t k = 0; k < s->reference_count; k++)
			keys_add(&keys->all, message->project_id, s->references[k]);
		if (load_makes_item(message))
			load_item_keys(&keys->of_items, message);
	}
}

static GArray *hashes_of(const struct keys *keys)
{
	GArray *hashes = new_bigints();

	for (guint i = 0; i < keys->msgids->len; i++)
		add_bigint(hashes, batch_seen_hash(g_array_index(keys->msgids,
								 struct view, i)));
	return hashes;
}

static bool has_items(const struct known_keys *keys)
{
	return keys->of_items.msgids->len > 0;
}

static int ask(struct batch *batch, const struct known_keys *keys, const GArray *hashes,
	       const GArray *emails, struct pg_result *results[KNOWN_COUNT])
{
	struct pg_query queries[KNOWN_COUNT];

	load_ask_places(&keys->all, &queries[KNOWN_PLACES]);
	pg_query_init(&queries[KNOWN_WAITING], sql_known_waiting);
	pg_param_texts(&queries[KNOWN_WAITING], keys->all.msgids);
	pg_query_init(&queries[KNOWN_SEEN], sql_known_seen);
	pg_param_bigints(&queries[KNOWN_SEEN], hashes);
	pg_query_init(&queries[KNOWN_MENTION], sql_any_is_mentioned);
	pg_param_texts(&queries[KNOWN_MENTION], keys->own.msgids);
	pg_query_init(&queries[KNOWN_PEOPLE], sql_people);
	pg_param_texts(&queries[KNOWN_PEOPLE], emails);
	if (!has_items(keys))
		return batch_run_kept(batch, queries, KNOWN_REFERENCES, results);
	pg_query_init(&queries[KNOWN_REFERENCES], sql_known_references);
	keys_param(&keys->of_items, &queries[KNOWN_REFERENCES]);
	pg_query_init(&queries[KNOWN_DEPENDENT], sql_any_is_depended_on);
	pg_param_texts(&queries[KNOWN_DEPENDENT], keys->own.msgids);
	return batch_run_kept(batch, queries, KNOWN_COUNT, results);
}

static void take_seen(struct batch *batch, const struct keys *keys,
		      const GArray *hashes, const struct pg_result *seen)
{
	for (int row = 0; row < pg_rows(seen); row++)
		for (guint i = 0; i < hashes->len; i++)
			if (g_array_index(hashes, int64_t, i) ==
				    pg_bigint(seen, row, 1) &&
			    g_array_index(keys->projects, int32_t, i) ==
				    pg_int(seen, row, 0))
				world_add_seen(batch->world, pg_int(seen, row, 0),
					       g_array_index(keys->msgids, struct view,
							     i));
}

static void take_references(struct batch *batch, const struct keys *keys,
			    const struct pg_result *references)
{
	for (int i = 0; i < pg_rows(references); i++)
		load_reference(batch, keys_project(keys, references, i),
			       keys_msgid(keys, references, i),
			       pg_int(references, i, 1));
}

static void take(struct batch *batch, const struct known_keys *keys,
		 const GArray *hashes, struct pg_result *results[KNOWN_COUNT])
{
	const struct pg_result *waiting = results[KNOWN_WAITING];

	load_take_places(batch, &keys->all, &results[KNOWN_PLACES]);
	for (int i = 0; i < pg_rows(waiting); i++)
		if (is_asked(&keys->all, waiting, i))
			world_add_waiting(batch->world, pg_int(waiting, i, 0),
					  pg_text(waiting, i, 1));
	take_seen(batch, &keys->all, hashes, results[KNOWN_SEEN]);
	load_take_people(batch, results[KNOWN_PEOPLE]);
	if (!has_items(keys))
		return;
	take_references(batch, &keys->of_items, results[KNOWN_REFERENCES]);
	if (catalog_has_dependencies(batch->catalog) &&
	    pg_rows(results[KNOWN_DEPENDENT]) > 0)
		batch->has_dependents = true;
}

int load_known(struct batch *batch, guint from, GHashTable *mentions)
{
	_cleanup_(free_array) GArray *emails = load_senders(batch, from),
				     *hashes = NULL;
	struct pg_result *results[KNOWN_COUNT];
	struct known_keys keys;
	int r;

	keys_init(&keys.all);
	keys_init(&keys.own);
	keys_init(&keys.of_items);
	collect_keys(batch, from, &keys);
	hashes = hashes_of(&keys.all);
	r = ask(batch, &keys, hashes, emails, results);
	if (r == 0) {
		take(batch, &keys, hashes, results);
		if (pg_rows(results[KNOWN_MENTION]) > 0)
			r = load_mentions(batch, &keys.own, mentions);
	}
	keys_done(&keys.all);
	keys_done(&keys.own);
	keys_done(&keys.of_items);
	return r;
}
