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
#define SERIES_MORE 200
#define SERIES_MAX  20000

/* Limit of the series whose names have the words. */
#define NAMED_MAX 2000

#define DAY_SECS 86400

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

/* Patches that match. */
struct matches {
	GArray *ids;    /* int32_t */
	GArray *series; /* int32_t: those of the patches, perhaps more than once */
	int64_t oldest; /* the date of the oldest patch, in seconds since 1970; 0: there is none */
	int32_t count;  /* how many have been found; these are all of them, or those of a page */
};

/* A page of the patches that have been found. */
struct slice {
	const char *order;
	int32_t limit;
	int64_t offset;
};

static struct matches matches_new(void)
{
	return (struct matches){ .ids = g_array_new(FALSE, FALSE, sizeof(int32_t)),
				 .series = g_array_new(FALSE, FALSE, sizeof(int32_t)) };
}

static void matches_done(struct matches *matches)
{
	g_array_unref(matches->ids);
	g_array_unref(matches->series);
}

/* How the patches of one list are found, which is the same for each of its queries. */
struct way {
	bool is_known;
	bool are_few;      /* one of the conditions leaves few patches */
	int64_t enough;    /* the first time of selection_span; INT64_MIN: none */
	int64_t looked_at; /* its second time; the same */
};

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

/* Add the patches and their series. */
static int run_for_matches(struct pg *pg, struct pg_query *query, struct matches *matches)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	int r;

	query->is_unprepared = true;
	r = pg_run(pg, query, &result);
	if (r != 0)
		return r;
	for (int i = 0; i < pg_rows(result); i++) {
		int32_t id = pg_int(result, i, 0), series = pg_int(result, i, 1);
		int64_t date = pg_bigint(result, i, 2);

		g_array_append_val(matches->ids, id);
		if (!pg_is_null(result, i, 1))
			g_array_append_val(matches->series, series);
		if (matches->oldest == 0 || date < matches->oldest)
			matches->oldest = date;
		matches->count = pg_is_null(result, i, 3) ? pg_rows(result) : pg_int(result, i, 3);
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

static int64_t time_at(const struct pg_result *result, int column)
{
	return pg_is_null(result, 0, column) ? INT64_MIN : pg_bigint(result, 0, column);
}

/* Find out from when on patches have to be read if `count` of many are looked for. */
static int ask_span(struct pg *pg, const struct selection_filter *filter, int32_t count,
		    struct way *way)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_selection_span);
	put_filter(&query, filter, 0, count);
	pg_param_int(&query, SELECTION_READ_MAX);
	query.is_unprepared = true;
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	way->enough = time_at(result, 0);
	way->looked_at = time_at(result, 1);
	return 0;
}

static int find_way(struct pg *pg, const struct selection_filter *filter, int32_t count,
		    struct way *way)
{
	int r = 0;

	/* More than the first time are looked for if these patches were not enough. */
	way->enough = INT64_MIN;
	if (!way->is_known) {
		r = ask_whether_few(pg, filter, &way->are_few);
		if (r == 0 && !way->are_few)
			r = ask_span(pg, filter, count, way);
		way->is_known = r == 0;
	}
	return r;
}

/* $1 to $10 of the statements that find many patches. */
static void put_newest(struct pg_query *query, const struct selection_filter *filter, int32_t count,
		       const struct way *way)
{
	int64_t since = MAX(way->enough, way->looked_at);

	put_filter(query, filter, 0, count);
	pg_param_bigint(query, since);
	if (since == INT64_MIN)
		pg_param_null(query);
}

/* Add those of the newest `count`, in an order, that are a page; *way is that of many. */
static int find_page(struct pg *pg, const struct selection_filter *filter, int32_t count,
		     const struct way *way, const struct slice *slice, struct matches *matches)
{
	struct pg_query query;

	pg_query_init(&query, sql_selection_newest);
	put_newest(&query, filter, count, way);
	pg_param_text(&query, view_str(slice->order));
	pg_param_int(&query, slice->limit);
	pg_param_bigint(&query, slice->offset);
	return run_for_matches(pg, &query, matches);
}

/*
 * Add the newest `count` that match, and perhaps others of the same date as the last one.  They are
 * sorted only if one of the conditions leaves few.
 */
static int find_patches(struct pg *pg, const struct selection_filter *filter, int32_t count,
			const struct way *way, struct matches *matches)
{
	struct slice all = { "", count, 0 };
	struct pg_query query;

	if (!way->are_few && (filter->submitters != NULL || has_words(filter->words)))
		return find_page(pg, filter, count, way, &all, matches);
	if (way->are_few) {
		pg_query_init(&query, sql_selection_few);
		put_filter(&query, filter, filter->series, count);
	} else {
		pg_query_init(&query, sql_selection_newest_all);
		put_newest(&query, filter, count, way);
	}
	return run_for_matches(pg, &query, matches);
}

