/* exchange - a request and its response, as libmicrohttpd has them; see exchange.h */
#include "daemon/httpd/exchange.h"

#include <string.h>

#include "daemon/httpd/framing.h"

/* The size of a piece of a body that is read piece by piece. */
#define SOURCE_BLOCK_BYTES 4096

/* ---- reading a request */

const char *exchange_header(const struct exchange *exchange, const char *name)
{
	return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

bool exchange_is_from_proxy(const struct exchange *exchange)
{
	return app_trusts(exchange->server->app, client_address(exchange->client));
}

/* The beginning of URLs: the setting, or the host that the client has named. */
static char *base_of(const struct exchange *exchange)
{
	const char *scheme = exchange_header(exchange, EXCHANGE_FORWARDED_PROTO);
	const char *host = exchange->authority != NULL
				   ? exchange->authority
				   : exchange_header(exchange, MHD_HTTP_HEADER_HOST);
	bool is_tls = scheme != NULL && exchange_is_from_proxy(exchange) &&
		      g_ascii_strcasecmp(scheme, "https") == 0;

	if (exchange->server->options->app.base_url != NULL)
		return g_strdup(exchange->server->options->app.base_url);
	if (host == NULL || host[0] == '\0' || !framing_is_host(host))
		host = "localhost";
	return g_strdup_printf("%s://%s", is_tls ? "https" : "http", host);
}

static enum MHD_Result keep_forwarded(void *context, enum MHD_ValueKind kind, const char *name,
				      const char *value)
{
	const char **forwarded = context;

	(void)kind;
	if (value != NULL && g_ascii_strcasecmp(name, EXCHANGE_FORWARDED_FOR) == 0)
		*forwarded = value;
	return MHD_YES;
}

/*
 * A proxy adds the address of its client at the end of X-Forwarded-For, or after the headers of
 * this name that the client has sent.
 */
char *exchange_client(const struct exchange *exchange)
{
	const char *forwarded = NULL, *comma;

	if (exchange_is_from_proxy(exchange))
		(void)MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND,
						keep_forwarded, &forwarded);
	if (forwarded == NULL)
		return g_strdup(client_address(exchange->client));
	comma = strrchr(forwarded, ',');
	return g_strstrip(g_strdup(comma != NULL ? comma + 1 : forwarded));
}

struct http_request *exchange_request(const struct exchange *exchange)
{
	struct http_request *request = http_request_new(exchange->method, exchange->target);

	for (size_t i = 0; i < HTTP_HEADER_COUNT; i++)
		request->headers[i] = g_strdup(exchange_header(exchange, http_header_names[i]));
	request->body = exchange->body != NULL ? g_byte_array_ref(exchange->body) : NULL;
	request->base = base_of(exchange);
	request->client = exchange_client(exchange);
	request->origin = client_origin(request->client);
	return request;
}

/* The bytes of a body of this length that count towards HTTPD_BODIES_BYTES_MAX. */
static gint counted(size_t len)
{
	return len > HTTPD_BODY_BYTES_FREE ? (gint)(len - HTTPD_BODY_BYTES_FREE) : 0;
}

void exchange_release_body(struct exchange *exchange)
{
	(void)g_atomic_int_add(&exchange->server->body_bytes, -exchange->body_bytes);
	exchange->body_bytes = 0;
	g_clear_pointer(&exchange->body, g_byte_array_unref);
}

/* Whether there is memory for a body of this length. */
static bool reserve_body(struct exchange *exchange, size_t len)
{
	gint more = counted(len) - exchange->body_bytes;

	exchange->body_bytes += more;
	return g_atomic_int_add(&exchange->server->body_bytes, more) + more <=
	       (gint)HTTPD_BODIES_BYTES_MAX;
}

void exchange_take_body(struct exchange *exchange, const char *data, size_t size)
{
	size_t len = exchange->body->len + size;

	if (exchange->body_refusal != 0)
		return;
	if (len > HTTPD_BODY_BYTES_MAX)
		exchange->body_refusal = 413;
	else if (!reserve_body(exchange, len))
		exchange->body_refusal = 503;
	if (exchange->body_refusal == 0) {
		g_byte_array_append(exchange->body, (const guint8 *)data, (guint)size);
		return;
	}
	exchange_release_body(exchange);
	exchange->body = g_byte_array_new();
}

bool exchange_needs_admission(const struct exchange *exchange)
{
	const char *length = exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_LENGTH);

	return exchange_header(exchange, MHD_HTTP_HEADER_EXPECT) != NULL ||
	       exchange_header(exchange, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL ||
	       (length != NULL && g_ascii_strtoull(length, NULL, 10) > HTTPD_BODY_BYTES_FREE);
}

