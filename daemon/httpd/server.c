/* server - `patchmda httpd`: HTTP/1.1 on sockets; see server.h */
#include "daemon/httpd/server.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "daemon/httpd/acceptor.h"
#include "daemon/httpd/clients.h"
#include "daemon/httpd/encoding.h"
#include "daemon/httpd/exchange.h"
#include "daemon/httpd/framing.h"
#include "daemon/httpd/lingering.h"
#include "daemon/httpd/queue.h"
#include "daemon/httpd/traffic.h"
#include "daemon/httpd/worker.h"
#include "daemon/log.h"
#include "daemon/sockets.h"

#define TICK_SECS 1

/*
 * Workers wait while MHD's thread has more bytes of responses to send.  MHD's thread has more to do
 * for many clients, and workers would make responses faster than they are sent.
 */
#define MADE_BYTES_MAX  (1 << 20)
#define MADE_WAIT_USECS 1000

/* Memory of at least this size is returned to the kernel when it is freed. */
#define MAPPED_BYTES_MIN (128 << 10)

/*
 * MHD counts a connection until it has closed it, and that is shortly after the call of
 * on_connection() that ends it.
 */
#define CONNECTIONS_SURPLUS (2 * CLIENTS_SURPLUS)

/* Time for clients to read their responses when the server stops. */
#define STOP_SECS 5

const struct httpd_options httpd_defaults = {
	.app = { .query_secs = 10, .page_max = 250 },
	.workers = 4,
	.connections_max = 500,
	.idle_secs = 60,
	.request_secs = 60,
};

/* ---- metrics */

/* Metrics are for programs on this host, whose requests no proxy has forwarded. */
static bool is_for_metrics(const struct exchange *exchange)
{
	static const char *const local[] = { "unix:", "127.0.0.1", "::1", NULL };
	static const char *const reads[] = { "GET", "HEAD", NULL };
	size_t length = strcspn(exchange->target, "?");

	return length == strlen(TRAFFIC_PATH) && g_str_has_prefix(exchange->target, TRAFFIC_PATH) &&
	       g_strv_contains(reads, exchange->method) &&
	       g_strv_contains(local, client_address(exchange->client)) &&
	       exchange_header(exchange, EXCHANGE_FORWARDED_FOR) == NULL;
}

/* The database may be down, and all workers busy. */
static enum MHD_Result send_metrics(struct exchange *exchange)
{
	struct server *server = exchange->server;
	const struct httpd_options *options = server->options;
	struct traffic_state state = {
		.connections = clients_count(server->clients),
		.connections_max = options->connections_max,
		.disconnections = clients_disconnections(server->clients),
		.workers = options->workers,
		.workers_busy = queue_busy(server->queue),
		.waiting = queue_length(server->queue),
		.subscribers = app_subscribers(server->app),
	};

	exchange->response = http_response_new();
	http_response_begin(exchange->response, 200,
			    "application/openmetrics-text; version=1.0.0; charset=utf-8");
	traffic_print(server->traffic, &state, exchange->response->body);
	return exchange_send(exchange);
}

/* ---- requests */

/*
 * A proxy that is not trusted makes all its clients one for the limits.  Remote clients may send
 * this header for any reason.
 */
static void warn_of_proxy(const struct exchange *exchange)
{
	const char *address = client_address(exchange->client);

	if (exchange_header(exchange, EXCHANGE_FORWARDED_FOR) == NULL ||
	    exchange_is_from_proxy(exchange) ||
	    (!g_str_equal(address, "unix:") && !g_str_equal(address, "127.0.0.1") &&
	     !g_str_equal(address, "::1")) ||
	    !g_atomic_int_compare_and_exchange(&exchange->server->has_warned, 0, 1))
		return;
	log_line(LOG_WARNING,
		 "X-Forwarded-For from %s is ignored, so all clients of this proxy count as one; "
		 "use --trusted-proxy %s",
		 address, address);
}

