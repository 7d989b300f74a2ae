/* search_rows - single rows of the REST interface; see search.h */
#include "parser/cleanup.h"
#include "parser/text.h"
#include "sql/report/search_private.h"
#include "sql/report/statements.h"

int search_is_there(struct pg *pg, const char *table, int32_t id, bool *ret_is_there)
{
	g_autofree char *sql = g_strdup_printf("select id from %s where id = $1", table);
	struct pg_query query;
	int32_t found;
	int r;

	pg_query_init(&query, sql);
	pg_param_int(&query, id);
	r = pg_run_int(pg, &query, &found);
	*ret_is_there = found != 0;
	return r;
}

int search_ids(struct pg *pg, const char *table, const GArray *ids, GHashTable **ret_found)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autofree char *sql = g_strdup_printf("select id from %s where id = any($1)", table);
	struct pg_query query;
	int r;

	pg_query_init(&query, sql);
	pg_param_ints(&query, ids);
	r = pg_run(pg, &query, &result);
	*ret_found = g_hash_table_new(NULL, NULL);
	for (int i = 0; r == 0 && i < pg_rows(result); i++)
		(void)g_hash_table_add(*ret_found, GINT_TO_POINTER(pg_int(result, i, 0)));
	return r;
}

int search_has(struct pg *pg, const struct resource *resource, int32_t id, int32_t parent,
	       int32_t user_id, bool *ret_is_there)
{
	g_autofree char *sql = g_strdup_printf("select x.id from %s x where x.id = $1 and %s",
					       resource->object->table, resource->scope);
	struct pg_query query;
	int32_t found;
	int r;

	pg_query_init(&query, sql);
	pg_param_int(&query, id);
	pg_param_int(&query, parent);
	pg_param_int(&query, user_id);
	r = pg_run_int(pg, &query, &found);
	*ret_is_there = found != 0;
	return r;
}

bool search_number(const char *value, int32_t *ret_id)
{
	struct view text = text_trim(view_str(value));
	bool is_negative = view_starts(text, VIEW("-"));
	int64_t id;

	if (is_negative || view_starts(text, VIEW("+")))
		text = view_skip(text, 1);
	for (size_t i = 0; i < text.len; i++)
		if (!view_is_digit(text.ptr[i]))
			return false;
	*ret_id = 0;
	if (!is_negative && view_number(text, INT32_MAX, &id))
		*ret_id = (int32_t)id;
	return text.len > 0;
}

int search_project(struct pg *pg, const char *word, int32_t *ret_id)
{
	struct pg_query query;
	int32_t id = 0;

	(void)search_number(word, &id);
	pg_query_init(&query, sql_search_project);
	pg_param_int(&query, id);
	pg_param_text(&query, view_str(word));
	return pg_run_int(pg, &query, ret_id);
}
