/*
 * load_known - what is known of the ids of a batch's messages and of those that they refer to; see
 * load.h
 */
#include "parser/cleanup.h"
#include "sql/batch/load.h"
#include "sql/batch/statements.h"
#include "sql/seen.h"

struct item *load_item(struct batch *batch, enum item_kind kind, int32_t id, int32_t project_id,
		       struct view msgid)
{
	struct item *item = workset_find_item_id(batch->workset, kind, id);

	return item != NULL ? item : workset_add_item(batch->workset, kind, id, project_id, msgid);
}

/* A row that is found by its message id alone may belong to a project that is not in the batch. */
static bool is_asked(const struct keys *keys, const struct pg_result *result, int row)
{
	return keys_have(keys, pg_int(result, row, 0), pg_text(result, row, 1));
}

static void take_known_items(struct batch *batch, const struct keys *keys, enum item_kind kind,
			     const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++)
		if (is_asked(keys, result, i))
			(void)load_item(batch, kind, pg_int(result, i, 2), pg_int(result, i, 0),
					pg_text(result, i, 1));
}

static struct comment *comment_with_id(struct workset *workset, int32_t project_id,
				       struct view msgid, enum item_kind kind, int32_t id)
{
	struct comment *comment = workset_find_comment(workset, project_id, msgid);

	while (comment != NULL && (comment->id != id || comment->stored_parent->kind != kind))
		comment = comment->next;
	return comment;
}

struct comment *load_comment(struct batch *batch, int32_t project_id, struct view msgid, char kind,
			     int32_t id, int32_t parent_id, struct view parent_msgid)
{
	enum item_kind parent_kind = kind == 'P' ? ITEM_PATCH : ITEM_COVER;
	struct comment *comment =
		comment_with_id(batch->workset, project_id, msgid, parent_kind, id);

	if (comment != NULL)
		return comment;
	comment = workset_add_comment(batch->workset, project_id, msgid);
	comment->id = id;
	comment->parent = load_item(batch, parent_kind, parent_id, project_id, parent_msgid);
	comment->stored_parent = comment->parent;
	comment->state = COMMENT_RESOLVED;
	return comment;
}

/* ---- comments and their parents */

enum { ON_PATCH, ON_COVER, ON_COUNT };

static const struct {
	enum item_kind parent_kind;
	char kind;
	const char *parents_sql;
} sides[ON_COUNT] = {
	[ON_PATCH] = { ITEM_PATCH, 'P', sql_patches_by_id },
	[ON_COVER] = { ITEM_COVER, 'C', sql_covers_by_id },
};

/* The parents that are not in the workset, as rows of a result by their ids. */
struct parents {
	const struct pg_result *result;
	GHashTable *rows; /* row + 1, by id */
};

static GArray *missing_parents(const struct batch *batch, int side,
			       const struct pg_result *comments)
{
	GArray *ids = new_ints();

	for (int i = 0; i < pg_rows(comments); i++) {
		int32_t id = pg_int(comments, i, 2);

		if (workset_find_item_id(batch->workset, sides[side].parent_kind, id) == NULL)
			add_int(ids, id);
	}
	return ids;
}

static void take_parents(struct parents *parents, const struct pg_result *result)
{
	parents->result = result;
	for (int i = 0; i < pg_rows(result); i++)
		(void)g_hash_table_insert(parents->rows, GINT_TO_POINTER(pg_int(result, i, 2)),
					  GINT_TO_POINTER(i + 1));
}

static int ask_parents(struct batch *batch, const struct pg_result *const comments[ON_COUNT],
		       struct parents parents[ON_COUNT])
{
	struct pg_query queries[ON_COUNT];
	struct pg_result *results[ON_COUNT];
	int asked[ON_COUNT];
	size_t count = 0;
	int r = 0;

	for (int side = 0; side < ON_COUNT; side++) {
		_cleanup_(free_array) GArray *ids = missing_parents(batch, side, comments[side]);

		if (ids->len == 0)
			continue;
		asked[count] = side;
		pg_query_init(&queries[count], sides[side].parents_sql);
		pg_param_ints(&queries[count++], ids);
	}
	if (count > 0)
		r = batch_run_kept(batch, queries, count, results);
	for (size_t i = 0; r == 0 && i < count; i++)
		take_parents(&parents[asked[i]], results[i]);
	return r;
}

