/* body - reads the body of a request; see body.h */
#include "daemon/httpd/body.h"

#include <string.h>

#include "daemon/httpd/json_fault.h"

/* ---- members */

/* The values of a name that is repeated become a list. */
static void add_text(json_t *members, const char *name, const char *value)
{
	json_t *text = json_string(value), *before = json_object_get(members, name);

	if (json_is_array(before))
		(void)json_array_append_new(before, text);
	else if (before != NULL)
		(void)json_object_set_new(members, name, json_pack("[O,o]", before, text));
	else
		(void)json_object_set_new(members, name, text);
}

static void read_form(struct view text, struct body *body)
{
	GArray *params = http_params_read(text);

	for (guint i = 0; i < params->len; i++) {
		const struct search_param *param = &g_array_index(params, struct search_param, i);

		add_text(body->members, param->name, param->value);
	}
	http_params_free(params);
}

/* ---- multipart/form-data (RFC 7578) */

/* The value of `name="..."` in a header; NULL if there is none. */
static char *parameter(struct view header, const char *name)
{
	g_autofree char *start = g_strconcat(name, "=", NULL);
	size_t at = view_search(header, view_str(start), 0), end;

	if (at == header.len)
		return NULL;
	header = view_skip(header, at + strlen(start));
	if (view_starts(header, VIEW("\""))) {
		header = view_skip(header, 1);
		return g_strndup(header.ptr, view_find(header, '"', 0));
	}
	for (end = 0; end < header.len && strchr("; \t\r\n", header.ptr[end]) == NULL;)
		end++;
	return g_strndup(header.ptr, end);
}

/* One part, between two boundaries: headers, an empty line, a value and CR LF. */
static void read_part(struct view part, struct body *body)
{
	size_t end = view_search(part, VIEW("\r\n\r\n"), 0);
	g_autofree char *name = NULL, *value = NULL;
	struct view rest;

	if (end == part.len)
		return;
	name = parameter(view_head(part, end), " name");
	rest = view_skip(part, end + 4);
	if (view_ends(rest, VIEW("\r\n")))
		rest.len -= 2;
	value = g_utf8_make_valid(rest.ptr, (gssize)rest.len);
	if (name != NULL && g_utf8_validate(name, -1, NULL))
		add_text(body->members, name, value);
}

static void read_multipart(struct view text, const char *type, struct body *body)
{
	g_autofree char *boundary = parameter(view_str(type), "boundary");
	g_autofree char *line = g_strconcat("--", boundary, NULL);
	struct view mark = view_str(line);
	size_t at = view_search(text, mark, 0), next;

	if (boundary == NULL || boundary[0] == '\0') {
		body->status = 400;
		body->problem = g_strdup(
			"Multipart form parse error - Invalid boundary in multipart: None");
		return;
	}
	for (int parts = 0; at < text.len && parts < HTTP_PARAMS_MAX; at = next, parts++) {
		size_t begin = at + mark.len;

		next = view_search(text, mark, begin);
		read_part(view_of(text.ptr + begin, next - begin), body);
	}
}

/* ---- JSON */

const char *body_type_name(const json_t *json)
{
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return "dict";
	case JSON_ARRAY:
		return "list";
	case JSON_STRING:
		return "str";
	case JSON_INTEGER:
		return "int";
	case JSON_REAL:
		return "float";
	case JSON_TRUE:
	case JSON_FALSE:
		return "bool";
	case JSON_NULL:
		break;
	}
	return "NoneType";
}

static void read_json(struct view text, struct body *body)
{
	g_autofree char *fault = json_fault(text);
	json_t *json;

	if (fault != NULL) {
		body->status = 400;
		body->problem = g_strconcat("JSON parse error - ", fault, NULL);
		return;
	}
	json = json_loadb(text.ptr, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	if (json_is_object(json)) {
		json_decref(body->members);
		body->members = json;
		return;
	}
	body->status = 400;
	body->is_listed = json != NULL;
	if (json == NULL)
		body->problem = g_strdup("JSON parse error - it cannot be read");
	else if (json_is_null(json))
		body->problem = g_strdup("No data provided");
	else
		body->problem = g_strdup_printf("Invalid data. Expected a dictionary, but got %s.",
						body_type_name(json));
	json_decref(json);
}

/* ---- */

static bool is_type(const char *type, const char *wanted)
{
	size_t length = strcspn(type, "; \t");

	return length == strlen(wanted) && g_ascii_strncasecmp(type, wanted, length) == 0;
}

void body_read(const struct http_request *request, struct body *ret_body)
{
	const char *type = request->headers[HTTP_CONTENT_TYPE];
	struct view text = view_of((const char *)request->body->data, request->body->len);

	*ret_body = (struct body){ .members = json_object() };
	if (text.len == 0)
		return;
	if (type == NULL)
		type = "";
	if (is_type(type, "application/json")) {
		read_json(text, ret_body);
		return;
	}
	ret_body->is_form = true;
	if (is_type(type, "application/x-www-form-urlencoded")) {
		read_form(text, ret_body);
	} else if (is_type(type, "multipart/form-data")) {
		read_multipart(text, type, ret_body);
	} else {
		g_autofree char *valid = g_utf8_make_valid(type, -1);

		ret_body->status = 415;
		ret_body->problem =
			g_strdup_printf("Unsupported media type \"%s\" in request.", valid);
	}
}

void body_done(struct body *body)
{
	json_decref(body->members);
	g_free(body->problem);
}
