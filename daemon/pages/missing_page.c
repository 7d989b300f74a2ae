/* missing_page - the response for an unknown patch or cover letter; see missing_page.h */
#include "daemon/pages/missing_page.h"

#include "daemon/pages/page.h"
#include "daemon/pages/url.h"
#include "parser/cleanup.h"
#include "sql/pages/mail.h"
#include "sql/report/show.h"

/* Message ids are similar if they begin with this many equal bytes. */
#define SIMILAR_BYTES_MIN 8

static void write_link(struct page *page, const char *url, struct view text,
		       const char *description)
{
	html_put(&page->html, "<li>");
	html_link_text(&page->html, url, text);
	html_str(&page->html, description);
	html_put(&page->html, "</li>\n");
}

/* ---- the same message id elsewhere */

static void write_found(struct page *page, const struct shown *found)
{
	g_autofree char *url = url_shown(found);
	static const char *const descriptions[] = {
		[SHOWN_PATCH] = ": a patch with this message id",
		[SHOWN_COVER] = ": a cover letter with this message id",
		[SHOWN_PATCH_COMMENT] = ": the patch that this message is a comment on",
		[SHOWN_COVER_COMMENT] = ": the cover letter that this message is a comment on",
	};

	write_link(page, url, found->msgid, descriptions[found->kind]);
}

/* ---- similar message ids */

static bool is_similar(struct view a, struct view b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n])
		n++;
	return n > SIMILAR_BYTES_MIN;
}

bool missing_page_alike(struct page *page, const GArray *rows, struct view msgid)
{
	bool is_any = false;

	for (guint i = 0; i < rows->len; i++) {
		const struct mail_related *row = &g_array_index(rows, struct mail_related, i);
		g_autofree char *url = url_of_mail(row->project, URL_PATCH, row->msgid, "");

		if (!is_similar(row->msgid, msgid))
			continue;
		if (!is_any)
			html_put(&page->html, "<h2>Similar message ids</h2>\n<ul>\n");
		is_any = true;
		write_link(page, url, row->name, "");
	}
	if (is_any)
		html_put(&page->html, "</ul>\n");
	return is_any;
}

/* ---- the page */

static void write_page(struct page *page, const struct front_project *project, const char *msgid,
		       const GArray *found, const GArray *alike)
{
	struct html *html = &page->html;
	g_autofree char *why = url_why(view_str(msgid));

	html_put(html, "<p>Project ");
	html_bdi(html, project->link_name);
	html_put(html, " has no such mail with the message id <code>");
	html_str(html, msgid);
	html_put(html, "</code>.</p>\n");
	if (found->len > 0)
		html_put(html, "<ul>\n");
	for (guint i = 0; i < found->len; i++)
		write_found(page, &g_array_index(found, struct shown, i));
	if (found->len > 0)
		html_put(html, "</ul>\n");
	if (!missing_page_alike(page, alike, view_str(msgid)) && found->len == 0)
		html_put(html, "<p>No message has a similar message id."
			       " The mail may not have arrived yet.</p>\n");
	html_put(html, "<p>");
	html_link(html, why);
	html_put(html, "All that is known about this message id</a></p>\n");
	page_footer_command(page, "patchmda why", view_str(msgid));
}

int missing_page(struct app_worker *worker, const struct http_request *request,
		 const struct route_match *match, struct http_response *response,
		 const struct front_project *project)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *found_result = NULL, *like_result = NULL;
	g_autoptr(GArray) found = NULL, alike = NULL;
	g_autofree char *msgid = page_msgid(match, 1);
	struct page page;
	int r;

	if (project->id == 0) {
		page_error(request, response, 404);
		return 0;
	}
	r = show_find_msgid(worker->pg, msgid, NULL, &found, &found_result);
	if (r == 0)
		r = mail_like(worker->pg, project->id, msgid, &alike, &like_result);
	if (r != 0)
		return r;
	page_begin(&page, request, response, 404, VIEW("404: Not Found"), project->link_name);
	write_page(&page, project, msgid, found, alike);
	page_end(&page);
	return 0;
}
