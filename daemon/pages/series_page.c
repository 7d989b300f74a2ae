/* series_page - the page of a series; see series_page.h */
#include "daemon/pages/series_page.h"

#include "daemon/pages/mail_text.h"
#include "daemon/pages/page.h"
#include "daemon/pages/parts.h"
#include "daemon/pages/thread.h"
#include "daemon/pages/url.h"
#include "parser/cleanup.h"
#include "sql/pages/front.h"
#include "sql/pages/lists.h"
#include "sql/pages/mail.h"

/* The rows that a page shows. */
struct series_rows {
	struct front_project project;
	GArray *series; /* struct lists_series: one, or none */
	struct pg_result *series_result;
	struct lists_patches patches;
	struct mail cover; /* id 0: there is none */
	struct mail_details details;
	GArray *versions; /* struct version */
	struct pg_result *versions_result;
};

static void series_rows_done(struct series_rows *rows)
{
	front_project_done(&rows->project);
	if (rows->series != NULL)
		g_array_unref(rows->series);
	pg_result_free(rows->series_result);
	lists_patches_done(&rows->patches);
	mail_done(&rows->cover);
	mail_details_done(&rows->details);
	if (rows->versions != NULL)
		g_array_unref(rows->versions);
	pg_result_free(rows->versions_result);
}

static int read_rows(struct app_worker *worker, const struct route_match *match,
		     struct series_rows *rows)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	int32_t id = route_number(match, 1);
	int r;

	g_array_append_val(ids, id);
	r = front_find(worker->pg, match->captures[0], &rows->project);
	if (r == 0)
		r = lists_series(worker->pg, ids, worker->time_zone, &rows->series,
				 &rows->series_result);
	if (r != 0 || rows->series->len == 0)
		return r;
	r = lists_patches_of(worker->pg, ids, worker->time_zone, &rows->patches);
	if (r == 0)
		r = versions_of(worker->pg, ids, &rows->versions, &rows->versions_result);
	if (r == 0)
		r = mail_cover_of(worker->pg, id, worker->time_zone, &rows->cover);
	if (r == 0 && rows->cover.id != 0)
		r = mail_details(worker->pg, &rows->cover, worker->time_zone, &rows->details);
	return r;
}

/* The page of a series exists only below its own project. */
static bool is_there(const struct series_rows *rows)
{
	return rows->project.id != 0 && rows->series->len > 0 &&
	       view_eq(g_array_index(rows->series, struct lists_series, 0).project,
		       rows->project.link_name);
}

/* ---- writing */

static void write_summary(struct page *page, const struct series_rows *rows,
			  const struct lists_series *series)
{
	struct html *html = &page->html;
	g_autofree char *tail = g_strdup_printf("list/?state=*&submitter=%d", series->submitter.id);
	g_autofree char *by = url_project(rows->project.link_name, tail);
	g_autofree char *missing =
		parts_missing(series->total, rows->patches.rows, 0, rows->patches.rows->len);

	html_put(html, "<p>Version ");
	html_int(html, series->version);
	html_put(html, ", by ");
	html_link(html, by);
	page_person(page, series->submitter.name, series->submitter.email);
	html_put(html, "</a>, ");
	html_time(html, series->clock);
	html_put(html, ". Patches: ");
	parts_completeness(page, series->total, rows->patches.rows, 0, rows->patches.rows->len);
	html_put(html, "</p>\n");
	if (missing != NULL) {
		html_put(html, "<p class=\"warn\">Missing: ");
		html_str(html, missing);
		html_put(html, ". These patches have not arrived, or are in another series.</p>\n");
	}
}

/* Write the other versions, the base commit and the prerequisites. */
static void write_versions(struct page *page, const struct series_rows *rows, int32_t id)
{
	struct html *html = &page->html;

	html_put(html, "<p>");
	if (!parts_versions(page, rows->project.link_name, rows->versions, id, "Other versions: "))
		html_put(html, "No other version is known.");
	html_put(html, "</p>\n");
	for (guint i = 0; i < rows->versions->len; i++) {
		const struct version *version = &g_array_index(rows->versions, struct version, i);

		if (version->series_id != id)
			continue;
		if (version->base_commit.len > 0) {
			html_put(html, "<p>Base commit: <code>");
			html_text(html, version->base_commit);
			html_put(html, "</code></p>\n");
		}
		if (version->prerequisites.len > 0) {
			html_put(html, "<p>Depends on: <code>");
			html_text(html, version->prerequisites);
			html_put(html, "</code></p>\n");
		}
	}
}

static struct view first_msgid(const struct series_rows *rows)
{
	struct view msgid = rows->cover.id != 0 ? rows->cover.msgid
			    : rows->patches.rows->len > 0
				    ? g_array_index(rows->patches.rows, struct lists_patch, 0).msgid
				    : VIEW("");

	return msgid.len > 2 ? view_of(msgid.ptr + 1, msgid.len - 2) : msgid;
}

static void write_apply(struct page *page, const struct series_rows *rows, const char *mbox)
{
	struct html *html = &page->html;

	html_put(html, "<h2>Apply it</h2>\n<pre class=\"copy\"><code>curl -s ");
	html_str(html, page->request->base);
	html_str(html, mbox);
	html_put(html, " | git am\nb4 am ");
	html_text(html, first_msgid(rows));
	html_put(html, "</code></pre>\n");
}

static void write_cover(struct page *page, const struct series_rows *rows)
{
	struct html *html = &page->html;
	g_autofree char *url = NULL;

	if (rows->cover.id == 0)
		return;
	url = url_of_mail(rows->project.link_name, URL_COVER, rows->cover.msgid, "");
	html_put(html, "<h2>Cover letter</h2>\n<p>");
	html_link_text(html, url, rows->cover.name);
	html_put(html, "</p>\n");
	mail_text_write(html, rows->cover.content);
}

static void write_page(struct page *page, const struct series_rows *rows)
{
	const struct lists_series *series = &g_array_index(rows->series, struct lists_series, 0);
	g_autofree char *mbox = g_strdup_printf("/series/%d/mbox/", series->id);
	g_autofree char *document = g_strdup_printf("/api/series/%d/", series->id);

	write_summary(page, rows, series);
	write_versions(page, rows, series->id);
	html_put(&page->html, "<h2>Patches</h2>\n");
	if (rows->patches.rows->len > 0)
		parts_patch_table(page, &rows->patches, PARTS_OF_SERIES);
	else
		html_put(&page->html, "<p>No patch of this series has arrived yet.</p>\n");
	if (rows->patches.rows->len > 0)
		write_apply(page, rows, mbox);
	write_cover(page, rows);
	if (rows->cover.id != 0) {
		thread_write_trailers(page, rows->details.comments);
		thread_write(page, rows->details.comments);
	}
	page_footer_link(page, document, document);
	page_footer_link(page, "mbox", mbox);
	page_footer_command(page, "patchmda show --series", first_msgid(rows));
}

int series_page(struct app_worker *worker, const struct http_request *request,
		const struct route_match *match, struct http_response *response)
{
	_cleanup_(series_rows_done) struct series_rows rows = { 0 };
	struct page page;
	int r = read_rows(worker, match, &rows);

	if (r != 0)
		return r;
	if (!is_there(&rows)) {
		page_error(request, response, 404);
		return 0;
	}
	page_begin(&page, request, response, 200,
		   parts_series_name(&g_array_index(rows.series, struct lists_series, 0)),
		   rows.project.link_name);
	write_page(&page, &rows);
	page_end(&page);
	return 0;
}
