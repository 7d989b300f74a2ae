/*
 * sockets - all that a daemon listens on: what systemd hands over, and what it is told
 */
#ifndef DAEMON_SOCKETS_H
#define DAEMON_SOCKETS_H

#include <glib.h>
#include <stddef.h>

/*
 * Append the descriptors (int), not blocking and close-on-exec, to `fds`.  Returns 0 or -errno; every
 * failure is logged, and so is that there is nothing to listen on (-EINVAL).
 */
int sockets_open(const char *const *addresses, size_t count, GArray *fds);

/* Close them, and unlink those of our own that have a path. */
void sockets_close(const char *const *addresses, size_t count, GArray *fds);

#endif
