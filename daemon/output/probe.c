/* probe - whether somebody answers on a socket as our daemon does; see probe.h */
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

	/* Linux keeps to SO_SNDTIMEO in connect(2), too. */
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

/* The greeting's first line, without its end, as far as there is room. */
static int read_greeting(int fd, char words[PROBE_WORDS_BYTES])
{
	size_t len = 0;

	words[0] = '\0';
	while (len + 1 < PROBE_WORDS_BYTES && strchr(words, '\n') == NULL) {
		ssize_t n = recv(fd, words + len, PROBE_WORDS_BYTES - 1 - len, 0);

		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if (n == 0)
			return -ECONNRESET;
		len += (size_t)n;
		words[len] = '\0';
	}
	words[strcspn(words, "\r\n")] = '\0';
	return g_str_has_prefix(words, "220") ? 0 : -EBUSY;
}

int probe_lmtp(const char *address, int timeout_secs, char ret_words[PROBE_WORDS_BYTES])
{
	const char *path = listen_path(address);
	int fd = -1;
	int r = path != NULL ? connect_unix(path, timeout_secs, &fd)
			     : connect_internet(address, timeout_secs, &fd);

	if (r == 0) {
		char farewell[PROBE_WORDS_BYTES];

		r = read_greeting(fd, ret_words);
		/* Whether it takes leave is no matter, but it should not write to nobody. */
		if (send(fd, "QUIT\r\n", 6, MSG_NOSIGNAL) > 0)
			(void)recv(fd, farewell, sizeof(farewell), 0);
		(void)close(fd);
	}
	if (r != 0 && r != -EBUSY)
		g_strlcpy(ret_words,
			  r == -EINVAL ? "an address is unix:PATH or HOST:PORT" : g_strerror(-r),
			  PROBE_WORDS_BYTES);
	return r;
}
