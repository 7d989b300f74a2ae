/*
 * app - what a request gets: routes, who asks, resources
 *
 * Shared by all workers is what struct app has; a worker is one connection to the database and who
 * uses it, one request after another.
 */
#ifndef DAEMON_HTTPD_APP_H
#define DAEMON_HTTPD_APP_H

#include "daemon/httpd/http.h"
#include "sql/store.h"

#define APP_TRUSTED_MAX 16

struct app_options {
	struct store_options store;
	const char *base_url;                 /* NULL: what the request says */
	const char *trusted[APP_TRUSTED_MAX]; /* addresses whose X-Forwarded- headers count */
	size_t trusted_count;
	bool is_read_only;
	unsigned query_secs; /* longer ones are cancelled */
	unsigned page_max;   /* of a list */
};

struct app;
struct app_worker;

struct app *app_new(const struct app_options *options);
void app_free(struct app *app);

/* End what goes on by itself: the streams of events. */
void app_stop(struct app *app);

/* Whether headers that a proxy sets are believed from this peer ("unix:" behind a Unix socket). */
bool app_trusts(const struct app *app, const char *peer);

/* Answer a request.  Whatever happens there is an answer. */
void app_answer(struct app_worker *worker, struct http_request *request,
		struct http_response *response);

#endif
