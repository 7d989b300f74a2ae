/* list_filter - the filters of a list; see list_filter.h */
#include "daemon/pages/list_filter.h"

#include <string.h>

#include "parser/cleanup.h"
#include "sql/pages/lists.h"

/* Limits of a name or value in a note, and of the unknown parameters that are noted. */
#define NOTE_BYTES_MAX   60
#define UNKNOWN_NOTE_MAX 10

const struct list_order list_orders[] = {
	{ "", "newest first", false },
	{ "date", "oldest first", false },
	{ "name", "name, A to Z", false },
	{ "-name", "name, Z to A", false },
	{ "submitter", "submitter, A to Z", false },
	{ "-submitter", "submitter, Z to A", false },
	{ "delegate", "delegate, A to Z", true },
	{ "-delegate", "delegate, Z to A", true },
	{ "state", "state, first to last", true },
	{ "-state", "state, last to first", true },
	{ NULL, NULL, false },
};

static const char *param(const struct http_request *request, const char *name)
{
	const char *value = http_param(request, name);

	return value != NULL ? value : "";
}

/* Whether the parameter is absent, or stands for anything. */
static bool is_any(const char *value)
{
	return value[0] == '\0' || g_str_equal(value, "*");
}

/* ---- notes */

static void note(struct list_filter_page *page, const char *name, const char *value,
		 const char *text)
{
	struct html html = { page->notes };

	html_put(&html, "<li><code>");
	html_text(&html, html_head(view_str(name), NOTE_BYTES_MAX));
	html_put(&html, "=");
	html_text(&html, html_head(view_str(value), NOTE_BYTES_MAX));
	html_put(&html, "</code>: ");
	html_str(&html, text);
	html_put(&html, ".</li>\n");
}

/* Note a parameter unless its value is one of these words, which end with NULL. */
static void note_unless(struct list_filter_page *page, const struct http_request *request,
			const char *name, const char *const *words, const char *text)
{
	const char *value = param(request, name);

	if (value[0] != '\0' && !g_strv_contains(words, value))
		note(page, name, value, text);
}

static void note_unknown(const struct http_request *request, struct list_filter_page *page)
{
	static const char *const known[] = { "state",   "submitter", "delegate", "q",
					     "archive", "series",    "versions", "view",
					     "order",   "page",      "before",   NULL };
	unsigned count = 0;

	for (guint i = 0; i < request->params->len && count < UNKNOWN_NOTE_MAX; i++) {
		const struct search_param *item =
			&g_array_index(request->params, struct search_param, i);

		if (g_strv_contains(known, item->name))
			continue;
		note(page, item->name, item->value, "lists have no such parameter; it is ignored");
		count++;
	}
}

/* ---- states and archive */

bool list_filter_has_state(const struct list_filter_page *filter, const struct front_state *state)
{
	g_autofree char *id = g_strdup_printf("%d", state->id);

	if (filter->state[0] == '\0')
		return state->is_open;
	return g_str_equal(filter->state, id) || view_ieq(state->slug, view_str(filter->state)) ||
	       view_ieq(state->name, view_str(filter->state));
}

static void read_states(const struct http_request *request, const GArray *states,
			const char *fallback, struct list_filter_page *page)
{
	const char *state = http_param(request, "state");

	/* The list of one series has patches in any state by default. */
	page->state = state != NULL ? state : page->filter.series != 0 ? "*" : fallback;
	if (g_str_equal(page->state, "*"))
		return;
	for (guint i = 0; i < states->len; i++) {
		const struct front_state *item = &g_array_index(states, struct front_state, i);

		if (list_filter_has_state(page, item))
			g_array_append_val(page->state_ids, item->id);
	}
	page->filter.states = page->state_ids;
	if (page->state_ids->len > 0)
		return;
	page->is_empty = true;
	note(page, "state", page->state, "there is no such state, so nothing matches");
}

static void read_archive(const struct http_request *request, struct list_filter_page *page)
{
	static const char *const words[] = { "false", "true", "both", NULL };
	const char *archive = param(request, "archive");

	/* A series without a patch is neither archived nor in a state; state=* lists it, too. */
	page->filter.archive = g_str_equal(page->state, "*") && !page->is_of_patches
				       ? SELECTION_ANY
				       : SELECTION_NOT_ARCHIVED;
	if (g_str_equal(archive, "both"))
		page->filter.archive = SELECTION_ANY;
	else if (g_str_equal(archive, "true"))
		page->filter.archive = SELECTION_ARCHIVED;
	else if (g_str_equal(archive, "false"))
		page->filter.archive = SELECTION_NOT_ARCHIVED;
	else if (page->filter.series != 0)
		page->filter.archive = SELECTION_ANY;
	note_unless(page, request, "archive", words,
		    "it is not false, true or both, and is ignored");
}

/* ---- series and people */

static void read_series(const struct http_request *request, struct list_filter_page *page)
{
	const char *series = param(request, "series");
	int64_t id;

	if (is_any(series))
		return;
	if (!view_number(view_str(series), INT32_MAX, &id) || id == 0) {
		page->is_empty = true;
		note(page, "series", series, "it is not the id of a series, so nothing matches");
		return;
	}
	page->filter.series = (int32_t)id;
	page->is_of_patches = true;
}

