/* chain - the versions of a series; see chain.h */
#include "sql/report/chain.h"

#include "sql/report/statements.h"

static void clear_series(gpointer pointer)
{
	struct chain_series *series = pointer;

	g_array_unref(series->prerequisites);
	g_array_unref(series->required);
}

static struct chain_series take_series(const struct pg_result *result, int row)
{
	struct chain_series series = {
		.id = pg_int(result, row, 0),
		.msgid = pg_text(result, row, 1),
		.name = pg_text(result, row, 2),
		.version = pg_int(result, row, 3),
		.minor = pg_int(result, row, 4),
		.date = pg_text(result, row, 5),
		.received = pg_int(result, row, 6),
		.total = pg_int(result, row, 7),
		.previous_id = pg_int(result, row, 8),
		.rule = pg_text(result, row, 9),
		.change_id = pg_text(result, row, 10),
		.base_commit = pg_text(result, row, 11),
		.prerequisites = g_array_new(FALSE, FALSE, sizeof(struct view)),
		.required = g_array_new(FALSE, FALSE, sizeof(int64_t)),
		.is_outdated = pg_bool(result, row, 14),
		.is_part = pg_bool(result, row, 15),
	};

	pg_texts(result, row, 12, series.prerequisites);
	pg_bigints(result, row, 13, series.required);
	return series;
}

int chain_read(struct pg *pg, int32_t series_id, const char *time_zone, GArray **ret_series,
	       struct pg_result **ret_result)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_chain_series);
	pg_param_int(&query, series_id);
	pg_param_text(&query, view_str(time_zone));
	r = pg_run(pg, &query, ret_result);
	if (r != 0)
		return r;
	*ret_series = g_array_new(FALSE, FALSE, sizeof(struct chain_series));
	g_array_set_clear_func(*ret_series, clear_series);
	for (int i = 0; i < pg_rows(*ret_result); i++) {
		struct chain_series series = take_series(*ret_result, i);

		g_array_append_val(*ret_series, series);
	}
	return 0;
}

void chain_free(GArray *series, struct pg_result *result)
{
	if (series != NULL)
		g_array_unref(series);
	pg_result_free(result);
}
