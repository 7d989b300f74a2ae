/* selection - which patches or series a list has; see selection.h */
#include "sql/pages/selection.h"

#include <string.h>

#include "parser/cleanup.h"
#include "sql/pg/like.h"
#include "sql/pages/statements.h"

/* Limit of the words of a search; further ones are ignored, as by the REST interface. */
#define WORDS_MAX 100
#define WORD_ENDS ", \t\r\n\f\v"

/* For each series of a page this many patches are read at first, and no more than this for all. */
#define PATCHES_PER_SERIES 8
#define PATCHES_MAX        20000

/*
 * Beside those of the pages up to the one that is asked for, this many series are looked at before
 * their patches are; and at most this many for all pages.
 */
#define SERIES_MORE 500
#define SERIES_MAX  20000

/* ---- parameters */

/* A pattern for each word, or null if there is no word. */
static void put_words(struct pg_query *query, const char *words)
{
	g_auto(GStrv) list = g_strsplit_set(words != NULL ? words : "", WORD_ENDS, -1);
	g_autoptr(GArray) views = g_array_new(FALSE, FALSE, sizeof(struct view));

	for (size_t i = 0; list[i] != NULL; i++) {
		char *pattern = like_anywhere(view_str(g_strstrip(list[i])));
		struct view view = view_str(pattern);

		g_free(list[i]);
		list[i] = pattern;
		if (view.len > 2 && views->len < WORDS_MAX)
			g_array_append_val(views, view);
	}
	pg_param_texts(query, views);
	if (views->len == 0)
		pg_param_null(query);
}

static bool has_words(const char *words)
{
	return words != NULL && words[strspn(words, WORD_ENDS)] != '\0';
}

/* The ids, or null. */
static void put_ids(struct pg_query *query, const GArray *ids)
{
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(int32_t));

	pg_param_ints(query, ids != NULL ? ids : none);
	if (ids == NULL)
		pg_param_null(query);
}

/* A number, or null for 0. */
static void put_optional(struct pg_query *query, int32_t number)
{
	pg_param_int(query, number);
	if (number == 0)
		pg_param_null(query);
}

static void put_flag(struct pg_query *query, bool flag)
{
	pg_param_text(query, flag ? VIEW("true") : VIEW("false"));
}

/* $1 to $9 of the statements that find patches; $7, `extra`, is different in each. */
static void put_filter(struct pg_query *query, const struct selection_filter *filter, int32_t extra,
		       int32_t limit)
{
	put_optional(query, filter->project_id);
	put_ids(query, filter->states);
	put_flag(query, filter->archive == SELECTION_ARCHIVED);
	if (filter->archive == SELECTION_ANY)
		pg_param_null(query);
	put_ids(query, filter->submitters);
	if (filter->delegate < 0)
		pg_param_int(query, 0);
	else
		put_optional(query, filter->delegate);
	put_words(query, filter->words);
	put_optional(query, extra);
	pg_param_bigint(query, filter->before);
	if (filter->before == 0)
		pg_param_null(query);
	pg_param_int(query, limit);
}

/* ---- patches, newest first */

/* Add the ids of the first column, and the greatest time of the second. */
static int run_for_selection(struct pg *pg, struct pg_query *query, struct selection *selection)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	int r;

	/* The planner removes conditions on null parameters if it knows the values. */
	query->is_unprepared = true;
	r = pg_run(pg, query, &result);
	if (r != 0)
		return r;
	for (int i = 0; i < pg_rows(result); i++) {
		int32_t id = pg_int(result, i, 0);

		if (!pg_is_null(result, i, 1))
			selection->since = MAX(selection->since, pg_bigint(result, i, 1));
		if (!pg_is_null(result, i, 0))
			g_array_append_val(selection->ids, id);
	}
	return 0;
}

/* Whether one of the conditions leaves few patches. */
static int ask_whether_few(struct pg *pg, const struct selection_filter *filter, bool *ret_are_few)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_selection_counts);
	put_optional(&query, filter->project_id);
	put_ids(&query, filter->submitters);
	put_optional(&query, filter->series);
	pg_param_int(&query, SELECTION_FEW + 1);
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	*ret_are_few = false;
	for (int i = 0; i < 3; i++)
		*ret_are_few |= !pg_is_null(result, 0, i) && pg_int(result, 0, i) <= SELECTION_FEW;
	return 0;
}

