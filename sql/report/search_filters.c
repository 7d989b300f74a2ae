/* search_filters - the filters, words and order of a request as SQL; see search_private.h */
#include "sql/report/search_private.h"

#include <string.h>

#include "parser/cleanup.h"
#include "parser/text.h"
#include "sql/pg/like.h"
#include "sql/report/instant.h"

static const char *const categories[] = {
	"cover-created",         "patch-created",         "patch-completed",
	"patch-state-changed",   "patch-delegated",       "patch-relation-changed",
	"check-created",         "series-created",        "series-completed",
	"cover-comment-created", "patch-comment-created",
};

/* ---- conditions and their parameters */

static void add(struct search *search, const char *before, struct condition_param param,
		const char *behind)
{
	g_string_append_printf(search->where, " and %s$%u%s", before,
			       search->params->len + SEARCH_FIRST_PARAM, behind);
	param.filter = search->filter;
	g_array_append_val(search->params, param);
}

/* White space around a text does not count, and without more there is no filter. */
static void add_text(struct search *search, const struct filter *filter, const char *before,
		     const char *value, const char *behind)
{
	g_autofree char *left = g_strdup_printf("%s = %s", filter->column, before);
	struct view text = text_trim(view_str(value));

	if (text.len > 0)
		add(search, left,
		    (struct condition_param){ .kind = PARAM_TEXT,
					      .text = g_strndup(text.ptr, text.len) },
		    behind);
}

static bool is_id(const char *value, int32_t *ret_id)
{
	int64_t id;

	if (!view_number(view_str(value), INT32_MAX, &id))
		return false;
	*ret_id = (int32_t)id;
	return true;
}

/* The values of a parameter, const char *, in order. */
static GPtrArray *values_of(const struct search *search, const char *name)
{
	GPtrArray *values = g_ptr_array_new();

	for (guint i = 0; i < search->request.params->len && values->len < SEARCH_VALUES_MAX; i++) {
		const struct search_param *param =
			&g_array_index(search->request.params, struct search_param, i);

		if (g_str_equal(param->name, name))
			g_ptr_array_add(values, (gpointer)(uintptr_t)param->value);
	}
	return values;
}

/* Whether there is a single value, which is empty: actor= and category= are no filters. */
static bool is_one_empty(const GPtrArray *values)
{
	return values->len == 1 && *(const char *)values->pdata[0] == '\0';
}

static const char *last_of(const struct search *search, const char *name)
{
	const char *value = NULL;

	for (guint i = 0; i < search->request.params->len; i++) {
		const struct search_param *param =
			&g_array_index(search->request.params, struct search_param, i);

		if (g_str_equal(param->name, name))
			value = param->value;
	}
	return value;
}

/* ---- choices */

static char *choice_sql(const struct filter *filter, bool is_by_id)
{
	if (is_by_id)
		return g_strdup_printf("select id from %s where id = $1", filter->table);
	/* An exact match first, because there is an index for it. */
	return g_strdup_printf("(select id from %s where %s = $1)"
			       " union all (select id from %s where upper(%s) = upper($1)) limit 1",
			       filter->table, filter->text, filter->table, filter->text);
}

/* The id that one value stands for; 0 where there is none. */
static int find_choice(struct pg *pg, const struct filter *filter, const char *value,
		       int32_t *ret_id)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	int32_t id = 0;
	bool is_by_id = search_number(value, &id);
	g_autofree char *sql = choice_sql(filter, is_by_id), *name = g_strdup(value);
	struct pg_query query;
	int r;

	*ret_id = 0;
	if (is_by_id ? id == 0 : value[0] == '\0' || filter->text == NULL)
		return 0;
	if (filter->kind == FILTER_STATE)
		(void)g_strdelimit(name, "-", ' ');
	pg_query_init(&query, sql);
	if (is_by_id)
		pg_param_int(&query, id);
	else
		pg_param_text(&query, view_str(name));
	r = pg_run(pg, &query, &result);
	if (r == 0 && pg_rows(result) > 0)
		*ret_id = pg_int(result, 0, 0);
	return r;
}

