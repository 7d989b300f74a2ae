/* suggest - completions of names; see suggest.h */
#include "sql/report/suggest.h"

#include "sql/report/statements.h"

static int find(struct pg *pg, const char *sql, const char *part, int32_t limit,
		struct pg_result **ret_result)
{
	struct pg_query query;

	pg_query_init(&query, sql);
	pg_param_text(&query, view_str(part));
	pg_param_int(&query, limit);
	return pg_run(pg, &query, ret_result);
}

int suggest_submitters(struct pg *pg, const char *part, int32_t limit,
		       struct pg_result **ret_result)
{
	return find(pg, sql_suggest_submitters, part, limit, ret_result);
}

int suggest_delegates(struct pg *pg, const char *part, int32_t limit, struct pg_result **ret_result)
{
	return find(pg, sql_suggest_delegates, part, limit, ret_result);
}

int suggest_project(struct pg *pg, const char *link_name, int32_t *ret_id)
{
	struct pg_query query;

	pg_query_init(&query, sql_suggest_project);
	pg_param_text(&query, view_str(link_name));
	return pg_run_int(pg, &query, ret_id);
}
