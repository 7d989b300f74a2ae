/*
 * listen - sockets of our own, where systemd hands none over
 */
#ifndef DAEMON_LISTEN_H
#define DAEMON_LISTEN_H

#include <stddef.h>

/* Sockets that one address may stand for: a name can have several. */
#define LISTEN_SOCKETS_MAX 16

/*
 * Listen on an address of address.h; ":PORT" is that of every interface.
 * A socket left behind in PATH is replaced if nobody listens on it; a new one has mode 0660.
 * Writes at most LISTEN_SOCKETS_MAX descriptors, not blocking and close-on-exec.
 *
 * Returns 0, -EINVAL for an address that is none, or another -errno; then *ret_error says
 * more and may be used until the next call.
 */
int listen_open(const char *address, int *fds, size_t *ret_count, const char **ret_error);

#endif
