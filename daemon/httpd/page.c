/* page - HTML; see page.h */
#include "daemon/httpd/page.h"

#include <string.h>

#define TYPE "text/html; charset=utf-8"

static void begin_page(GString *page, const char *title)
{
	g_autofree char *escaped = g_markup_escape_text(title, -1);

	g_string_append_printf(page,
			       "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
			       "<meta charset=\"utf-8\">\n<title>%s</title>\n"
			       "</head>\n<body>\n<h1>%s</h1>\n",
			       escaped, escaped);
}

void page_error(struct http_response *response, unsigned status)
{
	g_autofree char *title = g_strdup_printf("%u: %s", status, http_status_words(status));

	http_response_begin(response, status, TYPE);
	http_response_header(response, "X-Content-Type-Options", "nosniff");
	begin_page(response->body, title);
	g_string_append(response->body, "</body>\n</html>\n");
}

static void append_escaped(GString *page, const char *text, size_t length)
{
	g_autofree char *escaped = g_markup_escape_text(text, (gssize)length);

	g_string_append(page, escaped);
}

/* JSON, in which a text that is an http or https URL becomes a link. */
static void append_json(GString *page, const char *json)
{
	while (*json != '\0') {
		const char *url = strstr(json, "\"http"), *end;

		end = url != NULL ? strchr(url + 1, '"') : NULL;
		if (end == NULL ||
		    (strncmp(url, "\"http://", 8) != 0 && strncmp(url, "\"https://", 9) != 0)) {
			size_t length = end != NULL ? (size_t)(url + 1 - json) : strlen(json);

			append_escaped(page, json, length);
			json += length;
			continue;
		}
		append_escaped(page, json, (size_t)(url + 1 - json));
		g_string_append(page, "<a href=\"");
		append_escaped(page, url + 1, (size_t)(end - url - 1));
		g_string_append(page, "\">");
		append_escaped(page, url + 1, (size_t)(end - url - 1));
		g_string_append(page, "</a>");
		json = end;
	}
}

void page_of_answer(const struct http_request *request, const struct route *route,
		    struct http_response *response)
{
	GString *page = g_string_new(NULL);
	g_autofree char *line =
		g_markup_printf_escaped("%s %s%s%s", request->method, request->raw_path,
					request->raw_query[0] != '\0' ? "?" : "",
					request->raw_query);
	g_autofree char *about = g_markup_escape_text(route->about, -1);

	begin_page(page, route->title);
	g_string_append_printf(page, "<pre>%s</pre>\n<pre><b>%s</b></pre>\n<pre>HTTP %u %s\n",
			       about, line, response->status, http_status_words(response->status));
	for (guint i = 0; i + 1 < response->headers->len; i += 2) {
		g_autofree char *header =
			g_markup_printf_escaped("%s: %s\n", (char *)response->headers->pdata[i],
						(char *)response->headers->pdata[i + 1]);

		g_string_append(page, header);
	}
	g_string_append(page, "\n");
	append_json(page, response->body->str);
	g_string_append(page, "</pre>\n</body>\n</html>\n");
	g_string_free(response->body, TRUE);
	response->body = page;
	response->type = TYPE;
	response->may_be_cached = false;
}
