/* feed - the newest series of a project as an Atom feed; see feed.h */
#include "daemon/pages/feed.h"

#include "daemon/pages/html.h"
#include "daemon/pages/list_filter.h"
#include "daemon/pages/page.h"
#include "daemon/pages/parts.h"
#include "daemon/pages/url.h"
#include "parser/cleanup.h"
#include "sql/pages/front.h"
#include "sql/pages/selection.h"
#include "sql/pages/lists.h"

/* The output of html_text() is valid XML, too. */

static void write_updated(struct html *html, int64_t clock_secs)
{
	html_put(html, "<updated>");
	html_instant(html, clock_secs);
	html_put(html, "</updated>\n");
}

/* Write the URL of a page of this site, as an id and a link. */
static void write_address(struct html *html, const char *base, const char *path)
{
	html_put(html, "<id>");
	html_str(html, base);
	html_str(html, path);
	html_put(html, "</id>\n<link href=\"");
	html_str(html, base);
	html_str(html, path);
	html_put(html, "\"/>\n");
}

static void write_entry(struct html *html, const char *base, const struct lists_series *series)
{
	g_autofree char *path = url_series(series->project, series->id);
	struct view name = series->submitter.name;

	html_put(html, "<entry>\n<title>");
	html_text(html, parts_series_name(series));
	/* The name of a patch in brackets has the version. */
	if (series->version + series->minor > 1 &&
	    !g_str_has_prefix(parts_series_name(series).ptr, "[")) {
		html_put(html, ", v");
		parts_number(html, series->version, series->minor);
	}
	html_put(html, "</title>\n");
	write_address(html, base, path);
	write_updated(html, series->clock);
	html_put(html, "<author><name>");
	html_text(html, html_is_blank(name) ? series->submitter.email : name);
	html_put(html, "</name></author>\n<summary>Version ");
	parts_number(html, series->version, series->minor);
	html_put(html, ", patches: ");
	html_int(html, series->total);
	html_put(html, "</summary>\n</entry>\n");
}

/* The address of the feed, and that of the list, have the same parameters. */
static void write_feed(struct html *html, const struct http_request *request,
		       const struct front_project *project, const GArray *rows)
{
	g_autofree char *query = http_query(request);
	g_autofree char *list_tail = g_strconcat("list/", query, NULL);
	g_autofree char *self_tail = g_strconcat("feed/", query, NULL);
	g_autofree char *list = url_project(project->link_name, list_tail);
	g_autofree char *self = url_project(project->link_name, self_tail);
	const char *base = request->base;
	int64_t newest = 0;

	for (guint i = 0; i < rows->len; i++)
		newest = MAX(newest, g_array_index(rows, struct lists_series, i).clock);
	html_put(html, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		       "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>");
	html_text(html, project->name);
	if (query[0] != '\0')
		html_put(html, ", a part of the series");
	html_put(html, "</title>\n");
	write_address(html, base, list);
	html_put(html, "<link rel=\"self\" href=\"");
	html_str(html, base);
	html_str(html, self);
	html_put(html, "\"/>\n");
	write_updated(html, newest);
	for (guint i = 0; i < rows->len; i++)
		write_entry(html, base, &g_array_index(rows, struct lists_series, i));
	html_put(html, "</feed>\n");
}

/* The parameters are those of a list; without them, the feed has all series. */
static int read_ids(struct app_worker *worker, const struct http_request *request,
		    const struct front_project *project, struct selection *ret_selection)
{
	_cleanup_(list_filter_done) struct list_filter_page page = { 0 };
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) states = NULL;
	const char *versions = http_param(request, "versions");
	int r = front_states(worker->pg, &states, &result);

	if (r == 0)
		r = list_filter_read(worker, request, project, states, "*", FEED_ENTRIES, &page);
	if (r != 0)
		return r;
	if (page.is_empty) {
		ret_selection->ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
		return 0;
	}
	page.filter.has_old_versions = versions == NULL || !g_str_equal(versions, "latest");
	page.filter.order = "";
	page.filter.before = 0;
	page.filter.offset = 0;
	page.filter.limit = FEED_ENTRIES;
	return selection_series(worker->pg, &page.filter, ret_selection);
}

static int read_series(struct app_worker *worker, const struct http_request *request,
		       const struct front_project *project, GArray **ret_rows,
		       struct pg_result **ret_result)
{
	_cleanup_(selection_done) struct selection selection = { 0 };
	int r = read_ids(worker, request, project, &selection);

	return r == 0 ? lists_series(worker->pg, selection.ids, worker->time_zone, ret_rows,
				     ret_result)
		      : r;
}

int feed(struct app_worker *worker, const struct http_request *request,
	 const struct route_match *match, struct http_response *response)
{
	_cleanup_(front_project_done) struct front_project project;
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) rows = NULL;
	struct html html = { response->body };
	int r = front_find(worker->pg, match->captures[0], &project);

	if (r == 0 && project.id == 0) {
		page_error(request, response, 404);
		return 0;
	}
	if (r == 0)
		r = read_series(worker, request, &project, &rows, &result);
	if (r != 0)
		return r;
	http_response_begin(response, 200, "application/atom+xml; charset=utf-8");
	response->may_be_cached = true;
	write_feed(&html, request, &project, rows);
	return 0;
}
