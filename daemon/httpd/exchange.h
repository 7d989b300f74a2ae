/*
 * exchange - a request and its response, as libmicrohttpd (MHD) has them
 *
 * The parts of server.h's module that need a request, but no threads: what MHD has read becomes a
 * struct http_request, a body is read within limits, the exchange waits for a worker, and a struct
 * http_response becomes MHD's.
 */
#ifndef DAEMON_HTTPD_EXCHANGE_H
#define DAEMON_HTTPD_EXCHANGE_H

#include <glib.h>
#include <microhttpd.h>
#include <stdbool.h>

#include "daemon/httpd/clients.h"
#include "daemon/httpd/http.h"
#include "daemon/httpd/lingering.h"
#include "daemon/httpd/queue.h"
#include "daemon/httpd/server.h"
#include "daemon/httpd/traffic.h"

struct server {
	const struct httpd_options *options;
	struct app *app;
	GArray *fds;        /* int: the sockets that listen */
	GPtrArray *threads; /* GThread: the workers */
	struct MHD_Daemon *daemon;
	struct acceptor *acceptor;
	struct clients *clients;
	struct lingering *lingering;
	struct queue *queue;
	struct traffic *traffic;
	gint unanswered; /* requests whose response has not been sent */
	gint body_bytes; /* of HTTPD_BODIES_BYTES_MAX, taken by requests */
	gint made_bytes; /* of responses that MHD's thread has not begun to send */
	gint has_warned; /* of a proxy that is not trusted */
	gint is_stopping;
};

/* A connection, from the first call of on_connection() to the second. */
struct connection {
	struct client *client;
	struct exchange *exchange; /* NULL: none has begun */
	bool has_request;          /* the last one has been read to its end */
};

/* The part of a request that MHD has read. */
enum stage {
	STAGE_TARGET,
	STAGE_ADMISSION, /* the headers: a worker decides whether the body is wanted */
	STAGE_BODY,      /* the headers, and perhaps the body */
	STAGE_PIECES,    /* all; the client reads a response that is made in pieces */
};

/* One request and its response.  MHD's thread has it, then a worker, then MHD's thread again. */
struct exchange {
	struct queue_entry entry; /* the first member */
	struct server *server;
	struct MHD_Connection *connection;
	struct connection *parent;
	struct client *client; /* the parent's */
	char *target;          /* a path and perhaps a query string; NULL: it is too long */
	char *authority;       /* host and port of a target in absolute form; or NULL */
	const char *method;    /* MHD's, like the headers, until on_completed() */
	enum stage stage;
	GByteArray *body; /* NULL: it has not been read */
	struct http_response *response;
	gsize read_bytes;      /* of the piece in `response` */
	unsigned body_refusal; /* status because of which the body is not kept; 0: it is kept */
	gint body_bytes;       /* of the server's, taken by this request */
	gint made_bytes;       /* of the server's, taken by this response */
	int64_t queued_usecs;  /* when the end of the request was read */
	bool is_counted;       /* in `unanswered` */
};

/* The headers of proxies. */
#define EXCHANGE_FORWARDED_FOR   "X-Forwarded-For"
#define EXCHANGE_FORWARDED_PROTO "X-Forwarded-Proto"

/* ---- the request, after its headers have been read */

/* The value of a header; NULL: it is absent. */
const char *exchange_header(const struct exchange *exchange, const char *name);

/* Whether the X-Forwarded- headers are used. */
bool exchange_is_from_proxy(const struct exchange *exchange);

/* The address of the client, which a proxy may have forwarded; the caller frees it. */
char *exchange_client(const struct exchange *exchange);

/*
 * Make the request; the caller frees it.  This is for workers: it needs more memory than MHD's
 * thread, where many requests wait, should take for each.
 */
struct http_request *exchange_request(const struct exchange *exchange);

/* ---- its body */

/*
 * Whether the request has to be admitted before its body is read.  A client that sends
 * `Expect: 100-continue` waits for that.  A small body is read anyway: it has probably come with
 * the headers, and a response before the end of a body ends the connection.
 */
bool exchange_needs_admission(const struct exchange *exchange);

/* Whether Content-Length announces more than HTTPD_BODY_BYTES_MAX. */
bool exchange_is_too_large(const struct exchange *exchange);

/* Add a piece to the body.  If there is no memory for it, `body_refusal` is set. */
void exchange_take_body(struct exchange *exchange, const char *data, size_t size);
void exchange_release_body(struct exchange *exchange);

/* ---- the response */

/*
 * Let a worker make the response, or its next piece; until then, MHD does nothing for the
 * connection.  If too many requests wait, one of them is refused.
 */
void exchange_enqueue(struct exchange *exchange);

/* Give the response to MHD, and limit the time that the client has to read it. */
enum MHD_Result exchange_send(struct exchange *exchange);

/* Make a response that needs neither a worker nor the database, with `detail` as its error. */
void exchange_make_refusal(struct exchange *exchange, unsigned status, const char *detail);

/* Make and send it. */
enum MHD_Result exchange_refuse(struct exchange *exchange, unsigned status, const char *detail);

/* The response, or its piece, counts towards `made_bytes`, and does not any more. */
void exchange_count_bytes(struct exchange *exchange);
void exchange_stop_counting_bytes(struct exchange *exchange);

#endif
