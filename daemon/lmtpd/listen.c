/* listen - sockets of our own; see listen.h */
#include "daemon/lmtpd/listen.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "parser/view.h"

#define SOCKET_TYPE (SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK)

/* ---- Unix */

/* Whether the socket at `address` has nobody behind it. */
static bool is_left_behind(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is = false;

	if (fd < 0)
		return false;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0)
		is = errno == ECONNREFUSED;
	(void)close(fd);
	return is;
}

static int bind_unix(int fd, const struct sockaddr_un *address)
{
	const struct sockaddr *any = (const struct sockaddr *)address;

	if (bind(fd, any, sizeof(*address)) != 0) {
		if (errno != EADDRINUSE)
			return -errno;
		if (!is_left_behind(address))
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
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int r, fd;

	if (path[0] == '\0' || strlen(path) >= sizeof(address.sun_path))
		return -EINVAL;
	memcpy(address.sun_path, path, strlen(path));
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

/* All addresses of a name; those that this host does not have are passed over if one works. */
static int open_all(const struct addrinfo *info, int *fds, size_t *ret_count)
{
	size_t count = 0;
	int first = -EADDRNOTAVAIL;

	for (; info != NULL && count < LISTEN_SOCKETS_MAX; info = info->ai_next) {
		int r = open_one(info, &fds[count]);

		if (r == 0)
			count++;
		else
			first = r;
	}
	*ret_count = count;
	return count > 0 ? 0 : first;
}

static int open_internet(const char *address, int *fds, size_t *ret_count, const char **ret_error)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
					.ai_flags = AI_PASSIVE | AI_ADDRCONFIG };
	const char *colon = strrchr(address, ':');
	struct addrinfo *info;
	char host[256];
	int length, r;

	if (colon == NULL || colon[1] == '\0')
		return -EINVAL;
	length = (int)(colon - address);
	if (length >= 2 && address[0] == '[' && colon[-1] == ']') {
		address++;
		length -= 2;
	}
	r = snprintf(host, sizeof(host), "%.*s", length, address);
	if (r < 0 || (size_t)r >= sizeof(host))
		return -EINVAL;
	r = getaddrinfo(length > 0 ? host : NULL, colon + 1, &hints, &info);
	if (r != 0) {
		*ret_error = gai_strerror(r);
		return r == EAI_SYSTEM ? -errno : -EADDRNOTAVAIL;
	}
	r = open_all(info, fds, ret_count);
	freeaddrinfo(info);
	if (r != 0)
		*ret_error = strerror(-r);
	return r;
}

/* ---- for all */

const char *listen_path(const char *address)
{
	return strncmp(address, "unix:", 5) == 0 ? address + 5 : NULL;
}

int listen_open(const char *address, int *fds, size_t *ret_count, const char **ret_error)
{
	const char *path = listen_path(address);
	int r;

	*ret_error = "an address is unix:PATH or HOST:PORT";
	if (path == NULL)
		return open_internet(address, fds, ret_count, ret_error);
	r = open_unix(path, fds, ret_count);
	if (r != 0 && r != -EINVAL)
		*ret_error = strerror(-r);
	return r;
}
