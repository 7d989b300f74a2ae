/*
 * listen - opens listening sockets
 */
#ifndef DAEMON_LISTEN_H
#define DAEMON_LISTEN_H

#include <stddef.h>

/* Sockets of one address: a name can have several. */
#define LISTEN_SOCKETS_MAX 16

/*
 * Listen on an address (address.h); ":PORT" is all interfaces.  A socket at PATH that no process
 * listens on is replaced; the new one has mode 0660.  Writes at most LISTEN_SOCKETS_MAX
 * descriptors, non-blocking and close-on-exec.
 *
 * Returns 0, -EINVAL for a malformed address, or another -errno; *ret_error is the message, valid
 * until the next call.
 */
int listen_open(const char *address, int *fds, size_t *ret_count, const char **ret_error);

#endif
