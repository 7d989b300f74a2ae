/*
 * probe - checks whether the daemon or the web server answers on a socket
 */
#ifndef DAEMON_OUTPUT_PROBE_H
#define DAEMON_OUTPUT_PROBE_H

#include <glib.h>

#define PROBE_MESSAGE_BYTES 256

/* A longer response to a request for metrics is an error. */
#define PROBE_METRICS_BYTES_MAX ((gsize)1 << 20)

/*
 * Connect to `address` ("unix:PATH" or "HOST:PORT"), read the greeting, each for at most
 * `timeout_secs`, and send QUIT.  Returns 0 if the greeting is 220, -EBUSY if it is another one, or
 * -errno; -ENOENT: the socket does not exist.  `ret_message` gets the greeting or an error message.
 */
int probe_lmtp(const char *address, int timeout_secs, char ret_message[PROBE_MESSAGE_BYTES]);

/*
 * Get the metrics of the web server at `address`, as OpenMetrics text without `# EOF`.  Returns 0,
 * -EBUSY if the response is not that, or -errno as above.  `ret_message` gets the status line or an
 * error message.  The caller frees *ret_metrics, which is set in any case.
 */
int probe_http(const char *address, int timeout_secs, GString **ret_metrics,
	       char ret_message[PROBE_MESSAGE_BYTES]);

#endif