/* From when on the list is complete if fewer than `count` patches have been found. */
static int64_t since_of(const struct way *way)
{
	return way->are_few || way->looked_at == INT64_MIN ? 0 : way->looked_at;
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

static int sort_patches(struct pg *pg, const struct selection_filter *filter, const GArray *ids,
			struct selection *selection)
{
	struct pg_query query;

	pg_query_init(&query, sql_selection_sorted);
	pg_param_ints(&query, ids);
	pg_param_text(&query, view_str(order_of(filter)));
	pg_param_int(&query, filter->limit);
	pg_param_bigint(&query, filter->offset);
	return run_for_selection(pg, &query, selection);
}

/* Take the page out of all patches that match. */
static int take_page(struct pg *pg, const struct selection_filter *filter,
		     const struct matches *matches, struct selection *selection)
{
	if (!is_newest_first(order_of(filter)))
		return sort_patches(pg, filter, matches->ids, selection);
	g_array_append_vals(selection->ids, matches->ids->data, matches->ids->len);
	cut(selection->ids, filter->offset, filter->limit);
	return 0;
}

int selection_patches(struct pg *pg, const struct selection_filter *filter,
		      struct selection *ret_selection)
{
	int32_t count = candidates_of(filter, filter->limit + filter->offset);
	struct slice page = { order_of(filter), filter->limit, filter->offset };
	_cleanup_(matches_done) struct matches matches = matches_new();
	struct way way = { 0 };
	int r = find_way(pg, filter, count, &way);

	*ret_selection = selection_new();
	if (r == 0 && way.are_few)
		r = find_patches(pg, filter, count, &way, &matches);
	else if (r == 0)
		r = find_page(pg, filter, count, &way, &page, &matches);
	if (r != 0)
		return r;
	if (matches.count < count)
		ret_selection->since = since_of(&way);
	else
		ret_selection->is_partly_sorted = !is_newest_first(order_of(filter));
	if (way.are_few)
		return take_page(pg, filter, &matches, ret_selection);
	g_array_append_vals(ret_selection->ids, matches.ids->data, matches.ids->len);
	return 0;
}

/*
 * Find those of the newest series that match, up to the end of the page; *ret_is_enough: the page
 * is complete.
 */
static int find_recent(struct pg *pg, const struct selection_filter *filter,
		       struct selection *series, bool *ret_is_enough)
{
	int64_t wanted = filter->limit + filter->offset;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_selection_recent);
	put_filter(&query, filter, (int32_t)MIN(wanted + SERIES_MORE, SERIES_MAX),
		   (int32_t)MIN(wanted, INT32_MAX));
	put_flag(&query, filter->has_old_versions);
	r = run_for_selection(pg, &query, series);
	*ret_is_enough = series->ids->len >= wanted;
	return r;
}

/* Add the series whose names have the words, since series->since. */
static int find_named(struct pg *pg, const struct selection_filter *filter,
		      struct selection *series)
{
	struct pg_query query;

	if (!has_words(filter->words))
		return 0;
	pg_query_init(&query, sql_selection_named);
	put_filter(&query, filter, SELECTION_NAMES, NAMED_MAX);
	return run_for_selection(pg, &query, series);
}

static void put_time(struct pg_query *query, int64_t secs)
{
	pg_param_bigint(query, secs);
	if (secs == 0)
		pg_param_null(query);
}

/* The page of these series (int32_t, in any order), of those since a time; 0: any. */
static int series_of(struct pg *pg, const struct selection_filter *filter, const GArray *ids,
		     int64_t since, struct selection *series)
{
	struct pg_query query;

	pg_query_init(&query, sql_selection_series_of);
	pg_param_ints(&query, ids);
	pg_param_text(&query, view_str(order_of(filter)));
	pg_param_int(&query, filter->limit);
	pg_param_bigint(&query, filter->offset);
	put_flag(&query, filter->has_old_versions);
	put_optional(&query, filter->project_id);
	put_time(&query, filter->before);
	put_time(&query, since);
	return run_for_selection(pg, &query, series);
}

/* Series are complete a day after patches; a list that is continued from there begins earlier. */
static int64_t series_since(const struct selection_filter *filter, int64_t patches_since)
{
	int64_t since = patches_since + DAY_SECS;

	if (patches_since == 0)
		return 0;
	return filter->before != 0 ? MIN(since, filter->before - 1) : since;
}

