/* acceptor - accepts connections, and gives them to libmicrohttpd; see acceptor.h */
#define _GNU_SOURCE /* accept4() */

#include "daemon/httpd/acceptor.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/httpd/clients.h"
#include "daemon/log.h"

/* Connections that are accepted from one socket before MHD gets some. */
#define ROUND_CONNECTIONS 1000

/* The times until MHD has closed connections, and until a lack of descriptors is over. */
#define ROOM_WAIT_MSECS  1
#define ERROR_WAIT_MSECS 1000

struct acceptor {
	pthread_t thread;
	struct pollfd *polled; /* the sockets that listen, and an eventfd(2) that ends the thread */
	guint count;           /* of the sockets */
	struct MHD_Daemon *daemon;
	struct clients *clients;
	unsigned secs;
	bool has_failed; /* the last accept4(2) */
};

/* Whether accept4(2) can be called again at once: Linux passes on errors of the new connection. */
static bool is_of_connection(int error)
{
	static const int errors[] = { EINTR,    ECONNABORTED, EPROTO,
				      ENETDOWN, ENOPROTOOPT,  EHOSTDOWN,
				      ENONET,   EHOSTUNREACH, ENETUNREACH };

	for (size_t i = 0; i < G_N_ELEMENTS(errors); i++)
		if (errors[i] == error)
			return true;
	return false;
}

static void accept_round(struct acceptor *acceptor, int listening)
{
	for (guint i = 0; i < ROUND_CONNECTIONS; i++) {
		struct sockaddr_storage address = { 0 };
		struct sockaddr *any = (struct sockaddr *)&address;
		socklen_t size = sizeof(address);
		int fd = accept4(listening, any, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0) {
			clients_add(acceptor->clients, fd, any, acceptor->secs);
		} else if (errno == EAGAIN) {
			return;
		} else if (!is_of_connection(errno)) {
			log_line(LOG_WARNING, "cannot accept a connection: %s", strerror(errno));
			acceptor->has_failed = true;
			return;
		}
	}
}

/* MHD needs the address only for limits of its own, which are not used. */
static void hand_over(struct acceptor *acceptor)
{
	static const struct sockaddr none = { .sa_family = AF_UNSPEC };
	int fd;

	while ((fd = clients_take(acceptor->clients)) >= 0) {
		struct client *client = clients_find(acceptor->clients, fd);

		if (MHD_add_connection(acceptor->daemon, fd, &none, sizeof(none)) == MHD_YES)
			continue;
		log_line(LOG_WARNING, "cannot add a connection: %s", strerror(errno));
		clients_remove(acceptor->clients, client);
	}
}

/*
 * Wait for connections, or until MHD may have closed some.  Returns whether the thread shall go on.
 */
static bool wait_for_connections(struct acceptor *acceptor)
{
	struct pollfd *end = &acceptor->polled[acceptor->count];

	for (guint i = 0; i < acceptor->count; i++)
		acceptor->polled[i].revents = 0;
	if (acceptor->has_failed)
		(void)poll(end, 1, ERROR_WAIT_MSECS);
	else
		(void)poll(acceptor->polled, acceptor->count + 1,
			   clients_wait(acceptor->clients) ? ROOM_WAIT_MSECS : -1);
	acceptor->has_failed = false;
	return end->revents == 0;
}

static void *run(void *context)
{
	struct acceptor *acceptor = context;

	while (wait_for_connections(acceptor)) {
		for (guint i = 0; i < acceptor->count; i++)
			if (acceptor->polled[i].revents != 0)
				accept_round(acceptor, acceptor->polled[i].fd);
		hand_over(acceptor);
	}
	return NULL;
}

static void acceptor_free(struct acceptor *acceptor)
{
	if (acceptor->polled[acceptor->count].fd >= 0)
		(void)close(acceptor->polled[acceptor->count].fd);
	g_free(acceptor->polled);
	g_free(acceptor);
}

struct acceptor *acceptor_start(const GArray *fds, struct MHD_Daemon *daemon,
				struct clients *clients, unsigned secs)
{
	struct acceptor *acceptor = g_new0(struct acceptor, 1);
	int r;

	acceptor->daemon = daemon;
	acceptor->clients = clients;
	acceptor->secs = secs;
	acceptor->count = fds->len;
	acceptor->polled = g_new0(struct pollfd, fds->len + 1);
	for (guint i = 0; i < fds->len; i++)
		acceptor->polled[i] =
			(struct pollfd){ .fd = g_array_index(fds, int, i), .events = POLLIN };
	acceptor->polled[fds->len] =
		(struct pollfd){ .fd = eventfd(0, EFD_CLOEXEC), .events = POLLIN };
	r = acceptor->polled[fds->len].fd >= 0
		    ? pthread_create(&acceptor->thread, NULL, run, acceptor)
		    : errno;
	if (r == 0)
		return acceptor;
	acceptor_free(acceptor);
	errno = r;
	return NULL;
}

void acceptor_stop(struct acceptor *acceptor)
{
	if (acceptor == NULL)
		return;
	(void)eventfd_write(acceptor->polled[acceptor->count].fd, 1);
	(void)pthread_join(acceptor->thread, NULL);
	acceptor_free(acceptor);
}
