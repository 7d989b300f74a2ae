/* followed - what is stored about the sources of `patchmda follow`; see followed.h */
#include "sql/followed.h"

#include <errno.h>

#include "parser/cleanup.h"
#include "sql/pg/query.h"
#include "sql/statements.h"

/* Run a statement on a connection of its own; `query` is released. */
static int run(const struct store_options *options, struct pg_query *query,
	       struct pg_result **ret_result, char **ret_error)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	int r = pg_open(options->conninfo, options->connect_timeout_secs, &pg);

	if (r == 0)
		r = pg_run(pg, query, ret_result);
	else
		pg_query_done(query);
	if (r != 0)
		*ret_error = g_strdup(pg_error(pg));
	return r;
}

int followed_record(const struct store_options *options, const struct followed_round *round,
		    char **ret_error)
{
	struct pg_query query;

	pg_query_init(&query, sql_followed_record);
	pg_param_text(&query, view_str(round->source));
	pg_param_text(&query, view_str(round->url != NULL ? round->url : ""));
	pg_param_text(&query, view_str(round->host));
	pg_param_text(&query, view_str(round->error));
	pg_param_text(&query, view_str(round->last_commit));
	if (round->last_commit != NULL)
		pg_param_bigint(&query, round->committed);
	else
		pg_param_null_bigint(&query);
	return run(options, &query, NULL, ret_error);
}

int followed_forget(const struct store_options *options, const char *source, char **ret_error)
{
	struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_followed_forget);
	pg_param_text(&query, view_str(source));
	r = run(options, &query, &result, ret_error);
	if (r == 0 && pg_rows(result) == 0) {
		*ret_error = g_strdup_printf("%s is not followed", source);
		r = -ENOENT;
	}
	pg_result_free(result);
	return r;
}
