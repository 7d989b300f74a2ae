/* server - `patchmda httpd`: HTTP/1.1 on sockets; see server.h */
#include "daemon/httpd/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include "daemon/httpd/encoding.h"
#include "daemon/httpd/traffic.h"
#include "daemon/httpd/worker.h"
#include "daemon/log.h"
#include "daemon/sockets.h"

#define TICK_SECS 5

/* The size of a piece of a body that is read piece by piece. */
#define SOURCE_BLOCK_BYTES 4096

/* Time for clients to read their responses when the server stops. */
#define STOP_SECS 5

const struct httpd_options httpd_defaults = {
	.app = { .query_secs = 10, .page_max = 250 },
	.workers = 4,
	.connections_max = 1000,
	.idle_secs = 60,
};

/* Requests that wait for a worker.  ThreadSanitizer does not know the locks of GLib's queue. */
struct queue {
	pthread_mutex_t lock;
	pthread_cond_t is_filled;
	struct exchange *first, *last;
	unsigned length;
	bool is_closed; /* no more are added */
};

struct server {
	const struct httpd_options *options;
	struct app *app;
	GArray *fds;        /* int: the sockets that listen */
	GPtrArray *daemons; /* struct MHD_Daemon */
	GPtrArray *threads; /* GThread: the workers */
	struct queue queue;
	struct traffic *traffic;
	gint unanswered; /* requests whose response has not been sent */
	gint busy;       /* workers that process a request */
	gint body_bytes; /* of HTTPD_BODIES_BYTES_MAX, taken by requests */
};

/* One request and its response.  MHD's thread has it, then a worker, then MHD's thread again. */
struct exchange {
	struct exchange *next; /* in the queue */
	struct server *server;
	struct MHD_Connection *connection;
	char *target;
	struct http_request *request; /* NULL: only the request line has been read */
	struct http_response *response;
	char peer[INET6_ADDRSTRLEN];
	unsigned body_refusal; /* status because of which the body is not kept; 0: it is kept */
	gint body_bytes;       /* of the server's, taken by this request */
	int64_t queued_usecs;  /* when the whole request had come */
	bool is_counted;       /* in `unanswered` */
};

/* ---- the queue */

static void queue_init(struct queue *queue)
{
	*queue = (struct queue){ 0 };
	(void)pthread_mutex_init(&queue->lock, NULL);
	(void)pthread_cond_init(&queue->is_filled, NULL);
}

static void queue_done(struct queue *queue)
{
	(void)pthread_cond_destroy(&queue->is_filled);
	(void)pthread_mutex_destroy(&queue->lock);
}

static unsigned queue_length(struct queue *queue)
{
	unsigned length;

	(void)pthread_mutex_lock(&queue->lock);
	length = queue->length;
	(void)pthread_mutex_unlock(&queue->lock);
	return length;
}

static void queue_push(struct queue *queue, struct exchange *exchange)
{
	(void)pthread_mutex_lock(&queue->lock);
	if (queue->first == NULL)
		queue->first = exchange;
	else
		queue->last->next = exchange;
	queue->last = exchange;
	queue->length++;
	(void)pthread_cond_signal(&queue->is_filled);
	(void)pthread_mutex_unlock(&queue->lock);
}

/* Wait for a request.  NULL: the queue is closed and empty. */
static struct exchange *queue_pop(struct queue *queue)
{
	struct exchange *exchange;

	(void)pthread_mutex_lock(&queue->lock);
	while (queue->first == NULL && !queue->is_closed)
		(void)pthread_cond_wait(&queue->is_filled, &queue->lock);
	exchange = queue->first;
	if (exchange != NULL) {
		queue->first = exchange->next;
		exchange->next = NULL;
		queue->length--;
	}
	(void)pthread_mutex_unlock(&queue->lock);
	return exchange;
}

static void queue_close(struct queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
	queue->is_closed = true;
	(void)pthread_cond_broadcast(&queue->is_filled);
	(void)pthread_mutex_unlock(&queue->lock);
}

/* ---- reading a request */

static void find_peer(struct exchange *exchange)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *address = info != NULL ? info->client_addr : NULL;

	g_strlcpy(exchange->peer, "unix:", sizeof(exchange->peer));
	if (address != NULL && address->sa_family == AF_INET)
		(void)inet_ntop(AF_INET,
				&((const struct sockaddr_in *)(const void *)address)->sin_addr,
				exchange->peer, sizeof(exchange->peer));
	else if (address != NULL && address->sa_family == AF_INET6)
		(void)inet_ntop(AF_INET6,
				&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr,
				exchange->peer, sizeof(exchange->peer));
}

