/* address - addresses of sockets; see address.h */
#include "daemon/address.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

const char *address_path(const char *address)
{
	return strncmp(address, "unix:", 5) == 0 ? address + 5 : NULL;
}

int address_of_path(const char *path, struct sockaddr_un *ret_address)
{
	size_t len = strlen(path);

	if (len == 0)
		return -EINVAL;
	if (len >= sizeof(ret_address->sun_path))
		return -ENAMETOOLONG;
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret_address->sun_path, path, len);
	return 0;
}

/* A port is a number, or the name of a service. */
static bool is_port(const char *port)
{
	size_t digits = strspn(port, "0123456789");

	if (port[0] == '\0')
		return false;
	return port[digits] != '\0' || (digits <= 5 && strtoul(port, NULL, 10) <= 65535);
}

bool address_is_well_formed(const char *address)
{
	const char *path = address_path(address), *colon = strrchr(address, ':');

	if (path != NULL)
		return path[0] != '\0';
	return colon != NULL && is_port(colon + 1);
}

int address_resolve(const char *address, int flags, struct addrinfo **ret_info,
		    const char **ret_error)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = flags };
	const char *colon = strrchr(address, ':');
	int length, r;
	char host[256];

	*ret_error = "an address is unix:PATH or HOST:PORT";
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
	r = getaddrinfo(length > 0 ? host : NULL, colon + 1, &hints, ret_info);
	if (r == 0)
		return 0;
	*ret_error = gai_strerror(r);
	return r == EAI_SYSTEM ? -errno : -EADDRNOTAVAIL;
}

int address_connect(const struct sockaddr *to, socklen_t len, int timeout_secs, int *ret_fd)
{
	const struct timeval timeout = { .tv_sec = timeout_secs };
	int fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	/* On Linux SO_SNDTIMEO also limits connect(2). */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	if (connect(fd, to, len) == 0) {
		*ret_fd = fd;
		return 0;
	}
	r = errno == EINPROGRESS ? -ETIMEDOUT : -errno;
	(void)close(fd);
	return r;
}

int address_connect_path(const char *path, int timeout_secs, int *ret_fd)
{
	struct sockaddr_un address;
	int r = address_of_path(path, &address);

	if (r != 0)
		return r;
	return address_connect((const struct sockaddr *)&address, sizeof(address), timeout_secs,
			       ret_fd);
}
