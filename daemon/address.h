/*
 * address - addresses of sockets: "unix:PATH", "HOST:PORT", "[HOST]:PORT" or ":PORT"
 *
 * Uses libc only, for patchmda-deliver.
 */
#ifndef DAEMON_ADDRESS_H
#define DAEMON_ADDRESS_H

#include <netdb.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

/* The most addresses on which a daemon listens. */
#define ADDRESS_LIST_MAX 16

struct address_list {
	const char *items[ADDRESS_LIST_MAX];
	size_t count;
};

/* The path of a "unix:PATH"; NULL for others. */
const char *address_path(const char *address);

/* Whether the form is right; whether the path or the host can be used is not checked. */
bool address_is_well_formed(const char *address);

/* Make the address of the socket at `path`: 0, -EINVAL for an empty path, or -ENAMETOOLONG. */
int address_of_path(const char *path, struct sockaddr_un *ret_address);

/*
 * Resolve HOST:PORT; `flags` are AI_...  The caller frees *ret_info with freeaddrinfo(3).  The time
 * that this takes is not limited.  Returns 0, -EINVAL for a malformed address, or another -errno;
 * *ret_error is the message.
 */
int address_resolve(const char *address, int flags, struct addrinfo **ret_info,
		    const char **ret_error);

/*
 * Connect to an address, or to the Unix socket at `path`.  `timeout_secs` limits connecting and
 * each later read and write; 0: no limit.  The caller closes *ret_fd.  Returns 0 or -errno;
 * -ETIMEDOUT after the limit.
 */
int address_connect(const struct sockaddr *to, socklen_t len, int timeout_secs, int *ret_fd);
int address_connect_path(const char *path, int timeout_secs, int *ret_fd);

#endif
