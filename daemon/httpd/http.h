/*
 * http - a request as the rest of httpd sees it, and its answer
 *
 * No socket and no thread: what MHD read is in a struct http_request, and a struct http_response is
 * what MHD sends.  Paths and parameters are decoded once (RFC 3986, 2.1), as UTF-8; what is not
 * valid there becomes U+FFFD, and NUL is left out of parameters.
 */
#ifndef DAEMON_HTTP_H
#define DAEMON_HTTP_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "parser/view.h"
#include "sql/report/search.h"

/* Parameters of a query string or a form: more are passed over. */
#define HTTP_PARAMS_MAX 1000

/* The headers that are looked at. */
enum http_header {
	HTTP_ACCEPT,
	HTTP_ACCEPT_ENCODING,
	HTTP_AUTHORIZATION,
	HTTP_CONTENT_TYPE,
	HTTP_HOST,
	HTTP_IF_NONE_MATCH,
	HTTP_LAST_EVENT_ID,
	HTTP_ORIGIN,
	HTTP_SEC_FETCH_SITE,
	HTTP_X_FORWARDED_FOR,
	HTTP_X_FORWARDED_PROTO,
	HTTP_HEADER_COUNT,
};

extern const char *const http_header_names[HTTP_HEADER_COUNT];

struct http_request {
	char *method;
	char *path;                       /* decoded */
	char *raw_path;                   /* as it was sent */
	char *raw_query;                  /* behind the question mark; "" if there is none */
	GArray *params;                   /* struct search_param, in order */
	char *headers[HTTP_HEADER_COUNT]; /* NULL: not there */
	GByteArray *body;
	char *base;   /* scheme, host and port that URLs begin with */
	char *client; /* its address; "unix:" behind a Unix socket */
};

/* `target` is what the request line names: a path and a query string. */
struct http_request *http_request_new(const char *method, const char *target);
void http_request_free(struct http_request *request);

/* Whether the method is GET or HEAD. */
bool http_is_read(const struct http_request *request);

/* The last value of a parameter; NULL when there is none. */
const char *http_param(const struct http_request *request, const char *name);

/* Read name=value&... into `params` (struct search_param); http_params_free() frees them. */
GArray *http_params_read(struct view text);
void http_params_free(GArray *params);

/*
 * The query string with `name` replaced by `value`, or taken out where that is NULL: sorted by name,
 * and encoded as forms are; with the question mark, or "" where nothing is left.
 */
char *http_query_with(const struct http_request *request, const char *name, const char *value);

/* A body that comes piece by piece, without an end that is known. */
struct http_source {
	void *context; /* NULL: there is no source */
	/* Take at most `size` bytes.  0: there are none now, and `pause` was called; -1: the end. */
	ssize_t (*read)(void *context, char *buffer, size_t size);
	/* Called before the first read().  The source calls `resume`, in any thread, when there is more. */
	void (*attach)(void *context, void (*pause)(void *client), void (*resume)(void *client),
		       void *client);
	void (*free)(void *context);
};

struct http_response {
	unsigned status;
	const char *type; /* Content-Type; NULL: none */
	GString *body;
	GPtrArray *headers;        /* char *: name, value, name, ... */
	bool may_be_cached;        /* by its ETag */
	struct http_source source; /* in the place of the body */
};

struct http_response *http_response_new(void);
void http_response_free(struct http_response *response);

/* Add a header; CR and LF in its value become blanks. */
void http_response_header(struct http_response *response, const char *name, const char *value);

/* Begin anew, with this status and type. */
void http_response_begin(struct http_response *response, unsigned status, const char *type);

/* The words of a status: "Not Found". */
const char *http_status_words(unsigned status);

#endif
