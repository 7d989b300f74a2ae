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

static int specificity_of(const char *range, bool has_params)
{
	if (g_str_equal(range, "*/*"))
		return RANGE_ANY;
	if (g_str_has_suffix(range, "/*"))
		return RANGE_TYPE;
	return has_params ? RANGE_PARAMS : RANGE_SUBTYPE;
}

/* The number of a parameter indent=4; 0 for any other. */
static int indent_of(const char *param)
{
	g_auto(GStrv) sides = g_strsplit(param, "=", 2);
	int64_t indent;

	if (sides[0] == NULL || sides[1] == NULL ||
	    g_ascii_strcasecmp(g_strstrip(sides[0]), "indent") != 0 ||
	    !view_number(view_str(g_strstrip(g_strdelimit(sides[1], "\"", ' '))), INT_MAX, &indent))
		return 0;
	return (int)MIN(indent, NEGOTIATE_INDENT_MAX);
}

/* Read `type/subtype; name=value; ...`. */
static struct range read_range(const char *text)
{
	static const char *const json[] = { "application/json", "application/*", "*/json", "*/*",
					    NULL };
	static const char *const page[] = { "text/html", "text/*", "*/html", "*/*", NULL };
	g_auto(GStrv) parts = g_strsplit(text, ";", HTTP_PARAMS_MAX);
	const char *type = parts[0] != NULL ? g_strstrip(parts[0]) : "";
	struct range range = { .has_json = is_among(type, json), .has_page = is_among(type, page) };
	bool has_params = false;

	for (size_t i = 1; parts[0] != NULL && parts[i] != NULL; i++) {
		const char *param = g_strstrip(parts[i]);

		has_params |= param[0] != '\0' && g_ascii_strncasecmp(param, "q=", 2) != 0;
		range.indent = MAX(range.indent, indent_of(param));
	}
	range.exactness = specificity_of(type, has_params);
	return range;
}

/* `format` is json, api, or NULL for both. */
static unsigned by_accept(const char *accept, const char *format, struct negotiated *negotiated)
{
	g_auto(GStrv) texts = g_strsplit(accept, ",", HTTP_PARAMS_MAX);
	bool has_json[RANGES] = { false }, has_page[RANGES] = { false };

	for (size_t i = 0; texts[i] != NULL; i++) {
		struct range range = read_range(texts[i]);

		range.has_json &= format == NULL || g_str_equal(format, "json");
		range.has_page &= format == NULL || g_str_equal(format, "api");
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
	negotiated->form = FORM_JSON;
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
	else if (format != NULL && format[0] == '\0')
		ret_negotiated->suffix = "?format=";
	else if (format != NULL)
		return 404;
	if (accept == NULL || accept[0] == '\0')
		return 0;
	return by_accept(accept, format != NULL && format[0] != '\0' ? format : NULL,
			 ret_negotiated);
}