/* False if the parent was deleted since the comment was found. */
static bool find_parent(const struct batch *batch, int side, int32_t id,
			const struct parents *parents, int32_t *ret_project_id,
			struct view *ret_msgid)
{
	const struct item *item = workset_find_item_id(batch->workset, sides[side].parent_kind, id);
	int row;

	if (item != NULL) {
		*ret_project_id = item->project_id;
		*ret_msgid = item->msgid;
		return true;
	}
	row = GPOINTER_TO_INT(g_hash_table_lookup(parents->rows, GINT_TO_POINTER(id)));
	if (row == 0)
		return false;
	*ret_project_id = pg_int(parents->result, row - 1, 0);
	*ret_msgid = pg_text(parents->result, row - 1, 1);
	return true;
}

static void take_known_comment(struct batch *batch, const struct keys *keys, int side,
			       const struct pg_result *result, int row,
			       const struct parents *parents)
{
	struct view msgid = pg_text(result, row, 1), parent_msgid;
	int32_t parent_id = pg_int(result, row, 2), project_id;

	if (find_parent(batch, side, parent_id, parents, &project_id, &parent_msgid) &&
	    keys_have(keys, project_id, msgid))
		(void)load_comment(batch, project_id, msgid, sides[side].kind,
				   pg_int(result, row, 0), parent_id, parent_msgid);
}

struct numbered_row {
	int32_t id;
	int row;
};

static gint compare_rows(gconstpointer a, gconstpointer b)
{
	const struct numbered_row *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* By id, so that duplicates come in the order in which they were stored. */
static void take_known_comments(struct batch *batch, const struct keys *keys, int side,
				const struct pg_result *result, const struct parents *parents)
{
	_cleanup_(free_array) GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct numbered_row));

	for (int i = 0; i < pg_rows(result); i++) {
		struct numbered_row row = { pg_int(result, i, 0), i };

		g_array_append_val(rows, row);
	}
	g_array_sort(rows, compare_rows);
	for (guint i = 0; i < rows->len; i++)
		take_known_comment(batch, keys, side, result,
				   g_array_index(rows, struct numbered_row, i).row, parents);
}

static int load_comments(struct batch *batch, const struct keys *keys,
			 const struct pg_result *const comments[ON_COUNT])
{
	struct parents parents[ON_COUNT] = { 0 };
	int r;

	if (pg_rows(comments[ON_PATCH]) + pg_rows(comments[ON_COVER]) == 0)
		return 0;
	for (int side = 0; side < ON_COUNT; side++)
		parents[side].rows = g_hash_table_new(NULL, NULL);
	r = ask_parents(batch, comments, parents);
	for (int side = 0; side < ON_COUNT; side++) {
		if (r == 0)
			take_known_comments(batch, keys, side, comments[side], &parents[side]);
		g_hash_table_destroy(parents[side].rows);
	}
	return r;
}

/* ---- items and comments with one of the ids */

void load_ask_lookups(const struct keys *keys, struct pg_query queries[LOAD_LOOKUPS])
{
	static const char *const statements[LOAD_LOOKUPS] = { sql_known_patches, sql_known_covers,
							      sql_known_patch_comments,
							      sql_known_cover_comments };

	for (int i = 0; i < LOAD_LOOKUPS; i++) {
		pg_query_init(&queries[i], statements[i]);
		pg_param_texts(&queries[i], keys->msgids);
	}
}

int load_take_lookups(struct batch *batch, const struct keys *keys,
		      struct pg_result *const results[LOAD_LOOKUPS])
{
	const struct pg_result *const comments[ON_COUNT] = { results[2], results[3] };

	take_known_items(batch, keys, ITEM_PATCH, results[0]);
	take_known_items(batch, keys, ITEM_COVER, results[1]);
	return load_comments(batch, keys, comments);
}

void load_reference(struct batch *batch, int32_t project_id, struct view msgid, int32_t series_id)
{
	struct series_ref *reference = workset_find_reference(batch->workset, project_id, msgid);

	if (reference != NULL)
		return;
	reference = workset_add_reference(batch->workset, project_id, msgid);
	reference->series = batch_series_stub(batch, series_id, project_id);
	reference->stored_series = reference->series;
}

/* The queries of one round trip; each looks up one kind of key. */
enum known {
	KNOWN_PLACES,
	KNOWN_WAITING = KNOWN_PLACES + LOAD_LOOKUPS,
	KNOWN_SEEN,
	KNOWN_MENTION,
	KNOWN_PEOPLE,
	KNOWN_REFERENCES, /* from here on only for patches and cover letters */
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
	const GPtrArray *messages = workset_messages(batch->workset);

	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];

		keys_add(keys, message->project_id, message->submission->msgid);
	}
}

