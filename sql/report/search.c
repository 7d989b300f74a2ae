/* search - the lists of the REST interface; see search.h */
#include "sql/report/search_private.h"

#include "parser/cleanup.h"

static void add_key(struct search *search)
{
	g_string_printf(search->key, "%s %d %d %d%s", search->request.resource->name,
			search->is_empty, search->request.parent,
			search->request.resource->scope != NULL ? search->request.user_id : 0,
			search->where->str);
	for (guint i = 0; i < search->params->len; i++) {
		const struct condition_param *param =
			&g_array_index(search->params, struct condition_param, i);

		g_string_append_printf(search->key, "\n%" G_GINT64_FORMAT " %s", param->number,
				       param->text != NULL ? param->text : "");
		for (guint k = 0; param->kind == PARAM_INTS && k < param->items->len; k++)
			g_string_append_printf(search->key, " %d",
					       g_array_index(param->items, int32_t, k));
		for (guint k = 0; param->kind == PARAM_TEXTS && k < param->items->len; k++)
			g_string_append_printf(search->key, " %s",
					       g_array_index(param->items, char *, k));
	}
}

int search_new(struct pg *pg, const struct search_request *request, struct search **ret_search)
{
	const struct resource *resource = request->resource;
	struct search *search = g_new0(struct search, 1);
	int r;

	search->request = *request;
	search->where = g_string_new(NULL);
	search->order = g_string_new(NULL);
	search->joins = g_string_new(NULL);
	search->key = g_string_new(NULL);
	search->params = g_array_new(FALSE, FALSE, sizeof(struct condition_param));
	if (resource->scope != NULL)
		g_string_append_printf(search->where, " and %s", resource->scope);
	if (resource->scope_until_12 != NULL && request->version < REST_1_3)
		g_string_append_printf(search->where, " and %s", resource->scope_until_12);
	r = search_add_conditions(pg, search);
	add_key(search);
	search->request.params = NULL;
	*ret_search = search;
	return r;
}

void search_free(struct search *search)
{
	if (search == NULL)
		return;
	for (guint i = 0; i < search->params->len; i++) {
		struct condition_param *param =
			&g_array_index(search->params, struct condition_param, i);

		for (guint k = 0; param->kind == PARAM_TEXTS && k < param->items->len; k++)
			g_free(g_array_index(param->items, char *, k));
		if (param->items != NULL)
			g_array_unref(param->items);
		g_free(param->text);
	}
	g_array_unref(search->params);
	g_string_free(search->where, TRUE);
	g_string_free(search->order, TRUE);
	g_string_free(search->joins, TRUE);
	g_string_free(search->key, TRUE);
	g_free(search);
}

void search_free_ptr(struct search **search)
{
	search_free(*search);
}

const char *search_key(const struct search *search)
{
	return search->key->str;
}

static void put_texts(struct pg_query *query, const GArray *texts)
{
	g_autoptr(GArray) views = g_array_new(FALSE, FALSE, sizeof(struct view));

	for (guint i = 0; i < texts->len; i++) {
		struct view text = view_str(g_array_index(texts, char *, i));

		g_array_append_val(views, text);
	}
	pg_param_texts(query, views);
}

/*
 * A statement has the time zone, the parent and the user, used or not, and the filters' parameters.
 */
static void put_params(struct pg_query *query, const struct search *search)
{
	pg_param_text(query, view_str(search->request.time_zone));
	pg_param_int(query, search->request.parent);
	pg_param_int(query, search->request.user_id);
	for (guint i = 0; i < search->params->len; i++) {
		const struct condition_param *param =
			&g_array_index(search->params, struct condition_param, i);

		switch (param->kind) {
		case PARAM_INT:
			pg_param_int(query, (int32_t)param->number);
			break;
		case PARAM_BIGINT:
			pg_param_bigint(query, param->number);
			break;
		case PARAM_TEXT:
			pg_param_text(query, view_str(param->text));
			break;
		case PARAM_INTS:
			pg_param_ints(query, param->items);
			break;
		case PARAM_TEXTS:
			put_texts(query, param->items);
			break;
		}
	}
	query->is_unprepared = true;
}

/*
 * Whether the page of a search is prepared, which is faster: the server keeps each statement in
 * memory, so there may be only a few, and a plan must not depend on the values of filters.
 */
static bool is_preparable(const struct search *search)
{
	return search->params->len == 0 && search->order_count == 1;
}

/* ---- queries */

int search_count(struct pg *pg, const struct search *search, int64_t *ret_count)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autofree char *sql =
		g_strdup_printf("select count(*) from %s x where true%s",
				search->request.resource->object->table, search->where->str);
	struct pg_query query;
	int r;

	*ret_count = 0;
	if (search->is_empty)
		return 0;
	pg_query_init(&query, sql);
	put_params(&query, search);
	r = pg_run(pg, &query, &result);
	if (r == 0)
		*ret_count = pg_bigint(result, 0, 0);
	return r;
}

