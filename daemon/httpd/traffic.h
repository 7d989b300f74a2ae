/*
 * traffic - counts of requests, for monitoring
 *
 * The server counts each response, and prints the counts as OpenMetrics text at TRAFFIC_PATH, which
 * `patchmda status --openmetrics` includes.  All functions may be called by several threads.
 */
#ifndef DAEMON_HTTPD_TRAFFIC_H
#define DAEMON_HTTPD_TRAFFIC_H

#include <glib.h>
#include <stdint.h>

#include "daemon/httpd/clients.h"

#define TRAFFIC_PATH "/metrics"

struct traffic;

/* The state of the server at the time of printing. */
struct traffic_state {
	unsigned connections, connections_max; /* of all sockets */
	struct disconnections disconnections;
	unsigned workers, workers_busy;
	unsigned waiting;     /* requests in the queue */
	unsigned subscribers; /* event streams that are open */
};

struct traffic *traffic_new(void);
void traffic_free(struct traffic *traffic);

/* Count a response to a request; `resource` is static.  Methods that no route has are "other". */
void traffic_count(struct traffic *traffic, const char *method, unsigned status,
		   const char *resource, int64_t usecs);

/* Append all metrics, and the line `# EOF`. */
void traffic_print(struct traffic *traffic, const struct traffic_state *state, GString *to);

#endif
