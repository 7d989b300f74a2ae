/* front_page - the front page, and the page of a project; see front_page.h */
#include "daemon/pages/front_page.h"

#include "daemon/pages/page.h"
#include "daemon/pages/url.h"
#include "parser/cleanup.h"
#include "sql/pages/front.h"

/* ---- all projects */

static void write_project(struct page *page, const struct front_row *row, int32_t open)
{
	struct html *html = &page->html;
	g_autofree char *list = url_project(row->link_name, "list/");
	g_autofree char *about = url_project(row->link_name, "");

	html_put(html, "<tr><th scope=\"row\">");
	html_link_text(html, list, row->link_name);
	html_put(html, "</th><td>");
	html_link_text(html, about, row->name);
	html_put(html, "</td><td class=\"num\" data-label=\"open\">");
	page_count(page, open);
	html_put(html, "</td><td class=\"num\" data-label=\"newest\">");
	if (row->newest_clock != 0)
		html_age(html, row->newest_clock, page->now_secs);
	else
		html_put(html, "none");
	html_put(html, "</td></tr>\n");
}

/* Count the open patches of each project (int32_t). */
static int count_open(struct app_worker *worker, const GArray *rows, GArray **ret_open)
{
	int r = 0;

	*ret_open = g_array_new(FALSE, FALSE, sizeof(int32_t));
	for (guint i = 0; i < rows->len && r == 0; i++) {
		int32_t count;

		r = page_front_count(worker, g_array_index(rows, struct front_row, i).id,
				     FRONT_OPEN, &count);
		g_array_append_val(*ret_open, count);
	}
	return r;
}

int front_page_projects(struct app_worker *worker, const struct http_request *request,
			const struct route_match *match, struct http_response *response)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) rows = NULL, open = NULL;
	struct page page;
	int r = front_list(worker->pg, worker->time_zone, &rows, &result);

	(void)match;
	if (r == 0)
		r = count_open(worker, rows, &open);
	if (r != 0)
		return r;
	page_begin(&page, request, response, 200, VIEW("Projects"), VIEW(""));
	if (rows->len == 0)
		html_put(&page.html, "<p>There is no project yet. <code>patchmda project add</code>"
				     " makes one from the List-Id of a mailing list.</p>\n");
	else
		html_put(&page.html,
			 "<table class=\"list short\"><thead><tr><th scope=\"col\">Project</th>"
			 "<th scope=\"col\">About</th>"
			 "<th scope=\"col\" class=\"num\">Open patches</th>"
			 "<th scope=\"col\" class=\"num\">Newest series</th></tr></thead>\n"
			 "<tbody>\n");
	for (guint i = 0; i < rows->len; i++)
		write_project(&page, &g_array_index(rows, struct front_row, i),
			      g_array_index(open, int32_t, i));
	if (rows->len > 0)
		html_put(&page.html, "</tbody></table>\n");
	page_footer_link(&page, "/api/projects/", "/api/projects/");
	page_footer_command(&page, "patchmda project list", VIEW(""));
	page_end(&page);
	return 0;
}

/* ---- one project */

/* Write a row with an address, which becomes a link if it is an http or https URL. */
static void write_address(struct page *page, const char *label, struct view url)
{
	struct html *html = &page->html;

	if (url.len == 0)
		return;
	html_put(html, "<tr><th scope=\"row\">");
	html_str(html, label);
	html_put(html, "</th><td>");
	html_text_with_links(html, url);
	html_put(html, "</td></tr>\n");
}

static void write_facts(struct page *page, const struct front_project *project,
			const struct front_details *details)
{
	struct html *html = &page->html;

	html_put(html, "<table class=\"facts\">\n");
	write_address(page, "Mailing list", project->list_email);
	write_address(page, "List-Id", project->list_id);
	write_address(page, "Archive", project->archive_url);
	write_address(page, "Web", project->web_url);
	write_address(page, "Source", project->scm_url);
	write_address(page, "Source browser", project->webscm_url);
	html_put(html, "<tr><th scope=\"row\">Maintainers</th><td>");
	for (guint i = 0; i < details->maintainers->len; i++) {
		const struct front_maintainer *maintainer =
			&g_array_index(details->maintainers, struct front_maintainer, i);

		if (i > 0)
			html_put(html, ", ");
		html_bdi(html, maintainer->name.len > 1 ? maintainer->name : maintainer->user);
	}
	if (details->maintainers->len == 0)
		html_put(html, "none");
	html_put(html, "</td></tr>\n</table>\n");
}

