/* compare - which patches of a version are those of another version; see compare.h */
#include "sql/pages/compare.h"

#include "parser/cleanup.h"
#include "parser/decide/revision_effects.h"
#include "parser/title.h"
#include "sql/pages/statements.h"

/* Limit of the memory for the titles and files of two series. */
#define ARENA_BYTES_MAX ((size_t)64 << 20)

/* ---- reading */

static struct compare_patch patch_at(const struct pg_result *result, int row)
{
	struct compare_patch patch = {
		.id = pg_int(result, row, 0),
		.series_id = pg_int(result, row, 1),
		.name = pg_text(result, row, 2),
		.msgid = pg_text(result, row, 3),
		.project = pg_text(result, row, 4),
		.hash = pg_text(result, row, 5),
		.files = g_array_new(FALSE, FALSE, sizeof(struct view)),
	};

	pg_texts(result, row, 6, patch.files);
	return patch;
}

int compare_read(struct pg *pg, const GArray *series_ids, struct compare *ret_compare)
{
	struct pg_query query;
	int r;

	*ret_compare = (struct compare){ 0 };
	pg_query_init(&query, sql_compare_patches);
	pg_param_ints(&query, series_ids);
	pg_param_int(&query, COMPARE_PATCHES_MAX + 1);
	r = pg_run(pg, &query, &ret_compare->result);
	if (r != 0)
		return r;
	ret_compare->patches = g_array_new(FALSE, FALSE, sizeof(struct compare_patch));
	for (int i = 0; i < pg_rows(ret_compare->result); i++) {
		struct compare_patch patch = patch_at(ret_compare->result, i);

		g_array_append_val(ret_compare->patches, patch);
	}
	return 0;
}

static const struct compare_patch *read_at(const struct compare *compare, guint i)
{
	return &g_array_index(compare->patches, struct compare_patch, i);
}

void compare_done(struct compare *compare)
{
	if (compare->patches == NULL)
		return;
	for (guint i = 0; i < compare->patches->len; i++)
		g_array_unref(read_at(compare, i)->files);
	g_array_unref(compare->patches);
	pg_result_free(compare->result);
}

bool compare_is_too_large(const struct compare *compare, int32_t series_id)
{
	guint count = 0;

	for (guint i = 0; i < compare->patches->len; i++)
		count += read_at(compare, i)->series_id == series_id;
	return count > COMPARE_PATCHES_MAX;
}

/* ---- pairs */

/* The patches of two series, the older ones first. */
struct both {
	struct arena *arena;
	GArray *rows;  /* const struct compare_patch * */
	GArray *items; /* struct chain_patch, with the same indexes */
	guint older;   /* how many are of the older series */
};

static struct revision_keys keys_of(struct arena *arena, const GArray *files)
{
	int64_t *keys = arena_alloc(arena, (files->len + 1) * sizeof(*keys));

	if (keys == NULL)
		return (struct revision_keys){ NULL, 0 };
	for (guint i = 0; i < files->len; i++)
		keys[i] = title_key(g_array_index(files, struct view, i));
	return (struct revision_keys){ keys, revision_sort_keys(keys, files->len) };
}

/* Of the two series the older one has the lower number, whatever its id. */
enum { OLDER = 1, NEWER };

static void add_series(struct both *both, const struct compare *compare, int32_t series_id,
		       int32_t number)
{
	for (guint i = 0; i < compare->patches->len; i++) {
		const struct compare_patch *row = read_at(compare, i);
		struct chain_patch item = { .id = row->id, .series_id = number };

		if (row->series_id != series_id)
			continue;
		item.title = title_of(both->arena, row->name);
		item.hash = row->hash;
		item.files = keys_of(both->arena, row->files);
		g_array_append_val(both->rows, row);
		g_array_append_val(both->items, item);
	}
}

static const struct compare_patch *row_at(const struct both *both, guint i)
{
	return g_array_index(both->rows, const struct compare_patch *, i);
}

static size_t group_at(const struct both *both, guint i)
{
	return g_array_index(both->items, struct chain_patch, i).group;
}

/* The patch of rows [from, to) in the group of patch `i`; NULL if there is none. */
static const struct compare_patch *partner(const struct both *both, guint i, guint from, guint to)
{
	while (from < to && group_at(both, from) != group_at(both, i))
		from++;
	return from < to ? row_at(both, from) : NULL;
}

static void add_pair(GArray *pairs, const struct compare_patch *newer,
		     const struct compare_patch *older)
{
	struct compare_pair pair = { newer, older, COMPARE_CHANGED };

	if (newer == NULL)
		pair.change = COMPARE_DROPPED;
	else if (older == NULL)
		pair.change = COMPARE_NEW;
	else if (newer->hash.len > 0 && view_eq(newer->hash, older->hash))
		pair.change = COMPARE_SAME_DIFF;
	g_array_append_val(pairs, pair);
}

static GArray *pairs_of(const struct both *both)
{
	GArray *pairs = g_array_new(FALSE, FALSE, sizeof(struct compare_pair));

	for (guint i = both->older; i < both->rows->len; i++)
		add_pair(pairs, row_at(both, i), partner(both, i, 0, both->older));
	for (guint i = 0; i < both->older; i++)
		if (partner(both, i, both->older, both->rows->len) == NULL)
			add_pair(pairs, NULL, row_at(both, i));
	return pairs;
}

GArray *compare_pairs(const struct compare *compare, int32_t newer, int32_t older)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(ARENA_BYTES_MAX);
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(struct compare_patch *));
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(struct chain_patch));
	struct chain_member members[] = { { .id = OLDER }, { .id = NEWER, .previous_id = OLDER } };
	struct both both = { arena, rows, items, 0 };

	if (arena == NULL)
		return NULL;
	add_series(&both, compare, older, OLDER);
	both.older = rows->len;
	add_series(&both, compare, newer, NEWER);
	if (arena_error(arena) != 0)
		return NULL;
	chain_group(members, G_N_ELEMENTS(members), (struct chain_patch *)(void *)items->data,
		    items->len);
	return pairs_of(&both);
}
