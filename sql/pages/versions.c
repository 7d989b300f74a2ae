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
	for (int i = 0; i < pg_rows(*ret_result); i++) {
		struct version_details version = {
			.version = { series_id, pg_int(*ret_result, i, 0),
				     pg_int(*ret_result, i, 1), pg_int(*ret_result, i, 8),
				     pg_bigint(*ret_result, i, 2) },
			.total = pg_int(*ret_result, i, 3),
			.patches = pg_int(*ret_result, i, 4),
			.comments = pg_int(*ret_result, i, 5),
			.base_commit = pg_text(*ret_result, i, 6),
			.prerequisites = pg_text(*ret_result, i, 7),
		};

		g_array_append_val(*ret_versions, version);
	}
	return 0;
}
