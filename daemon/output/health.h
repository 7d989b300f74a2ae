/*
 * health - the state of the database and the daemon
 */
#ifndef DAEMON_OUTPUT_HEALTH_H
#define DAEMON_OUTPUT_HEALTH_H

#include <glib.h>

#include "daemon/output/probe.h"
#include "sql/report/status.h"

/* The first socket of systemd/patchmda.socket, and that of patchmda-http.socket. */
#define HEALTH_SOCKET_DEFAULT "unix:/run/patchmda/lmtp.sock"
#define HEALTH_HTTP_DEFAULT   "unix:/run/patchmda/http.sock"

/* Of the daemon that receives mail, and of the web server. */
enum daemon_state {
	DAEMON_NONE,    /* no socket was given, and the default one does not exist */
	DAEMON_UNKNOWN, /* no socket was given, and access to the default one is denied */
	DAEMON_UP,
	DAEMON_DOWN
};

struct health {
	bool reached;     /* the database answers */
	bool has_tables;  /* its tables are known and were read: `status` is set */
	GString *message; /* the error of the database if one of these is false */
	struct status status;
	enum daemon_state daemon;
	const char *socket;
	char greeting[PROBE_MESSAGE_BYTES]; /* or an error message */
	enum daemon_state http;
	const char *http_address;
	char http_message[PROBE_MESSAGE_BYTES]; /* the status line, or an error message */
	GString *http_metrics;                  /* of the web server; empty if it is not up */
};

/*
 * Ask the database, the daemon and the web server, each for at most `timeout_secs`.  If `socket` or
 * `http` is NULL the default one is used if it exists.  They must outlive the result, which is
 * released with health_done().
 */
void health_find(const char *conninfo, const char *socket, const char *http, int timeout_secs,
		 struct health *ret_health);
void health_done(struct health *health);

#endif
