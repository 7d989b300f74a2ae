/* list - the newest series, patches or cover letters; see list.h */
#include "sql/report/list.h"

#include <errno.h>

#include "sql/names.h"
#include "sql/pg/like.h"
#include "sql/report/read.h"
#include "sql/report/statements.h"

/*
 * The ids of people stay text that PostgreSQL reads as an array, because they are only passed back.
 */
struct resolved {
	int32_t project_id;
	int32_t state_id;
	char *people;
};

static int resolve(struct pg *pg, const struct list_filter *filter, struct resolved *ret_resolved,
		   char **ret_message)
{
	struct pg_result *result = NULL;
	struct pg_query query;
	struct view people;
	int r;

	pg_query_init(&query, sql_list_resolve);
	pg_param_text(&query, view_str(filter->project));
	pg_param_text(&query, view_str(filter->state));
	pg_param_text(&query, view_str(filter->submitter));
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	if (filter->project != NULL && pg_is_null(result, 0, 0)) {
		*ret_message = names_missing(pg, NAMES_PROJECT, filter->project);
		r = -ENOENT;
	} else if (filter->state != NULL && pg_is_null(result, 0, 1)) {
		*ret_message = names_missing(pg, NAMES_STATE, filter->state);
		r = -ENOENT;
	} else {
		people = pg_text(result, 0, 2);
		*ret_resolved =
			(struct resolved){ filter->project != NULL ? pg_int(result, 0, 0) : 0,
					   filter->state != NULL ? pg_int(result, 0, 1) : 0,
					   g_strndup(people.ptr, people.len) };
	}
	if (r == 0 && filter->submitter != NULL && g_str_equal(ret_resolved->people, "{}"))
		*ret_message = g_strdup_printf("no submitter's name or address contains '%s'",
					       filter->submitter);
	pg_result_free(result);
	return r;
}

/* A filter that does not apply is null. */
static void add_filter(struct pg_query *query, bool applies, int64_t value)
{
	if (applies)
		pg_param_bigint(query, value);
	else
		pg_param_null_bigint(query);
}

/*
 * A pattern of LIKE for a path in which * stands for any characters and ? for one.  A path that
 * ends in / stands for all files below it.
 */
static char *like_pattern(const char *glob)
{
	GString *like = g_string_new(NULL);

	for (const char *c = glob; *c != '\0'; c++) {
		if (*c == '*' || *c == '?')
			g_string_append_c(like, *c == '*' ? '%' : '_');
		else
			like_append(like, view_of(c, 1));
	}
	if (g_str_has_suffix(glob, "/"))
		g_string_append_c(like, '%');
	return g_string_free(like, FALSE);
}

/* The filters that one kind of list alone has. */
static void add_own_filters(struct pg_query *query, enum list_kind kind,
			    const struct list_filter *filter)
{
	g_autofree char *like = filter->file != NULL ? like_pattern(filter->file) : NULL;

	if (kind == LIST_SERIES)
		pg_param_int(query, filter->latest);
	if (kind != LIST_PATCHES)
		return;
	pg_param_text(query, view_str(like));
	pg_param_text(query, view_str(filter->blob));
}

static GArray *take_rows(const struct pg_result *result, enum list_kind kind)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct listed));

	for (int i = 0; i < pg_rows(result); i++) {
		struct listed row = {
			.id = pg_int(result, i, 0),
			.project = pg_text(result, i, 1),
			.date = pg_text(result, i, 2),
			.age_secs = pg_bigint(result, i, 3),
			.submitter_name = pg_text(result, i, 4),
			.submitter_email = pg_text(result, i, 5),
			.msgid = pg_text(result, i, 6),
			.name = pg_text(result, i, 7),
			.version = pg_int(result, i, 8),
			.number = pg_int(result, i, 9),
			.received = pg_int(result, i, 10),
			.total = pg_int(result, i, 11),
			.state = pg_text(result, i, 12),
		};

		if (kind == LIST_SERIES && !pg_is_null(result, i, 13)) {
			row.previous_id = pg_int(result, i, 13);
			row.previous_rule = pg_text(result, i, 14);
		}
		g_array_append_val(rows, row);
	}
	return rows;
}

int list_ask(struct pg *pg, enum list_kind kind, const struct list_filter *filter,
	     const char *time_zone, GArray **ret_rows, struct pg_result **ret_result,
	     char **ret_message)
{
	static const char *const statements[] = {
		[LIST_SERIES] = sql_list_series,
		[LIST_PATCHES] = sql_list_patches,
		[LIST_COVERS] = sql_list_covers,
	};
	g_autofree char *people = NULL;
	struct resolved resolved = { 0 };
	struct pg_query query;
	int r = resolve(pg, filter, &resolved, ret_message);

	if (r != 0)
		return r;
	people = resolved.people;
	pg_query_init(&query, statements[kind]);
	query.is_unprepared = true;
	pg_param_text(&query, view_str(time_zone));
	add_filter(&query, filter->project != NULL, resolved.project_id);
	pg_param_text(&query, view_str(filter->submitter != NULL ? people : NULL));
	add_filter(&query, filter->has_since, filter->since);
	add_filter(&query, filter->state != NULL, resolved.state_id);
	pg_param_int(&query, filter->incomplete);
	pg_param_int(&query, filter->limit);
	add_own_filters(&query, kind, filter);
	r = pg_run(pg, &query, ret_result);
	if (r == 0)
		*ret_rows = take_rows(*ret_result, kind);
	return r;
}
