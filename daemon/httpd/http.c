/* http - an HTTP request and its response; see http.h */
#include "daemon/httpd/http.h"

#include <string.h>

#include "daemon/output/percent.h"
#include "parser/text.h"

const char *const http_header_names[HTTP_HEADER_COUNT] = {
	[HTTP_ACCEPT] = "Accept",
	[HTTP_ACCEPT_ENCODING] = "Accept-Encoding",
	[HTTP_AUTHORIZATION] = "Authorization",
	[HTTP_CONTENT_TYPE] = "Content-Type",
	[HTTP_IF_NONE_MATCH] = "If-None-Match",
	[HTTP_LAST_EVENT_ID] = "Last-Event-ID",
	[HTTP_ORIGIN] = "Origin",
	[HTTP_SEC_FETCH_SITE] = "Sec-Fetch-Site",
};

/* ---- decoding */

/* Decode %xx, and + in a form. */
static GString *decode(struct view text, bool is_form)
{
	GString *bytes = g_string_sized_new(text.len);

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '%' && i + 2 < text.len && g_ascii_isxdigit(text.ptr[i + 1]) &&
		    g_ascii_isxdigit(text.ptr[i + 2])) {
			c = (char)(g_ascii_xdigit_value(text.ptr[i + 1]) * 16 +
				   g_ascii_xdigit_value(text.ptr[i + 2]));
			i += 2;
		} else if (c == '+' && is_form) {
			c = ' ';
		}
		g_string_append_c(bytes, c);
	}
	return bytes;
}

static char *repaired(GString *bytes)
{
	if (text_valid_len(view_of(bytes->str, bytes->len)) < bytes->len) {
		char *valid = g_utf8_make_valid(bytes->str, (gssize)bytes->len);

		g_string_free(bytes, TRUE);
		return valid;
	}
	return g_string_free(bytes, FALSE);
}

GString *http_form_decode(struct view text)
{
	GString *bytes = decode(text, true);
	g_autofree char *valid = NULL;

	if (text_valid_len(view_of(bytes->str, bytes->len)) == bytes->len)
		return bytes;
	valid = repaired(bytes);
	return g_string_new(valid);
}

/* The result is a C string, so NUL is replaced as if it were invalid. */
static char *decoded(struct view text, bool is_form)
{
	GString *bytes = decode(text, is_form);

	for (gsize i = 0; i < bytes->len; i++)
		if (bytes->str[i] == '\0')
			bytes->str[i] = '\xFF';
	return repaired(bytes);
}

bool http_form_next(struct view *rest, struct view *ret_name, struct view *ret_value)
{
	while (rest->len > 0) {
		size_t end = view_find(*rest, '&', 0), equals;
		struct view pair = view_head(*rest, end);

		*rest = view_skip(*rest, MIN(end + 1, rest->len));
		if (pair.len == 0)
			continue;
		equals = view_find(pair, '=', 0);
		*ret_name = view_head(pair, equals);
		*ret_value = view_skip(pair, MIN(equals + 1, pair.len));
		return true;
	}
	return false;
}

static GArray *read_params(struct view query)
{
	GArray *params = g_array_new(FALSE, FALSE, sizeof(struct search_param));
	struct view name, value;

	while (params->len < HTTP_PARAMS_MAX && http_form_next(&query, &name, &value)) {
		struct search_param param = { decoded(name, true), decoded(value, true) };

		g_array_append_val(params, param);
	}
	return params;
}

static void free_params(GArray *params)
{
	for (guint i = 0; params != NULL && i < params->len; i++) {
		const struct search_param *param = &g_array_index(params, struct search_param, i);

		g_free((char *)(uintptr_t)param->name);
		g_free((char *)(uintptr_t)param->value);
	}
	if (params != NULL)
		g_array_unref(params);
}

/* ---- requests */

char *http_origin_form(const char *target, char **ret_authority)
{
	static const char *const schemes[] = { "http://", "https://" };

	*ret_authority = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
		size_t length = strlen(schemes[i]);

		if (g_ascii_strncasecmp(target, schemes[i], length) != 0)
			continue;
		target += length;
		length = strcspn(target, "/?");
		*ret_authority = g_strndup(target, length);
		target += length;
		return g_strconcat(*target == '/' ? "" : "/", target, NULL);
	}
	return g_strdup(target);
}

struct http_request *http_request_new(const char *method, const char *target)
{
	struct http_request *request = g_new0(struct http_request, 1);
	size_t path = strcspn(target, "?");

	request->method = g_strdup(method);
	request->raw_path = g_strndup(target, path);
	request->raw_query = g_strdup(target[path] == '?' ? target + path + 1 : "");
	request->path = decoded(view_str(request->raw_path), false);
	request->params = read_params(view_str(request->raw_query));
	return request;
}

void http_request_free(struct http_request *request)
{
	if (request == NULL)
		return;
	for (size_t i = 0; i < HTTP_HEADER_COUNT; i++)
		g_free(request->headers[i]);
	free_params(request->params);
	if (request->body != NULL)
		g_byte_array_unref(request->body);
	g_free(request->method);
	g_free(request->path);
	g_free(request->raw_path);
	g_free(request->raw_query);
	g_free(request->base);
	g_free(request->client);
	g_free(request->origin);
	g_free(request);
}

