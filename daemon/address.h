/*
 * address - where a daemon listens: "unix:PATH", "HOST:PORT", "[HOST]:PORT" or ":PORT"
 *
 * libc alone, for patchmda-deliver.
 */
#ifndef DAEMON_ADDRESS_H
#define DAEMON_ADDRESS_H

#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>

/* The path of a "unix:PATH"; NULL for others. */
const char *address_path(const char *address);

/* 0; -EINVAL for an empty path, -ENAMETOOLONG for one that a socket cannot have. */
int address_of_path(const char *path, struct sockaddr_un *ret_address);

/*
 * What a HOST:PORT stands for, to be freed with freeaddrinfo(3); `flags` are AI_...  Nothing limits
 * the time that this takes.  Returns 0, -EINVAL for an address that is not one, or another -errno;
 * then *ret_error says more.
 */
int address_resolve(const char *address, int flags, struct addrinfo **ret_info,
		    const char **ret_error);

/*
 * Connect.  With `timeout_secs` connecting, each read and each write takes at most that long; 0:
 * there is no limit.  Returns 0, or -errno; -ETIMEDOUT is for the limit, too.
 */
int address_connect(const struct sockaddr *to, socklen_t len, int timeout_secs, int *ret_fd);
int address_connect_path(const char *path, int timeout_secs, int *ret_fd);

#endif
