/* selection_series - which series a list has; see selection.h */
#include "sql/pages/selection.h"

#include "parser/cleanup.h"
#include "sql/pages/selection_private.h"
#include "sql/pages/statements.h"

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
	selection_put_filter(&query, filter, (int32_t)MIN(wanted + SERIES_MORE, SERIES_MAX),
			     (int32_t)MIN(wanted, INT32_MAX));
	selection_put_flag(&query, filter->has_old_versions);
	r = selection_run(pg, &query, series);
	*ret_is_enough = series->ids->len >= wanted;
	return r;
}

/* Add the series whose names have the words, since series->since. */
static int find_named(struct pg *pg, const struct selection_filter *filter,
		      struct selection *series)
{
	struct pg_query query;

	if (!selection_has_words(filter->words))
		return 0;
	pg_query_init(&query, sql_selection_named);
	selection_put_filter(&query, filter, SELECTION_NAMES, NAMED_MAX);
	return selection_run(pg, &query, series);
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
	pg_param_text(&query, view_str(selection_order(filter)));
	pg_param_int(&query, filter->limit);
	pg_param_bigint(&query, filter->offset);
	selection_put_flag(&query, filter->has_old_versions);
	selection_put_optional(&query, filter->project_id);
	put_time(&query, filter->before);
	put_time(&query, since);
	return selection_run(pg, &query, series);
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
	bool is_last = !selection_is_newest_first(selection_order(filter)) || count == PATCHES_MAX;
	int r;

	of_patches.before += filter->before != 0 ? DAY_SECS : 0;
	r = way_find(pg, &of_patches, count, way);
	if (r == 0 && way->are_few) {
		of_patches.before = 0;
		count = SELECTION_FEW + 1;
	}
	if (r == 0)
		r = matches_find(pg, &of_patches, count, way, &matches);
	*ret_is_all = matches.count < count;
	g_array_append_vals(matches.series, found->data, found->len);
	series->since = series_since(filter, *ret_is_all ? way_since(way) : matches.oldest);
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
	int32_t limit = selection_candidates(filter, filter->limit + filter->offset);
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_selection_series);
	selection_put_optional(&query, filter->project_id);
	pg_param_text(&query, view_str(selection_order(filter)));
	pg_param_int(&query, filter->limit);
	pg_param_bigint(&query, filter->offset);
	selection_put_flag(&query, filter->has_old_versions);
	selection_put_ids(&query, filter->submitters);
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
		selection->is_partly_sorted = !selection_is_newest_first(selection_order(filter)) &&
					      pg_bigint(result, i, 1) == limit;
	}
	return 0;
}

static bool has_condition(const struct selection_filter *filter)
{
	return filter->states != NULL || filter->archive != SELECTION_ANY ||
	       filter->delegate != 0 || selection_has_words(filter->words);
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
	bool by_date = selection_is_newest_first(selection_order(filter)), is_all = false,
	     is_enough = false;
	struct way way = { 0 };
	int r = 0;

	*ret_selection = selection_new();
	if (!has_condition(filter))
		return find_all(pg, filter, ret_selection);
	if (by_date)
		r = find_recent(pg, filter, &found, &is_enough);
	if (is_enough) {
		g_array_append_vals(ret_selection->ids, found.ids->data, found.ids->len);
		selection_cut(ret_selection->ids, filter->offset, filter->limit);
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
