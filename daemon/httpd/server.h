/*
 * server - `patchmda httpd`: HTTP/1.1 on sockets, requests in threads, answers
 *
 * libmicrohttpd reads and writes; one thread of its own for each socket, none of which ever waits
 * for the database.  A request that has come whole is put into one queue, from which a few workers
 * take them, each with its own connection to PostgreSQL (app.h says what they do):
 *
 *     socket - MHD - queue - worker: routes, who asks, resources, sql/report - MHD - socket
 *
 * So a slow client costs a connection and nothing else, a slow query one worker for as long as
 * `query_secs`, and when the queue is full clients are told to come again (503).
 */
#ifndef DAEMON_HTTPD_SERVER_H
#define DAEMON_HTTPD_SERVER_H

#include <stddef.h>

#include "daemon/httpd/app.h"

#define HTTPD_LISTEN_MAX 16

/* A larger body is answered by 413. */
#define HTTPD_BODY_BYTES_MAX ((size_t)1 << 20)

/* A longer path with its query is answered by 414; a Link header has it four times. */
#define HTTPD_TARGET_BYTES_MAX ((size_t)8 << 10)

/* What MHD has for the headers of a request and an answer: it answers larger ones by 431. */
#define HTTPD_HEADER_BYTES_MAX ((size_t)128 << 10)

/* Requests that wait for a worker; beyond, 503. */
#define HTTPD_QUEUE_MAX 1000

struct httpd_options {
	struct app_options app;
	const char *listen[HTTPD_LISTEN_MAX];
	size_t listen_count;
	unsigned workers;
	unsigned connections_max;
	unsigned idle_secs; /* of a connection on which nothing comes or goes */
};

extern const struct httpd_options httpd_defaults;

/* Serve until SIGTERM or SIGINT.  Returns 0, or -errno of what hindered the start (and said why). */
int httpd_run(const struct httpd_options *options);

#endif
