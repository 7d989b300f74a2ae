/* lists - the rows of lists of series and of patches; see lists.h */
#include "sql/pages/lists.h"

#include "parser/cleanup.h"
#include "sql/pg/like.h"
#include "sql/pages/statements.h"

/* ---- ids */

static int run_for_ids(struct pg *pg, struct pg_query *query, GArray **ret_ids)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	int r = pg_run(pg, query, &result);

	if (r == 0)
		*ret_ids = pg_ints(result, 0);
	return r;
}

/* ---- people */

static struct lists_person person_at(const struct pg_result *result, int row, int column)
{
	return (struct lists_person){ pg_int(result, row, column), pg_text(result, row, column + 1),
				      pg_text(result, row, column + 2) };
}

int lists_people(struct pg *pg, const char *text, GArray **ret_people,
		 struct pg_result **ret_result)
{
	g_autofree char *pattern = like_anywhere(view_str(text));
	struct pg_query query;
	int64_t id;
	int r;

	if (view_number(view_str(text), INT32_MAX, &id)) {
		pg_query_init(&query, sql_lists_person);
		pg_param_int(&query, (int32_t)id);
	} else {
		pg_query_init(&query, sql_lists_people);
		pg_param_text(&query, view_str(pattern));
		pg_param_int(&query, LISTS_PEOPLE_MAX);
	}
	r = pg_run(pg, &query, ret_result);
	if (r != 0)
		return r;
	*ret_people = g_array_new(FALSE, FALSE, sizeof(struct lists_person));
	for (int i = 0; i < pg_rows(*ret_result); i++) {
		struct lists_person person = person_at(*ret_result, i, 0);

		g_array_append_val(*ret_people, person);
	}
	return 0;
}

int lists_user(struct pg *pg, const char *text, int32_t *ret_id)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_lists_user);
	pg_param_text(&query, view_str(text));
	r = pg_run(pg, &query, &result);
	*ret_id = r == 0 && pg_rows(result) > 0 ? pg_int(result, 0, 0) : 0;
	return r;
}

/* ---- patches */

static void take_tags(const struct pg_result *result, int row, int column, int32_t *tags)
{
	g_autoptr(GArray) counts = g_array_new(FALSE, FALSE, sizeof(struct view));

	pg_texts(result, row, column, counts);
	for (guint i = 0; i < MIN(counts->len, LISTS_TAGS_MAX); i++) {
		int64_t count = 0;

		(void)view_number(g_array_index(counts, struct view, i), INT32_MAX, &count);
		tags[i] = (int32_t)count;
	}
}

static void take_checks(const struct pg_result *result, int row, int column, int32_t *checks)
{
	for (int i = 0; i < CHECK_COUNT; i++)
		checks[i] = pg_int(result, row, column + i);
}

/* The columns that lists_patch_names has. */
static struct lists_patch name_at(const struct pg_result *result, int row)
{
	return (struct lists_patch){
		.id = pg_int(result, row, 0),
		.series_id = pg_int(result, row, 1),
		.number = pg_int(result, row, 2),
		.name = pg_text(result, row, 3),
		.msgid = pg_text(result, row, 4),
		.project = pg_text(result, row, 5),
		.state = pg_text(result, row, 6),
	};
}

static struct lists_patch patch_at(const struct pg_result *result, int row)
{
	struct lists_patch patch = name_at(result, row);

	patch.is_open = pg_bool(result, row, 7);
	patch.is_archived = pg_bool(result, row, 8);
	patch.delegate = pg_text(result, row, 9);
	patch.submitter = person_at(result, row, 10);
	patch.clock = pg_bigint(result, row, 13);
	take_tags(result, row, 14, patch.tags);
	take_checks(result, row, 15, patch.checks);
	patch.comments = pg_int(result, row, 15 + CHECK_COUNT);
	return patch;
}

static void take_patches(struct lists_patches *patches,
			 struct lists_patch (*row_at)(const struct pg_result *result, int row))
{
	const struct pg_result *rows = patches->results[0], *tags = patches->results[1];

