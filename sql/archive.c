/* archive - what is stored about git repositories; see archive.h */
#include "sql/archive.h"

#include <glib.h>

#include "sql/batch/statements.h"
#include "sql/transaction.h"

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
	struct pg_queue queue = { .count = 0 };
	struct pg_result *results[COUNT];
	struct pg_query *query;
	int r;

	transaction_lookup_settings(pg, &queue);
	query = pg_queue_add(&queue, sql_repository_position);
	pg_param_text(query, view_str(path));
	pg_param_text(query, view_str(first));
	pg_param_text(query, view_str(scope->list_id != NULL ? scope->list_id : ""));
	r = pg_run_queue(pg, &queue, results);
	if (r == 0)
		r = take_position(results[POSITION], scope, ret_position, ret_moves);
	pg_results_free(results, COUNT);
	return r;
}
