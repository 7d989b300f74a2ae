/* selection_patches - which patches a list has; see selection.h */
#include "sql/pages/selection.h"

#include "parser/cleanup.h"
#include "sql/pages/selection_private.h"
#include "sql/pages/statements.h"

/* A page of the patches that have been found. */
struct slice {
	const char *order;
	int32_t limit;
	int64_t offset;
};

/* ---- matches */

struct matches matches_new(void)
{
	return (struct matches){ .ids = g_array_new(FALSE, FALSE, sizeof(int32_t)),
				 .series = g_array_new(FALSE, FALSE, sizeof(int32_t)) };
}

void matches_done(struct matches *matches)
{
	g_array_unref(matches->ids);
	g_array_unref(matches->series);
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

/* ---- ways */

/* Whether one of the conditions leaves few patches. */
static int ask_whether_few(struct pg *pg, const struct selection_filter *filter, bool *ret_are_few)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_selection_counts);
	selection_put_optional(&query, filter->project_id);
	selection_put_ids(&query, filter->submitters);
	selection_put_optional(&query, filter->series);
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
	selection_put_filter(&query, filter, 0, count);
	pg_param_int(&query, SELECTION_READ_MAX);
	query.is_unprepared = true;
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	way->enough = time_at(result, 0);
	way->looked_at = time_at(result, 1);
	return 0;
}

int way_find(struct pg *pg, const struct selection_filter *filter, int32_t count, struct way *way)
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

int64_t way_since(const struct way *way)
{
	return way->are_few || way->looked_at == INT64_MIN ? 0 : way->looked_at;
}

/* ---- patches */

/* $1 to $10 of the statements that find many patches. */
static void put_newest(struct pg_query *query, const struct selection_filter *filter, int32_t count,
		       const struct way *way)
{
	int64_t since = MAX(way->enough, way->looked_at);

	selection_put_filter(query, filter, 0, count);
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

int matches_find(struct pg *pg, const struct selection_filter *filter, int32_t count,
		 const struct way *way, struct matches *matches)
{
	struct slice all = { "", count, 0 };
	struct pg_query query;

	if (!way->are_few && (filter->submitters != NULL || selection_has_words(filter->words)))
		return find_page(pg, filter, count, way, &all, matches);
	if (way->are_few) {
		pg_query_init(&query, sql_selection_few);
		selection_put_filter(&query, filter, filter->series, count);
	} else {
		pg_query_init(&query, sql_selection_newest_all);
		put_newest(&query, filter, count, way);
	}
	return run_for_matches(pg, &query, matches);
}

static int sort_patches(struct pg *pg, const struct selection_filter *filter, const GArray *ids,
			struct selection *selection)
{
	struct pg_query query;

	pg_query_init(&query, sql_selection_sorted);
	pg_param_ints(&query, ids);
	pg_param_text(&query, view_str(selection_order(filter)));
	pg_param_int(&query, filter->limit);
	pg_param_bigint(&query, filter->offset);
	return selection_run(pg, &query, selection);
}

/* Take the page out of all patches that match. */
static int take_page(struct pg *pg, const struct selection_filter *filter,
		     const struct matches *matches, struct selection *selection)
{
	if (!selection_is_newest_first(selection_order(filter)))
		return sort_patches(pg, filter, matches->ids, selection);
	g_array_append_vals(selection->ids, matches->ids->data, matches->ids->len);
	selection_cut(selection->ids, filter->offset, filter->limit);
	return 0;
}

int selection_patches(struct pg *pg, const struct selection_filter *filter,
		      struct selection *ret_selection)
{
	int32_t count = selection_candidates(filter, filter->limit + filter->offset);
	struct slice page = { selection_order(filter), filter->limit, filter->offset };
	_cleanup_(matches_done) struct matches matches = matches_new();
	struct way way = { 0 };
	int r = way_find(pg, filter, count, &way);

	*ret_selection = selection_new();
	if (r == 0 && way.are_few)
		r = matches_find(pg, filter, count, &way, &matches);
	else if (r == 0)
		r = find_page(pg, filter, count, &way, &page, &matches);
	if (r != 0)
		return r;
	if (matches.count < count)
		ret_selection->since = way_since(&way);
	else
		ret_selection->is_partly_sorted =
			!selection_is_newest_first(selection_order(filter));
	if (way.are_few)
		return take_page(pg, filter, &matches, ret_selection);
	g_array_append_vals(ret_selection->ids, matches.ids->data, matches.ids->len);
	return 0;
}
