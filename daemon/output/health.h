/*
 * health - the state of the database and the daemon
 */
#ifndef DAEMON_HEALTH_H
#define DAEMON_HEALTH_H

#include <glib.h>

#include "daemon/output/probe.h"
#include "sql/report/status.h"

/* The first socket of systemd/patchmda.socket. */
#define HEALTH_SOCKET_DEFAULT "unix:/run/patchmda/lmtp.sock"

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
};

/*
 * Ask the database and the daemon, each for at most `timeout_secs`.  If `socket` is NULL the
 * default one is used if it exists.  It must outlive the result, which is released with
 * health_done().
 */
void health_find(const char *conninfo, const char *socket, int timeout_secs,
		 struct health *ret_health);
void health_done(struct health *health);

#endif
