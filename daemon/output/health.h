/*
 * health - how the database and the daemon are
 */
#ifndef DAEMON_HEALTH_H
#define DAEMON_HEALTH_H

#include <glib.h>

#include "daemon/output/probe.h"
#include "sql/report/status.h"

/* The first socket of systemd/patchmda.socket. */
#define HEALTH_SOCKET_DEFAULT "unix:/run/patchmda/lmtp.sock"

enum daemon_state {
	DAEMON_NONE,    /* none was named, and there is no usual socket */
	DAEMON_UNKNOWN, /* none was named, and we may not use the usual one */
	DAEMON_UP,
	DAEMON_DOWN
};

struct health {
	bool reached;    /* the database */
	bool has_tables; /* that we know, all read: `status` is set */
	GString *words;  /* of the database, if one of these is not so */
	struct status status;
	enum daemon_state daemon;
	const char *socket;
	char greeting[PROBE_WORDS_BYTES]; /* or what went wrong with the socket */
};

/*
 * Look, for at most `timeout_secs` at each.  `socket` may be NULL: the usual one, if it is
 * there; it must outlive the result, which is released with health_done().
 */
void health_find(const char *conninfo, const char *socket, int timeout_secs,
		 struct health *ret_health);
void health_done(struct health *health);

#endif