bool exchange_is_too_large(const struct exchange *exchange)
{
	const char *length = exchange_header(exchange, MHD_HTTP_HEADER_CONTENT_LENGTH);

	return length != NULL && g_ascii_strtoull(length, NULL, 10) > HTTPD_BODY_BYTES_MAX;
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

static void limit_reading(const struct exchange *exchange);

/* Read the piece that has been made; after it, the client waits for the next one. */
static ssize_t read_pieces(void *context, uint64_t position, char *buffer, size_t size)
{
	struct exchange *exchange = context;
	struct http_response *r = exchange->response;
	size_t n = MIN(size, r->body->len - exchange->read_bytes);

	(void)position;
	if (r->pieces.has_failed)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (n > 0) {
		if (exchange->read_bytes == 0) {
			exchange_stop_counting_bytes(exchange);
			limit_reading(exchange);
		}
		memcpy(buffer, r->body->str + exchange->read_bytes, n);
		exchange->read_bytes += n;
		return (ssize_t)n;
	}
	if (r->pieces.is_last)
		return MHD_CONTENT_READER_END_OF_STREAM;
	g_string_free(r->body, TRUE);
	r->body = g_string_new(NULL);
	exchange->read_bytes = 0;
	exchange_enqueue(exchange);
	return 0;
}

/* A source lives until on_completed(), after MHD's last use of it. */
static struct MHD_Response *make_response(struct exchange *exchange)
{
	struct http_response *r = exchange->response;
	size_t size = r->body->len;
	char *body;

	if (r->source.context != NULL) {
		r->source.attach(r->source.context, pause_connection, resume_connection,
				 exchange->connection);
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, SOURCE_BLOCK_BYTES,
							 read_source, &r->source, NULL);
	}
	if (r->pieces.context != NULL) {
		exchange->stage = STAGE_PIECES;
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, SOURCE_BLOCK_BYTES,
							 read_pieces, exchange, NULL);
	}
	body = g_realloc(g_string_free(g_steal_pointer(&r->body), FALSE), size + 1);
	return MHD_create_response_from_buffer(size, body, MHD_RESPMEM_MUST_FREE);
}

void exchange_count_bytes(struct exchange *exchange)
{
	exchange->made_bytes = (gint)MIN(exchange->response->body->len, G_MAXINT / 1024);
	(void)g_atomic_int_add(&exchange->server->made_bytes, exchange->made_bytes);
}

void exchange_stop_counting_bytes(struct exchange *exchange)
{
	(void)g_atomic_int_add(&exchange->server->made_bytes, -exchange->made_bytes);
	exchange->made_bytes = 0;
}

/* Limit the time that the client has to read its response. */
static void limit_reading(const struct exchange *exchange)
{
	const struct server *server = exchange->server;
	const struct http_response *r = exchange->response;

	if (r->source.context != NULL)
		client_waits(server->clients, exchange->client);
	else
		client_reads(server->clients, exchange->client,
			     server->options->request_secs +
				     (unsigned)(r->body->len / HTTPD_BYTES_PER_SEC_MIN),
			     r->body->len);
}

void exchange_enqueue(struct exchange *exchange)
{
	struct server *server = exchange->server;
	g_autofree char *client = exchange_client(exchange), *origin = client_origin(client);
	struct exchange *surplus;

	if (!exchange->is_counted)
		(void)g_atomic_int_add(&server->unanswered, 1);
	exchange->is_counted = true;
	exchange->queued_usecs = g_get_monotonic_time();
	client_waits(server->clients, exchange->client);
	MHD_suspend_connection(exchange->connection);
	surplus = (struct exchange *)queue_push(server->queue, &exchange->entry, origin);
	if (surplus == NULL)
		return;
	if (surplus->stage == STAGE_PIECES)
		surplus->response->pieces.has_failed = true;
	else
		exchange_make_refusal(surplus, 503, "The server is busy.");
	MHD_resume_connection(surplus->connection);
}

enum MHD_Result exchange_send(struct exchange *exchange)
{
	struct http_response *r = exchange->response;
	struct MHD_Response *response;
	enum MHD_Result result;

	exchange_stop_counting_bytes(exchange);
	limit_reading(exchange);
	response = make_response(exchange);
	if (response == NULL)
		return MHD_NO;
	if (r->type != NULL)
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, r->type);
	/* Texts of mails are in all kinds of responses; no browser may take one for a page. */
	(void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	for (guint i = 0; i + 1 < r->headers->len; i += 2)
		(void)MHD_add_response_header(response, r->headers->pdata[i],
					      r->headers->pdata[i + 1]);
	/* The client sends its next request to another process. */
	if (g_atomic_int_get(&exchange->server->is_stopping))
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	result = MHD_queue_response(exchange->connection, r->status, response);
	MHD_destroy_response(response);
	return result;
}

void exchange_make_refusal(struct exchange *exchange, unsigned status, const char *detail)
{
	exchange->response = http_response_new();
	http_response_detail(exchange->response, status, detail);
	if (status == 503)
		http_response_header(exchange->response, "Retry-After", "5");
	traffic_count(exchange->server->traffic, exchange->method, status, "refused", 0);
}

enum MHD_Result exchange_refuse(struct exchange *exchange, unsigned status, const char *detail)
{
	exchange_make_refusal(exchange, status, detail);
	return exchange_send(exchange);
}
