/*
 * app - answers requests, by routes, permissions and resources
 *
 * All workers share a struct app.  A worker has one connection to the database and answers one
 * request after another.
 */
#ifndef DAEMON_HTTPD_APP_H
#define DAEMON_HTTPD_APP_H

#include "daemon/httpd/http.h"
#include "sql/store.h"

#define APP_TRUSTED_MAX 16

struct app_options {
	struct store_options store;
	const char *base_url;                 /* NULL: derived from the request */
	const char *trusted[APP_TRUSTED_MAX]; /* addresses whose X-Forwarded- headers are used */
	size_t trusted_count;
	bool is_read_only;
	unsigned query_secs;      /* a longer query is cancelled */
	unsigned page_max;        /* limit of the rows of a page */
	unsigned subscribers_max; /* limit of the event streams */
};

struct app;
struct app_worker;

struct app *app_new(const struct app_options *options);
void app_free(struct app *app);

/* End the streams of events, which do not end by themselves. */
void app_stop(struct app *app);

/* The number of event streams that are open. */
unsigned app_subscribers(const struct app *app);

/* Whether the X-Forwarded- headers of this peer ("unix:" for a Unix socket) are used. */
bool app_trusts(const struct app *app, const char *peer);

/* Answer a request.  The response to a failure is an error. */
void app_answer(struct app_worker *worker, struct http_request *request,
		struct http_response *response);

/* Make the next piece of a response (`pieces`) to the request for `target`. */
void app_make_piece(struct app_worker *worker, const char *target, struct http_response *response);

#endif
