/* series_page - the page of a series; see series_page.h */
#include "daemon/pages/series_page.h"

#include "daemon/pages/change_log.h"
#include "daemon/pages/mail_text.h"
#include "daemon/pages/page.h"
#include "daemon/pages/parts.h"
#include "daemon/pages/thread.h"
#include "daemon/pages/url.h"
#include "parser/cleanup.h"
#include "sql/pages/front.h"
#include "sql/pages/lists.h"
#include "sql/pages/mail.h"
#include "sql/pages/versions.h"

/* Anchors of the comments on the cover letter have this before the id. */
#define COVER_PREFIX "cover-"

/* The rows that a page shows. */
struct series_rows {
	struct front_project project;
	GArray *series; /* struct lists_series: one, or none */
	struct pg_result *series_result;
	struct lists_patches patches;
	/* The cover letter, or without one the first patch; id 0: there is neither. */
	struct mail head;
	struct mail_details details; /* of that */
	GArray *comments;            /* struct mail_comment: on all patches */
	bool has_more_comments;      /* than those */
	struct pg_result *comments_result;
	GArray *versions; /* struct version_details */
	struct pg_result *versions_result;
};

static void series_rows_done(struct series_rows *rows)
{
	front_project_done(&rows->project);
	if (rows->series != NULL)
		g_array_unref(rows->series);
	pg_result_free(rows->series_result);
	lists_patches_done(&rows->patches);
	mail_done(&rows->head);
	mail_details_done(&rows->details);
	if (rows->comments != NULL)
		g_array_unref(rows->comments);
	pg_result_free(rows->comments_result);
	if (rows->versions != NULL)
		g_array_unref(rows->versions);
	pg_result_free(rows->versions_result);
}

static bool has_cover(const struct series_rows *rows)
{
	return rows->head.id != 0 && rows->head.kind == MAIL_COVER;
}

static int read_head(struct app_worker *worker, const struct route_match *match, int32_t id,
		     struct series_rows *rows)
{
	int r = mail_cover_of(worker->pg, id, worker->time_zone, &rows->head);

	if (r == 0 && rows->head.id == 0 && rows->patches.rows->len > 0) {
		struct view first = g_array_index(rows->patches.rows, struct lists_patch, 0).msgid;
		g_autofree char *msgid = g_strndup(first.ptr, first.len);

		mail_done(&rows->head);
		r = mail_find(worker->pg, MAIL_PATCH, match->captures[0], msgid, worker->time_zone,
			      &rows->head);
	}
	if (r == 0 && rows->head.id != 0)
		r = mail_details(worker->pg, &rows->head, worker->time_zone, 1, &rows->details);
	return r;
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
		r = versions_details(worker->pg, id, worker->time_zone, &rows->versions,
				     &rows->versions_result);
	if (r == 0)
		r = mail_series_comments(worker->pg, id, worker->time_zone, &rows->comments,
					 &rows->has_more_comments, &rows->comments_result);
	return r == 0 ? read_head(worker, match, id, rows) : r;
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
	parts_number(html, series->version, series->minor);
	html_put(html, ", by ");
	html_link(html, by);
	page_person(page, series->submitter.name, series->submitter.email);
	html_put(html, "</a>, ");
	html_time(html, series->clock);
	html_put(html, ". Patches: ");
	parts_completeness(page, series->total, rows->patches.rows, 0, rows->patches.rows->len);
	parts_missing_note(page, series->total, rows->patches.rows, 0, rows->patches.rows->len);
	html_put(html, "</p>\n");
	if (missing != NULL)
		html_put(html, "<p class=\"warn\">The missing patches have not arrived, or are in"
			       " another series.</p>\n");
}

static void write_version(struct page *page, const struct series_rows *rows,
			  const struct version_details *details, const GArray *all)
{
	const struct version *version = &details->version;
	struct html *html = &page->html;
	g_autofree char *url = url_series(rows->project.link_name, version->series_id);

	html_put(html, "<tr><th scope=\"row\">");
	if (version->series_id != version->of)
		html_link(html, url);
	parts_version(page, all, version);
	if (version->series_id != version->of)
		html_put(html, "</a>");
	else
		html_put(html, ", this one");
	html_put(html, "</th><td>");
	html_time(html, version->clock);
	html_put(html, "</td><td class=\"num\">");
	html_int(html, details->patches);
	if (details->total > 0) {
		html_put(html, "/");
		html_int(html, details->total);
	}
	html_put(html, "</td><td class=\"num\">");
	html_int(html, details->comments);
	html_put(html, "</td></tr>\n");
}