/* After a value that nothing has, the list is empty, and further values are not looked up. */
static int add_choices(struct pg *pg, struct search *search, const struct filter *filter)
{
	g_autoptr(GPtrArray) values = values_of(search, filter->name);
	struct condition_param param = { .kind = PARAM_INTS };
	g_autofree char *left = g_strdup_printf("%s = any(", filter->column);

	if (values->len == 0 || (filter->kind == FILTER_ACTOR && is_one_empty(values)))
		return 0;
	param.items = g_array_new(FALSE, FALSE, sizeof(int32_t));
	for (guint i = 0; i < values->len && !search->is_empty; i++) {
		int32_t id;
		int r = find_choice(pg, filter, values->pdata[i], &id);

		if (r != 0) {
			g_array_unref(param.items);
			return r;
		}
		search->is_empty |= id == 0;
		g_array_append_val(param.items, id);
	}
	if (param.items->len == 1) {
		int32_t id = g_array_index(param.items, int32_t, 0);

		g_array_unref(param.items);
		left[strlen(left) - strlen("any(")] = '\0';
		add(search, left, (struct condition_param){ .kind = PARAM_INT, .number = id }, "");
	} else {
		add(search, left, param, "::int[])");
	}
	return 0;
}

static void add_categories(struct search *search, const struct filter *filter)
{
	g_autoptr(GPtrArray) values = values_of(search, filter->name);
	struct condition_param param = { .kind = PARAM_TEXTS };

	if (values->len == 0 || is_one_empty(values))
		return;
	param.items = g_array_new(FALSE, FALSE, sizeof(char *));
	for (guint i = 0; i < values->len; i++) {
		char *value = g_strdup(values->pdata[i]);
		bool is_known = false;

		for (size_t k = 0; k < G_N_ELEMENTS(categories); k++)
			is_known |= g_str_equal(value, categories[k]);
		search->is_empty |= !is_known;
		g_array_append_val(param.items, value);
	}
	add(search, "x.category = any(", param, "::text[])");
}

/* ---- the other filters */

static bool is_one_of(const char *value, const char *const *words)
{
	while (*words != NULL && !g_str_equal(value, *words))
		words++;
	return *words != NULL;
}

static void add_bool(struct search *search, const struct filter *filter, const char *value)
{
	static const char *const yes[] = { "true", "True", "TRUE", "1", NULL };
	static const char *const no[] = { "false", "False", "FALSE", "0", NULL };

	if (is_one_of(value, yes))
		g_string_append_printf(search->where, " and %s", filter->column);
	else if (is_one_of(value, no))
		g_string_append_printf(search->where, " and not %s", filter->column);
}

static void add_number(struct search *search, const struct filter *filter, const char *value)
{
	g_autofree char *left = g_strdup_printf("%s = ", filter->column);
	int32_t number;

	if (is_id(value, &number))
		add(search, left, (struct condition_param){ .kind = PARAM_INT, .number = number },
		    "");
	else
		search->is_empty = true;
}

/* A date is a clock reading, which is compared as an instant: there may be an index on that. */
static void add_instant(struct search *search, const struct filter *filter, const char *value)
{
	g_autofree char *left =
		g_strdup_printf("%s %s timezone($1, timestamp '1970-01-01' + ", filter->column,
				filter->kind == FILTER_SINCE ? ">=" : "<");
	int64_t usecs;

	if (instant_read(text_trim(view_str(value)), &usecs))
		add(search, left, (struct condition_param){ .kind = PARAM_BIGINT, .number = usecs },
		    " * interval '1 microsecond')");
	else
		search->is_empty = true;
}

static void add_hash(struct search *search, const struct filter *filter, const char *value)
{
	g_autofree char *hash = g_ascii_strdown(value, -1);

	add_text(search, filter, "", hash, "::bpchar");
}

static int add_filter(struct pg *pg, struct search *search, const struct filter *filter)
{
	const char *value = last_of(search, filter->name);

	if (value == NULL || filter->since > search->request.version)
		return 0;
	search->filter = filter;
	if (filter->kind == FILTER_CHOICE || filter->kind == FILTER_STATE ||
	    filter->kind == FILTER_ACTOR)
		return add_choices(pg, search, filter);
	if (filter->kind == FILTER_NOTHING)
		search->is_empty = true;
	else if (filter->kind == FILTER_CATEGORY)
		add_categories(search, filter);
	if (value[0] == '\0')
		return 0;
	switch (filter->kind) {
	case FILTER_BOOL:
		add_bool(search, filter, value);
		break;
	case FILTER_NUMBER:
		add_number(search, filter, value);
		break;
	case FILTER_TEXT:
		add_text(search, filter, "", value, "");
		break;
	case FILTER_HASH:
		add_hash(search, filter, value);
		break;
	case FILTER_MSGID:
		add_text(search, filter, "'<' || ", value, " || '>'");
		break;
	case FILTER_SINCE:
	case FILTER_BEFORE:
		add_instant(search, filter, value);
		break;
	case FILTER_CHOICE:
	case FILTER_STATE:
	case FILTER_ACTOR:
	case FILTER_NOTHING:
	case FILTER_CATEGORY:
		break;
	}
	return 0;
}

