/* answer_page - a page that shows a response of the REST interface; see answer_page.h */
#include "daemon/pages/answer_page.h"

#include "daemon/pages/page.h"
#include "parser/cleanup.h"

/* ---- the request, and the head of the response */

static void write_line(struct html *html, const struct http_request *request)
{
	html_put(html, "<pre class=\"copy\"><b>");
	html_str(html, request->method);
	html_put(html, " ");
	html_str(html, request->raw_path);
	if (request->raw_query[0] != '\0')
		html_put(html, "?");
	html_str(html, request->raw_query);
	html_put(html, "</b></pre>\n");
}

static void write_headers(struct html *html, unsigned status, const GPtrArray *headers)
{
	html_put(html, "HTTP ");
	html_int(html, status);
	html_put(html, " ");
	html_str(html, http_reason_phrase(status));
	html_put(html, "\n");
	for (guint i = 0; i + 1 < headers->len; i += 2) {
		html_str(html, headers->pdata[i]);
		html_put(html, ": ");
		html_str(html, headers->pdata[i + 1]);
		html_put(html, "\n");
		if (g_str_equal(headers->pdata[i], "Allow"))
			html_put(html, "Content-Type: application/json\n");
	}
}

/* ---- the page */

/* `page` of a piece after the first one has only its HTML. */
static void write_end(struct page *page)
{
	html_put(&page->html, "</pre>\n");
	page_end(page);
}

/* ---- the pieces after the first one */

/* `context`: the pieces of the JSON, which end between documents, so no link is cut. */
static int make_piece(struct app_worker *worker, void *context, GString *body, bool *ret_is_last)
{
	struct http_pieces *json = context;
	g_autoptr(GString) text = g_string_new(NULL);
	struct page page = { .html = { body } };
	int r = json->make(worker, json->context, text, ret_is_last);

	if (r != 0)
		return r;
	html_text_with_links(&page.html, view_of(text->str, text->len));
	if (*ret_is_last)
		write_end(&page);
	return 0;
}

static void free_pieces(void *context)
{
	struct http_pieces *json = context;

	json->free(json->context);
	g_free(json);
}

static struct http_pieces pieces_of(const struct http_pieces *json)
{
	return (struct http_pieces){ .context = g_memdup2(json, sizeof(*json)),
				     .make = make_piece,
				     .free = free_pieces };
}

/* ---- */

/* The page keeps the headers of the response, and shows them. */
void answer_page(const struct http_request *request, const struct route *route,
		 struct http_response *response)
{
	g_autoptr(GPtrArray) headers = g_steal_pointer(&response->headers);
	g_autofree char *json = g_strdup(response->body->str);
	struct http_pieces pieces = response->pieces;
	unsigned status = response->status;
	struct page page;

	response->headers = g_ptr_array_new_with_free_func(g_free);
	response->pieces = (struct http_pieces){ 0 };
	page_begin(&page, request, response, status, view_str(route->title), VIEW(""));
	response->may_be_cached = false;
	html_put(&page.html, "<pre>");
	html_str(&page.html, route->about);
	html_put(&page.html, "</pre>\n");
	write_line(&page.html, request);
	html_put(&page.html, "<pre>");
	write_headers(&page.html, status, headers);
	html_put(&page.html, "\n");
	html_text_with_links(&page.html, view_str(json));
	if (pieces.context != NULL)
		response->pieces = pieces_of(&pieces);
	else
		write_end(&page);
	for (guint i = 0; i + 1 < headers->len; i += 2)
		http_response_header(response, headers->pdata[i], headers->pdata[i + 1]);
}
