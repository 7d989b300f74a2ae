/* mail_page - the pages of patches and cover letters; see mail_page.h */
#include "daemon/pages/mail_page.h"

#include <string.h>

#include "daemon/pages/diff_view.h"
#include "daemon/pages/mail_text.h"
#include "daemon/pages/missing_page.h"
#include "daemon/pages/parts.h"
#include "daemon/pages/thread.h"
#include "daemon/pages/url.h"
#include "parser/cleanup.h"
#include "sql/pages/front.h"
#include "sql/pages/lists.h"
#include "sql/pages/mail.h"

/* Later pages of comments are not read. */
#define COMMENT_PAGES_MAX 1000

/* The rows that a page shows. */
struct mail_rows {
	int64_t number; /* of the page of comments, from 1 */
	bool is_number_unknown;
	struct front_project project;
	struct mail mail;
	struct mail_details details;
	struct lists_patches siblings; /* all patches of the series, including this one */
	GArray *series;                /* struct lists_series: one, or none */
	struct pg_result *series_result;
	GArray *versions; /* struct version: of the series */
	struct pg_result *versions_result;
};

static void mail_rows_done(struct mail_rows *rows)
{
	front_project_done(&rows->project);
	mail_done(&rows->mail);
	mail_details_done(&rows->details);
	lists_patches_done(&rows->siblings);
	if (rows->series != NULL)
		g_array_unref(rows->series);
	pg_result_free(rows->series_result);
	if (rows->versions != NULL)
		g_array_unref(rows->versions);
	pg_result_free(rows->versions_result);
}

static int read_series(struct app_worker *worker, struct mail_rows *rows)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	int r;

	if (rows->mail.series_id == 0)
		return 0;
	g_array_append_val(ids, rows->mail.series_id);
	r = lists_series(worker->pg, ids, worker->time_zone, &rows->series, &rows->series_result);
	if (r == 0)
		r = versions_of(worker->pg, ids, worker->time_zone, &rows->versions,
				&rows->versions_result);
	if (r != 0)
		return r;
	/* The page of a cover letter has a table of them. */
	return rows->mail.kind == MAIL_COVER
		       ? lists_patches_of(worker->pg, ids, worker->time_zone, &rows->siblings)
		       : lists_patch_names(worker->pg, ids, &rows->siblings);
}

static int find_mail(struct app_worker *worker, const struct route_match *match,
		     enum mail_kind kind, struct mail *ret_mail)
{
	const char *project = match->captures[0];
	g_autofree char *msgid = page_msgid(match, 1);
	g_autofree char *raw = page_stored_msgid(match->captures[1]);
	int r;

	/* Patchwork takes %2F for a slash only in the path of a patch. */
	if (kind == MAIL_COVER && !g_str_equal(raw, msgid)) {
		r = mail_find(worker->pg, kind, project, raw, worker->time_zone, ret_mail);
		if (r != 0 || ret_mail->id != 0)
			return r;
		mail_done(ret_mail);
	}
	return mail_find(worker->pg, kind, project, msgid, worker->time_zone, ret_mail);
}

static int read_rows(struct app_worker *worker, const struct route_match *match,
		     enum mail_kind kind, struct mail_rows *rows)
{
	int r = front_find(worker->pg, match->captures[0], &rows->project);

	if (r == 0 && rows->project.id != 0)
		r = find_mail(worker, match, kind, &rows->mail);
	if (r != 0 || rows->mail.id == 0)
		return r;
	r = mail_details(worker->pg, &rows->mail, worker->time_zone, rows->number, &rows->details);
	return r == 0 ? read_series(worker, rows) : r;
}

/* ---- other patches of the series */

static const struct lists_patch *sibling_at(const struct mail_rows *rows, guint i)
{
	return &g_array_index(rows->siblings.rows, struct lists_patch, i);
}

static void write_step(struct page *page, const char *label, const struct lists_patch *patch)
{
	g_autofree char *url = url_of_mail(patch->project, URL_PATCH, patch->msgid, "");
	struct html *html = &page->html;

	html_put(html, "<li>");
	html_str(html, label);
	html_put(html, ": ");
	html_link_text(html, url, patch->name);
	html_put(html, "</li>\n");
}