/* `KIND ID`, as a link to the series that it is, if that is known. */
static void write_prerequisite(struct page *page, const struct series_rows *rows, struct view text,
			       int64_t series_id)
{
	struct html *html = &page->html;
	g_autofree char *url = url_series(rows->project.link_name, (int32_t)series_id);

	html_put(html, "<li>");
	if (series_id != 0)
		html_link(html, url);
	html_put(html, "<code>");
	html_text(html, text);
	html_put(html, "</code>");
	if (series_id != 0)
		html_put(html, "</a>");
	html_put(html, "</li>\n");
}

static void write_basis(struct page *page, const struct series_rows *rows,
			const struct version_details *version)
{
	struct html *html = &page->html;

	if (version->base_commit.len > 0) {
		html_put(html, "<p>Base commit: ");
		parts_id(page, rows->project.commit_format, version->base_commit);
		html_put(html, "</p>\n");
	}
	if (version->required->len == 0)
		return;
	html_put(html, "<p>Needs:</p>\n<ul>\n");
	for (guint i = 0; i < version->required->len && i < version->prerequisites->len; i++)
		write_prerequisite(page, rows,
				   g_array_index(version->prerequisites, struct view, i),
				   g_array_index(version->required, int64_t, i));
	html_put(html, "</ul>\n");
}

static const struct version_details *details_at(const struct series_rows *rows, guint i)
{
	return &g_array_index(rows->versions, struct version_details, i);
}

static void write_version_table(struct page *page, const struct series_rows *rows, int32_t id)
{
	g_autofree char *series = url_series(rows->project.link_name, id);
	g_autofree char *compared = g_strconcat(series, "versions/", NULL);
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct version));
	struct html *html = &page->html;

	for (guint i = 0; i < rows->versions->len; i++)
		g_array_append_val(all, details_at(rows, i)->version);
	html_put(html, "<h2>Versions</h2>\n<table><thead><tr><th scope=\"col\">Version</th>"
		       "<th scope=\"col\">Date</th><th scope=\"col\" class=\"num\">Patches</th>"
		       "<th scope=\"col\" class=\"num\">Comments</th></tr></thead>\n<tbody>\n");
	for (guint i = rows->versions->len; i-- > 0;)
		write_version(page, rows, details_at(rows, i), all);
	html_put(html, "</tbody></table>\n<p>");
	html_link(html, compared);
	html_put(html, "Compare this version with the others</a></p>\n");
}

/* The versions, and what the series is based on. */
static void write_versions(struct page *page, const struct series_rows *rows, int32_t id)
{
	for (guint i = 0; i < rows->versions->len; i++)
		if (details_at(rows, i)->version.series_id == id)
			write_basis(page, rows, details_at(rows, i));
	if (rows->versions->len < 2)
		html_put(&page->html, "<p>No other version is known.</p>\n");
	else
		write_version_table(page, rows, id);
}

/* Write the changes between versions, if the mail lists them. */
static void write_change_log(struct page *page, const struct series_rows *rows)
{
	struct view log = change_log_find(rows->head.content);
	struct html *html = &page->html;

	if (log.len == 0)
		return;
	html_put(html, "<h2>What has changed</h2>\n");
	mail_text_write(html, log);
}

static struct view first_msgid(const struct series_rows *rows)
{
	return rows->head.id != 0 ? page_bare_msgid(rows->head.msgid) : VIEW("");
}

static void write_cover(struct page *page, const struct series_rows *rows)
{
	struct html *html = &page->html;
	g_autofree char *url = NULL;

	if (!has_cover(rows))
		return;
	url = url_of_mail(rows->project.link_name, URL_COVER, rows->head.msgid, "");
	html_put(html, "<h2>Cover letter</h2>\n<p>");
	html_link_text(html, url, rows->head.name);
	html_put(html, "</p>\n");
	mail_text_write(html, rows->head.content);
}

/* ---- the discussion */

static void write_more(struct page *page, const char *url, const char *label)
{
	html_put(&page->html, "<p>");
	html_link(&page->html, url);
	html_str(&page->html, label);
	html_put(&page->html, "</a></p>\n");
}

