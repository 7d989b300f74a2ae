/* page - the common parts of all pages; see page.h */
#include "daemon/pages/page.h"

#include <string.h>

#include "daemon/pages/style.h"
#include "daemon/pages/url.h"

#define POLICY                                                  \
	"default-src 'none'; style-src 'self'; img-src data:; " \
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

#define ICON                                                                                \
	"<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/"     \
	"2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%231a5fb4' d='M2 1h9l3 3v11H2z'/%3E" \
	"%3Cpath stroke='white' stroke-width='2' d='M5 6h6M8 3v6M5 12h6'/%3E%3C/svg%3E\">\n"

/* ---- beginning */

static void write_head(struct page *page, struct view title, struct view link_name)
{
	struct html *html = &page->html;

	html_put(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		       "<title>");
	html_text(html, html_name(title));
	/* Browsers keep the style sheet of one release, and fetch that of the next. */
	html_put(html, " · patchmda</title>\n"
		       "<link rel=\"stylesheet\" href=\"/style.css?" PATCHMDA_VERSION "\">\n" ICON);
	if (link_name.len > 0) {
		g_autofree char *feed = url_project(link_name, "feed/");

		html_put(html, "<link rel=\"alternate\" type=\"application/atom+xml\""
			       " title=\"Series\" href=\"");
		html_str(html, feed);
		html_put(html, "\">\n");
	}
	html_put(html, "</head>\n");
}

static void write_navigation(struct page *page, struct view link_name)
{
	struct html *html = &page->html;

	html_put(html, "<nav aria-label=\"Site\"><a href=\"/\">patchmda</a>");
	if (link_name.len > 0) {
		g_autofree char *about = url_project(link_name, "");
		g_autofree char *list = url_project(link_name, "list/");

		html_put(html, " / ");
		html_link_text(html, about, link_name);
		html_put(html, " / ");
		html_link(html, list);
		html_put(html, "series</a>");
	}
	html_put(html, "</nav>\n");
}

static void write_search_box(struct page *page)
{
	html_put(&page->html,
		 "<form role=\"search\" action=\"/search/\"><label for=\"q\">Search</label> "
		 "<input type=\"search\" id=\"q\" name=\"q\" "
		 "placeholder=\"subject, person, message id, commit\"> "
		 "<button>Find</button></form>\n");
}

void page_begin_bare(struct page *page, const struct http_request *request,
		     struct http_response *response, unsigned status, struct view title,
		     struct view link_name)
{
	*page = (struct page){ .html = { response->body },
			       .request = request,
			       .response = response,
			       .now_secs = g_get_real_time() / G_USEC_PER_SEC };
	http_response_begin(response, status, PAGE_TYPE);
	http_response_header(response, "Content-Security-Policy", POLICY);
	http_response_header(response, "Referrer-Policy", "same-origin");
	response->may_be_cached = status == 200;
	write_head(page, title, link_name);
	html_put(&page->html, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"
			      "<header>\n");
	write_navigation(page, link_name);
	write_search_box(page);
	html_put(&page->html, "</header>\n<main id=\"main\">\n");
}

void page_begin(struct page *page, const struct http_request *request,
		struct http_response *response, unsigned status, struct view title,
		struct view link_name)
{
	page_begin_bare(page, request, response, status, title, link_name);
	html_put(&page->html, "<h1>");
	html_bdi(&page->html, html_name(title));
	html_put(&page->html, "</h1>\n");
}

/* ---- end */

static void begin_footer_item(struct page *page)
{
	if (page->has_footer) {
		html_put(&page->html, " · ");
		return;
	}
	page->has_footer = true;
	html_put(&page->html, "</main>\n<footer>\n<p>By program: ");
}

void page_footer_link(struct page *page, const char *label, const char *url)
{
	begin_footer_item(page);
	html_link(&page->html, url);
	html_str(&page->html, label);
	html_put(&page->html, "</a>");
}

void page_footer_command(struct page *page, const char *command, struct view operand)
{
	begin_footer_item(page);
	html_put(&page->html, "<code>");
	html_str(&page->html, command);
	if (operand.len > 0) {
		html_put(&page->html, " ");
		html_shell_operand(&page->html, operand);
	}
	html_put(&page->html, "</code>");
}

void page_footer_option(struct page *page, const char *command, struct view value)
{
	begin_footer_item(page);
	html_put(&page->html, "<code>");
	html_str(&page->html, command);
	html_put(&page->html, " ");
	html_shell_word(&page->html, value);
	html_put(&page->html, "</code>");
}

