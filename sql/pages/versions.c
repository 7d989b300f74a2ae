/* versions - which series are versions of one another; see versions.h */
#include "sql/pages/versions.h"

#include "sql/pages/statements.h"

int versions_of(struct pg *pg, const GArray *ids, const char *time_zone, GArray **ret_versions,
		struct pg_result **ret_result)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_versions_of);
	pg_param_text(&query, view_str(time_zone));
	pg_param_ints(&query, ids);
	r = pg_run(pg, &query, ret_result);
	if (r != 0)
		return r;
	*ret_versions = g_array_new(FALSE, FALSE, sizeof(struct version));
	for (int i = 0; i < pg_rows(*ret_result); i++) {
		struct version version = {
			.of = pg_int(*ret_result, i, 0),
			.series_id = pg_int(*ret_result, i, 1),
			.number = pg_int(*ret_result, i, 2),
			.minor = pg_int(*ret_result, i, 3),
			.clock = pg_bigint(*ret_result, i, 4),
		};

		g_array_append_val(*ret_versions, version);
	}
	return 0;
}

static void clear_details(gpointer pointer)
{
	struct version_details *details = pointer;

	g_array_unref(details->prerequisites);
	g_array_unref(details->required);
}

static struct version_details take_details(const struct pg_result *result, int row, int32_t of)
{
	struct version_details details = {
		.version = { of, pg_int(result, row, 0), pg_int(result, row, 1),
			     pg_int(result, row, 2), pg_bigint(result, row, 3) },
		.total = pg_int(result, row, 4),
		.patches = pg_int(result, row, 5),
		.comments = pg_int(result, row, 6),
		.base_commit = pg_text(result, row, 7),
		.prerequisites = g_array_new(FALSE, FALSE, sizeof(struct view)),
		.required = g_array_new(FALSE, FALSE, sizeof(int64_t)),
	};

	if (pg_is_null(result, row, 9))
		return details;
	pg_texts(result, row, 8, details.prerequisites);
	pg_bigints(result, row, 9, details.required);
	return details;
}

int versions_details(struct pg *pg, int32_t series_id, const char *time_zone, GArray **ret_versions,
		     struct pg_result **ret_result)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_versions_details);
	pg_param_text(&query, view_str(time_zone));
	pg_param_int(&query, series_id);
	r = pg_run(pg, &query, ret_result);
	if (r != 0)
		return r;
	*ret_versions = g_array_new(FALSE, FALSE, sizeof(struct version_details));
	g_array_set_clear_func(*ret_versions, clear_details);
	for (int i = 0; i < pg_rows(*ret_result); i++) {
		struct version_details details = take_details(*ret_result, i, series_id);

		g_array_append_val(*ret_versions, details);
	}
	return 0;
}
