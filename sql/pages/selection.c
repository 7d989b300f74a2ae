/* selection - which patches or series a list has; see selection.h */
#include "sql/pages/selection.h"

#include <string.h>

#include "parser/cleanup.h"
#include "sql/pg/like.h"
#include "sql/pages/selection_private.h"
#include "sql/pages/statements.h"

/* Limit of the words of a search; further ones are ignored, as by the REST interface. */
#define WORDS_MAX 100
#define WORD_ENDS ", \t\r\n\f\v"

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

bool selection_has_words(const char *words)
{
	return words != NULL && words[strspn(words, WORD_ENDS)] != '\0';
}

void selection_put_ids(struct pg_query *query, const GArray *ids)
{
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(int32_t));

	pg_param_ints(query, ids != NULL ? ids : none);
	if (ids == NULL)
		pg_param_null(query);
}

void selection_put_optional(struct pg_query *query, int32_t number)
{
	pg_param_int(query, number);
	if (number == 0)
		pg_param_null(query);
}

void selection_put_flag(struct pg_query *query, bool flag)
{
	pg_param_text(query, flag ? VIEW("true") : VIEW("false"));
}

void selection_put_filter(struct pg_query *query, const struct selection_filter *filter,
			  int32_t extra, int32_t limit)
{
	selection_put_optional(query, filter->project_id);
	selection_put_ids(query, filter->states);
	selection_put_flag(query, filter->archive == SELECTION_ARCHIVED);
	if (filter->archive == SELECTION_ANY)
		pg_param_null(query);
	selection_put_ids(query, filter->submitters);
	if (filter->delegate < 0)
		pg_param_int(query, 0);
	else
		selection_put_optional(query, filter->delegate);
	put_words(query, filter->words);
	selection_put_optional(query, extra);
	pg_param_bigint(query, filter->before);
	if (filter->before == 0)
		pg_param_null(query);
	pg_param_int(query, limit);
}

/* ---- orders */

const char *selection_order(const struct selection_filter *filter)
{
	if (filter->series != 0 && (filter->order == NULL || filter->order[0] == '\0'))
		return "number";
	return filter->order != NULL ? filter->order : "";
}

bool selection_is_newest_first(const char *order)
{
	static const char *const others[] = { "date",       "name",     "-name",     "submitter",
					      "-submitter", "delegate", "-delegate", "number",
					      "state",      "-state" };

	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		if (g_str_equal(order, others[i]))
			return false;
	return true;
}

int32_t selection_candidates(const struct selection_filter *filter, int64_t wanted)
{
	return selection_is_newest_first(selection_order(filter)) ? (int32_t)MIN(wanted, INT32_MAX)
								  : SELECTION_SORTED_MAX;
}

/* ---- selections */

struct selection selection_new(void)
{
	return (struct selection){ .ids = g_array_new(FALSE, FALSE, sizeof(int32_t)) };
}

void selection_done(struct selection *selection)
{
	if (selection->ids != NULL)
		g_array_unref(selection->ids);
	selection->ids = NULL;
}

int selection_run(struct pg *pg, struct pg_query *query, struct selection *selection)
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

void selection_cut(GArray *ids, int64_t offset, int32_t limit)
{
	g_array_remove_range(ids, 0, (guint)MIN(offset, (int64_t)ids->len));
	if (ids->len > (guint)limit)
		g_array_set_size(ids, (guint)limit);
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