static bool is_host(const char *host)
{
	return host != NULL && host[0] != '\0' &&
	       strspn(host,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]") ==
		       strlen(host);
}

/* The beginning of URLs: the setting, or the host that the client has named. */
static char *base_of(const struct exchange *exchange)
{
	const struct http_request *request = exchange->request;
	const char *scheme = request->headers[HTTP_X_FORWARDED_PROTO];
	const char *host = request->headers[HTTP_HOST];
	bool is_tls = scheme != NULL && app_trusts(exchange->server->app, exchange->peer) &&
		      g_ascii_strcasecmp(scheme, "https") == 0;

	if (exchange->server->options->app.base_url != NULL)
		return g_strdup(exchange->server->options->app.base_url);
	return g_strdup_printf("%s://%s", is_tls ? "https" : "http",
			       is_host(host) ? host : "localhost");
}

/* The address of the client; a proxy adds it at the end of X-Forwarded-For. */
static char *client_of(const struct exchange *exchange)
{
	const char *forwarded = exchange->request->headers[HTTP_X_FORWARDED_FOR];
	const char *comma;

	if (forwarded == NULL || !app_trusts(exchange->server->app, exchange->peer))
		return g_strdup(exchange->peer);
	comma = strrchr(forwarded, ',');
	return g_strstrip(g_strdup(comma != NULL ? comma + 1 : forwarded));
}

static void begin_request(struct exchange *exchange, const char *method)
{
	struct http_request *request = http_request_new(method, exchange->target);

	for (size_t i = 0; i < HTTP_HEADER_COUNT; i++)
		request->headers[i] = g_strdup(MHD_lookup_connection_value(
			exchange->connection, MHD_HEADER_KIND, http_header_names[i]));
	exchange->request = request;
	find_peer(exchange);
	request->base = base_of(exchange);
	request->client = client_of(exchange);
}

/* The bytes of a body of this length that count towards HTTPD_BODIES_BYTES_MAX. */
static gint counted(size_t len)
{
	return len > HTTPD_BODY_BYTES_FREE ? (gint)(len - HTTPD_BODY_BYTES_FREE) : 0;
}

static void release_body(struct exchange *exchange)
{
	(void)g_atomic_int_add(&exchange->server->body_bytes, -exchange->body_bytes);
	exchange->body_bytes = 0;
}

/* Whether there is memory for a body of this length. */
static bool reserve_body(struct exchange *exchange, size_t len)
{
	gint more = counted(len) - exchange->body_bytes;

	exchange->body_bytes += more;
	return g_atomic_int_add(&exchange->server->body_bytes, more) + more <=
	       (gint)HTTPD_BODIES_BYTES_MAX;
}

static void take_body(struct exchange *exchange, const char *data, size_t size)
{
	struct http_request *request = exchange->request;

	if (exchange->body_refusal != 0)
		return;
	if (request->body->len + size > HTTPD_BODY_BYTES_MAX)
		exchange->body_refusal = 413;
	else if (!reserve_body(exchange, request->body->len + size))
		exchange->body_refusal = 503;
	if (exchange->body_refusal == 0) {
		g_byte_array_append(request->body, (const guint8 *)data, (guint)size);
		return;
	}
	release_body(exchange);
	g_byte_array_unref(request->body);
	request->body = g_byte_array_new();
}

/* ---- responses */

static void pause_connection(void *connection)
{
	MHD_suspend_connection(connection);
}

static void resume_connection(void *connection)
{
	MHD_resume_connection(connection);
}

static ssize_t read_source(void *context, uint64_t position, char *buffer, size_t size)
{
	const struct http_source *source = context;
	ssize_t n = source->read(source->context, buffer, size);

	(void)position;
	return n >= 0 ? n : MHD_CONTENT_READER_END_OF_STREAM;
}

/* A source lives until on_completed(), after MHD's last use of it. */
static struct MHD_Response *make_response(const struct exchange *exchange)
{
	struct http_response *r = exchange->response;
	size_t size = r->body->len;

	if (r->source.context != NULL) {
		r->source.attach(r->source.context, pause_connection, resume_connection,
				 exchange->connection);
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, SOURCE_BLOCK_BYTES,
							 read_source, &r->source, NULL);
	}
	return MHD_create_response_from_buffer(
		size, g_string_free(g_steal_pointer(&r->body), FALSE), MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result send_response(struct exchange *exchange)
{
	struct http_response *r = exchange->response;
	struct MHD_Response *response = make_response(exchange);
	enum MHD_Result result;

	if (response == NULL)
		return MHD_NO;
	if (r->type != NULL)
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, r->type);
	for (guint i = 0; i + 1 < r->headers->len; i += 2)
		(void)MHD_add_response_header(response, r->headers->pdata[i],
					      r->headers->pdata[i + 1]);
	result = MHD_queue_response(exchange->connection, r->status, response);
	MHD_destroy_response(response);
	return result;
}