static void write_siblings(struct page *page, const struct mail_rows *rows)
{
	guint count = rows->siblings.rows->len;

	for (guint i = 0; i < count; i++) {
		if (sibling_at(rows, i)->id != rows->mail.id)
			continue;
		if (i > 0)
			write_step(page, "Previous", sibling_at(rows, i - 1));
		if (i + 1 < count)
			write_step(page, "Next", sibling_at(rows, i + 1));
	}
}

/* Write the line below the heading: the series, the previous and the next patch. */
static void write_series_line(struct page *page, const struct mail_rows *rows)
{
	struct html *html = &page->html;
	const struct lists_series *series;
	g_autofree char *url = NULL;

	if (rows->series == NULL || rows->series->len == 0)
		return;
	series = &g_array_index(rows->series, struct lists_series, 0);
	url = url_series(rows->project.link_name, series->id);
	html_put(html, "<ul class=\"siblings\" aria-label=\"Series\"><li>Series: ");
	html_link_text(html, url, parts_series_name(series));
	html_put(html, " ");
	parts_completeness(page, series->total, rows->siblings.rows, 0, rows->siblings.rows->len);
	parts_missing_note(page, series->total, rows->siblings.rows, 0, rows->siblings.rows->len);
	parts_versions(page, rows->project.link_name, rows->versions, series->id,
		       ", other versions: ");
	html_put(html, "</li>\n");
	if (rows->mail.kind == MAIL_PATCH)
		write_siblings(page, rows);
	html_put(html, "</ul>\n");
}

/* ---- facts */

static void begin_fact(struct page *page, const char *label)
{
	html_put(&page->html, "<tr><th scope=\"row\">");
	html_str(&page->html, label);
	html_put(&page->html, "</th><td>");
}

static void end_fact(struct page *page)
{
	html_put(&page->html, "</td></tr>\n");
}

static void write_fact(struct page *page, const char *label, struct view text)
{
	if (text.len == 0)
		return;
	begin_fact(page, label);
	html_text_with_links(&page->html, text);
	end_fact(page);
}

static void write_formatted(struct page *page, const char *label, struct view format,
			    struct view id)
{
	if (id.len == 0)
		return;
	begin_fact(page, label);
	parts_id(page, format, id);
	end_fact(page);
}

static void write_submitter(struct page *page, const struct mail_rows *rows)
{
	const struct lists_person *person = &rows->mail.submitter;
	g_autofree char *tail = g_strdup_printf("list/?state=*&submitter=%d", person->id);
	g_autofree char *url = url_project(rows->project.link_name, tail);

	begin_fact(page, "From");
	html_link(&page->html, url);
	page_person(page, person->name, person->email);
	html_put(&page->html, "</a> &lt;");
	html_bdi(&page->html, person->email);
	html_put(&page->html, "&gt;");
	end_fact(page);
}

static void write_state(struct page *page, const struct mail *mail)
{
	if (mail->kind != MAIL_PATCH)
		return;
	begin_fact(page, "State");
	html_text(&page->html, mail->state.len > 0 ? mail->state : VIEW("none"));
	if (mail->is_archived)
		html_put(&page->html, ", archived");
	end_fact(page);
	begin_fact(page, "Delegate");
	html_text(&page->html, mail->delegate.len > 0 ? mail->delegate : VIEW("nobody"));
	end_fact(page);
}

static void write_facts(struct page *page, const struct mail_rows *rows)
{
	const struct mail *mail = &rows->mail;
	struct view id = page_bare_msgid(mail->msgid);

	html_put(&page->html, "<table class=\"facts\">\n");
	write_submitter(page, rows);
	begin_fact(page, "Date");
	html_time(&page->html, mail->clock);
	end_fact(page);
	write_formatted(page, "Message id", rows->project.archive_format, id);
	write_state(page, mail);
	write_formatted(page, "Commit", rows->project.commit_format, mail->commit);
	write_fact(page, "Pull from", mail->pull_url);
	html_put(&page->html, "</table>\n");
}