/* Add those that match, of many. */
static int find_newest(struct pg *pg, const struct selection_filter *filter, int32_t limit,
		       struct selection *selection)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int64_t enough, looked_at;
	int r;

	pg_query_init(&query, sql_selection_span);
	put_filter(&query, filter, 0, limit);
	pg_param_int(&query, SELECTION_READ_MAX);
	query.is_unprepared = true;
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	enough = pg_is_null(result, 0, 0) ? INT64_MIN : pg_bigint(result, 0, 0);
	looked_at = pg_is_null(result, 0, 1) ? INT64_MIN : pg_bigint(result, 0, 1);
	pg_query_init(&query, sql_selection_newest);
	put_filter(&query, filter, 0, limit);
	pg_param_bigint(&query, MAX(enough, looked_at));
	if (MAX(enough, looked_at) == INT64_MIN)
		pg_param_null(&query);
	r = run_for_selection(pg, &query, selection);
	if (selection->ids->len < (guint)limit && looked_at != INT64_MIN)
		selection->since = looked_at;
	return r;
}

/* Add the newest patches that match. */
static int find_patches(struct pg *pg, const struct selection_filter *filter, int32_t limit,
			struct selection *selection)
{
	struct pg_query query;
	bool are_few;
	int r = ask_whether_few(pg, filter, &are_few);

	if (r != 0)
		return r;
	if (!are_few)
		return find_newest(pg, filter, limit, selection);
	pg_query_init(&query, sql_selection_few);
	put_filter(&query, filter, filter->series, limit);
	return run_for_selection(pg, &query, selection);
}

static struct selection selection_new(void)
{
	return (struct selection){ .ids = g_array_new(FALSE, FALSE, sizeof(int32_t)) };
}

void selection_done(struct selection *selection)
{
	if (selection->ids != NULL)
		g_array_unref(selection->ids);
	selection->ids = NULL;
}

/* ---- lists */

static const char *order_of(const struct selection_filter *filter)
{
	if (filter->series != 0 && (filter->order == NULL || filter->order[0] == '\0'))
		return "number";
	return filter->order != NULL ? filter->order : "";
}

static bool is_newest_first(const char *order)
{
	static const char *const others[] = { "date",       "name",     "-name",     "submitter",
					      "-submitter", "delegate", "-delegate", "number",
					      "state",      "-state" };

	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		if (g_str_equal(order, others[i]))
			return false;
	return true;
}

/* How many patches are looked for. */
static int32_t candidates_of(const struct selection_filter *filter, int64_t wanted)
{
	return is_newest_first(order_of(filter)) ? (int32_t)MIN(wanted, INT32_MAX)
						 : SELECTION_SORTED_MAX;
}

/* Take `offset` ids off the front, and all after `limit` more. */
static void cut(GArray *ids, int64_t offset, int32_t limit)
{
	g_array_remove_range(ids, 0, (guint)MIN(offset, (int64_t)ids->len));
	if (ids->len > (guint)limit)
		g_array_set_size(ids, (guint)limit);
}

static int sort_patches(struct pg *pg, const struct selection_filter *filter,
			struct selection *selection)
{
	struct pg_query query;

	pg_query_init(&query, sql_selection_sorted);
	pg_param_ints(&query, selection->ids);
	pg_param_text(&query, view_str(order_of(filter)));
	pg_param_int(&query, filter->limit);
	pg_param_bigint(&query, filter->offset);
	g_array_set_size(selection->ids, 0);
	return run_for_selection(pg, &query, selection);
}

int selection_patches(struct pg *pg, const struct selection_filter *filter,
		      struct selection *ret_selection)
{
	int32_t limit = candidates_of(filter, filter->limit + filter->offset);
	int r;

	*ret_selection = selection_new();
	r = find_patches(pg, filter, limit, ret_selection);
	if (r != 0)
		return r;
	if (is_newest_first(order_of(filter))) {
		cut(ret_selection->ids, filter->offset, filter->limit);
		return 0;
	}
	ret_selection->is_partly_sorted = ret_selection->ids->len >= (guint)limit;
	return sort_patches(pg, filter, ret_selection);
}

/* Find the series of the page if the newest ones are enough; otherwise some of them, or none. */
static int find_recent(struct pg *pg, const struct selection_filter *filter,
		       struct selection *series)
{
	int64_t looked_at = MIN(filter->limit + filter->offset + SERIES_MORE, SERIES_MAX);
	struct pg_query query;

	pg_query_init(&query, sql_selection_recent);
	put_filter(&query, filter, (int32_t)looked_at, filter->limit);
	pg_param_bigint(&query, filter->offset);
	put_flag(&query, filter->has_old_versions);
	return run_for_selection(pg, &query, series);
}

/* Find the series whose names have the words. */
static int find_named(struct pg *pg, const struct selection_filter *filter, int32_t limit,
		      struct selection *series)
{
	struct pg_query query;

