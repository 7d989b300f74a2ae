/* listen - opens listening sockets; see listen.h */
#include "daemon/listen.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/address.h"

#define SOCKET_TYPE (SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK)

/* ---- Unix */

/* Whether no process listens on the socket. */
static bool is_stale(const struct sockaddr_un *address)
{
	int fd = -1;
	int r = address_connect((const struct sockaddr *)address, sizeof(*address), 0, &fd);

	if (r == 0)
		(void)close(fd);
	return r == -ECONNREFUSED;
}

static int bind_unix(int fd, const struct sockaddr_un *address)
{
	const struct sockaddr *any = (const struct sockaddr *)address;

	if (bind(fd, any, sizeof(*address)) != 0) {
		if (errno != EADDRINUSE)
			return -errno;
		if (!is_stale(address))
			return -EADDRINUSE;
		(void)unlink(address->sun_path);
		if (bind(fd, any, sizeof(*address)) != 0)
			return -errno;
	}
	if (chmod(address->sun_path, 0660) != 0 || listen(fd, SOMAXCONN) != 0)
		return -errno;
	return 0;
}

static int open_unix(const char *path, int *fds, size_t *ret_count)
{
	struct sockaddr_un address;
	int r = address_of_path(path, &address), fd;

	if (r != 0)
		return r;
	fd = socket(AF_UNIX, SOCKET_TYPE, 0);
	if (fd < 0)
		return -errno;
	r = bind_unix(fd, &address);
	if (r != 0) {
		(void)close(fd);
		return r;
	}
	fds[0] = fd;
	*ret_count = 1;
	return 0;
}

/* ---- Internet */

static int open_one(const struct addrinfo *info, int *ret_fd)
{
	int fd = socket(info->ai_family, SOCKET_TYPE, info->ai_protocol);
	int one = 1, r = 0;

	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (info->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(fd, info->ai_addr, info->ai_addrlen) != 0 || listen(fd, SOMAXCONN) != 0)
		r = -errno;
	if (r != 0)
		(void)close(fd);
	else
		*ret_fd = fd;
	return r;
}

/* Listen on all addresses of a name.  It is enough if one of them works. */
static int open_all(const struct addrinfo *info, int *fds, size_t *ret_count)
{
	size_t count = 0;
	int error = -EADDRNOTAVAIL;

	for (; info != NULL && count < LISTEN_SOCKETS_MAX; info = info->ai_next) {
		int r = open_one(info, &fds[count]);

		if (r == 0)
			count++;
		else
			error = r;
	}
	*ret_count = count;
	return count > 0 ? 0 : error;
}

static int open_internet(const char *address, int *fds, size_t *ret_count, const char **ret_error)
{
	struct addrinfo *info;
	int r = address_resolve(address, AI_PASSIVE | AI_ADDRCONFIG, &info, ret_error);

	if (r != 0)
		return r;
	r = open_all(info, fds, ret_count);
	freeaddrinfo(info);
	if (r != 0)
		*ret_error = strerror(-r);
	return r;
}

/* ---- exported function */

int listen_open(const char *address, int *fds, size_t *ret_count, const char **ret_error)
{
	const char *path = address_path(address);
	int r;

	*ret_error = "an address is unix:PATH or HOST:PORT";
	if (path == NULL)
		return open_internet(address, fds, ret_count, ret_error);
	r = open_unix(path, fds, ret_count);
	if (r != 0 && r != -EINVAL)
		*ret_error = strerror(-r);
	return r;
}
