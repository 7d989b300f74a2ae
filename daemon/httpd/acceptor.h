/*
 * acceptor - the thread that accepts connections, and gives them to libmicrohttpd (MHD)
 *
 * MHD would accept about ten connections between reading from all others, and reading from
 * thousands of clients costs it more than most of them are worth.  So all connections that wait on
 * a socket are accepted at once, and clients.h decides which of them MHD gets.
 */
#ifndef DAEMON_HTTPD_ACCEPTOR_H
#define DAEMON_HTTPD_ACCEPTOR_H

#include <glib.h>

struct MHD_Daemon;
struct acceptor;
struct clients;

/*
 * Start the thread.  `fds` (int) are sockets that listen, non-blocking; `secs` is the time in which
 * a client has to send its request.  Returns NULL and sets errno on failure.
 */
struct acceptor *acceptor_start(const GArray *fds, struct MHD_Daemon *daemon,
				struct clients *clients, unsigned secs);

/* Accept no more connections, and end the thread.  NULL is allowed. */
void acceptor_stop(struct acceptor *acceptor);

#endif
