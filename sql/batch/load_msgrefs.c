/* load_msgrefs - the stored comments that refer to ids of a batch; see load.h */
#include "parser/viewkey.h"
#include "sql/batch/load.h"
#include "sql/batch/statements.h"

static enum item_kind parent_kind(struct view kind)
{
	return kind.ptr[0] == 'P' ? ITEM_PATCH : ITEM_COVER;
}

static void free_msgrefs(gpointer msgrefs)
{
	g_array_unref(msgrefs);
}

GHashTable *load_msgrefs_new(void)
{
	return g_hash_table_new_full(scoped_key_hash, scoped_key_equal, g_free, free_msgrefs);
}

static void take_msgrefs(GHashTable *msgrefs, const struct keys *keys,
			 const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++) {
		struct scoped_key key = { keys_project(keys, result, i),
					  keys_msgid(keys, result, i) };
		struct msgref msgref = { parent_kind(pg_text(result, i, 1)), pg_int(result, i, 2) };
		GArray *of_key = g_hash_table_lookup(msgrefs, &key);

		if (of_key == NULL) {
			of_key = g_array_new(FALSE, FALSE, sizeof(msgref));
			g_hash_table_insert(msgrefs, g_memdup2(&key, sizeof(key)), of_key);
		}
		g_array_append_val(of_key, msgref);
	}
}

int load_msgrefs(struct batch *batch, const struct keys *keys, GHashTable *msgrefs)
{
	struct pg_query query;
	struct pg_result *result;
	int r;

	pg_query_init(&query, sql_parents_of_msgrefs);
	keys_param(keys, &query);
	r = batch_run_kept(batch, &query, 1, &result);
	if (r == 0)
		take_msgrefs(msgrefs, keys, result);
	return r;
}