/* Answer a request that needs neither a worker nor the database. */
static enum MHD_Result refuse(struct exchange *exchange, unsigned status, const char *detail)
{
	exchange->response = http_response_new();
	http_response_begin(exchange->response, status, "application/json");
	g_string_printf(exchange->response->body, "{\"detail\":\"%s\"}", detail);
	if (status == 503)
		http_response_header(exchange->response, "Retry-After", "5");
	traffic_count(exchange->server->traffic, exchange->request->method, status, "refused", 0);
	return send_response(exchange);
}

/* ---- metrics */

/* Metrics are for programs on this host, whose requests no proxy has forwarded. */
static bool is_for_metrics(const struct exchange *exchange)
{
	static const char *const local[] = { "unix:", "127.0.0.1", "::1", NULL };
	const struct http_request *request = exchange->request;

	return g_str_equal(request->path, TRAFFIC_PATH) && http_is_read(request) &&
	       g_strv_contains(local, exchange->peer) &&
	       request->headers[HTTP_X_FORWARDED_FOR] == NULL;
}

static unsigned count_connections(const struct server *server)
{
	unsigned count = 0;

	for (guint i = 0; i < server->daemons->len; i++) {
		const union MHD_DaemonInfo *info = MHD_get_daemon_info(
			server->daemons->pdata[i], MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

		count += info != NULL ? info->num_connections : 0;
	}
	return count;
}

/* The database may be down, and all workers busy. */
static enum MHD_Result send_metrics(struct exchange *exchange)
{
	struct server *server = exchange->server;
	const struct httpd_options *options = server->options;
	struct traffic_state state = {
		.connections = count_connections(server),
		.connections_max = options->connections_max * server->daemons->len,
		.workers = options->workers,
		.workers_busy = (unsigned)g_atomic_int_get(&server->busy),
		.waiting = queue_length(&server->queue),
		.listeners = app_listeners(server->app),
	};

	exchange->response = http_response_new();
	http_response_begin(exchange->response, 200,
			    "application/openmetrics-text; version=1.0.0; charset=utf-8");
	traffic_print(server->traffic, &state, exchange->response->body);
	return send_response(exchange);
}

/* ---- requests that have come whole */

static enum MHD_Result enqueue(struct exchange *exchange)
{
	struct server *server = exchange->server;

	if (strlen(exchange->target) > HTTPD_TARGET_BYTES_MAX)
		return refuse(exchange, 414, "The URL is too long.");
	if (exchange->body_refusal == 413)
		return refuse(exchange, 413, "The request is too large.");
	if (exchange->body_refusal != 0)
		return refuse(exchange, exchange->body_refusal, "The server is busy.");
	if (is_for_metrics(exchange))
		return send_metrics(exchange);
	if (queue_length(&server->queue) >= HTTPD_QUEUE_MAX)
		return refuse(exchange, 503, "The server is busy.");
	(void)g_atomic_int_add(&server->unanswered, 1);
	exchange->is_counted = true;
	exchange->queued_usecs = g_get_monotonic_time();
	MHD_suspend_connection(exchange->connection);
	queue_push(&server->queue, exchange);
	return MHD_YES;
}

/* ---- callbacks */

/* MHD calls this first, when it has read the request line. */
static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
	struct exchange *exchange = g_new0(struct exchange, 1);

	exchange->server = context;
	exchange->connection = connection;
	exchange->target = g_strdup(target);
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
	(void)version;
	if (exchange->request == NULL) {
		begin_request(exchange, method);
		return MHD_YES;
	}
	if (*size > 0) {
		take_body(exchange, data, *size);
		*size = 0;
		return MHD_YES;
	}
	return exchange->response != NULL ? send_response(exchange) : enqueue(exchange);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
			 enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *state;

	(void)context;
	(void)connection;
	(void)code;
	if (exchange == NULL)
		return;
	if (exchange->is_counted)
		(void)g_atomic_int_add(&exchange->server->unanswered, -1);
	release_body(exchange);
	http_request_free(exchange->request);
	http_response_free(exchange->response);
	g_free(exchange->target);
	g_free(exchange);
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

static void log_access(const struct exchange *exchange, int64_t usecs)
{
	log_line(LOG_INFO, "%s %s %s: %u, %zu bytes, %.1f ms", exchange->request->client,
		 exchange->request->method, exchange->target, exchange->response->status,
		 exchange->response->body->len, (double)usecs / 1000);
}

static gpointer work(gpointer context)
{
	struct server *server = context;
	struct app_worker *worker = app_worker_new(server->app);
	struct exchange *exchange;

	while ((exchange = queue_pop(&server->queue)) != NULL) {
		struct http_response *response = http_response_new();
		int64_t begin = g_get_monotonic_time();

		(void)g_atomic_int_add(&server->busy, 1);
		app_answer(worker, exchange->request, response);
		encoding_finish(exchange->request, response);
		(void)g_atomic_int_add(&server->busy, -1);
		exchange->response = response;
		traffic_count(server->traffic, exchange->request->method, response->status,
			      response->resource, g_get_monotonic_time() - exchange->queued_usecs);
		log_access(exchange, g_get_monotonic_time() - begin);
		/* MHD's thread may free the exchange from here on. */
		MHD_resume_connection(exchange->connection);
	}
	app_worker_free(worker);
	return NULL;
}

/* ---- start and stop */

static int start_daemon(struct server *server, int fd)
{
	const struct httpd_options *options = server->options;
	struct MHD_Daemon *daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0,
		NULL, NULL, on_request, server, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_EXTERNAL_LOGGER, log_of_mhd, NULL, MHD_OPTION_URI_LOG_CALLBACK,
		on_target, server, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		HTTPD_HEADER_BYTES_MAX, MHD_OPTION_CONNECTION_LIMIT, options->connections_max,
		MHD_OPTION_CONNECTION_TIMEOUT, options->idle_secs, MHD_OPTION_END);

	if (daemon == NULL) {
		log_line(LOG_ERR, "cannot serve HTTP: %s", strerror(errno));
		return errno != 0 ? -errno : -EIO;
	}
	g_ptr_array_add(server->daemons, daemon);
	return 0;
}

