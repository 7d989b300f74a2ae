/* probe - whether the daemon answers on a socket; see probe.h */
#include "daemon/output/probe.h"

#include <errno.h>
#include <glib.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/lmtpd/listen.h"

static int open_socket(int family, int timeout_secs)
{
	const struct timeval timeout = { .tv_sec = timeout_secs };
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* On Linux SO_SNDTIMEO also limits connect(2). */
	if (fd >= 0) {
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	}
	return fd;
}

static int connect_to(const struct sockaddr *address, socklen_t len, int timeout_secs, int *ret_fd)
{
	int fd = open_socket(address->sa_family, timeout_secs), r;

	if (fd < 0)
		return -errno;
	if (connect(fd, address, len) == 0) {
		*ret_fd = fd;
		return 0;
	}
	r = -errno;
	(void)close(fd);
	return r == -EINPROGRESS ? -ETIMEDOUT : r;
}

static int connect_unix(const char *path, int timeout_secs, int *ret_fd)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (path[0] == '\0' || strlen(path) >= sizeof(address.sun_path))
		return -EINVAL;
	memcpy(address.sun_path, path, strlen(path));
	return connect_to((const struct sockaddr *)&address, sizeof(address), timeout_secs, ret_fd);
}

static int connect_internet(const char *address, int timeout_secs, int *ret_fd)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	const char *colon = strrchr(address, ':');
	g_autofree char *host = NULL;
	struct addrinfo *info;
	int r = -EHOSTUNREACH;

	if (colon == NULL || colon[1] == '\0')
		return -EINVAL;
	host = g_strndup(address, (gsize)(colon - address));
	if (host[0] == '[' && g_str_has_suffix(host, "]")) {
		host[strlen(host) - 1] = '\0';
		memmove(host, host + 1, strlen(host));
	}
	if (getaddrinfo(host[0] != '\0' ? host : NULL, colon + 1, &hints, &info) != 0)
		return -EHOSTUNREACH;
	for (const struct addrinfo *i = info; i != NULL && r != 0; i = i->ai_next)
		r = connect_to(i->ai_addr, i->ai_addrlen, timeout_secs, ret_fd);
	freeaddrinfo(info);
	return r;
}

/* Read the first line of the greeting, without its end and truncated to the size of the buffer. */
static int read_greeting(int fd, char message[PROBE_MESSAGE_BYTES])
{
	size_t len = 0;

	message[0] = '\0';
	while (len + 1 < PROBE_MESSAGE_BYTES && strchr(message, '\n') == NULL) {
		ssize_t n = recv(fd, message + len, PROBE_MESSAGE_BYTES - 1 - len, 0);

		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if (n == 0)
			return -ECONNRESET;
		len += (size_t)n;
		message[len] = '\0';
	}
	message[strcspn(message, "\r\n")] = '\0';
	return g_str_has_prefix(message, "220") ? 0 : -EBUSY;
}

int probe_lmtp(const char *address, int timeout_secs, char ret_message[PROBE_MESSAGE_BYTES])
{
	const char *path = listen_path(address);
	int fd = -1;
	int r = path != NULL ? connect_unix(path, timeout_secs, &fd)
			     : connect_internet(address, timeout_secs, &fd);

	if (r == 0) {
		char farewell[PROBE_MESSAGE_BYTES];

		r = read_greeting(fd, ret_message);
		/* The reply does not matter, but the daemon must not write to a closed socket. */
		if (send(fd, "QUIT\r\n", 6, MSG_NOSIGNAL) > 0)
			(void)recv(fd, farewell, sizeof(farewell), 0);
		(void)close(fd);
	}
	if (r != 0 && r != -EBUSY)
		g_strlcpy(ret_message,
			  r == -EINVAL ? "an address is unix:PATH or HOST:PORT" : g_strerror(-r),
			  PROBE_MESSAGE_BYTES);
	return r;
}