static enum MHD_Result note_header(void *context, enum MHD_ValueKind kind, const char *name,
				   const char *value)
{
	(void)kind;
	framing_note(context, name, value);
	return MHD_YES;
}

/* The connection is closed, because the bytes that follow may not be a request. */
static enum MHD_Result refuse_framing(struct exchange *exchange, unsigned status)
{
	exchange_make_refusal(exchange, status,
			      status == 501
				      ? "The only transfer coding is chunked."
				      : "The host or the length of the request is not clear.");
	http_response_header(exchange->response, "Connection", "close");
	return exchange_send(exchange);
}

static enum MHD_Result process_headers(struct exchange *exchange, const char *version)
{
	struct framing framing = { 0 };
	unsigned fault;

	(void)MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, note_header,
					&framing);
	fault = framing_fault(&framing, version);
	if (fault != 0)
		return refuse_framing(exchange, fault);
	warn_of_proxy(exchange);
	if (exchange->target == NULL)
		return exchange_refuse(exchange, 414, "The URL is too long.");
	if (exchange_is_too_large(exchange))
		return exchange_refuse(exchange, 413, "The request is too large.");
	exchange->stage = exchange_needs_admission(exchange) ? STAGE_ADMISSION : STAGE_BODY;
	if (exchange->stage == STAGE_ADMISSION)
		exchange_enqueue(exchange);
	else
		exchange->body = g_byte_array_new();
	return MHD_YES;
}

static void stop_counting(struct exchange *exchange)
{
	if (exchange->is_counted)
		(void)g_atomic_int_add(&exchange->server->unanswered, -1);
	exchange->is_counted = false;
}

/* The worker has no objection, so the body is read. */
static enum MHD_Result admit(struct exchange *exchange)
{
	struct server *server = exchange->server;

	stop_counting(exchange);
	client_sends(server->clients, exchange->client, server->options->request_secs);
	exchange->stage = STAGE_BODY;
	exchange->body = g_byte_array_new();
	return MHD_YES;
}

static enum MHD_Result process_request(struct exchange *exchange)
{
	exchange->parent->has_request = true;
	if (exchange->body_refusal == 413)
		return exchange_refuse(exchange, 413, "The request is too large.");
	if (exchange->body_refusal != 0)
		return exchange_refuse(exchange, exchange->body_refusal, "The server is busy.");
	if (is_for_metrics(exchange))
		return send_metrics(exchange);
	exchange_enqueue(exchange);
	return MHD_YES;
}

/* ---- callbacks */

static void free_exchange(struct exchange *exchange)
{
	stop_counting(exchange);
	exchange_stop_counting_bytes(exchange);
	exchange_release_body(exchange);
	exchange->parent->exchange = NULL;
	http_response_free(exchange->response);
	g_free(exchange->target);
	g_free(exchange->authority);
	g_free(exchange);
}

/*
 * MHD calls this when a connection begins, and before it closes the socket.  If MHD 0.9.75 finds
 * two errors in the headers of a request, it does not call on_completed().
 */
static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct server *server = context;
	struct connection *ours = *socket_context;
	const union MHD_ConnectionInfo *fd;

	fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (ours->exchange != NULL)
			free_exchange(ours->exchange);
		if (!ours->has_request && !client_is_disconnected(server->clients, ours->client))
			lingering_add(server->lingering, fd->connect_fd);
		clients_remove(server->clients, ours->client);
		g_free(ours);
		return;
	}
	ours = g_new0(struct connection, 1);
	ours->client = clients_find(server->clients, fd->connect_fd);
	*socket_context = ours;
}

/*
 * MHD would make a record for each parameter of the query string, in its memory for headers.  It
 * has found the end of the target, and reads the query string, which is empty now, after
 * on_target().
 */
static void hide_query(const char *target)
{
	char *query = strchr((char *)(uintptr_t)target, '?');

	if (query != NULL)
		query[1] = '\0';
}

