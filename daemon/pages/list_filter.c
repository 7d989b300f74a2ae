/* list_filter - the filters of a list; see list_filter.h */
#include "daemon/pages/list_filter.h"

#include "parser/cleanup.h"
#include "sql/pages/lists.h"

#define SEARCH_BYTES_MAX 500

static const char *param(const struct http_request *request, const char *name)
{
	const char *value = http_param(request, name);

	return value != NULL ? value : "";
}

/* ---- reading */

/* States are chosen by id, slug or name; "" chooses those that require action. */
static bool is_chosen(const struct front_state *state, const char *wanted)
{
	g_autofree char *id = g_strdup_printf("%d", state->id);

	if (wanted[0] == '\0')
		return state->is_open;
	return g_str_equal(wanted, id) || view_ieq(state->slug, view_str(wanted)) ||
	       view_ieq(state->name, view_str(wanted));
}

static void read_states(const struct http_request *request, const GArray *states,
			struct list_filter_page *page)
{
	/* The list of one series has patches in any state by default. */
	const char *fallback = page->filter.series != 0 ? "*" : "";

	page->state = http_param(request, "state") != NULL ? param(request, "state") : fallback;
	if (g_str_equal(page->state, "*"))
		return;
	for (guint i = 0; i < states->len; i++) {
		const struct front_state *state = &g_array_index(states, struct front_state, i);

		if (is_chosen(state, page->state))
			g_array_append_val(page->state_ids, state->id);
	}
	page->is_empty |= page->state_ids->len == 0;
	page->filter.states = page->state_ids;
}

static void read_archive(const struct http_request *request, struct list_filter_page *page)
{
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
}

