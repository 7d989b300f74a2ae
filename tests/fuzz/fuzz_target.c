/*
 * fuzz_target - a path with a query string, and an Accept header after an LF; see
 * daemon/httpd/http.h, negotiate.h
 */
#include "tests/fuzz/fuzz.h"

#include "daemon/httpd/negotiate.h"
#include "sql/report/instant.h"

static void check_query(const struct http_request *request, const char *query)
{
	g_autofree char *target = g_strconcat("/", query, NULL), *again = NULL;
	struct http_request *made = http_request_new("GET", target);

	/* A composed target parses to the same parts, and composing it again changes nothing. */
	again = http_query_with(made, "", NULL);
	MUST(made->params->len == request->params->len);
	fuzz_must_be_same(view_str(query), view_str(again));
	http_request_free(made);
}

static void check_request(struct http_request *request)
{
	g_autofree char *all = NULL, *paged = NULL;
	struct negotiated negotiated;
	unsigned status;

	fuzz_must_be_text(view_str(request->path));
	for (guint i = 0; i < request->params->len; i++) {
		struct search_param param = g_array_index(request->params, struct search_param, i);
		int64_t usecs;

		fuzz_must_be_text(view_str(param.name));
		fuzz_must_be_text(view_str(param.value));
		(void)instant_read(view_str(param.value), &usecs);
	}
	all = http_query_with(request, "page", NULL);
	paged = http_query_with(request, "page", "2");
	MUST(strchr(all, '\r') == NULL && strchr(all, '\n') == NULL && strchr(all, '>') == NULL);
	MUST(strstr(paged, "page=2") != NULL);
	if (http_param(request, "page") == NULL && http_param(request, "") == NULL)
		check_query(request, all);
	status = negotiate(request, &negotiated);
	MUST(status == 0 || status == 404 || status == 406);
	MUST(negotiated.indent >= 0 && negotiated.indent <= NEGOTIATE_INDENT_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view input = fuzz_view(data, size);
	struct view line = fuzz_take_line(&input);
	/* MHD's strings end at a NUL. */
	g_autofree char *target = g_strndup(line.ptr, line.len);
	struct http_request *request = http_request_new("GET", target);

	if (input.len > 0)
		request->headers[HTTP_ACCEPT] = g_strndup(input.ptr, input.len);
	check_request(request);
	http_request_free(request);
	return 0;
}
