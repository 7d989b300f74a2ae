/* gaps - mail that came only from an archive; see gaps.h */
#include "sql/report/gaps.h"

#include "sql/report/statements.h"

int gaps_ask(struct pg *pg, int64_t since, const GPtrArray *projects, GArray **ret_gaps,
	     struct pg_result **ret_result)
{
	struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_status_gaps);
	pg_param_bigint(&query, since);
	pg_param_strings(&query, projects);
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	*ret_gaps = g_array_new(FALSE, FALSE, sizeof(struct gap));
	for (int i = 0; i < pg_rows(result); i++) {
		struct gap gap = { .project = pg_text(result, i, 0),
				   .date = pg_bigint(result, i, 1),
				   .msgid = pg_text(result, i, 2) };

		g_array_append_val(*ret_gaps, gap);
	}
	*ret_result = result;
	return 0;
}
