/* store_mark - detects whether a crash has lost commits that did not wait; see store_private.h */
#include <errno.h>

#include "sql/batch/people_index.h"
#include "sql/batch/statements.h"
#include "sql/store_private.h"

int store_set_mark(struct store *store)
{
	struct pg_query query;
	int r;

	if (store->mark_job == NULL) {
		g_autofree char *uuid = g_uuid_string_random();

		store->mark_job = g_strdup_printf("import %s", uuid);
	}
	store->next_mark = MAX(g_get_real_time(), store->mark + 1);
	pg_query_init(&query, sql_mark_import);
	pg_param_text(&query, view_str(store->mark_job));
	pg_param_bigint(&query, store->next_mark);
	r = pg_run(store->pg, &query, NULL);
	return r;
}

int store_check_kept(struct store *store)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	if (store->mark == 0)
		return 0;
	pg_query_init(&query, sql_import_mark);
	pg_param_text(&query, view_str(store->mark_job));
	pg_param_bigint(&query, store->mark);
	r = pg_run(store->pg, &query, &result);
	if (r != 0)
		store_keep_error(store, r);
	else if (!pg_bool(result, 0, 0))
		r = -ENODATA;
	if (r == -ENODATA)
		g_string_assign(store->error, "the server crashed and lost recent commits;"
					      " run it again to continue");
	pg_result_free(result);
	return r;
}

static int remove_mark(struct store *store)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_unmark_import);
	pg_param_text(&query, view_str(store->mark_job));
	r = pg_run(store->pg, &query, NULL);
	return r;
}

int store_sync(struct store *store)
{
	int r;

	if (store->mark == 0)
		return 0;
	people_index_reset(store->people_index);
	r = remove_mark(store);
	if (r == 0)
		r = pg_sync(store->pg);
	if (r != 0)
		store_keep_error(store, r);
	return r;
}
