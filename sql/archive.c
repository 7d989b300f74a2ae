/* archive - what is stored about git repositories; see archive.h */
#include "sql/archive.h"

#include <glib.h>

#include "sql/batch/statements.h"

static void take_name(const struct pg_result *result, int column, char name[ARCHIVE_NAME_BYTES])
{
	struct view text = pg_text(result, 0, column);

	(void)g_snprintf(name, ARCHIVE_NAME_BYTES, "%.*s", (int)text.len, text.ptr);
}

/* Take the row, if there is one: whether a run with this scope can begin at the position. */
static bool take_position(const struct pg_result *result, const struct archive_scope *scope,
			  struct archive_position *ret_position, bool *ret_moves)
{
	int64_t since, until;

	*ret_moves = pg_rows(result) == 0;
	if (*ret_moves)
		return false;
	take_name(result, 0, ret_position->first);
	take_name(result, 1, ret_position->last);
	since = pg_bigint(result, 0, 2);
	until = pg_bigint(result, 0, 3);
	*ret_moves = scope->since <= since && scope->until >= until;
	return since <= scope->since && until >= scope->until;
}

int archive_find(struct pg *pg, const struct archive_scope *scope, const char *path,
		 const char *first, struct archive_position *ret_position, bool *ret_moves)
{
	enum { SETTINGS, POSITION, COUNT };
	struct pg_query queries[COUNT];
	struct pg_result *results[COUNT];
	g_autofree char *secs = g_strdup_printf("%d", pg_lock_timeout_secs(pg));
	int r;

	pg_query_init(&queries[SETTINGS], sql_lookup_settings);
	pg_param_text(&queries[SETTINGS], view_str(secs));
	pg_query_init(&queries[POSITION], sql_repository_position);
	pg_param_text(&queries[POSITION], view_str(path));
	pg_param_text(&queries[POSITION], view_str(first));
	pg_param_text(&queries[POSITION], view_str(scope->list_id != NULL ? scope->list_id : ""));
	r = pg_run_all(pg, queries, COUNT, results);
	for (int i = 0; i < COUNT; i++)
		pg_query_done(&queries[i]);
	if (r != 0)
		return r;
	r = take_position(results[POSITION], scope, ret_position, ret_moves);
	for (int i = 0; i < COUNT; i++)
		pg_result_free(results[i]);
	return r;
}
