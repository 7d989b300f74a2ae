/*
 * server - `patchmda httpd`: HTTP/1.1 on sockets, and threads that answer requests
 *
 * A thread accepts connections (acceptor.h), and libmicrohttpd (MHD) reads and writes in another;
 * neither waits for the database.  Complete requests are put into a queue, from which a few workers
 * take them.  Each worker has its own connection to PostgreSQL (see app.h):
 *
 *     socket - acceptor - MHD - queue - worker: routes, user, resources, sql/report - MHD - socket
 *
 * A slow client occupies only a connection, and a slow query only a worker, for `query_secs` at
 * most.  Clients get 503 when the queue is full.
 */
#ifndef DAEMON_HTTPD_SERVER_H
#define DAEMON_HTTPD_SERVER_H

#include <stddef.h>

#include "daemon/address.h"
#include "daemon/httpd/app.h"

/* The response to a larger body is 413. */
#define HTTPD_BODY_BYTES_MAX ((size_t)1 << 20)

/*
 * Limit of the memory for the bodies of all requests; the response to a request beyond it is 503.
 * The first bytes of a body do not count, so large bodies do not hinder requests with small ones.
 */
#define HTTPD_BODIES_BYTES_MAX ((size_t)4 << 20)
#define HTTPD_BODY_BYTES_FREE  ((size_t)4 << 10)

/* The response to a longer path and query is 414. */
#define HTTPD_TARGET_BYTES_MAX ((size_t)4 << 10)

/* MHD's memory for the headers of a request and a response; the response to larger ones is 431. */
#define HTTPD_HEADER_BYTES_MAX ((size_t)24 << 10)

/*
 * Limits of the requests that wait for a worker, and of the event streams, as
 * parts of the connections, so that some are left for others.  The response to further ones is 503.
 */
#define HTTPD_PART(connections) (((connections)*2 + 4) / 5)
#define HTTPD_SUBSCRIBERS_MAX   200u

/* A client that reads its response more slowly has to end within `request_secs`. */
#define HTTPD_BYTES_PER_SEC_MIN ((size_t)8 << 10)

struct httpd_options {
	struct app_options app;
	struct address_list listen;
	unsigned workers;
	unsigned connections_max; /* of all sockets */
	unsigned idle_secs;       /* a connection without traffic is closed after this time */
	/*
	 * Time for a request to come, and for its response to be read; a large one has more time,
	 * at HTTPD_BYTES_PER_SEC_MIN.
	 */
	unsigned request_secs;
};

extern const struct httpd_options httpd_defaults;

/* Serve until SIGTERM or SIGINT.  Returns 0, or -errno after logging why it could not start. */
int httpd_run(const struct httpd_options *options);

#endif