static int start(struct server *server)
{
	int r = sockets_open(&server->options->listen, server->fds);

	for (unsigned i = 0; r == 0 && i < server->options->workers; i++)
		g_ptr_array_add(server->threads, g_thread_new("worker", work, server));
	for (guint i = 0; r == 0 && i < server->fds->len; i++)
		r = start_daemon(server, g_array_index(server->fds, int, i));
	return r;
}

/*
 * Requests that have been read are answered first, within the time limits of queries and clients.
 */
static void stop(struct server *server)
{
	int64_t deadline = g_get_monotonic_time() +
			   (server->options->app.query_secs + STOP_SECS) * G_USEC_PER_SEC;

	for (guint i = 0; i < server->daemons->len; i++)
		(void)MHD_quiesce_daemon(server->daemons->pdata[i]);
	app_stop(server->app);
	while (g_atomic_int_get(&server->unanswered) > 0 && g_get_monotonic_time() < deadline)
		g_usleep(G_USEC_PER_SEC / 100);
	queue_close(&server->queue);
	for (guint i = 0; i < server->threads->len; i++)
		(void)g_thread_join(server->threads->pdata[i]);
	for (guint i = 0; i < server->daemons->len; i++)
		MHD_stop_daemon(server->daemons->pdata[i]);
	sockets_close(&server->options->listen, server->fds);
}

/* The main thread waits for a signal and notifies systemd's watchdog. */
static void wait_for_signal(const sigset_t *signals)
{
	const struct timespec tick = { .tv_sec = TICK_SECS };
	int number;

	do {
		number = sigtimedwait(signals, NULL, &tick);
		(void)sd_notify(0, "WATCHDOG=1");
	} while (number != SIGTERM && number != SIGINT);
}

int httpd_run(const struct httpd_options *options)
{
	struct server server = { .options = options };
	sigset_t signals;
	int r;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	server.app = app_new(&options->app);
	server.fds = g_array_new(FALSE, FALSE, sizeof(int));
	server.daemons = g_ptr_array_new();
	server.threads = g_ptr_array_new();
	server.traffic = traffic_new();
	queue_init(&server.queue);
	r = start(&server);
	if (r == 0) {
		(void)sd_notify(0, "READY=1");
		wait_for_signal(&signals);
		(void)sd_notify(0, "STOPPING=1");
	}
	stop(&server);
	queue_done(&server.queue);
	g_ptr_array_unref(server.threads);
	g_ptr_array_unref(server.daemons);
	g_array_unref(server.fds);
	app_free(server.app);
	traffic_free(server.traffic);
	return r;
}