	for (int i = 0; i < pg_rows(rows); i++) {
		struct lists_patch patch = row_at(rows, i);

		g_array_append_val(patches->rows, patch);
	}
	for (int i = 0; i < MIN(pg_rows(tags), LISTS_TAGS_MAX); i++) {
		struct lists_tag tag = { pg_text(tags, i, 0), pg_text(tags, i, 1) };

		g_array_append_val(patches->tags, tag);
	}
}

/* Run the queue, to which the statement of the rows has been added, and the one of the tags. */
static int run_for_patches(struct pg *pg, struct pg_queue *queue, struct lists_patches *ret_patches)
{
	*ret_patches = (struct lists_patches){
		.rows = g_array_new(FALSE, FALSE, sizeof(struct lists_patch)),
		.tags = g_array_new(FALSE, FALSE, sizeof(struct lists_tag)),
	};
	(void)pg_queue_add(queue, sql_lists_tags);
	return pg_run_queue(pg, queue, ret_patches->results);
}

int lists_patches(struct pg *pg, const GArray *ids, const char *time_zone,
		  struct lists_patches *ret_patches)
{
	struct pg_queue queue = { .count = 0 };
	struct pg_query *query = pg_queue_add(&queue, sql_lists_patch_rows);
	int r;

	pg_param_text(query, view_str(time_zone));
	pg_param_ints(query, ids);
	r = run_for_patches(pg, &queue, ret_patches);
	if (r == 0)
		take_patches(ret_patches, patch_at);
	return r;
}

int lists_patch_names(struct pg *pg, const GArray *series_ids, struct lists_patches *ret_patches)
{
	struct pg_queue queue = { .count = 0 };
	int r;

	pg_param_ints(pg_queue_add(&queue, sql_lists_patch_names), series_ids);
	r = run_for_patches(pg, &queue, ret_patches);
	if (r == 0)
		take_patches(ret_patches, name_at);
	return r;
}

int lists_patches_of(struct pg *pg, const GArray *series_ids, const char *time_zone,
		     struct lists_patches *ret_patches)
{
	g_autoptr(GArray) ids = NULL;
	struct pg_query query;
	int r;

	*ret_patches = (struct lists_patches){ 0 };
	pg_query_init(&query, sql_lists_patches_of);
	pg_param_ints(&query, series_ids);
	r = run_for_ids(pg, &query, &ids);
	return r == 0 ? lists_patches(pg, ids, time_zone, ret_patches) : r;
}

void lists_patches_done(struct lists_patches *patches)
{
	if (patches->rows == NULL)
		return;
	g_array_unref(patches->rows);
	g_array_unref(patches->tags);
	pg_results_free(patches->results, G_N_ELEMENTS(patches->results));
}

/* ---- series */

int lists_series(struct pg *pg, const GArray *ids, const char *time_zone, GArray **ret_rows,
		 struct pg_result **ret_result)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_lists_series_rows);
	pg_param_text(&query, view_str(time_zone));
	pg_param_ints(&query, ids);
	r = pg_run(pg, &query, ret_result);
	if (r != 0)
		return r;
	*ret_rows = g_array_new(FALSE, FALSE, sizeof(struct lists_series));
	for (int i = 0; i < pg_rows(*ret_result); i++) {
		struct lists_series row = {
			.id = pg_int(*ret_result, i, 0),
			.name = pg_text(*ret_result, i, 1),
			.version = pg_int(*ret_result, i, 2),
			.total = pg_int(*ret_result, i, 3),
			.clock = pg_bigint(*ret_result, i, 4),
			.submitter = person_at(*ret_result, i, 5),
			.cover = pg_text(*ret_result, i, 8),
			.project = pg_text(*ret_result, i, 9),
			.comments = pg_int(*ret_result, i, 11 + CHECK_COUNT),
			.minor = pg_int(*ret_result, i, 12 + CHECK_COUNT),
		};

		take_tags(*ret_result, i, 10, row.tags);
		take_checks(*ret_result, i, 11, row.checks);
		g_array_append_val(*ret_rows, row);
	}
	return 0;
}