static void write_states(struct page *page, const struct front_project *project,
			 const GArray *states, const GArray *counts)
{
	struct html *html = &page->html;

	html_put(html, "<h2>Patches by state</h2>\n<table><thead><tr><th scope=\"col\">State</th>"
		       "<th scope=\"col\" class=\"num\">Patches</th></tr></thead>\n<tbody>\n");
	for (guint i = 0; i < MIN(states->len, counts->len); i++) {
		const struct front_state *state = &g_array_index(states, struct front_state, i);
		int32_t count = g_array_index(counts, int32_t, i);
		g_autofree char *parameter = url_parameter("state", state->slug);
		g_autofree char *tail = g_strconcat("list/?view=patches&", parameter, NULL);
		g_autofree char *url = url_project(project->link_name, tail);

		if (count == 0 && !state->is_open)
			continue;
		html_put(html, "<tr><th scope=\"row\">");
		html_link_text(html, url, state->name);
		html_put(html, "</th><td class=\"num\">");
		page_count(page, count);
		html_put(html, "</td></tr>\n");
	}
	html_put(html, "</tbody></table>\n");
}

static void write_bundles(struct page *page, const GArray *bundles)
{
	struct html *html = &page->html;

	if (bundles->len == 0)
		return;
	html_put(html, "<h2>Bundles</h2>\n<ul>\n");
	for (guint i = 0; i < bundles->len; i++) {
		const struct front_bundle *bundle = &g_array_index(bundles, struct front_bundle, i);
		g_autofree char *owner = g_strndup(bundle->owner.ptr, bundle->owner.len);
		g_autofree char *name = g_strndup(bundle->name.ptr, bundle->name.len);
		g_autofree char *url = url_bundle(owner, name, "");

		html_put(html, "<li>");
		html_link_text(html, url, bundle->name);
		html_put(html, ", of ");
		html_bdi(html, bundle->owner);
		html_put(html, "</li>\n");
	}
	html_put(html, "</ul>\n");
}

static void write_project_page(struct page *page, const struct front_project *project,
			       const GArray *states, const struct front_details *details)
{
	g_autofree char *list = url_project(project->link_name, "list/");
	g_autofree char *flat = url_project(project->link_name, "list/?view=patches");
	g_autofree char *feed = url_project(project->link_name, "feed/");
	g_autofree char *document = g_strdup_printf("/api/projects/%d/", project->id);

	html_put(&page->html, "<ul class=\"pager\"><li>");
	html_link(&page->html, list);
	html_put(&page->html, "Open series</a></li><li>");
	html_link(&page->html, flat);
	html_put(&page->html, "Open patches</a></li></ul>\n");
	write_facts(page, project, details);
	write_states(page, project, states, details->counts);
	write_bundles(page, details->bundles);
	page_footer_link(page, document, document);
	page_footer_link(page, "Atom feed", feed);
	page_footer_option(page, "patchmda list --project", project->link_name);
}

int front_page_project(struct app_worker *worker, const struct http_request *request,
		       const struct route_match *match, struct http_response *response)
{
	_cleanup_(front_project_done) struct front_project project;
	_cleanup_(front_details_done) struct front_details details = { 0 };
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) states = NULL;
	struct page page;
	int r = front_find(worker->pg, match->captures[0], &project);

	if (r == 0 && project.id == 0) {
		page_error(request, response, 404);
		return 0;
	}
	if (r == 0)
		r = front_states(worker->pg, &states, &result);
	if (r == 0)
		r = front_details(worker->pg, project.id, &details);
	if (r != 0)
		return r;
	page_begin(&page, request, response, 200, project.name, project.link_name);
	write_project_page(&page, &project, states, &details);
	page_end(&page);
	return 0;
}