/*
 * Add the series of the newest patches that match, and those that `found` has.  At most `count`
 * patches are read; unless these are all of them, or the most that are read for any list, series
 * that have only older ones may be missing, so that series of that time are left out.
 * *ret_is_all: there are no more patches.
 */
static int find_series(struct pg *pg, const struct selection_filter *filter, int32_t count,
		       const GArray *found, struct way *way, struct selection *series,
		       bool *ret_is_all)
{
	_cleanup_(matches_done) struct matches matches = matches_new();
	struct selection_filter of_patches = *filter;
	bool is_last = !is_newest_first(order_of(filter)) || count == PATCHES_MAX;
	int r;

	of_patches.before += filter->before != 0 ? DAY_SECS : 0;
	r = find_way(pg, &of_patches, count, way);
	if (r == 0 && way->are_few) {
		of_patches.before = 0;
		count = SELECTION_FEW + 1;
	}
	if (r == 0)
		r = find_patches(pg, &of_patches, count, way, &matches);
	*ret_is_all = matches.count < count;
	g_array_append_vals(matches.series, found->data, found->len);
	series->since = series_since(filter, *ret_is_all ? since_of(way) : matches.oldest);
	if (r != 0)
		return r;
	return series_of(pg, filter, matches.series, *ret_is_all || is_last ? 0 : series->since,
			 series);
}

/* All series, with patches or without. */
static int find_all(struct pg *pg, const struct selection_filter *filter,
		    struct selection *selection)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	int32_t limit = candidates_of(filter, filter->limit + filter->offset);
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_selection_series);
	put_optional(&query, filter->project_id);
	pg_param_text(&query, view_str(order_of(filter)));
	pg_param_int(&query, filter->limit);
	pg_param_bigint(&query, filter->offset);
	put_flag(&query, filter->has_old_versions);
	put_ids(&query, filter->submitters);
	pg_param_int(&query, limit);
	pg_param_bigint(&query, filter->before);
	if (filter->before == 0)
		pg_param_null(&query);
	query.is_unprepared = true;
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	for (int i = 0; i < pg_rows(result); i++) {
		int32_t id = pg_int(result, i, 0);

		g_array_append_val(selection->ids, id);
		selection->is_partly_sorted =
			!is_newest_first(order_of(filter)) && pg_bigint(result, i, 1) == limit;
	}
	return 0;
}

static bool has_condition(const struct selection_filter *filter)
{
	return filter->states != NULL || filter->archive != SELECTION_ANY ||
	       filter->delegate != 0 || has_words(filter->words);
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
	_cleanup_(selection_done) struct selection found = selection_new();
	bool by_date = is_newest_first(order_of(filter)), is_all = false, is_enough = false;
	struct way way = { 0 };
	int r = 0;

	*ret_selection = selection_new();
	if (!has_condition(filter))
		return find_all(pg, filter, ret_selection);
	if (by_date)
		r = find_recent(pg, filter, &found, &is_enough);
	if (is_enough) {
		g_array_append_vals(ret_selection->ids, found.ids->data, found.ids->len);
		cut(ret_selection->ids, filter->offset, filter->limit);
	}
	if (r != 0 || is_enough)
		return r;
	r = find_named(pg, filter, &found);
	while (r == 0) {
		int32_t limit = by_date ? (int32_t)MIN(patches, PATCHES_MAX) : SELECTION_SORTED_MAX;

		g_array_set_size(ret_selection->ids, 0);
		r = find_series(pg, filter, limit, found.ids, &way, ret_selection, &is_all);
		if (is_all || !by_date || limit == PATCHES_MAX ||
		    ret_selection->ids->len >= (guint)filter->limit)
			break;
		patches = more_patches(filter, patches, ret_selection->ids->len);
	}
	ret_selection->since = MAX(ret_selection->since, found.since);
	if (!by_date && !is_all) {
		ret_selection->is_partly_sorted = true;
		ret_selection->since = 0;
	}
	return r;
}

int selection_further(struct pg *pg, const struct selection_filter *filter,
		      const struct selection *selection, bool is_of_patches, int64_t *ret_before)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct pg_query query;
	int r;

	*ret_before = 0;
	pg_query_init(&query, sql_selection_further);
	pg_param_ints(&query, is_of_patches ? selection->ids : none);
	pg_param_ints(&query, is_of_patches ? none : selection->ids);
	r = pg_run(pg, &query, &result);
	if (r != 0 || pg_is_null(result, 0, 0))
		return r;
	/* Of a whole list of the same second, the rest cannot be reached by a time. */
	*ret_before = MAX(pg_bigint(result, 0, 0), selection->since);
	if (filter->before != 0)
		*ret_before = MIN(*ret_before, filter->before - 1);
	return 0;
}