static void read_series(const struct http_request *request, struct list_filter_page *page)
{
	const char *series = param(request, "series");
	int64_t id;

	if (series[0] == '\0' || g_str_equal(series, "*"))
		return;
	if (!view_number(view_str(series), INT32_MAX, &id) || id == 0) {
		page->is_empty = true;
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

	if (text[0] == '\0' || g_str_equal(text, "*"))
		return 0;
	r = lists_people(worker->pg, text, &people, &result);
	if (r != 0)
		return r;
	for (guint i = 0; i < people->len; i++)
		g_array_append_val(page->submitter_ids,
				   g_array_index(people, struct lists_person, i).id);
	page->is_empty |= people->len == 0;
	page->filter.submitters = page->submitter_ids;
	return 0;
}

static int read_delegate(struct app_worker *worker, const struct http_request *request,
			 struct list_filter_page *page)
{
	const char *text = param(request, "delegate");
	int r;

	if (text[0] == '\0' || g_str_equal(text, "*"))
		return 0;
	if (g_ascii_strcasecmp(text, "nobody") == 0) {
		page->filter.delegate = -1;
		return 0;
	}
	r = lists_user(worker->pg, text, &page->filter.delegate);
	page->is_empty |= page->filter.delegate == 0;
	return r;
}

int list_filter_read(struct app_worker *worker, const struct http_request *request,
		     const struct front_project *project, const GArray *states, int32_t limit,
		     struct list_filter_page *ret_page)
{
	int r;

	*ret_page = (struct list_filter_page){
		.filter = { .project_id = project->id,
			    .words = param(request, "q"),
			    .order = param(request, "order"),
			    .has_old_versions = g_str_equal(param(request, "versions"), "all"),
			    .limit = limit + 1 },
		.is_of_patches = g_str_equal(param(request, "view"), "patches"),
		.state_ids = g_array_new(FALSE, FALSE, sizeof(int32_t)),
		.submitter_ids = g_array_new(FALSE, FALSE, sizeof(int32_t)),
	};
	if (!view_number(view_str(param(request, "page")), LIST_FILTER_PAGE_MAX,
			 &ret_page->number) ||
	    ret_page->number == 0)
		ret_page->number = 1;
	ret_page->filter.offset = (ret_page->number - 1) * limit;
	(void)view_number(view_str(param(request, "before")), INT64_MAX, &ret_page->filter.before);
	read_series(request, ret_page);
	read_states(request, states, ret_page);
	read_archive(request, ret_page);
	r = read_submitter(worker, request, ret_page);
	return r == 0 ? read_delegate(worker, request, ret_page) : r;
}

void list_filter_done(struct list_filter_page *filter)
{
	if (filter->state_ids == NULL)
		return;
	g_array_unref(filter->state_ids);
	g_array_unref(filter->submitter_ids);
}

/* ---- the form */

static void write_option(struct page *page, const char *value, struct view label, bool is_selected)
{
	struct html *html = &page->html;

	html_put(html, "<option value=\"");
	html_str(html, value);
	if (is_selected)
		html_put(html, "\" selected>");
	else
		html_put(html, "\">");
	html_text(html, label);
	html_put(html, "</option>");
}

static void write_state_choice(struct page *page, const struct list_filter_page *filter,
			       const GArray *states)
{
	struct html *html = &page->html;

	html_put(html, "<label>State <select name=\"state\">");
	write_option(page, "", VIEW("open"), filter->state[0] == '\0');
	write_option(page, "*", VIEW("any"), g_str_equal(filter->state, "*"));
	for (guint i = 0; i < states->len; i++) {
		const struct front_state *state = &g_array_index(states, struct front_state, i);
		g_autofree char *slug = g_strndup(state->slug.ptr, state->slug.len);

		write_option(page, slug, state->name,
			     filter->state[0] != '\0' && is_chosen(state, filter->state));
	}
	html_put(html, "</select></label>\n");
}

/* The maintainers, and the user that the parameter names. */
static void write_delegate_choice(struct page *page, const GArray *maintainers)
{
	const char *wanted = param(page->request, "delegate");
	bool is_any = wanted[0] == '\0' || g_str_equal(wanted, "*");
	bool is_nobody = g_ascii_strcasecmp(wanted, "nobody") == 0;
	bool is_offered = is_any || is_nobody;
	struct html *html = &page->html;

	html_put(html, "<label>Delegate <select name=\"delegate\">");
	write_option(page, "", VIEW("any"), is_any);
	write_option(page, "Nobody", VIEW("nobody"), is_nobody);
	for (guint i = 0; i < maintainers->len; i++) {
		struct view user = g_array_index(maintainers, struct front_maintainer, i).user;
		g_autofree char *name = g_strndup(user.ptr, user.len);

		is_offered |= g_str_equal(name, wanted);
		write_option(page, name, user, g_str_equal(name, wanted));
	}
	if (!is_offered)
		write_option(page, wanted, view_str(wanted), true);
	html_put(html, "</select></label>\n");
}

static void write_input(struct page *page, const char *label, const char *name)
{
	struct html *html = &page->html;

	html_put(html, "<label>");
	html_str(html, label);
	html_put(html, " <input name=\"");
	html_str(html, name);
	html_put(html, "\" value=\"");
	html_text(html, html_head(view_str(param(page->request, name)), SEARCH_BYTES_MAX));
	html_put(html, "\"></label>\n");
}

/* Keep parameters that have no field in the form. */
static void write_hidden(struct page *page, const char *name)
{
	const char *value = http_param(page->request, name);
	struct html *html = &page->html;

	if (value == NULL || value[0] == '\0')
		return;
	html_put(html, "<input type=\"hidden\" name=\"");
	html_str(html, name);
	html_put(html, "\" value=\"");
	html_str(html, value);
	html_put(html, "\">\n");
}

void list_filter_form(struct page *page, const struct list_filter_page *filter,
		      const GArray *states, const GArray *maintainers)
{
	html_put(&page->html, "<form class=\"filter\">\n");
	write_state_choice(page, filter, states);
	write_input(page, "Submitter", "submitter");
	write_delegate_choice(page, maintainers);
	write_input(page, "Words", "q");
	write_hidden(page, "view");
	write_hidden(page, "series");
	write_hidden(page, "archive");
	write_hidden(page, "order");
	write_hidden(page, "versions");
	html_put(&page->html, "<button>Show</button>\n</form>\n");
}
