/* negotiate - the form of a response; see negotiate.h */
#include "daemon/httpd/negotiate.h"

#include <limits.h>
#include <string.h>

/* How specific a media range is (RFC 9110, 12.5.1). */
enum { RANGE_ANY, RANGE_TYPE, RANGE_SUBTYPE, RANGE_PARAMS, RANGES };

struct range {
	int exactness;
	bool has_json, has_page;
	int indent;
};

static bool is_among(const char *range, const char *const *ranges)
{
	while (*ranges != NULL && g_ascii_strcasecmp(range, *ranges) != 0)
		ranges++;
	return *ranges != NULL;
}

static int specificity_of(const char *range, const char *params)
{
	if (params != NULL && !g_str_has_prefix(params, "q="))
		return RANGE_PARAMS;
	if (g_str_equal(range, "*/*"))
		return RANGE_ANY;
	return g_str_has_suffix(range, "/*") ? RANGE_TYPE : RANGE_SUBTYPE;
}

/* Read `type/subtype; name=value`; `text` is modified. */
static struct range read_range(char *text)
{
	static const char *const json[] = { "application/json", "application/*", "*/*", NULL };
	static const char *const page[] = { "text/html", "text/*", "*/*", NULL };
	char *params = strchr(text, ';');
	struct range range = { 0 };
	int64_t indent;

	if (params != NULL)
		*params++ = '\0';
	params = params != NULL ? g_strstrip(params) : NULL;
	text = g_strstrip(text);
	range.exactness = specificity_of(text, params);
	range.has_json = is_among(text, json);
	range.has_page = is_among(text, page);
	if (params != NULL && g_str_has_prefix(params, "indent=") &&
	    view_number(view_str(params + strlen("indent=")), INT_MAX, &indent))
		range.indent = (int)MIN(indent, NEGOTIATE_INDENT_MAX);
	return range;
}

static unsigned by_accept(const char *accept, struct negotiated *negotiated)
{
	g_auto(GStrv) texts = g_strsplit(accept, ",", HTTP_PARAMS_MAX);
	bool has_json[RANGES] = { false }, has_page[RANGES] = { false };

	for (size_t i = 0; texts[i] != NULL; i++) {
		struct range range = read_range(texts[i]);

		has_json[range.exactness] |= range.has_json;
		has_page[range.exactness] |= range.has_page;
		if (range.has_json)
			negotiated->indent = MAX(negotiated->indent, range.indent);
	}
	for (int i = RANGES - 1; i >= 0; i--) {
		if (has_json[i] || has_page[i]) {
			negotiated->form = has_json[i] ? FORM_JSON : FORM_PAGE;
			return 0;
		}
	}
	return 406;
}

unsigned negotiate(const struct http_request *request, struct negotiated *ret_negotiated)
{
	const char *format = http_param(request, "format");
	const char *accept = request->headers[HTTP_ACCEPT];

	*ret_negotiated = (struct negotiated){ .form = FORM_JSON, .suffix = "" };
	if (format != NULL && g_str_equal(format, "json"))
		ret_negotiated->suffix = "?format=json";
	else if (format != NULL && g_str_equal(format, "api"))
		*ret_negotiated = (struct negotiated){ .form = FORM_PAGE, .suffix = "?format=api" };
	else if (format != NULL && format[0] != '\0')
		return 404;
	if (format != NULL && format[0] == '\0')
		ret_negotiated->suffix = "?format=";
	else if (format != NULL)
		return 0;
	if (accept != NULL && accept[0] != '\0')
		return by_accept(accept, ret_negotiated);
	return 0;
}
