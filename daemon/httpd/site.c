/* site - other addresses of Patchwork; see site.h */
#include "daemon/httpd/site.h"

#include <jansson.h>

#include "daemon/httpd/app_private.h"
#include "daemon/httpd/scalar.h"
#include "daemon/pages/page.h"
#include "parser/cleanup.h"
#include "parser/text.h"
#include "sql/report/suggest.h"

/* Shorter parts of a name find nothing. */
#define PART_CHARS_MIN 3

#define SUGGESTIONS_DEFAULT 10

/* ---- completions */

static int32_t limit_of(const struct app_worker *worker, const struct http_request *request)
{
	const char *text = http_param(request, "l");
	int64_t limit;

	if (text == NULL || !scalar_number(view_str(text), &limit) || limit < 1)
		return SUGGESTIONS_DEFAULT;
	return (int32_t)MIN(limit, (int64_t)worker->app->options->page_max);
}

static json_t *text_at(const struct pg_result *rows, int row, int column)
{
	struct view text = pg_text(rows, row, column);

	return text.ptr != NULL ? json_stringn(text.ptr, text.len) : json_null();
}

/* Append JSON; characters other than ASCII are escaped, in lower-case hexadecimal, as by Python. */
static void append_ascii(GString *to, const char *json)
{
	for (; *json != '\0'; json = g_utf8_next_char(json)) {
		g_autofree gunichar2 *units = NULL;
		glong count;

		if ((guchar)*json < 0x80) {
			g_string_append_c(to, *json);
			continue;
		}
		units = g_utf8_to_utf16(json, g_utf8_next_char(json) - json, NULL, &count, NULL);
		for (glong i = 0; units != NULL && i < count; i++)
			g_string_append_printf(to, "\\u%04x", (unsigned)units[i]);
	}
}

static void write_suggestions(const struct pg_result *rows, const char *third,
			      struct http_response *response)
{
	json_t *list = json_array();
	char *text;

	for (int row = 0; row < pg_rows(rows); row++) {
		json_t *item = json_pack("{s:i, s:o}", "pk", pg_int(rows, row, 0), "name",
					 text_at(rows, row, 1));

		if (third != NULL)
			(void)json_object_set_new(item, third, text_at(rows, row, 2));
		(void)json_array_append_new(list, item);
	}
	text = json_dumps(list, 0);
	append_ascii(response->body, text);
	free(text);
	json_decref(list);
}

static int suggest(struct app_worker *worker, const struct http_request *request,
		   struct http_response *response,
		   int (*find)(struct pg *pg, const char *part, int32_t limit,
			       struct pg_result **ret_result),
		   const char *third)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *rows = NULL;
	const char *part = http_param(request, "q");
	int r;

	http_response_begin(response, 200, "application/json");
	if (part == NULL || text_length(view_str(part)) < PART_CHARS_MIN)
		return 0;
	r = find(worker->pg, part, limit_of(worker, request), &rows);
	if (r == 0)
		write_suggestions(rows, third, response);
	return r;
}

int site_submitters(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response)
{
	(void)match;
	return suggest(worker, request, response, suggest_submitters, "email");
}

int site_delegates(struct app_worker *worker, const struct http_request *request,
		   const struct route_match *match, struct http_response *response)
{
	(void)match;
	return suggest(worker, request, response, suggest_delegates, NULL);
}

/* ---- pwclient */

int site_pwclientrc(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response)
{
	const char *project = match->captures[0];
	int32_t id;
	int r = suggest_project(worker->pg, project, &id);

	if (r != 0)
		return r;
	if (id == 0) {
		page_error(request, response, 404);
		return 0;
	}
	http_response_begin(response, 200, "text/plain; charset=utf-8");
	http_response_header(response, "Content-Disposition", "attachment; filename=.pwclientrc");
	g_string_append_printf(response->body,
			       "# ~/.pwclientrc: settings of pwclient for the project %s\n\n"
			       "[options]\ndefault = %s\n\n"
			       "[%s]\nbackend = rest\nurl = %s/api/\n"
			       "# To change patches:\n# username = NAME\n# password = PASSWORD\n",
			       project, project, project, request->base);
	return 0;
}

/* ---- pages for users */

int site_login(struct app_worker *worker, const struct http_request *request,
	       const struct route_match *match, struct http_response *response)
{
	g_autofree char *path = http_path(request);
	g_autofree char *location = g_strconcat("/user/login/?next=", path, NULL);

	(void)worker;
	(void)match;
	http_response_redirect(response, 302, location);
	return 0;
}
