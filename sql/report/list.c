/* list - the newest series, patches or cover letters; see list.h */
#include "sql/report/list.h"

#include <errno.h>

#include "parser/cleanup.h"
#include "sql/names.h"
#include "sql/pg/like.h"
#include "sql/report/read.h"
#include "sql/report/statements.h"

/* More words are ignored, as by the REST interface. */
#define WORDS_MAX 100

/* Arrays of ids stay text that PostgreSQL reads, because they are only passed back. */
struct resolved {
	int32_t project_id;
	int32_t delegate_id; /* 0: nobody */
	char *states, *people;
};

static void resolved_done(struct resolved *resolved)
{
	g_free(resolved->states);
	g_free(resolved->people);
}

static char *dup_text(const struct pg_result *result, int column)
{
	struct view text = pg_text(result, 0, column);

	return g_strndup(text.ptr != NULL ? text.ptr : "", text.len);
}

static int resolve(struct pg *pg, const struct list_filter *filter, struct resolved *ret_resolved,
		   char **ret_message)
{
	struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_list_resolve);
	pg_param_text(&query, view_str(filter->project));
	pg_param_text(&query, view_str(filter->state));
	pg_param_text(&query, view_str(filter->submitter));
	pg_param_text(&query, view_str(filter->delegate));
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	if (filter->project != NULL && pg_is_null(result, 0, 0)) {
		*ret_message = names_missing(pg, NAMES_PROJECT, filter->project);
		r = -ENOENT;
	} else if (filter->state != NULL && pg_is_null(result, 0, 1)) {
		*ret_message = names_missing(pg, NAMES_STATE, filter->state);
		r = -ENOENT;
	} else if (filter->delegate != NULL && pg_is_null(result, 0, 3)) {
		*ret_message = names_missing(pg, NAMES_USER, filter->delegate);
		r = -ENOENT;
	} else {
		*ret_resolved = (struct resolved){
			.project_id = filter->project != NULL ? pg_int(result, 0, 0) : 0,
			.delegate_id = filter->delegate != NULL ? pg_int(result, 0, 3) : 0,
			.states = dup_text(result, 1),
			.people = dup_text(result, 2),
		};
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

/* A pattern for each word, between commas or white space; null if there is none. */
static void add_words(struct pg_query *query, const char *words)
{
	g_auto(GStrv) list = g_strsplit_set(words != NULL ? words : "", ", \t\r\n\f\v", -1);
	g_autoptr(GPtrArray) patterns = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) views = g_array_new(FALSE, FALSE, sizeof(struct view));

	for (size_t i = 0; list[i] != NULL && views->len < WORDS_MAX; i++) {
		char *pattern = like_anywhere(view_str(list[i]));
		struct view view = view_str(pattern);

		g_ptr_array_add(patterns, pattern);
		if (list[i][0] != '\0')
			g_array_append_val(views, view);
	}
	pg_param_texts(query, views);
	if (views->len == 0)
		pg_param_null(query);
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
		if (kind == LIST_SERIES)
			row.minor = pg_int(result, i, 15);
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
	_cleanup_(resolved_done) struct resolved resolved = { 0 };
	struct pg_query query;
	int r = resolve(pg, filter, &resolved, ret_message);

	if (r != 0)
		return r;
	pg_query_init(&query, statements[kind]);
	query.is_unprepared = true;
	pg_param_text(&query, view_str(time_zone));
	add_filter(&query, filter->project != NULL, resolved.project_id);
	pg_param_text(&query, view_str(filter->submitter != NULL ? resolved.people : NULL));
	add_filter(&query, filter->has_since, filter->since);
	pg_param_text(&query, view_str(filter->state != NULL ? resolved.states : NULL));
	pg_param_int(&query, filter->incomplete);
	pg_param_int(&query, filter->limit);
	add_filter(&query, filter->delegate != NULL, resolved.delegate_id);
	pg_param_text(&query, view_str(filter->archived));
	add_words(&query, filter->words);
	add_own_filters(&query, kind, filter);
	r = pg_run(pg, &query, ret_result);
	if (r == 0)
		*ret_rows = take_rows(*ret_result, kind);
	return r;
}