static void collect_keys(const struct batch *batch, guint from, struct known_keys *keys)
{
	const GPtrArray *messages = workset_messages(batch->workset);

	for (guint i = from; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];
		const struct submission *s = message->submission;

		keys_add(&keys->all, message->project_id, s->msgid);
		keys_add(&keys->own, message->project_id, s->msgid);
		for (size_t k = 0; k < s->reference_count; k++)
			keys_add(&keys->all, message->project_id, s->references[k]);
		if (batch_makes_item(message))
			batch_item_keys(&keys->of_items, message);
	}
}

static GArray *hashes_of(const struct keys *keys)
{
	GArray *hashes = new_bigints();

	for (guint i = 0; i < keys->msgids->len; i++)
		add_bigint(hashes, seen_hash(g_array_index(keys->msgids, struct view, i)));
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

	load_ask_lookups(&keys->all, &queries[KNOWN_PLACES]);
	pg_query_init(&queries[KNOWN_WAITING], sql_known_waiting);
	pg_param_texts(&queries[KNOWN_WAITING], keys->all.msgids);
	pg_query_init(&queries[KNOWN_SEEN], sql_known_seen);
	pg_param_bigints(&queries[KNOWN_SEEN], hashes);
	pg_query_init(&queries[KNOWN_MENTION], sql_referred_by);
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

static void take_seen(struct batch *batch, const struct keys *keys, const GArray *hashes,
		      const struct pg_result *seen)
{
	for (int row = 0; row < pg_rows(seen); row++)
		for (guint i = 0; i < hashes->len; i++)
			if (g_array_index(hashes, int64_t, i) == pg_bigint(seen, row, 1) &&
			    g_array_index(keys->projects, int32_t, i) == pg_int(seen, row, 0))
				workset_add_seen(batch->workset, pg_int(seen, row, 0),
						 g_array_index(keys->msgids, struct view, i));
}

static void take_references(struct batch *batch, const struct keys *keys,
			    const struct pg_result *references)
{
	for (int i = 0; i < pg_rows(references); i++)
		load_reference(batch, keys_project(keys, references, i),
			       keys_msgid(keys, references, i), pg_int(references, i, 1));
}

static int take(struct batch *batch, const struct known_keys *keys, const GArray *hashes,
		struct pg_result *results[KNOWN_COUNT])
{
	const struct pg_result *waiting = results[KNOWN_WAITING];

	for (int i = 0; i < pg_rows(waiting); i++)
		if (is_asked(&keys->all, waiting, i))
			workset_add_waiting(batch->workset, pg_int(waiting, i, 0),
					    pg_text(waiting, i, 1));
	take_seen(batch, &keys->all, hashes, results[KNOWN_SEEN]);
	load_take_people(batch, results[KNOWN_PEOPLE]);
	if (has_items(keys)) {
		take_references(batch, &keys->of_items, results[KNOWN_REFERENCES]);
		if (catalog_has_dependencies(batch->catalog) &&
		    pg_rows(results[KNOWN_DEPENDENT]) > 0)
			batch->has_dependents = true;
	}
	return load_take_lookups(batch, &keys->all, &results[KNOWN_PLACES]);
}

static bool has_comments(const struct pg_result *referred_by)
{
	for (int i = 0; i < pg_rows(referred_by); i++)
		if (pg_text(referred_by, i, 0).ptr[0] == 'P' ||
		    pg_text(referred_by, i, 0).ptr[0] == 'C')
			return true;
	return false;
}

int load_known(struct batch *batch, guint from, GHashTable *msgrefs)
{
	_cleanup_(free_array) GArray *emails = load_senders(batch, from), *hashes = NULL;
	struct pg_result *results[KNOWN_COUNT];
	struct known_keys keys;
	int r;

	keys_init(&keys.all);
	keys_init(&keys.own);
	keys_init(&keys.of_items);
	collect_keys(batch, from, &keys);
	hashes = hashes_of(&keys.all);
	r = ask(batch, &keys, hashes, emails, results);
	if (r == 0)
		r = take(batch, &keys, hashes, results);
	if (r == 0 && has_comments(results[KNOWN_MENTION]))
		r = load_msgrefs(batch, &keys.own, msgrefs);
	keys_done(&keys.all);
	keys_done(&keys.own);
	keys_done(&keys.of_items);
	return r;
}
