/*
 * sockets - the listening sockets of a daemon, from systemd and from --listen
 */
#ifndef DAEMON_SOCKETS_H
#define DAEMON_SOCKETS_H

#include <glib.h>

#include "daemon/address.h"

/*
 * Append the descriptors (int), non-blocking and close-on-exec, to `fds`.  Returns 0 or -errno;
 * -EINVAL if there are none.  Errors are logged.
 */
int sockets_open(const struct address_list *addresses, GArray *fds);

/* Close them, and unlink the paths of `addresses`. */
void sockets_close(const struct address_list *addresses, GArray *fds);

#endif