/* ---- checks and related patches */

static void write_check(struct page *page, const struct mail_check *check)
{
	struct html *html = &page->html;
	g_autofree char *url =
		g_strndup(check->url.ptr != NULL ? check->url.ptr : "", check->url.len);

	html_put(html, "<tr><th scope=\"row\">");
	if (check->url.len > 0)
		html_link(html, url);
	html_bdi(html, check->context);
	if (check->url.len > 0)
		html_put(html, "</a>");
	html_put(html, "</th><td>");
	parts_check_state(page, check->state);
	html_put(html, "</td><td class=\"long\">");
	html_bdi(html, check->description);
	html_put(html, "</td><td>");
	html_text(html, check->user);
	html_put(html, " ");
	html_time(html, check->clock);
	html_put(html, "</td></tr>\n");
}

static void write_checks(struct page *page, const GArray *checks)
{
	if (checks->len == 0)
		return;
	html_put(
		&page->html,
		"<h2>Checks</h2>\n<table class=\"list short\"><thead><tr><th scope=\"col\">Check</th>"
		"<th scope=\"col\">Result</th><th scope=\"col\">Description</th>"
		"<th scope=\"col\">By</th></tr></thead>\n<tbody>\n");
	for (guint i = 0; i < checks->len; i++)
		write_check(page, &g_array_index(checks, struct mail_check, i));
	html_put(&page->html, "</tbody></table>\n");
}

static void write_related(struct page *page, const GArray *related)
{
	struct html *html = &page->html;

	if (related == NULL || related->len == 0)
		return;
	html_put(html, "<h2>Related patches</h2>\n<ul>\n");
	for (guint i = 0; i < related->len; i++) {
		const struct mail_related *row = &g_array_index(related, struct mail_related, i);
		g_autofree char *url = url_of_mail(row->project, URL_PATCH, row->msgid, "");

		html_put(html, "<li>");
		html_link_text(html, url, row->name);
		html_put(html, ", ");
		html_time(html, row->clock);
		html_put(html, "</li>\n");
	}
	html_put(html, "</ul>\n");
}

/* ---- the page */

static void write_trailers(struct page *page, const struct mail_rows *rows)
{
	thread_write_trailers(page, rows->details.comments, "");
	if (rows->number > 1 || rows->details.has_more_comments)
		html_put(
			&page->html,
			"<p>There are many comments: only those on this page are searched for trailers.</p>\n");
}

static void write_discussion(struct page *page, const struct mail_rows *rows)
{
	bool has_next = rows->details.has_more_comments && rows->number < COMMENT_PAGES_MAX;

	html_put(&page->html, "<h2 id=\"discussion\">Discussion</h2>\n");
	if (rows->is_number_unknown)
		html_put(&page->html, "<p class=\"warn\">The parameter <code>page</code> is not the"
				      " number of a page of comments, and is ignored.</p>\n");
	parts_pager(page, rows->number, has_next, "#discussion");
	if (rows->details.comments->len > 0)
		thread_write(page, rows->details.comments, "");
	else if (rows->number > 1)
		html_put(&page->html, "<p>There are no more replies.</p>\n");
	else
		html_put(&page->html, "<p>There is no reply yet.</p>\n");
	if (has_next)
		parts_pager(page, rows->number, has_next, "#discussion");
}

static void write_body(struct page *page, const struct mail_rows *rows, const char *raw)
{
	const struct mail *mail = &rows->mail;
	struct html *html = &page->html;

	write_series_line(page, rows);
	write_facts(page, rows);
	write_checks(page, rows->details.checks);
	write_trailers(page, rows);
	write_related(page, rows->details.related);
	if (mail->kind == MAIL_PATCH)
		html_put(html, "<h2>Commit message</h2>\n");
	else
		html_put(html, "<h2>Cover letter</h2>\n");
	mail_text_write(html, mail->content);
	if (mail->diff.len > 0) {
		html_put(html, "<h2>Changes</h2>\n");
		diff_view_write(html, mail->diff, raw);
	}
	if (mail->kind == MAIL_COVER && rows->siblings.rows != NULL)
		parts_patch_table(page, &rows->siblings, PARTS_OF_SERIES);
	write_discussion(page, rows);
}

