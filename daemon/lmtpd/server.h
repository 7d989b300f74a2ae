/*
 * server - the LMTP server: an event loop, sessions and writer threads
 *
 * The main thread moves bytes between sockets, the protocol (lmtp.h) and the writers, which parse
 * and store (writer.h).  It never waits for a client or the database, and checks all timeouts.
 */
#ifndef DAEMON_LMTPD_SERVER_H
#define DAEMON_LMTPD_SERVER_H

#include "daemon/address.h"
#include "daemon/lmtpd/lmtp.h"
#include "sql/store.h"

struct server_options {
	struct store_options store;
	struct lmtp_options lmtp;
	struct address_list listen; /* besides sockets from systemd */
	size_t sessions_max;        /* beyond: 421, to the new or to the slowest session */
	size_t message_bytes;       /* of a larger message only the beginning is held */
	int idle_secs;              /* between commands; then 421 */
	int data_secs;              /* between two reads of a mail's text; then 421 */
	int mail_secs;              /* for the whole text of a mail; then 421 */
	int grace_secs;             /* for a mail without a database connection; then 451 */
	int refuse_secs;            /* without a connection; then new sessions get 421 */
	int timeout_secs;           /* to parse and store a mail; then 451 */
	int stop_secs;              /* to finish mail in progress on shutdown */
};

extern const struct server_options server_defaults;

/* Serve until SIGTERM or SIGINT.  Returns 0, or -errno after logging why it could not start. */
int server_run(const struct server_options *options);

#endif
