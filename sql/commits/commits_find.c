/* commits_find - finds the patches of a batch of commits by a few lookups; see private.h */
#include <errno.h>

#include "parser/cleanup.h"
#include "parser/title.h"
#include "sql/batch/batch.h"
#include "sql/commits/private.h"
#include "sql/commits/statements.h"
#include "sql/patch_keys.h"
#include "sql/transaction.h"

/* ---- lookups */

/* The keys of a lookup: the number of the commit in the batch, the text, the number. */
struct lookup_keys {
	GArray *commits; /* int32_t */
	GArray *texts;   /* struct view */
	GArray *numbers; /* int64_t */
};

static void lookup_keys_init(struct lookup_keys *keys)
{
	*keys = (struct lookup_keys){ new_ints(), new_views(), new_bigints() };
}

static void lookup_keys_done(struct lookup_keys *keys)
{
	g_array_unref(keys->commits);
	g_array_unref(keys->texts);
	g_array_unref(keys->numbers);
}

static void lookup_keys_add(struct lookup_keys *keys, size_t commit, struct view text,
			    int64_t number)
{
	add_int(keys->commits, (int32_t)commit);
	add_view(keys->texts, text);
	add_bigint(keys->numbers, number);
}

/* Rows are the number of a key, from 1, and a patch. */
static void take_found(struct commits *c, const struct lookup_keys *keys,
		       const struct pg_result *rows, enum commit_found how)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		guint key = (guint)pg_int(rows, i, 0) - 1;
		struct commits_found found = { (guint)g_array_index(keys->commits, int32_t, key),
					       pg_int(rows, i, 1), how };

		g_array_append_val(c->found, found);
	}
}

/* Run a lookup, with its settings in the same round trip. */
static int look_up(struct commits *c, const char *sql, const struct lookup_keys *keys,
		   enum commit_found how)
{
	struct pg_queue queue = { .count = 0 };
	struct pg_result *results[2];
	struct pg_query *query;
	int r;

	if (keys->commits->len == 0)
		return 0;
	transaction_lookup_settings(c->pg, &queue);
	query = pg_queue_add(&queue, sql);
	pg_param_texts(query, keys->texts);
	pg_param_bigints(query, keys->numbers);
	pg_param_ints(query, c->projects);
	r = pg_run_queue(c->pg, &queue, results);
	if (r == 0)
		take_found(c, keys, results[1], how);
	pg_results_free(results, G_N_ELEMENTS(results));
	return r;
}

static int look_up_ids(struct commits *c, const struct commit *list, size_t count)
{
	struct lookup_keys keys;
	int r;

	lookup_keys_init(&keys);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < list[i].msgid_count; k++)
			lookup_keys_add(&keys, i, list[i].msgids[k], title_key(list[i].title));
	r = look_up(c, sql_commits_ids, &keys, FOUND_BY_ID);
	if (r == 0)
		r = look_up(c, sql_commits_threads, &keys, FOUND_BY_THREAD);
	lookup_keys_done(&keys);
	return r;
}

static int look_up_hashes(struct commits *c, const struct commit *list, size_t count)
{
	struct lookup_keys keys;
	int r;

	lookup_keys_init(&keys);
	for (size_t i = 0; i < count; i++)
		if (list[i].hash[0] != '\0')
			lookup_keys_add(&keys, i, view_str(list[i].hash),
					patch_key_of_hash(view_str(list[i].hash)));
	r = look_up(c, c->has_hash_index ? sql_commits_hashes : sql_commits_hash_keys, &keys,
		    FOUND_BY_HASH);
	lookup_keys_done(&keys);
	return r;
}

/* Only for commits that have no patch yet. */
static int look_up_titles(struct commits *c, const struct commit *list, size_t count,
			  const struct commits_outcome *outcomes)
{
	struct lookup_keys keys;
	int r;

	lookup_keys_init(&keys);
	for (size_t i = 0; i < count; i++)
		if (outcomes[i].patch == NULL && list[i].title.len > 0)
			lookup_keys_add(&keys, i, list[i].title, title_key(list[i].title));
	r = look_up(c, sql_commits_titles, &keys, FOUND_BY_TITLE);
	lookup_keys_done(&keys);
	return r;
}

/* ---- patches */

