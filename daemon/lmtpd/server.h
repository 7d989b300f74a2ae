/*
 * server - LMTP sessions on sockets from systemd or of our own
 *
 * The main thread runs an event loop that only moves bytes between sockets, the protocol
 * (lmtp.h) and the one thread that stores (writer.h); so a slow client, or a slow database,
 * costs no other client anything.  It is also the one that looks at the clock.
 */
#ifndef DAEMON_SERVER_H
#define DAEMON_SERVER_H

#include "daemon/lmtpd/lmtp.h"
#include "sql/store.h"

#define SERVER_LISTEN_MAX 16

struct server_options {
	struct store_options store;
	struct lmtp_options lmtp;
	const char *listen[SERVER_LISTEN_MAX]; /* besides what systemd hands over */
	size_t listen_count;
	size_t sessions_max;  /* beyond: 421, or the slowest has to go */
	size_t message_bytes; /* of a larger message the front is held */
	int idle_secs;        /* between commands: 421 */
	int data_secs;        /* between two pieces of a mail: 421 */
	int mail_secs;        /* for all of a mail's text: 421 */
	int grace_secs;       /* how long mail waits for a lost database: then 451 */
	int refuse_secs;      /* without a database for so long, sessions are refused: 421 */
	int timeout_secs;     /* for everything else that takes its time: 451 */
	int stop_secs;        /* how long mail in hand is finished when we are to stop */
};

extern const struct server_options server_defaults;

/* Serve until SIGTERM or SIGINT.  Returns 0, or -errno when it could not begin (and said why). */
int server_run(const struct server_options *options);

#endif
