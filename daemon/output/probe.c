/* probe - checks whether the daemon or the web server answers on a socket; see probe.h */
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

static int connect_to(const char *address, int timeout_secs, int *ret_fd)
{
	const char *path = address_path(address);

	return path != NULL ? address_connect_path(path, timeout_secs, ret_fd)
			    : connect_internet(address, timeout_secs, ret_fd);
}

static void set_message(int r, char message[PROBE_MESSAGE_BYTES])
{
	g_strlcpy(message, r == -EINVAL ? "an address is unix:PATH or HOST:PORT" : g_strerror(-r),
		  PROBE_MESSAGE_BYTES);
}

int probe_lmtp(const char *address, int timeout_secs, char ret_message[PROBE_MESSAGE_BYTES])
{
	int fd = -1, r = connect_to(address, timeout_secs, &fd);

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
		set_message(r, ret_message);
	return r;
}

/* ---- the web server */

static int read_response(int fd, GString *response)
{
	char buffer[4096];
	ssize_t n;

	while ((n = recv(fd, buffer, sizeof(buffer), 0)) > 0) {
		g_string_append_len(response, buffer, n);
		if (response->len > PROBE_METRICS_BYTES_MAX)
			return -EMSGSIZE;
	}
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return response->len > 0 ? 0 : -ECONNRESET;
}

/* Remove what is not metrics; -EBUSY if there are none. */
static int take_metrics(GString *response, char message[PROBE_MESSAGE_BYTES])
{
	static const char end[] = "# EOF\n";
	const char *body = strstr(response->str, "\r\n\r\n");

	g_strlcpy(message, response->str, PROBE_MESSAGE_BYTES);
	message[strcspn(message, "\r\n")] = '\0';
	if (body == NULL || strstr(message, " 200 ") == NULL ||
	    !g_str_has_suffix(response->str, end) || strlen(response->str) != response->len)
		return -EBUSY;
	(void)g_string_erase(response, 0, body + 4 - response->str);
	g_string_truncate(response, response->len - strlen(end));
	return 0;
}

int probe_http(const char *address, int timeout_secs, GString **ret_metrics,
	       char ret_message[PROBE_MESSAGE_BYTES])
{
	static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";
	int fd = -1, r = connect_to(address, timeout_secs, &fd);

	*ret_metrics = g_string_new(NULL);
	if (r == 0) {
		if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
			r = -errno;
		else
			r = read_response(fd, *ret_metrics);
		(void)close(fd);
	}
	if (r == 0)
		r = take_metrics(*ret_metrics, ret_message);
	else
		set_message(r, ret_message);
	return r;
}
