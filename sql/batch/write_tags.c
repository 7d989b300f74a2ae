/* write_tags - the number of matches of each tag in a patch and its comments; see write.h */
#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/pg/copy.h"
#include "sql/batch/statements.h"
#include "sql/batch/write.h"

static bool uses_tags(const struct batch *batch, int32_t project_id)
{
	const struct project *project = catalog_project(batch->catalog, project_id);

	return project != NULL && project->use_tags;
}

static bool has_tags(const struct batch *batch, struct view text)
{
	for (size_t tag = 0; tag < catalog_tag_count(batch->catalog); tag++)
		if (catalog_count_tag(batch->catalog, tag, text) > 0)
			return true;
	return false;
}

static void count_text(const struct batch *batch, GHashTable *counts, int32_t patch_id,
		       struct view text)
{
	size_t tags = catalog_tag_count(batch->catalog);
	int32_t *sums = g_hash_table_lookup(counts, GINT_TO_POINTER(patch_id));

	if (sums == NULL) {
		sums = g_new0(int32_t, tags + 1);
		g_hash_table_insert(counts, GINT_TO_POINTER(patch_id), sums);
	}
	for (size_t tag = 0; tag < tags; tag++)
		sums[tag] += (int32_t)catalog_count_tag(batch->catalog, tag, text);
}

/* The ids of stored patches whose tags have to be counted from their stored texts. */
static GHashTable *patches_to_recount(const struct batch *batch)
{
	const GPtrArray *comments = workset_comments(batch->workset);
	GHashTable *ids = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];
		const struct item *both[2] = { comment->parent, NULL };

		if (!uses_tags(batch, comment->project_id))
			continue;
		if (is_moved_comment(comment))
			both[1] = comment->stored_parent;
		else if (!is_new_comment(comment) || comment->parent->is_new ||
			 !has_tags(batch, comment->message->submission->content))
			continue;
		for (int k = 0; k < 2; k++)
			if (both[k] != NULL && both[k]->kind == ITEM_PATCH)
				(void)g_hash_table_add(ids, GINT_TO_POINTER(both[k]->id));
	}
	return ids;
}

/* Count the tags of new patches: all their texts are in the batch. */
static void count_new(const struct batch *batch, GHashTable *recounted, GHashTable *counts)
{
	const GPtrArray *items = workset_items(batch->workset),
			*comments = workset_comments(batch->workset);

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (item->is_new && item->kind == ITEM_PATCH &&
		    uses_tags(batch, item->project_id) &&
		    !g_hash_table_contains(recounted, GINT_TO_POINTER(item->id)))
			count_text(batch, counts, item->id, item->message->submission->content);
	}
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		if (is_new_comment(comment) && comment->parent->is_new &&
		    comment->parent->kind == ITEM_PATCH && uses_tags(batch, comment->project_id) &&
		    !g_hash_table_contains(recounted, GINT_TO_POINTER(comment->parent->id)))
			count_text(batch, counts, comment->parent->id,
				   comment->message->submission->content);
	}
}

static int write_new_tags(struct batch *batch, GHashTable *counts)
{
	struct pg_copy copy;
	GHashTableIter iter;
	gpointer patch_id, sums;

	pg_copy_begin(&copy, batch->pg, sql_copy_tags, 3);
	g_hash_table_iter_init(&iter, counts);
	while (g_hash_table_iter_next(&iter, &patch_id, &sums))
		for (size_t tag = 0; tag < catalog_tag_count(batch->catalog); tag++) {
			if (((int32_t *)sums)[tag] == 0)
				continue;
			pg_copy_row(&copy);
			pg_copy_int(&copy, ((int32_t *)sums)[tag]);
			pg_copy_int(&copy, catalog_tag_id(batch->catalog, tag));
			pg_copy_int(&copy, GPOINTER_TO_INT(patch_id));
		}
	return pg_copy_end(&copy);
}

/* Patches, their tags, and the counts. */
struct tags {
	GArray *patches, *tags, *counts; /* int32_t */
};

static void tags_init(struct tags *tags)
{
	*tags = (struct tags){ new_ints(), new_ints(), new_ints() };
}

static void tags_done(struct tags *tags)
{
	g_array_unref(tags->patches);
	g_array_unref(tags->tags);
	g_array_unref(tags->counts);
}

static void tags_add(struct tags *tags, int32_t patch_id, int32_t tag_id, int32_t count)
{
	add_int(tags->patches, patch_id);
	add_int(tags->tags, tag_id);
	add_int(tags->counts, count);
}

static int write_counts(struct batch *batch, const struct tags *found, const struct tags *missing)
{
	struct pg_queue queue = { .count = 0 };
	struct pg_query *query;

	if (missing->patches->len > 0) {
		query = pg_queue_add(&queue, sql_delete_tags);
		pg_param_ints(query, missing->patches);
		pg_param_ints(query, missing->tags);
	}
	if (found->patches->len > 0) {
		query = pg_queue_add(&queue, sql_set_tags);
		pg_param_ints(query, found->patches);
		pg_param_ints(query, found->tags);
		pg_param_ints(query, found->counts);
	}
	return pg_run_queue(batch->pg, &queue, NULL);
}

static int set_tags(struct batch *batch, GHashTable *counts)
{
	struct tags found, missing;
	GHashTableIter iter;
	gpointer patch_id, sums;
	int r;

	tags_init(&found);
	tags_init(&missing);
	g_hash_table_iter_init(&iter, counts);
	while (g_hash_table_iter_next(&iter, &patch_id, &sums))
		for (size_t tag = 0; tag < catalog_tag_count(batch->catalog); tag++) {
			int32_t count = ((int32_t *)sums)[tag];

			tags_add(count > 0 ? &found : &missing, GPOINTER_TO_INT(patch_id),
				 catalog_tag_id(batch->catalog, tag), count);
		}
	r = write_counts(batch, &found, &missing);
	tags_done(&found);
	tags_done(&missing);
	return r;
}

static int recount_tags(struct batch *batch, GHashTable *ids)
{
	_cleanup_(free_array) GArray *list = new_ints();
	GHashTable *counts;
	struct pg_result *result = NULL;
	struct pg_query query;
	GHashTableIter iter;
	gpointer id;
	int r;

	g_hash_table_iter_init(&iter, ids);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		add_int(list, GPOINTER_TO_INT(id));
	if (list->len == 0)
		return 0;
	pg_query_init(&query, sql_tag_texts);
	pg_param_ints(&query, list);
	r = pg_run(batch->pg, &query, &result);
	if (r != 0)
		return r;
	counts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	for (int i = 0; i < pg_rows(result); i++)
		count_text(batch, counts, pg_int(result, i, 0), pg_text(result, i, 1));
	pg_result_free(result);
	r = set_tags(batch, counts);
	g_hash_table_destroy(counts);
	return r;
}

int write_tags(struct batch *batch)
{
	GHashTable *recount = patches_to_recount(batch);
	GHashTable *counts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	int r;

	count_new(batch, recount, counts);
	r = write_new_tags(batch, counts);
	if (r == 0)
		r = recount_tags(batch, recount);
	g_hash_table_destroy(counts);
	g_hash_table_destroy(recount);
	return r;
}