static int run_kept(struct commits *c, struct pg_query *query, const struct pg_result **ret_result)
{
	struct pg_result *result = NULL;
	int r = pg_run(c->pg, query, &result);

	if (r != 0)
		return r;
	g_ptr_array_add(c->results, result);
	*ret_result = result;
	return 0;
}

static struct commit_patch *patch_of(const struct commits *c, int32_t id)
{
	return g_hash_table_lookup(c->patches, GINT_TO_POINTER(id));
}

static int take_patch(struct commits *c, const struct pg_result *rows, int i)
{
	struct commit_patch *patch = arena_alloc(c->arena, sizeof(*patch));

	if (patch == NULL)
		return -ENOMEM;
	*patch = (struct commit_patch){
		.id = pg_int(rows, i, 0),
		.project_id = pg_int(rows, i, 1),
		.msgid = pg_text(rows, i, 2),
		.name = pg_text(rows, i, 3),
		.title = title_of(c->arena, pg_text(rows, i, 3)),
		.hash = pg_text(rows, i, 4),
		.submitter = { pg_text(rows, i, 5), pg_text(rows, i, 6) },
		.date = pg_bigint(rows, i, 8),
		.version = pg_int(rows, i, 9),
		.state_id = pg_is_null(rows, i, 10) ? 0 : pg_int(rows, i, 10),
		.state = pg_text(rows, i, 11),
		.is_open = !pg_is_null(rows, i, 12) && pg_bool(rows, i, 12),
		.commit_ref = pg_text(rows, i, 13),
	};
	patch->has_from = commit_in_body_from(c->arena, pg_text(rows, i, 7), &patch->from);
	g_hash_table_insert(c->patches, GINT_TO_POINTER(patch->id), patch);
	return arena_error(c->arena) == 0 ? 0 : -ENOMEM;
}

/* Load the patches that were found and are not loaded yet. */
static int load_patches(struct commits *c)
{
	_cleanup_(free_array) GArray *ids = new_ints();
	const struct pg_result *rows;
	struct pg_query query;
	int r;

	for (guint i = 0; i < c->found->len; i++) {
		int32_t id = g_array_index(c->found, struct commits_found, i).patch_id;

		if (patch_of(c, id) == NULL)
			add_int(ids, id);
	}
	if (ids->len == 0)
		return 0;
	batch_sort_ints(ids);
	pg_query_init(&query, sql_commits_patches);
	pg_param_ints(&query, ids);
	pg_param_ints(&query, c->projects);
	pg_param_text(&query, view_str(c->request.time_zone));
	r = run_kept(c, &query, &rows);
	for (int i = 0; r == 0 && i < pg_rows(rows); i++)
		r = take_patch(c, rows, i);
	return r;
}

/* ---- decisions */

static gint compare_found(gconstpointer a, gconstpointer b)
{
	const struct commits_found *x = a, *y = b;

	return (x->commit > y->commit) - (x->commit < y->commit);
}

/* Choose the patch of each commit for which patches were found. */
static void match(struct commits *c, const struct commit *list, struct commits_outcome *outcomes)
{
	g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(struct commit_candidate));

	g_array_sort(c->found, compare_found);
	for (guint i = 0; i < c->found->len;) {
		guint commit = g_array_index(c->found, struct commits_found, i).commit;
		const struct commits_found *found;

		g_array_set_size(candidates, 0);
		for (; i < c->found->len; i++) {
			struct commit_candidate candidate;

			found = &g_array_index(c->found, struct commits_found, i);
			if (found->commit != commit)
				break;
			candidate = (struct commit_candidate){ patch_of(c, found->patch_id),
							       found->how };
			if (candidate.patch != NULL)
				g_array_append_val(candidates, candidate);
		}
		outcomes[commit].patch = commit_match(
			&list[commit],
			(const struct commit_candidate *)(const void *)candidates->data,
			candidates->len, &outcomes[commit].rule);
	}
	g_array_set_size(c->found, 0);
}

int commits_find(struct commits *c, const struct commit *list, size_t count,
		 struct commits_outcome *outcomes)
{
	int r = look_up_ids(c, list, count);

	if (r == 0)
		r = look_up_hashes(c, list, count);
	if (r == 0)
		r = load_patches(c);
	if (r != 0)
		return r;
	match(c, list, outcomes);
	r = look_up_titles(c, list, count, outcomes);
	if (r == 0)
		r = load_patches(c);
	if (r == 0)
		match(c, list, outcomes);
	return r;
}