void page_footer_words(struct page *page, const GPtrArray *words)
{
	begin_footer_item(page);
	html_put(&page->html, "<code>");
	for (guint i = 0; i < words->len; i++) {
		if (i > 0)
			html_put(&page->html, " ");
		html_shell_word(&page->html, view_str(words->pdata[i]));
	}
	html_put(&page->html, "</code>");
}

void page_footer_without(struct page *page, const char *what)
{
	if (what[0] == '\0')
		return;
	html_put(&page->html, " (without ");
	html_str(&page->html, what);
	html_put(&page->html, ")");
}

void page_end(struct page *page)
{
	if (page->has_footer)
		html_put(&page->html, "</p>\n");
	else
		html_put(&page->html, "</main>\n<footer>\n");
	html_put(
		&page->html,
		"<p>Times are UTC. <a href=\"/api/\">REST interface</a> · patchmda " PATCHMDA_VERSION
		"</p>\n</footer>\n</body>\n</html>\n");
}

/* ---- parts */

void page_count(struct page *page, int32_t count)
{
	if (count < 0) {
		html_put(&page->html, "at least ");
		count = -count;
	}
	if (count > FRONT_COUNT_MAX) {
		html_put(&page->html, "more than 10,000");
		return;
	}
	if (count >= 1000)
		g_string_append_printf(page->html.out, "%d,%03d", count / 1000, count % 1000);
	else
		html_int(&page->html, count);
}

int page_front_count(struct app_worker *worker, int32_t project_id, enum front_count which,
		     int32_t *ret_count)
{
	static const char *const names[] = {
		[FRONT_OPEN] = "open patches",
		[FRONT_ALL] = "all patches",
		[FRONT_OPEN_SERIES] = "open series",
		[FRONT_ALL_SERIES] = "all series",
	};
	g_autofree char *key = g_strdup_printf("%s of %d", names[which], project_id);
	int64_t count;
	int r = 0;

	if (!counts_find(worker->app->counts, key, &count)) {
		r = front_count(worker->pg, project_id, which, &count);
		if (r == 0)
			counts_keep(worker->app->counts, key, count);
	}
	*ret_count = r == 0 ? (int32_t)count : 0;
	return r;
}

void page_person(struct page *page, struct view name, struct view email)
{
	html_bdi(&page->html, html_name(html_is_blank(name) ? email : name));
}

char *page_stored_msgid(const char *msgid)
{
	if (msgid[0] == '<' && g_str_has_suffix(msgid, ">"))
		return g_strdup(msgid);
	return g_strconcat("<", msgid, ">", NULL);
}

char *page_msgid(const struct route_match *match, size_t index)
{
	g_autofree char *msgid = route_msgid(match, index);

	return page_stored_msgid(msgid);
}

struct view page_bare_msgid(struct view msgid)
{
	return msgid.len > 2 ? view_of(msgid.ptr + 1, msgid.len - 2) : msgid;
}

/* ---- whole responses */

static const char *advice(unsigned status)
{
	switch (status) {
	case 403:
	case 405:
		return "The pages are read-only. The REST interface takes changes.";
	case 404:
		return "There is no page at this address.";
	case 503:
		return "The database is not available, or the query takes too long."
		       " Try again later.";
	default:
		return "The request cannot be answered.";
	}
}

void page_error(const struct http_request *request, struct http_response *response, unsigned status)
{
	g_autofree char *title = g_strdup_printf("%u: %s", status, http_reason_phrase(status));
	struct page page;

	page_begin(&page, request, response, status, view_str(title), VIEW(""));
	html_put(&page.html, "<p>");
	html_str(&page.html, advice(status));
	html_put(&page.html, "</p>\n<p>Requested: <code>");
	html_str(&page.html, request->path);
	html_put(&page.html,
		 "</code></p>\n<p>All lists can be reached from the <a href=\"/\">projects</a>;"
		 " the search box finds patches, people, message ids and commits.</p>\n");
	page_end(&page);
}

int page_style(struct app_worker *worker, const struct http_request *request,
	       const struct route_match *match, struct http_response *response)
{
	(void)worker;
	(void)request;
	(void)match;
	http_response_begin(response, 200, "text/css; charset=utf-8");
	http_response_header(response, "Cache-Control", "max-age=3600");
	response->may_be_cached = true;
	g_string_append(response->body, style_sheet);
	return 0;
}