static int read_submitter(struct app_worker *worker, const struct http_request *request,
			  struct list_filter_page *page)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) people = NULL;
	const char *text = param(request, "submitter");
	int r;

	if (is_any(text))
		return 0;
	r = lists_people(worker->pg, text, &people, &result);
	if (r != 0)
		return r;
	for (guint i = 0; i < people->len; i++)
		g_array_append_val(page->submitter_ids,
				   g_array_index(people, struct lists_person, i).id);
	page->filter.submitters = page->submitter_ids;
	if (people->len == 1) {
		struct view email = g_array_index(people, struct lists_person, 0).email;

		page->submitter = g_strndup(email.ptr, email.len);
	} else if (people->len == 0) {
		page->is_empty = true;
		note(page, "submitter", text,
		     "no submitter has this id, name or address, so nothing matches");
	} else if (people->len >= LISTS_PEOPLE_MAX) {
		note(page, "submitter", text,
		     "many people match; the list has those of 1,000 of them");
	}
	return 0;
}

static int read_delegate(struct app_worker *worker, const struct http_request *request,
			 struct list_filter_page *page)
{
	const char *text = param(request, "delegate");
	int r;

	if (is_any(text))
		return 0;
	if (g_ascii_strcasecmp(text, "nobody") == 0) {
		page->filter.delegate = -1;
		return 0;
	}
	r = lists_user(worker->pg, text, &page->filter.delegate);
	if (r != 0 || page->filter.delegate != 0)
		return r;
	page->is_empty = true;
	note(page, "delegate", text, "no user has this id or name, so nothing matches");
	return 0;
}

/* ---- order and place */

static const struct list_order *find_order(const char *value)
{
	const struct list_order *order = list_orders;

	while (order->value != NULL && !g_str_equal(order->value, value))
		order++;
	return order->value != NULL ? order : NULL;
}

/* The patches of a series are in the order of their numbers by default. */
static void read_order(const struct http_request *request, struct list_filter_page *page)
{
	const char *value = param(request, "order");
	bool is_default = g_str_equal(value, "-date") ||
			  (g_str_equal(value, "number") && page->filter.series != 0);
	const struct list_order *order = find_order(is_default ? "" : value);

	page->filter.order = value;
	if (order != NULL && (page->is_of_patches || !order->is_of_patches))
		return;
	page->filter.order = "";
	note(page, "order", value,
	     order != NULL ? "only lists of patches (view=patches) have this order; it is ignored"
			   : "there is no such order; it is ignored");
}

static void read_place(const struct http_request *request, int32_t limit,
		       struct list_filter_page *page)
{
	static const char beyond[] = "a list has " G_STRINGIFY(
		LIST_FILTER_PAGE_MAX) " pages; the last one links to older patches";
	const char *number = param(request, "page"), *before = param(request, "before");

	page->number = 1;
	if (number[0] != '\0' &&
	    (!view_number(view_str(number), INT32_MAX, &page->number) || page->number == 0)) {
		page->number = 1;
		note(page, "page", number, "there is no such page; this is the first one");
	} else if (page->number > LIST_FILTER_PAGE_MAX) {
		page->number = LIST_FILTER_PAGE_MAX + 1;
		page->is_empty = true;
		note(page, "page", number, beyond);
	}
	page->filter.offset = (page->number - 1) * limit;
	if (before[0] != '\0' && !view_number(view_str(before), INT64_MAX, &page->filter.before)) {
		page->filter.before = 0;
		note(page, "before", before, "it is not a number of seconds, and is ignored");
	}
}

static void read_view(const struct http_request *request, struct list_filter_page *page)
{
	static const char *const views[] = { "patches", "series", NULL };
	static const char *const versions[] = { "all", "latest", NULL };

	page->is_of_patches = g_str_equal(param(request, "view"), "patches");
	page->filter.has_old_versions = g_str_equal(param(request, "versions"), "all");
	note_unless(page, request, "view", views, "there is no such view; it is ignored");
	note_unless(page, request, "versions", versions, "it is not all or latest, and is ignored");
}

/* ---- all */

int list_filter_read(struct app_worker *worker, const struct http_request *request,
		     const struct front_project *project, const GArray *states, const char *state,
		     int32_t limit, struct list_filter_page *ret_page)
{
	int r;

	*ret_page = (struct list_filter_page){
		.filter = { .project_id = project->id,
			    .words = param(request, "q"),
			    .limit = limit + 1 },
		.state_ids = g_array_new(FALSE, FALSE, sizeof(int32_t)),
		.submitter_ids = g_array_new(FALSE, FALSE, sizeof(int32_t)),
		.notes = g_string_new(NULL),
	};
	read_view(request, ret_page);
	read_series(request, ret_page);
	read_states(request, states, state, ret_page);
	read_archive(request, ret_page);
	read_order(request, ret_page);
	read_place(request, limit, ret_page);
	note_unknown(request, ret_page);
	r = read_submitter(worker, request, ret_page);
	return r == 0 ? read_delegate(worker, request, ret_page) : r;
}

void list_filter_done(struct list_filter_page *filter)
{
	if (filter->state_ids == NULL)
		return;
	g_array_unref(filter->state_ids);
	g_array_unref(filter->submitter_ids);
	g_free(filter->submitter);
	g_string_free(filter->notes, TRUE);
}
