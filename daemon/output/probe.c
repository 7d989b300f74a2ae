/* probe - checks whether the daemon answers on a socket; see probe.h */
#include "daemon/output/probe.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/address.h"

static int connect_internet(const char *address, int timeout_secs, int *ret_fd)
{
	struct addrinfo *info;
	const char *error;
	int r = address_resolve(address, 0, &info, &error);

	if (r != 0)
		return r == -EINVAL ? r : -EHOSTUNREACH;
	r = -EHOSTUNREACH;
	for (const struct addrinfo *i = info; i != NULL && r != 0; i = i->ai_next)
		r = address_connect(i->ai_addr, i->ai_addrlen, timeout_secs, ret_fd);
	freeaddrinfo(info);
	return r;
}

/* Read the first line of the greeting, without its line end; a long line is truncated. */
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
	const char *path = address_path(address);
	int fd = -1;
	int r = path != NULL ? address_connect_path(path, timeout_secs, &fd)
			     : connect_internet(address, timeout_secs, &fd);

	if (r == 0) {
		char farewell[PROBE_MESSAGE_BYTES];

		r = read_greeting(fd, ret_message);
		/*
		 * Wait for the reply, which may be anything, so that it does not fail at the
		 * daemon.
		 */
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