/* How the rows of a page are found. */
enum way {
	WAY_IN_ORDER, /* the planner usually reads an index in the order of the list */
	WAY_NEAR,     /* the same, but only among the first rows of the table */
	WAY_SORTED,   /* all rows that match are found, and then sorted */
};

/*
 * In the order of the list, the planner expects rows that match everywhere, but those of a state
 * may all be old, and millions would be read.  So a few are found first and then sorted.  Words
 * have no index, so they are found first only if `wanted`, the rows up to the page's end, are all
 * that match.
 */
static bool are_few(const struct search *search, int64_t count, int64_t wanted)
{
	return search->params->len > 0 && count <= (search->has_words ? wanted : SEARCH_FEW);
}

/* Whether it costs less to look at the first rows of the table than to find all that match. */
static bool may_be_near(const struct search *search, int64_t count, int64_t wanted)
{
	return search->index != NULL && search->joins->len == 0 &&
	       wanted * SEARCH_NEAR <= count / 2;
}

/* Without the index, all rows of the table would be sorted; then none is looked at. */
static void append_near(GString *sql, const struct search *search, unsigned limit)
{
	g_string_append_printf(sql,
			       "(select x.* from %s x where to_regclass('%s') is not null"
			       " order by %s limit %d * ($%u + $%u)) x where true%s",
			       search->request.resource->object->table, search->index,
			       search->order->str, SEARCH_NEAR, limit, limit + 1,
			       search->where->str);
}

/*
 * Tables that Patchwork has made have no index of the dates of events (0012_date_indexes.sql).  But
 * an event's date is when it was made, and so is its id: of two that are SEARCH_EVENTS_APART ids
 * apart the later one has the later date, however many writers there are.  So the end of the list
 * by id is enough to sort by date.
 */
static void append_events(GString *sql, const struct search *search, unsigned limit)
{
	const char *where = search->where->str, *order = search->order->str;
	const char *direction = g_str_has_prefix(order, "x.date desc") ? " desc" : "";

	g_string_append_printf(sql,
			       "((select x.id, x.date from patchwork_event x"
			       " where to_regclass('%s') is not null%s"
			       " order by %s limit $%u + $%u)"
			       " union all"
			       " (select x.id, x.date from patchwork_event x"
			       " where to_regclass('%s') is null%s"
			       " order by x.id%s limit $%u + $%u + %d)) x",
			       search->index, where, order, limit, limit + 1, search->index, where,
			       direction, limit, limit + 1, SEARCH_EVENTS_APART);
}

/*
 * The last parameters are the limit and the offset.  `offset 0` keeps the planner from reading in
 * the order of the list.
 */
static char *page_sql(const struct search *search, enum way way)
{
	const char *table = search->request.resource->object->table;
	GString *sql = g_string_new("select x.id from ");
	unsigned limit = search->params->len + SEARCH_FIRST_PARAM;

	if (way == WAY_SORTED)
		g_string_append_printf(sql, "(select x.* from %s x where true%s offset 0) x%s",
				       table, search->where->str, search->joins->str);
	else if (way == WAY_NEAR)
		append_near(sql, search, limit);
	else if (search->request.resource == &search_events)
		append_events(sql, search, limit);
	else
		g_string_append_printf(sql, "%s x%s where true%s", table, search->joins->str,
				       search->where->str);
	g_string_append_printf(sql, " order by %s limit $%u offset $%u", search->order->str, limit,
			       limit + 1);
	return g_string_free(sql, FALSE);
}

static int find_page(struct pg *pg, const struct search *search, enum way way, int64_t offset,
		     int64_t limit, GArray **ret_ids)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autofree char *sql = page_sql(search, way);
	struct pg_query query;
	int r;

	pg_query_init(&query, sql);
	put_params(&query, search);
	pg_param_bigint(&query, limit);
	pg_param_bigint(&query, offset);
	query.is_unprepared = !is_preparable(search);
	r = pg_run(pg, &query, &result);
	*ret_ids = r == 0 ? pg_ints(result, 0) : NULL;
	return r;
}

int search_page(struct pg *pg, const struct search *search, int64_t count, int64_t offset,
		int64_t limit, GArray **ret_ids)
{
	bool is_of_few = are_few(search, count, offset + limit);
	int r;

	if (search->is_empty) {
		*ret_ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
		return 0;
	}
	if (!is_of_few)
		return find_page(pg, search, WAY_IN_ORDER, offset, limit, ret_ids);
	if (may_be_near(search, count, offset + limit)) {
		r = find_page(pg, search, WAY_NEAR, offset, limit, ret_ids);
		if (r != 0 || (*ret_ids)->len == limit)
			return r;
		g_array_unref(*ret_ids);
	}
	return find_page(pg, search, WAY_SORTED, offset, limit, ret_ids);
}