/* MHD calls this first, when it has read the request line. */
static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
	struct server *server = context;
	struct exchange *exchange = g_new0(struct exchange, 1);

	exchange->server = server;
	exchange->connection = connection;
	exchange->parent = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
				   ->socket_context;
	exchange->parent->exchange = exchange;
	exchange->parent->has_request = false;
	exchange->client = exchange->parent->client;
	if (strlen(target) <= HTTPD_TARGET_BYTES_MAX)
		exchange->target = http_origin_form(target, &exchange->authority);
	hide_query(target);
	client_sends(server->clients, exchange->client, server->options->request_secs);
	return exchange;
}

/*
 * MHD calls this after the headers, for each piece of the body, at its end, and after
 * MHD_resume_connection().
 */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *size, void **state)
{
	struct exchange *exchange = *state;

	(void)context;
	(void)connection;
	(void)url;
	if (exchange->stage == STAGE_TARGET) {
		exchange->method = method;
		return process_headers(exchange, version);
	}
	if (*size > 0 && exchange->response == NULL) {
		exchange_take_body(exchange, data, *size);
		*size = 0;
		return MHD_YES;
	}
	if (exchange->response != NULL)
		return exchange_send(exchange);
	return exchange->stage == STAGE_ADMISSION ? admit(exchange) : process_request(exchange);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
			 enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *state;
	const struct httpd_options *options;

	(void)context;
	(void)connection;
	(void)code;
	if (exchange == NULL)
		return;
	options = exchange->server->options;
	/* The time without traffic is limited by MHD. */
	client_sends(exchange->server->clients, exchange->client,
		     options->idle_secs + options->request_secs);
	free_exchange(exchange);
	*state = NULL;
}

/* http_request_new() decodes paths. */
static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context;
	(void)connection;
	return strlen(text);
}

__attribute__((__format__(__printf__, 2, 0))) static void log_of_mhd(void *context,
								     const char *format,
								     va_list values)
{
	g_autofree char *text = g_strdup_vprintf(format, values);

	(void)context;
	log_line(LOG_DEBUG, "%s", g_strchomp(text));
}

/* ---- workers */

static void log_access(const struct exchange *exchange, const char *client, int64_t usecs)
{
	bool has_more = exchange->response->pieces.context != NULL;

	log_line(LOG_INFO, "%s %s %s: %u, %zu bytes%s, %.1f ms", client, exchange->method,
		 exchange->target, exchange->response->status, exchange->response->body->len,
		 has_more ? " and more" : "", (double)usecs / 1000);
}

/* Make the response, but none if the request is admitted. */
static void process(struct app_worker *worker, struct exchange *exchange)
{
	struct http_request *request = exchange_request(exchange);
	struct http_response *response = http_response_new();
	int64_t begin = g_get_monotonic_time();

	app_answer(worker, request, response);
	encoding_finish(request, response);
	exchange_release_body(exchange);
	if (response->status == HTTP_CONTINUE) {
		http_response_free(response);
	} else {
		exchange->response = response;
		exchange_count_bytes(exchange);
		traffic_count(exchange->server->traffic, exchange->method, response->status,
			      response->resource, g_get_monotonic_time() - exchange->queued_usecs);
		log_access(exchange, request->client, g_get_monotonic_time() - begin);
	}
	http_request_free(request);
}

static void make_piece(struct app_worker *worker, struct exchange *exchange)
{
	app_make_piece(worker, exchange->target, exchange->response);
	exchange_count_bytes(exchange);
}

static gpointer work(gpointer context)
{
	struct server *server = context;
	struct app_worker *worker = app_worker_new(server->app);
	struct queue_entry *entry;

	while ((entry = queue_pop(server->queue)) != NULL) {
		struct exchange *exchange = (struct exchange *)entry;

		while (g_atomic_int_get(&server->made_bytes) > MADE_BYTES_MAX)
			g_usleep(MADE_WAIT_USECS);
		if (exchange->stage == STAGE_PIECES)
			make_piece(worker, exchange);
		else
			process(worker, exchange);
		queue_finish(server->queue, entry);
		/* MHD's thread may free the exchange from here on. */
		MHD_resume_connection(exchange->connection);
	}
	app_worker_free(worker);
	return NULL;
}