bool http_is_read(const struct http_request *request)
{
	return g_str_equal(request->method, "GET") || g_str_equal(request->method, "HEAD");
}

const char *http_param(const struct http_request *request, const char *name)
{
	const char *value = NULL;

	for (guint i = 0; i < request->params->len; i++) {
		const struct search_param *param =
			&g_array_index(request->params, struct search_param, i);

		if (g_str_equal(param->name, name))
			value = param->value;
	}
	return value;
}

/* ---- composing URLs, with the escapes of Django */

char *http_path(const struct http_request *request)
{
	GString *path = g_string_new(NULL);

	percent_encode(path, view_str(request->path), "/:@&+$,-_.!~*'()");
	return g_string_free(path, FALSE);
}

char *http_query(const struct http_request *request)
{
	GString *query = g_string_new(request->raw_query[0] != '\0' ? "?" : "");

	percent_encode(query, view_str(request->raw_query), "/#%[]=:;$&()+,!?*@'~-._");
	return g_string_free(query, FALSE);
}

struct pair {
	char *name;
	GString *encoded; /* name=value */
	guint index;
};

/* Decode a name or a value and encode it as Python does: NUL is kept, invalid UTF-8 is replaced. */
static void append_form(GString *to, struct view text)
{
	g_autoptr(GString) bytes = http_form_decode(text);
	g_autoptr(GString) encoded = g_string_new(NULL);

	percent_encode(encoded, view_of(bytes->str, bytes->len), "_.-~ ");
	g_string_append(to, g_strdelimit(encoded->str, " ", '+'));
}

static void add_pair(GArray *pairs, struct view name, struct view value)
{
	struct pair pair = { decoded(name, true), g_string_new(NULL), pairs->len };

	append_form(pair.encoded, name);
	g_string_append_c(pair.encoded, '=');
	append_form(pair.encoded, value);
	g_array_append_val(pairs, pair);
}

static void clear_pair(gpointer data)
{
	struct pair *pair = data;

	g_free(pair->name);
	g_string_free(pair->encoded, TRUE);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	const struct pair *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r != 0 ? r : (x->index > y->index) - (x->index < y->index);
}

char *http_query_with(const struct http_request *request, const char *name, const char *value)
{
	struct view rest = view_str(request->raw_query), left, right;
	g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(struct pair));
	GString *query = g_string_new(NULL);

	g_array_set_clear_func(pairs, clear_pair);
	while (pairs->len < HTTP_PARAMS_MAX && http_form_next(&rest, &left, &right))
		add_pair(pairs, left, right);
	if (value != NULL)
		add_pair(pairs, view_str(name), view_str(value));
	g_array_sort(pairs, by_name);
	for (guint i = 0; i < pairs->len; i++) {
		const struct pair *pair = &g_array_index(pairs, struct pair, i);

		/* The pair that replaces the others was added last. */
		if (g_str_equal(pair->name, name) &&
		    (value == NULL || pair->index + 1 < pairs->len))
			continue;
		g_string_append_c(query, query->len == 0 ? '?' : '&');
		g_string_append(query, pair->encoded->str);
	}
	return g_string_free(query, FALSE);
}

/* ---- responses */

struct http_response *http_response_new(void)
{
	struct http_response *response = g_new0(struct http_response, 1);

	response->body = g_string_new(NULL);
	response->headers = g_ptr_array_new_with_free_func(g_free);
	response->resource = "none";
	return response;
}

/* Free what follows, or is instead of, the body in memory. */
static void free_rest(struct http_response *response)
{
	if (response->source.context != NULL)
		response->source.free(response->source.context);
	if (response->pieces.context != NULL)
		response->pieces.free(response->pieces.context);
	response->source = (struct http_source){ 0 };
	response->pieces = (struct http_pieces){ 0 };
}

void http_response_free(struct http_response *response)
{
	if (response == NULL)
		return;
	if (response->body != NULL)
		g_string_free(response->body, TRUE);
	free_rest(response);
	g_ptr_array_unref(response->headers);
	g_free(response);
}

void http_response_header(struct http_response *response, const char *name, const char *value)
{
	char *copy = g_strdup(value);

	(void)g_strdelimit(copy, "\r\n", ' ');
	g_ptr_array_add(response->headers, g_strdup(name));
	g_ptr_array_add(response->headers, copy);
}

void http_response_begin(struct http_response *response, unsigned status, const char *type)
{
	response->status = status;
	response->type = type;
	response->may_be_cached = false;
	free_rest(response);
	g_string_truncate(response->body, 0);
	g_ptr_array_set_size(response->headers, 0);
}

void http_response_redirect(struct http_response *response, unsigned status, const char *location)
{
	http_response_begin(response, status, "text/html; charset=utf-8");
	http_response_header(response, "Location", location);
}

void http_response_detail(struct http_response *response, unsigned status, const char *detail)
{
	http_response_begin(response, status, "application/json");
	g_string_append_printf(response->body, "{\"detail\":\"%s\"}", detail);
}

const char *http_reason_phrase(unsigned status)
{
	static const struct {
		unsigned status;
		const char *phrase;
	} table[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 204, "No Content" },
		{ 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 409, "Conflict" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (table[i].status == status)
			return table[i].phrase;
	return "";
}