	if (!has_words(filter->words))
		return 0;
	pg_query_init(&query, sql_selection_named);
	put_filter(&query, filter, SELECTION_SEARCHED, limit);
	return run_for_selection(pg, &query, series);
}

/*
 * The series of the patches, and those that `named` has; `since` is the date of the oldest patch.
 */
static int series_of(struct pg *pg, const struct selection_filter *filter, const GArray *patches,
		     const GArray *named, struct selection *series)
{
	struct pg_query query;

	pg_query_init(&query, sql_selection_series_of);
	pg_param_ints(&query, patches);
	pg_param_text(&query, view_str(order_of(filter)));
	pg_param_int(&query, filter->limit);
	pg_param_bigint(&query, filter->offset);
	put_flag(&query, filter->has_old_versions);
	pg_param_ints(&query, named);
	return run_for_selection(pg, &query, series);
}

/*
 * Add the series of the newest `limit` patches that match, and those that `named` has; *ret_is_all:
 * there are no more.
 */
static int find_series(struct pg *pg, const struct selection_filter *filter, int32_t limit,
		       const GArray *named, struct selection *series, bool *ret_is_all)
{
	_cleanup_(selection_done) struct selection patches = selection_new();
	int r = find_patches(pg, filter, limit, &patches);

	*ret_is_all = patches.ids->len < (guint)limit;
	if (r == 0)
		r = series_of(pg, filter, patches.ids, named, series);
	if (*ret_is_all)
		series->since = patches.since;
	return r;
}

/* All series, with patches or without. */
static int find_all(struct pg *pg, const struct selection_filter *filter,
		    struct selection *selection)
{
	int32_t limit = candidates_of(filter, filter->limit + filter->offset);
	struct pg_query query;

	pg_query_init(&query, sql_selection_series);
	put_optional(&query, filter->project_id);
	pg_param_text(&query, view_str(order_of(filter)));
	pg_param_int(&query, filter->limit);
	pg_param_bigint(&query, filter->offset);
	put_flag(&query, filter->has_old_versions);
	put_ids(&query, filter->submitters);
	pg_param_int(&query, limit);
	return run_for_selection(pg, &query, selection);
}

static bool has_condition(const struct selection_filter *filter)
{
	return filter->states != NULL || filter->archive != SELECTION_ANY ||
	       filter->delegate != 0 || filter->before != 0 || has_words(filter->words);
}

/*
 * How many patches to read next, if `patches` were those of too few series: a quarter more than the
 * series of the page have if they are as long as these, and at most five times as many.
 */
static int64_t more_patches(const struct selection_filter *filter, int64_t patches, guint rows)
{
	int64_t wanted = filter->limit + filter->offset;
	int64_t found = rows > 0 ? filter->offset + rows : 0;

	return patches * wanted / MAX(found, wanted / 4) * 5 / 4;
}

int selection_series(struct pg *pg, const struct selection_filter *filter,
		     struct selection *ret_selection)
{
	int64_t patches = (filter->limit + filter->offset) * PATCHES_PER_SERIES;
	_cleanup_(selection_done) struct selection named = selection_new();
	bool by_date = is_newest_first(order_of(filter)), is_all = false;
	int r = 0;

	*ret_selection = selection_new();
	if (!has_condition(filter))
		return find_all(pg, filter, ret_selection);
	if (by_date)
		r = find_recent(pg, filter, ret_selection);
	if (r != 0 || ret_selection->ids->len >= (guint)filter->limit)
		return r;
	r = find_named(pg, filter, candidates_of(filter, filter->limit + filter->offset), &named);
	while (r == 0) {
		int32_t limit = by_date ? (int32_t)MIN(patches, PATCHES_MAX) : SELECTION_SORTED_MAX;

		g_array_set_size(ret_selection->ids, 0);
		ret_selection->since = 0;
		r = find_series(pg, filter, limit, named.ids, ret_selection, &is_all);
		if (is_all || !by_date || limit == PATCHES_MAX ||
		    ret_selection->ids->len >= (guint)filter->limit)
			break;
		patches = more_patches(filter, patches, ret_selection->ids->len);
	}
	if (!by_date && !is_all) {
		ret_selection->is_partly_sorted = true;
		ret_selection->since = 0;
	}
	return r;
}

int selection_words(struct pg *pg, const char *words, int32_t limit, GArray **ret_ids)
{
	struct selection selection = selection_new();
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_find_patches);
	put_words(&query, words);
	pg_param_int(&query, limit);
	pg_param_int(&query, SELECTION_SEARCHED);
	r = run_for_selection(pg, &query, &selection);
	*ret_ids = selection.ids;
	return r;
}