/* ---- start and stop */

static int start_daemon(struct server *server)
{
	const struct httpd_options *options = server->options;

	server->daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC |
			MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
		0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, log_of_mhd, NULL,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_UNESCAPE_CALLBACK,
		keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, HTTPD_HEADER_BYTES_MAX,
		MHD_OPTION_CONNECTION_LIMIT, options->connections_max + CONNECTIONS_SURPLUS,
		MHD_OPTION_CONNECTION_TIMEOUT, options->idle_secs, MHD_OPTION_END);
	if (server->daemon != NULL)
		server->lingering = lingering_start();
	if (server->lingering != NULL)
		server->acceptor = acceptor_start(server->fds, server->daemon, server->clients,
						  options->request_secs);
	if (server->acceptor != NULL)
		return 0;
	log_line(LOG_ERR, "cannot serve HTTP: %s", strerror(errno));
	return errno != 0 ? -errno : -EIO;
}

static int start(struct server *server)
{
	int r = sockets_open(&server->options->listen, server->fds);

	for (unsigned i = 0; r == 0 && i < server->options->workers; i++)
		g_ptr_array_add(server->threads, g_thread_new("worker", work, server));
	return r == 0 ? start_daemon(server) : r;
}

/*
 * Requests that have been read are answered first, within the time limits of queries and clients.
 */
static void stop(struct server *server)
{
	int64_t deadline = g_get_monotonic_time() +
			   (server->options->app.query_secs + STOP_SECS) * G_USEC_PER_SEC;

	g_atomic_int_set(&server->is_stopping, 1);
	acceptor_stop(server->acceptor);
	app_stop(server->app);
	while (g_atomic_int_get(&server->unanswered) > 0 && g_get_monotonic_time() < deadline)
		g_usleep(G_USEC_PER_SEC / 100);
	queue_close(server->queue);
	for (guint i = 0; i < server->threads->len; i++)
		(void)g_thread_join(server->threads->pdata[i]);
	if (server->daemon != NULL)
		MHD_stop_daemon(server->daemon);
	lingering_stop(server->lingering);
	sockets_close(&server->options->listen, server->fds);
}

/* The main thread waits for a signal, notifies systemd's watchdog, and disconnects slow clients. */
static void wait_for_signal(const struct server *server, const sigset_t *signals)
{
	const struct timespec tick = { .tv_sec = TICK_SECS };
	int number;

	do {
		number = sigtimedwait(signals, NULL, &tick);
		(void)sd_notify(0, "WATCHDOG=1");
		clients_sweep(server->clients);
	} while (number != SIGTERM && number != SIGINT);
}

int httpd_run(const struct httpd_options *options)
{
	struct httpd_options own = *options;
	struct server server = { .options = &own };
	sigset_t signals;
	int r;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES_MIN);
	own.app.subscribers_max = MIN(HTTPD_PART(options->connections_max), HTTPD_SUBSCRIBERS_MAX);
	server.app = app_new(&own.app);
	server.fds = g_array_new(FALSE, FALSE, sizeof(int));
	server.threads = g_ptr_array_new();
	server.traffic = traffic_new();
	server.clients = clients_new(options->connections_max);
	server.queue = queue_new(HTTPD_PART(options->connections_max));
	r = start(&server);
	if (r == 0) {
		(void)sd_notify(0, "READY=1");
		wait_for_signal(&server, &signals);
		(void)sd_notify(0, "STOPPING=1");
	}
	stop(&server);
	queue_free(server.queue);
	clients_free(server.clients);
	g_ptr_array_unref(server.threads);
	g_array_unref(server.fds);
	app_free(server.app);
	traffic_free(server.traffic);
	return r;
}