/* ---- words */

/* The length of a comma or white space at the front; 0: there is something else. */
static size_t gap_length(struct view text)
{
	size_t length;

	if (text.len == 0)
		return 0;
	if (text.ptr[0] == ',')
		return 1;
	return text_is_space(text_char(text, &length)) ? length : 0;
}

/* Take the next word off the front of *rest; false when there is none.  Quotes are characters. */
static bool next_word(struct view *rest, struct view *ret_word)
{
	size_t n = 0, length;

	while ((length = gap_length(*rest)) > 0)
		*rest = view_skip(*rest, length);
	while (n < rest->len && gap_length(view_skip(*rest, n)) == 0) {
		(void)text_char(view_skip(*rest, n), &length);
		n += length;
	}
	*ret_word = view_head(*rest, n);
	*rest = view_skip(*rest, n);
	return n > 0;
}

/*
 * Every word has to be in one of the texts.  No word contains a space, so none begins in one text
 * and ends in the next.  A NUL, which has become U+FFFD, is left out.
 */
static void add_words(struct search *search)
{
	const char *const *texts = search->request.resource->texts;
	const char *value = last_of(search, "q");
	struct condition_param param = { .kind = PARAM_TEXTS };
	g_autoptr(GString) words = g_string_new(value), before = NULL;
	struct view rest, word;

	if (texts == NULL || value == NULL)
		return;
	(void)g_string_replace(words, "\xEF\xBF\xBD", "", 0);
	rest = view_of(words->str, words->len);
	param.items = g_array_new(FALSE, FALSE, sizeof(char *));
	while (param.items->len < SEARCH_VALUES_MAX && next_word(&rest, &word)) {
		char *pattern = like_anywhere(word);

		g_array_append_val(param.items, pattern);
	}
	search->has_words = param.items->len > 0;
	if (!search->has_words) {
		g_array_unref(param.items);
		return;
	}
	before = g_string_new(texts[1] == NULL ? "" : "concat_ws(' '");
	for (size_t i = 0; texts[i] != NULL; i++)
		g_string_append_printf(before, "%s%s", texts[1] == NULL ? "" : ", ", texts[i]);
	g_string_append(before, texts[1] == NULL ? " ilike all(" : ") ilike all(");
	add(search, before->str, param, "::text[])");
}

/* ---- order */

static void add_order(struct search *search, const char *words)
{
	g_auto(GStrv) names = g_strsplit(words, ",", SEARCH_VALUES_MAX);

	for (size_t i = 0; names[i] != NULL; i++) {
		const char *name = g_strstrip(names[i]);
		bool is_down = name[0] == '-';
		const struct order *order = search->request.resource->orders;

		while (order->name != NULL && !g_str_equal(order->name, name + is_down))
			order++;
		if (order->name == NULL)
			continue;
		g_string_append_printf(search->order, "%s%s, ", order->column,
				       is_down ? " desc" : "");
		if (order->join != NULL && strstr(search->joins->str, order->join) == NULL)
			g_string_append(search->joins, order->join);
		if (search->order_count++ == 0)
			search->index = order->index;
	}
}

static void choose_order(struct search *search)
{
	const char *words = last_of(search, "order");
	const char *fallback = search->request.resource->default_order;

	if (words != NULL)
		add_order(search, words);
	if (search->order->len == 0)
		add_order(search, fallback);
	/* Rows with equal keys are sorted by id, so that pages do not overlap. */
	g_string_append(search->order, "x.id");
}

/* ---- all of a request */

int search_add_conditions(struct pg *pg, struct search *search)
{
	int r = 0;

	for (const struct filter *f = search->request.resource->filters; f->name != NULL && r == 0;
	     f++)
		r = add_filter(pg, search, f);
	add_words(search);
	choose_order(search);
	return r;
}
