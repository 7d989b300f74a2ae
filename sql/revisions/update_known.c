/* update_known - the series of an update; see update_private.h */
#include "sql/revisions/update_private.h"

struct known *update_find(const struct update *update, int32_t series_id)
{
	return g_hash_table_lookup(update->known, GINT_TO_POINTER(series_id));
}

struct known *update_add(struct update *update, int32_t series_id)
{
	struct known *known = g_new0(struct known, 1);

	known->revision.series_id = series_id;
	g_hash_table_insert(update->known, GINT_TO_POINTER(series_id), known);
	g_ptr_array_add(update->all, known);
	return known;
}

static void free_known(gpointer pointer)
{
	struct known *known = pointer;

	if (known->answered != NULL)
		g_array_unref(known->answered);
	if (known->linked != NULL)
		g_array_unref(known->linked);
	g_free(known);
}

static void free_result(gpointer result)
{
	pg_result_free(result);
}

static void free_array(gpointer array)
{
	g_ptr_array_unref(array);
}

bool update_begin(struct update *update, struct pg *pg)
{
	*update = (struct update){
		.pg = pg,
		.arena = arena_new(UPDATE_ARENA_BYTES_MAX),
		.known = g_hash_table_new(NULL, NULL),
		.all = g_ptr_array_new_with_free_func(free_known),
		.changed = g_ptr_array_new(),
		.affected = g_ptr_array_new(),
		.results = g_ptr_array_new_with_free_func(free_result),
		.by_person = g_hash_table_new_full(NULL, NULL, NULL, free_array),
		.by_change = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_array),
		.by_sender = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_array),
		.by_name = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_array),
		.by_signer = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_array),
	};
	return update->arena != NULL;
}

void update_end(struct update *update)
{
	g_hash_table_destroy(update->known);
	g_hash_table_destroy(update->by_person);
	g_hash_table_destroy(update->by_change);
	g_hash_table_destroy(update->by_sender);
	g_hash_table_destroy(update->by_name);
	g_hash_table_destroy(update->by_signer);
	g_ptr_array_unref(update->all);
	g_ptr_array_unref(update->changed);
	g_ptr_array_unref(update->affected);
	g_ptr_array_unref(update->results);
	arena_free(update->arena);
}
