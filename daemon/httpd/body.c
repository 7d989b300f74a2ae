/* body - reads the body of a request; see body.h */
#include "daemon/httpd/body.h"

#include <string.h>

#include "daemon/httpd/json_fault.h"
#include "parser/text.h"

/* ---- members */

/* The values of a name that is repeated become a list. */
static void add_member(json_t *members, const char *name, json_t *value)
{
	json_t *before = json_object_get(members, name);

	if (json_is_array(before))
		(void)json_array_append_new(before, value);
	else if (before != NULL)
		(void)json_object_set_new(members, name, json_pack("[O,o]", before, value));
	else
		(void)json_object_set_new(members, name, value);
}

static void read_form(struct view text, struct body *body)
{
	struct view name, value;

	for (int i = 0; i < HTTP_PARAMS_MAX && http_form_next(&text, &name, &value); i++) {
		g_autoptr(GString) left = http_form_decode(name), right = http_form_decode(value);

		add_member(body->members, left->str, json_stringn(right->str, right->len));
	}
}

/* ---- multipart/form-data (RFC 7578) */

/* The value of `name="..."` in a header; NULL if there is none. */
static char *parameter(struct view header, const char *name)
{
	g_autofree char *start = g_strconcat(name, "=", NULL);
	size_t end = 0;

	while (header.len > 0 && !view_istarts(header, view_str(start)))
		header = view_skip(header, 1);
	if (header.len == 0)
		return NULL;
	header = view_skip(header, strlen(start));
	if (view_starts(header, VIEW("\""))) {
		header = view_skip(header, 1);
		return g_strndup(header.ptr, view_find(header, '"', 0));
	}
	while (end < header.len && strchr("; \t\r\n", header.ptr[end]) == NULL)
		end++;
	return g_strndup(header.ptr, end);
}

static json_t *text_of_part(struct view raw)
{
	g_autofree char *valid = NULL;

	if (text_valid_len(raw) == raw.len)
		return json_stringn(raw.ptr, raw.len);
	valid = g_utf8_make_valid(raw.ptr, (gssize)raw.len);
	return json_string(valid);
}

/*
 * Read one part, between two boundaries: headers, an empty line, a value and CR LF.  A file is
 * invalid as the value of any member, like an object.
 */
static void read_part(struct view part, struct body *body)
{
	size_t end = view_search(part, VIEW("\r\n\r\n"), 0);
	struct view head = view_head(part, end), value;
	g_autofree char *name = parameter(head, " name"), *file = parameter(head, " filename");

	if (end == part.len || name == NULL || !g_utf8_validate(name, -1, NULL))
		return;
	value = view_skip(part, end + 4);
	if (view_ends(value, VIEW("\r\n")))
		value.len -= 2;
	add_member(body->members, name, file != NULL ? json_object() : text_of_part(value));
}

static void read_multipart(struct view text, const char *type, struct body *body)
{
	g_autofree char *boundary = parameter(view_str(type), "boundary");
	g_autofree char *line = g_strconcat("--", boundary, NULL);
	struct view mark = view_str(line);
	size_t at = view_search(text, mark, 0), next;

	if (boundary == NULL || boundary[0] == '\0') {
		body->status = 400;
		body->problem =
			g_strconcat("Multipart form parse error - Invalid boundary in multipart: ",
				    boundary != NULL ? "" : "None", NULL);
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
		body->problem =
			g_strdup("JSON parse error - A number is too large, or a character is"
				 " half a surrogate pair");
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