static void write_page(struct page *page, const struct mail_rows *rows)
{
	const struct mail *mail = &rows->mail;
	enum url_mail kind = mail->kind == MAIL_PATCH ? URL_PATCH : URL_COVER;
	g_autofree char *mbox = url_of_mail(rows->project.link_name, kind, mail->msgid, "mbox/");
	g_autofree char *raw = url_of_mail(rows->project.link_name, URL_PATCH, mail->msgid, "raw/");
	g_autofree char *feed = url_project(rows->project.link_name, "feed/");
	g_autofree char *why = url_why(mail->msgid);
	g_autofree char *document =
		g_strdup_printf("/api/%s/%d/", kind == URL_PATCH ? "patches" : "covers", mail->id);

	write_body(page, rows, raw);
	if (mail->kind == MAIL_PATCH)
		parts_apply(page, mbox, page_bare_msgid(mail->msgid));
	page_footer_link(page, document, document);
	page_footer_link(page, "mbox", mbox);
	if (mail->diff.len > 0)
		page_footer_link(page, "diff", raw);
	page_footer_link(page, "Atom feed", feed);
	page_footer_link(page, "why it is here", why);
	page_footer_command(page, "patchmda show", page_bare_msgid(mail->msgid));
}

/*
 * A cover letter at the address of a patch, or a patch at that of a cover letter, has another
 * address.
 */
static int answer_elsewhere(struct app_worker *worker, const struct http_request *request,
			    const struct route_match *match, struct http_response *response,
			    enum mail_kind kind, const struct front_project *project)
{
	_cleanup_(mail_done) struct mail mail = { 0 };
	enum mail_kind other = kind == MAIL_PATCH ? MAIL_COVER : MAIL_PATCH;
	g_autofree char *msgid = page_msgid(match, 1), *url = NULL;
	int r = mail_find(worker->pg, other, match->captures[0], msgid, worker->time_zone, &mail);

	if (r != 0)
		return r;
	if (mail.id == 0)
		return missing_page(worker, request, match, response, project);
	url = url_of_mail(project->link_name, other == MAIL_PATCH ? URL_PATCH : URL_COVER,
			  mail.msgid, "");
	http_response_redirect(response, 302, url);
	return 0;
}

static int answer(struct app_worker *worker, const struct http_request *request,
		  const struct route_match *match, struct http_response *response,
		  enum mail_kind kind)
{
	_cleanup_(mail_rows_done) struct mail_rows rows = { .number = 1 };
	const char *number = http_param(request, "page");
	struct page page;
	int r;

	if (number != NULL &&
	    (!view_number(view_str(number), COMMENT_PAGES_MAX, &rows.number) || rows.number == 0)) {
		rows.number = 1;
		rows.is_number_unknown = true;
	}
	r = read_rows(worker, match, kind, &rows);
	if (r != 0)
		return r;
	if (rows.mail.id == 0 && rows.project.id != 0)
		return answer_elsewhere(worker, request, match, response, kind, &rows.project);
	if (rows.mail.id == 0)
		return missing_page(worker, request, match, response, &rows.project);
	page_begin(&page, request, response, 200, rows.mail.name, rows.project.link_name);
	write_page(&page, &rows);
	page_end(&page);
	return 0;
}

int mail_page_patch(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response)
{
	return answer(worker, request, match, response, MAIL_PATCH);
}

int mail_page_cover(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response)
{
	return answer(worker, request, match, response, MAIL_COVER);
}

int mail_page_of_comment(struct app_worker *worker, bool is_on_patch, int32_t id,
			 int64_t *ret_number)
{
	return mail_comment_page(worker->pg, is_on_patch ? MAIL_PATCH : MAIL_COVER, id, ret_number);
}
