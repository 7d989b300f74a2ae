/*
 * lingering - reads and drops what a client still sends after its response (RFC 9112, 9.6)
 *
 * The response to a request whose body is not wanted is sent before the end of the body.  If the
 * connection were closed then, the kernel would reset it because of the bytes that were not read,
 * and a client that is still sending could miss the response.  So the sending side is shut down,
 * and a thread reads on until the client closes its side, within the limits below.
 *
 * These connections do not count as those of clients (clients.h): libmicrohttpd has closed them.
 * If there are too many, the oldest is closed.
 */
#ifndef DAEMON_HTTPD_LINGERING_H
#define DAEMON_HTTPD_LINGERING_H

#include <stddef.h>

/* Limits of the time, of the bytes of a connection, and of the connections. */
#define LINGERING_SECS      10
#define LINGERING_BYTES_MAX ((size_t)64 << 20)
#define LINGERING_MAX       32

struct lingering;

/* Start the thread.  Returns NULL and sets errno on failure. */
struct lingering *lingering_start(void);

/*
 * Read on from the socket `fd`, which is non-blocking.  The caller may close it: the thread has its
 * own descriptor.  Any thread may call this.
 */
void lingering_add(struct lingering *lingering, int fd);

/* Close all connections, and end the thread.  NULL is allowed. */
void lingering_stop(struct lingering *lingering);

#endif
