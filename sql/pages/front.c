/* front - the rows of the front page; see front.h */
#include "sql/pages/front.h"

#include "sql/pages/statements.h"

int front_list(struct pg *pg, const char *time_zone, GArray **ret_rows,
	       struct pg_result **ret_result)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_front_projects);
	pg_param_text(&query, view_str(time_zone));
	query.is_unprepared = true;
	r = pg_run(pg, &query, ret_result);
	if (r != 0)
		return r;
	*ret_rows = g_array_new(FALSE, FALSE, sizeof(struct front_row));
	for (int i = 0; i < pg_rows(*ret_result); i++) {
		struct front_row row = {
			.id = pg_int(*ret_result, i, 0),
			.link_name = pg_text(*ret_result, i, 1),
			.name = pg_text(*ret_result, i, 2),
			.list_email = pg_text(*ret_result, i, 3),
		};

		if (!pg_is_null(*ret_result, i, 4))
			row.newest_clock = pg_bigint(*ret_result, i, 4);
		g_array_append_val(*ret_rows, row);
	}
	return 0;
}

int front_find(struct pg *pg, const char *link_name, struct front_project *ret_project)
{
	struct pg_result *result;
	struct pg_query query;
	int r;

	*ret_project = (struct front_project){ 0 };
	pg_query_init(&query, sql_front_project);
	pg_param_text(&query, view_str(link_name));
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	ret_project->result = result;
	if (pg_rows(result) == 0)
		return 0;
	ret_project->id = pg_int(result, 0, 0);
	ret_project->link_name = pg_text(result, 0, 1);
	ret_project->name = pg_text(result, 0, 2);
	ret_project->list_id = pg_text(result, 0, 3);
	ret_project->list_email = pg_text(result, 0, 4);
	ret_project->web_url = pg_text(result, 0, 5);
	ret_project->scm_url = pg_text(result, 0, 6);
	ret_project->webscm_url = pg_text(result, 0, 7);
	ret_project->archive_url = pg_text(result, 0, 8);
	ret_project->archive_format = pg_text(result, 0, 9);
	ret_project->commit_format = pg_text(result, 0, 10);
	return 0;
}

void front_project_done(struct front_project *project)
{
	pg_result_free(project->result);
}

static const char *const counting[] = {
	[FRONT_OPEN] = sql_front_open,
	[FRONT_ALL] = sql_front_all,
	[FRONT_OPEN_SERIES] = sql_front_open_series,
	[FRONT_ALL_SERIES] = sql_front_all_series,
};

int front_count(struct pg *pg, int32_t project_id, enum front_count which, int64_t *ret_count)
{
	struct pg_result *result;
	struct pg_query query;
	int r;

	pg_query_init(&query, counting[which]);
	pg_param_int(&query, project_id);
	/* The best index depends on the size of the project. */
	query.is_unprepared = true;
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	*ret_count = pg_bigint(result, 0, 0);
	pg_result_free(result);
	return 0;
}

int front_states(struct pg *pg, GArray **ret_states, struct pg_result **ret_result)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_front_states);
	r = pg_run(pg, &query, ret_result);
	if (r != 0)
		return r;
	*ret_states = g_array_new(FALSE, FALSE, sizeof(struct front_state));
	for (int i = 0; i < pg_rows(*ret_result); i++) {
		struct front_state state = { pg_int(*ret_result, i, 0), pg_text(*ret_result, i, 1),
					     pg_text(*ret_result, i, 2),
					     pg_bool(*ret_result, i, 3) };

		g_array_append_val(*ret_states, state);
	}
	return 0;
}

/* ---- details */

static GArray *maintainers_of(const struct pg_result *rows)
{
	GArray *maintainers = g_array_new(FALSE, FALSE, sizeof(struct front_maintainer));

	for (int i = 0; i < pg_rows(rows); i++) {
		struct front_maintainer maintainer = { pg_text(rows, i, 0), pg_text(rows, i, 1) };

		g_array_append_val(maintainers, maintainer);
	}
	return maintainers;
}

int front_maintainers(struct pg *pg, int32_t project_id, GArray **ret_maintainers,
		      struct pg_result **ret_result)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_front_maintainers);
	pg_param_int(&query, project_id);
	r = pg_run(pg, &query, ret_result);
	if (r == 0)
		*ret_maintainers = maintainers_of(*ret_result);
	return r;
}

static void take_details(struct front_details *details)
{
	const struct pg_result *bundles = details->results[2];

	details->counts = pg_ints(details->results[0], 0);
	details->maintainers = maintainers_of(details->results[1]);
	for (int i = 0; i < pg_rows(bundles); i++) {
		struct front_bundle bundle = { pg_text(bundles, i, 0), pg_text(bundles, i, 1) };

		g_array_append_val(details->bundles, bundle);
	}
}

int front_details(struct pg *pg, int32_t project_id, struct front_details *ret_details)
{
	struct pg_queue queue = { .count = 0 };
	struct pg_query *query;
	int r;

	*ret_details = (struct front_details){
		.bundles = g_array_new(FALSE, FALSE, sizeof(struct front_bundle)),
	};
	query = pg_queue_add(&queue, sql_front_state_counts);
	query->is_unprepared = true;
	pg_param_int(query, project_id);
	pg_param_int(pg_queue_add(&queue, sql_front_maintainers), project_id);
	query = pg_queue_add(&queue, sql_front_bundles);
	pg_param_int(query, project_id);
	pg_param_int(query, FRONT_BUNDLES_MAX);
	r = pg_run_queue(pg, &queue, ret_details->results);
	if (r == 0)
		take_details(ret_details);
	return r;
}

void front_details_done(struct front_details *details)
{
	if (details->bundles == NULL)
		return;
	g_array_unref(details->bundles);
	if (details->counts != NULL)
		g_array_unref(details->counts);
	if (details->maintainers != NULL)
		g_array_unref(details->maintainers);
	pg_results_free(details->results, G_N_ELEMENTS(details->results));
}
