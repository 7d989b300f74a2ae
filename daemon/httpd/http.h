/*
 * http - an HTTP request and its response, independent of sockets and threads
 *
 * struct http_request holds a request that libmicrohttpd (MHD) has read, and MHD sends a struct
 * http_response.  Paths and parameters are decoded once (RFC 3986, 2.1), as UTF-8; NUL and invalid
 * bytes become U+FFFD.
 */
#ifndef DAEMON_HTTPD_HTTP_H
#define DAEMON_HTTPD_HTTP_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "parser/view.h"
#include "sql/report/search.h"

/* Limit of the parameters of a query string or a form; further ones are ignored. */
#define HTTP_PARAMS_MAX 1000

/* The headers that a response depends on. */
enum http_header {
	HTTP_ACCEPT,
	HTTP_ACCEPT_ENCODING,
	HTTP_AUTHORIZATION,
	HTTP_CONTENT_TYPE,
	HTTP_IF_NONE_MATCH,
	HTTP_LAST_EVENT_ID,
	HTTP_ORIGIN,
	HTTP_SEC_FETCH_SITE,
	HTTP_HEADER_COUNT,
};

extern const char *const http_header_names[HTTP_HEADER_COUNT];

struct http_request {
	char *method;
	char *path;                       /* decoded */
	char *raw_path;                   /* as received */
	char *raw_query;                  /* the query string without its question mark, or "" */
	GArray *params;                   /* struct search_param, in order */
	char *headers[HTTP_HEADER_COUNT]; /* NULL: the request has none */
	GByteArray *body;                 /* NULL: it has not been read */
	char *base;                       /* scheme, host and port of URLs in the response */
	char *client;                     /* its address; "unix:" for a Unix socket */
	char *origin; /* the name under which limits count it; see client_origin() */
};

/*
 * The path and perhaps the query string of the target of a request line.  Of a target in absolute
 * form (RFC 9112, 3.2.2), *ret_authority is the host and port; otherwise NULL.  The caller frees
 * both.
 */
char *http_origin_form(const char *target, char **ret_authority);

/* `target`: a path and perhaps a query string. */
struct http_request *http_request_new(const char *method, const char *target);
void http_request_free(struct http_request *request);

/* Whether the method is GET or HEAD. */
bool http_is_read(const struct http_request *request);

/* The last value of a parameter; NULL if there is none. */
const char *http_param(const struct http_request *request, const char *name);

/*
 * Take the next pair off the front of name=value&...; false when there is none.  Both sides are as
 * they were sent; http_form_decode() returns UTF-8, which may hold NUL.
 */
bool http_form_next(struct view *rest, struct view *ret_name, struct view *ret_value);
GString *http_form_decode(struct view text);

/*
 * The path of the request, and its query with the question mark, or "", as they are for a new URL.
 */
char *http_path(const struct http_request *request);
char *http_query(const struct http_request *request);

/*
 * The query string with `name` replaced by `value`, or without `name` if `value` is NULL: sorted by
 * name, encoded as forms are, with its question mark; "" if no parameter is left.
 */
char *http_query_with(const struct http_request *request, const char *name, const char *value);

/* A body of unknown length that is read piece by piece. */
struct http_source {
	void *context; /* NULL: there is no source */
	/*
	 * Read at most `size` bytes.  0: none are available, and `pause` was called; -1: the end.
	 */
	ssize_t (*read)(void *context, char *buffer, size_t size);
	/*
	 * Called before the first read().  The source calls `resume`, in any thread, when it has
	 * more.
	 */
	void (*attach)(void *context, void (*pause)(void *client), void (*resume)(void *client),
		       void *client);
	void (*free)(void *context);
};

struct app_worker;

/* The size of a piece, and about as many bytes of the database are read for one. */
#define HTTP_PIECE_BYTES ((gsize)512 << 10)

/*
 * A body that is made in pieces, so that a large one takes little memory: `body` of the response
 * has the first, and a worker makes the next one when the client has read it.
 */
struct http_pieces {
	void *context; /* NULL: the body is whole */
	/*
	 * Append the next piece to the empty `body`, at least a byte unless it is the last one.
	 * Returns 0, or a pg error; then the same piece may be asked for again.
	 */
	int (*make)(struct app_worker *worker, void *context, GString *body, bool *ret_is_last);
	void (*free)(void *context);
	bool is_last;    /* the one in `body` */
	bool has_failed; /* the response ends without its end */
};

/*
 * The status of a response by which the body of the request is asked for (RFC 9110, 15.2.1); the
 * request is processed again when the body has been read.
 */
#define HTTP_CONTINUE 100

struct http_response {
	unsigned status;
	const char *type; /* Content-Type; NULL: none */
	GString *body;
	GPtrArray *headers;        /* char *: name, value, name, ... */
	bool may_be_cached;        /* by its ETag */
	struct http_source source; /* instead of the body */
	struct http_pieces pieces;
	const char *resource; /* for monitoring; static */
};

struct http_response *http_response_new(void);
void http_response_free(struct http_response *response);

/* Add a header; CR and LF in its value become blanks. */
void http_response_header(struct http_response *response, const char *name, const char *value);

/* Begin the response, discarding what it had, with this status and type. */
void http_response_begin(struct http_response *response, unsigned status, const char *type);

/* Begin a redirect to `location`, a path of this site, with its query and fragment. */
void http_response_redirect(struct http_response *response, unsigned status, const char *location);

/* Begin an error in JSON, {"detail": "..."}; `detail` needs no escapes. */
void http_response_detail(struct http_response *response, unsigned status, const char *detail);

/* The reason phrase of a status: "Not Found". */
const char *http_reason_phrase(unsigned status);

#endif
