/* compare_page - a version of a series beside each other version; see compare_page.h */
#include "daemon/pages/compare_page.h"

#include "daemon/pages/page.h"
#include "daemon/pages/parts.h"
#include "daemon/pages/url.h"
#include "parser/cleanup.h"
#include "sql/pages/compare.h"
#include "sql/pages/front.h"
#include "sql/pages/lists.h"
#include "sql/pages/versions.h"

struct comparison {
	struct front_project project;
	GArray *series; /* struct lists_series: one, or none */
	struct pg_result *series_result;
	GArray *versions; /* struct version, oldest first, including the series itself */
	struct pg_result *versions_result;
	guint shown;    /* the index of the series among them */
	guint left_out; /* versions that are not compared */
	struct compare compare;
};

static void comparison_done(struct comparison *comparison)
{
	front_project_done(&comparison->project);
	if (comparison->series != NULL)
		g_array_unref(comparison->series);
	pg_result_free(comparison->series_result);
	if (comparison->versions != NULL)
		g_array_unref(comparison->versions);
	pg_result_free(comparison->versions_result);
	compare_done(&comparison->compare);
}

static const struct version *version_at(const struct comparison *comparison, guint i)
{
	return &g_array_index(comparison->versions, struct version, i);
}

/* ---- reading */

/* Of many versions the oldest are left out. */
static void cut_versions(struct comparison *comparison, int32_t id)
{
	GArray *versions = comparison->versions;

	while (versions->len > COMPARE_SERIES_MAX) {
		bool is_first = g_array_index(versions, struct version, 0).series_id == id;

		g_array_remove_index(versions, is_first ? 1 : 0);
		comparison->left_out++;
	}
	for (guint i = 0; i < versions->len; i++)
		if (version_at(comparison, i)->series_id == id)
			comparison->shown = i;
}

static int read_versions(struct app_worker *worker, int32_t id, struct comparison *comparison)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	int r;

	g_array_append_val(ids, id);
	r = versions_of(worker->pg, ids, worker->time_zone, &comparison->versions,
			&comparison->versions_result);
	if (r != 0)
		return r;
	cut_versions(comparison, id);
	g_array_set_size(ids, 0);
	for (guint i = 0; i < comparison->versions->len; i++)
		g_array_append_val(ids, version_at(comparison, i)->series_id);
	return compare_read(worker->pg, ids, &comparison->compare);
}

/* *ret_is_there: the series exists, and belongs to the project. */
static int read_comparison(struct app_worker *worker, const struct route_match *match,
			   struct comparison *comparison, bool *ret_is_there)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	int32_t id = route_number(match, 1);
	int r = front_find(worker->pg, match->captures[0], &comparison->project);

	*ret_is_there = false;
	g_array_append_val(ids, id);
	if (r == 0)
		r = lists_series(worker->pg, ids, worker->time_zone, &comparison->series,
				 &comparison->series_result);
	if (r != 0 || comparison->project.id == 0 || comparison->series->len == 0)
		return r;
	*ret_is_there = view_eq(g_array_index(comparison->series, struct lists_series, 0).project,
				comparison->project.link_name);
	return *ret_is_there ? read_versions(worker, id, comparison) : 0;
}

/* ---- a table of pairs */

static const char *const changes[] = {
	[COMPARE_SAME_DIFF] = "same diff",
	[COMPARE_CHANGED] = "changed",
	[COMPARE_NEW] = "new",
	[COMPARE_DROPPED] = "dropped",
};

static void write_patch(struct page *page, const struct compare_patch *patch)
{
	g_autofree char *url = NULL;

	if (patch == NULL) {
		html_put(&page->html, "-");
		return;
	}
	url = url_of_mail(patch->project, URL_PATCH, patch->msgid, "");
	html_link_text(&page->html, url, patch->name);
}

static void write_pair(struct page *page, const struct compare_pair *pair)
{
	struct html *html = &page->html;

	html_put(html, "<tr><th scope=\"row\">");
	html_str(html, changes[pair->change]);
	html_put(html, "</th><td>");
	write_patch(page, pair->older);
	html_put(html, "</td><td>");
	write_patch(page, pair->newer);
	html_put(html, "</td></tr>\n");
}

/* How many patches have each change: "same diff: 2, new: 1". */
static void write_counts(struct page *page, const GArray *pairs)
{
	bool is_any = false;

	html_put(&page->html, "<p>");
	for (guint change = 0; change < G_N_ELEMENTS(changes); change++) {
		guint count = 0;

		for (guint i = 0; i < pairs->len; i++)
			count += g_array_index(pairs, struct compare_pair, i).change == change;
		if (count == 0)
			continue;
		html_str(&page->html, is_any ? ", " : "");
		is_any = true;
		html_str(&page->html, changes[change]);
		html_put(&page->html, ": ");
		html_int(&page->html, count);
	}
	html_put(&page->html, "</p>\n");
}

