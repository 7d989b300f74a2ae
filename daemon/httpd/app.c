/* app - answers requests; see app.h */
#include "daemon/httpd/app.h"

#include <errno.h>
#include <string.h>

#include "daemon/httpd/app_private.h"
#include "daemon/httpd/routes.h"
#include "daemon/httpd/stream.h"
#include "daemon/httpd/worker.h"
#include "daemon/log.h"
#include "daemon/pages/page.h"

/* Further attempts at a request that changes nothing, after a conflict. */
#define READ_TRIES_MAX 5

struct app *app_new(const struct app_options *options)
{
	struct app *app = g_new0(struct app, 1);

	app->options = options;
	app->counts = counts_new();
	app->passwords = passwords_new();
	app->stream = stream_new(app);
	return app;
}

void app_free(struct app *app)
{
	if (app == NULL)
		return;
	stream_free(app->stream);
	counts_free(app->counts);
	passwords_free(app->passwords);
	g_free(app);
}

void app_stop(struct app *app)
{
	stream_close(app->stream);
}

unsigned app_subscribers(const struct app *app)
{
	return stream_subscribers(app->stream);
}

bool app_trusts(const struct app *app, const char *peer)
{
	for (size_t i = 0; i < app->options->trusted_count; i++)
		if (g_str_equal(app->options->trusted[i], peer))
			return true;
	return false;
}

/* ---- responses */

static bool is_rest(const struct http_request *request)
{
	return g_str_has_prefix(request->path, "/api") &&
	       (request->path[4] == '/' || request->path[4] == '\0');
}

/* Paths end in a slash; a client that left it out is redirected. */
static void redirect_to_slash(const struct http_request *request, struct http_response *response)
{
	g_autofree char *path = http_path(request), *query = http_query(request);
	g_autofree char *location = g_strconcat(path, "/", query, NULL);

	http_response_redirect(response, 301, location);
}

/* Only the REST interface takes changes; Patchwork's pages take them from logged-in users. */
static void refuse_method(const struct http_request *request, struct http_response *response)
{
	static const char *const writing[] = { "POST", "PUT", "PATCH", "DELETE", NULL };

	if (g_strv_contains(writing, request->method)) {
		page_error(request, response, 403);
		return;
	}
	page_error(request, response, 405);
	http_response_header(response, "Allow", "GET, HEAD");
}

static int answer(struct app_worker *worker, const struct http_request *request,
		  struct http_response *response)
{
	enum rest_version newest = worker->has_dependencies ? REST_1_4 : REST_1_3;
	struct route_match match;
	int r = 0;

	/* A redirect to a path that begins with two slashes would lead to another host. */
	if (request->path[0] != '/' || g_str_has_prefix(request->path, "//") ||
	    !routes_find(request->path, newest, &match)) {
		page_error(request, response, 404);
		return 0;
	}
	response->resource = route_resource(&match);
	if (!match.route->is_file && !g_str_has_suffix(request->path, "/"))
		redirect_to_slash(request, response);
	else if (!match.is_rest && !http_is_read(request))
		refuse_method(request, response);
	else
		r = match.route->answer(worker, request, &match, response);
	route_done(&match);
	return r;
}

static void answer_failure(struct app_worker *worker, const struct http_request *request,
			   struct http_response *response, int error)
{
	/* The SQLSTATE, here query_canceled, may be that of an earlier error. */
	bool was_slow = error == -EBUSY && g_str_equal(pg_sqlstate(worker->pg), "57014");
	const char *detail = "The database is not available.";

	/* A change is slow if it waits for another change of the same rows. */
	if (was_slow)
		detail = http_is_read(request)
				 ? "The query takes too long. Ask for fewer rows."
				 : "The change waits for another one for too long. Try again.";
	log_line(was_slow ? LOG_WARNING : LOG_ERR, "%s %s: %s", request->method, request->raw_path,
		 pg_error(worker->pg)[0] != '\0' ? pg_error(worker->pg) : strerror(-error));
	if (is_rest(request))
		http_response_detail(response, 503, detail);
	else
		page_error(request, response, 503);
	http_response_header(response, "Retry-After", was_slow ? "60" : "5");
}

/* One answer, or one piece of it. */
struct task {
	const struct http_request *request; /* NULL: the next piece */
	struct http_response *response;
	bool is_read; /* it changes nothing */
};

static int make_piece(struct app_worker *worker, struct http_response *response)
{
	struct http_pieces *pieces = &response->pieces;

	g_string_truncate(response->body, 0);
	return pieces->make(worker, pieces->context, response->body, &pieces->is_last);
}

static int perform_once(struct app_worker *worker, const struct task *task)
{
	return task->request != NULL ? answer(worker, task->request, task->response)
				     : make_piece(worker, task->response);
}

/*
 * A standby cancels queries that conflict with the changes that it replays (serialization_failure).
 * Requests that make changes have tried again themselves.
 */
static int perform_again(struct app_worker *worker, const struct task *task)
{
	int r = -EAGAIN;

	for (int tries = 0; r == -EAGAIN && tries < READ_TRIES_MAX; tries++) {
		pg_rollback(worker->pg);
		r = perform_once(worker, task);
	}
	return r;
}

/* Returns 0, or an error after which the connection can be used again. */
static int perform(struct app_worker *worker, const struct task *task)
{
	bool was_open = worker->is_ready && pg_is_open(worker->pg);
	int r = was_open ? 0 : app_worker_connect(worker);

	if (r == 0)
		r = perform_once(worker, task);
	/* A connection that the server has closed is noticed only when it is used. */
	if (r == -ENOTCONN && was_open) {
		r = app_worker_connect(worker);
		if (r == 0)
			r = perform_once(worker, task);
	}
	if (r == -EAGAIN && task->is_read)
		r = perform_again(worker, task);
	if (r != 0)
		pg_rollback(worker->pg);
	return r;
}

void app_answer(struct app_worker *worker, struct http_request *request,
		struct http_response *response)
{
	struct task task = { request, response, http_is_read(request) };
	int r = perform(worker, &task);

	if (r != 0)
		answer_failure(worker, request, response, r);
}

void app_make_piece(struct app_worker *worker, const char *target, struct http_response *response)
{
	struct task task = { NULL, response, true };
	int r = perform(worker, &task);

	if (r == 0)
		return;
	response->pieces.has_failed = true;
	log_line(LOG_ERR, "%s: the response was broken off: %s", target,
		 pg_error(worker->pg)[0] != '\0' ? pg_error(worker->pg) : strerror(-r));
}