/* The comments on the cover letter. */
static void write_cover_thread(struct page *page, const struct series_rows *rows)
{
	g_autofree char *url = url_of_mail(rows->project.link_name, URL_COVER, rows->head.msgid,
					   "?page=2#discussion");

	if (rows->details.comments->len > 0)
		thread_write(page, rows->details.comments, COVER_PREFIX);
	if (rows->details.has_more_comments)
		write_more(page, url, "More comments on the cover letter");
}

/* The comments on one patch, below its name. */
static void write_patch_thread(struct page *page, const struct lists_patch *patch,
			       const GArray *comments)
{
	g_autofree char *url = url_of_mail(patch->project, URL_PATCH, patch->msgid, "#discussion");

	html_put(&page->html, "<h3>");
	html_link_text(&page->html, url, patch->name);
	html_put(&page->html, "</h3>\n");
	thread_write(page, comments, "");
}

/* Write the comments by patch; patches and comments have the same order. */
static void write_patch_threads(struct page *page, const struct series_rows *rows)
{
	guint next = 0;

	for (guint i = 0; i < rows->patches.rows->len; i++) {
		const struct lists_patch *patch =
			&g_array_index(rows->patches.rows, struct lists_patch, i);
		g_autoptr(GArray) comments = g_array_new(FALSE, FALSE, sizeof(struct mail_comment));

		for (; next < rows->comments->len; next++) {
			const struct mail_comment *comment =
				&g_array_index(rows->comments, struct mail_comment, next);

			if (comment->patch_id != patch->id)
				break;
			g_array_append_vals(comments, comment, 1);
		}
		if (comments->len > 0)
			write_patch_thread(page, patch, comments);
	}
}

static void write_discussion(struct page *page, const struct series_rows *rows)
{
	bool has_comments = rows->comments->len > 0;

	html_put(&page->html, "<h2 id=\"discussion\">Discussion</h2>\n");
	if (has_cover(rows)) {
		write_cover_thread(page, rows);
		has_comments |= rows->details.comments->len > 0;
	}
	write_patch_threads(page, rows);
	if (!has_comments)
		html_put(&page->html, "<p>There is no reply yet.</p>\n");
	if (!rows->has_more_comments)
		return;
	html_put(&page->html, "<p><strong>Only the first comments on patches are shown: ");
	html_int(&page->html, (int)rows->comments->len);
	html_put(&page->html, ".</strong> The pages of the patches have all of them.</p>\n");
}

/* ---- the page */

/* The versions of a series have the same name, so the title has the version, too. */
static void begin_page(struct page *page, const struct http_request *request,
		       struct http_response *response, const struct series_rows *rows)
{
	const struct lists_series *series = &g_array_index(rows->series, struct lists_series, 0);
	struct view name = parts_series_name(series);
	g_autofree char *part =
		series->minor > 0 ? g_strdup_printf(".%d", series->minor) : g_strdup("");
	g_autofree char *title =
		g_strdup_printf("%.*s, v%d%s", (int)name.len, name.ptr, series->version, part);

	page_begin_bare(page, request, response, 200, view_str(title), rows->project.link_name);
	html_put(&page->html, "<h1>");
	html_bdi(&page->html, name);
	html_put(&page->html, "</h1>\n");
}

static void write_page(struct page *page, const struct series_rows *rows)
{
	const struct lists_series *series = &g_array_index(rows->series, struct lists_series, 0);
	g_autofree char *mbox = g_strdup_printf("/series/%d/mbox/", series->id);
	g_autofree char *document = g_strdup_printf("/api/series/%d/", series->id);
	g_autofree char *feed = url_project(rows->project.link_name, "feed/");

	write_summary(page, rows, series);
	write_versions(page, rows, series->id);
	write_change_log(page, rows);
	if (rows->patches.rows->len > 0)
		parts_apply(page, mbox, first_msgid(rows));
	write_cover(page, rows);
	html_put(&page->html, "<h2>Patches</h2>\n");
	if (rows->patches.rows->len > 0)
		parts_patch_table(page, &rows->patches, PARTS_OF_SERIES);
	else
		html_put(&page->html, "<p>No patch of this series has arrived yet.</p>\n");
	if (rows->head.id != 0)
		thread_write_trailers(page, rows->details.comments,
				      has_cover(rows) ? COVER_PREFIX : "");
	write_discussion(page, rows);
	page_footer_link(page, document, document);
	page_footer_link(page, "mbox", mbox);
	page_footer_link(page, "Atom feed", feed);
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
	begin_page(&page, request, response, &rows);
	write_page(&page, &rows);
	page_end(&page);
	return 0;
}