static void write_pairs(struct page *page, const struct comparison *comparison,
			const struct version *newer, const struct version *older)
{
	g_autoptr(GArray) pairs =
		compare_pairs(&comparison->compare, newer->series_id, older->series_id);
	struct html *html = &page->html;

	if (pairs == NULL) {
		html_put(html, "<p>The patches cannot be compared for lack of memory.</p>\n");
		return;
	}
	if (pairs->len == 0) {
		html_put(html, "<p>Neither version has a patch yet.</p>\n");
		return;
	}
	write_counts(page, pairs);
	html_put(html, "<table class=\"pairs\"><thead><tr><th scope=\"col\">Change</th>"
		       "<th scope=\"col\">In ");
	parts_version(page, comparison->versions, older);
	html_put(html, "</th><th scope=\"col\">In ");
	parts_version(page, comparison->versions, newer);
	html_put(html, "</th></tr></thead>\n<tbody>\n");
	for (guint i = 0; i < pairs->len; i++)
		write_pair(page, &g_array_index(pairs, struct compare_pair, i));
	html_put(html, "</tbody></table>\n");
}

/* ---- sections */

/* Write the commands that show the differences of the diffs; b4 needs no archive for this. */
static void write_commands(struct page *page, const struct version *newer,
			   const struct version *older)
{
	const int32_t ids[] = { older->series_id, newer->series_id };
	struct html *html = &page->html;

	html_put(html, "<pre class=\"copy\"><code>");
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_autofree char *url =
			g_strdup_printf("%s/series/%d/mbox/", page->request->base, ids[i]);

		html_put(html, "curl -so series-");
		html_int(html, ids[i]);
		html_put(html, ".mbox ");
		html_shell_word(html, view_str(url));
		html_put(html, "\n");
	}
	html_put(html, "b4 diff -m series-");
	html_int(html, ids[0]);
	html_put(html, ".mbox series-");
	html_int(html, ids[1]);
	html_put(html, ".mbox</code></pre>\n");
}

static void write_version_link(struct page *page, const struct comparison *comparison,
			       const struct version *version)
{
	g_autofree char *url = url_series(comparison->project.link_name, version->series_id);

	html_link(&page->html, url);
	parts_version(page, comparison->versions, version);
	html_put(&page->html, "</a>");
}

static void write_section(struct page *page, const struct comparison *comparison,
			  const struct version *newer, const struct version *older)
{
	struct html *html = &page->html;

	html_put(html, "<h2>");
	write_version_link(page, comparison, older);
	html_put(html, " to ");
	write_version_link(page, comparison, newer);
	html_put(html, "</h2>\n");
	if (compare_is_too_large(&comparison->compare, newer->series_id) ||
	    compare_is_too_large(&comparison->compare, older->series_id)) {
		html_put(html, "<p>Series of more than ");
		html_int(html, COMPARE_PATCHES_MAX);
		html_put(html, " patches are not compared here.</p>\n");
	} else {
		write_pairs(page, comparison, newer, older);
	}
	write_commands(page, newer, older);
}

/* ---- the page */

static void write_page(struct page *page, const struct comparison *comparison)
{
	const struct version *shown = version_at(comparison, comparison->shown);
	guint count = comparison->versions->len;
	struct html *html = &page->html;
	g_autofree char *series = url_series(comparison->project.link_name, shown->series_id);
	g_autofree char *document = g_strdup_printf("/api/series/%d/", shown->series_id);
	g_autofree char *id = g_strdup_printf("%d", shown->series_id);

	html_put(html, "<p>");
	html_link(html, series);
	html_put(html, "Version ");
	parts_version(page, comparison->versions, shown);
	html_put(html, "</a> beside each other version. A diff is the same if only its line"
		       " numbers and git's headers differ.</p>\n");
	if (count < 2)
		html_put(html, "<p>No other version is known.</p>\n");
	for (guint i = count; i-- > 0;)
		if (i > comparison->shown)
			write_section(page, comparison, version_at(comparison, i), shown);
		else if (i < comparison->shown)
			write_section(page, comparison, shown, version_at(comparison, i));
	if (comparison->left_out > 0) {
		html_put(html, "<p>Older versions that are not compared: ");
		html_int(html, comparison->left_out);
		html_put(html, "</p>\n");
	}
	page_footer_link(page, document, document);
	page_footer_without(page, "other versions");
	page_footer_command(page, "patchmda show --series --json", view_str(id));
	page_footer_without(page, "pairs of patches");
}

int compare_page(struct app_worker *worker, const struct http_request *request,
		 const struct route_match *match, struct http_response *response)
{
	_cleanup_(comparison_done) struct comparison comparison = { 0 };
	g_autofree char *title = NULL;
	struct view name;
	struct page page;
	bool is_there;
	int r = read_comparison(worker, match, &comparison, &is_there);

	if (r != 0)
		return r;
	if (!is_there) {
		page_error(request, response, 404);
		return 0;
	}
	name = parts_series_name(&g_array_index(comparison.series, struct lists_series, 0));
	title = g_strdup_printf("Versions of %.*s", (int)name.len, name.ptr);
	page_begin(&page, request, response, 200, view_str(title), comparison.project.link_name);
	write_page(&page, &comparison);
	page_end(&page);
	return 0;
}
