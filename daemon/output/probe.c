/* probe - whether somebody answers on a socket as our daemon does; see probe.h */
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
	const char *path = address_path(address);
	int fd = -1;
	int r = path != NULL ? address_connect_path(path, timeout_secs, &fd)
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
