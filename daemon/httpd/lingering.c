/* lingering - reads and drops what a client still sends after its response; see lingering.h */
#define _GNU_SOURCE /* pipe2() */

#include "daemon/httpd/lingering.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bytes that are read from a connection at once, before the others get their turn. */
#define BLOCK_BYTES (64 << 10)

/* How often the time of the connections is compared with the limit. */
#define TICK_MSECS 1000

/* Limit of the connections that wait for the thread. */
#define PIPE_MAX 32

/* A connection that is closing. */
struct remnant {
	int fd;
	size_t bytes; /* that have been read */
	int64_t until_usecs;
};

/* Only the thread uses the connections; others give it new ones through a pipe. */
struct lingering {
	pthread_t thread;
	int fds[2];       /* of the pipe, in which each message is an int */
	gint count;       /* of descriptors, with those in the pipe */
	GArray *remnants; /* struct remnant, the oldest first */
	char block[BLOCK_BYTES];
};

static struct remnant *remnant_at(const struct lingering *lingering, guint i)
{
	return &g_array_index(lingering->remnants, struct remnant, i);
}

static void close_at(struct lingering *lingering, guint i)
{
	(void)close(remnant_at(lingering, i)->fd);
	(void)g_atomic_int_add(&lingering->count, -1);
	g_array_remove_index(lingering->remnants, i);
}

/* Returns whether the client has not closed its side, and may send more. */
static bool read_on(struct lingering *lingering, struct remnant *remnant)
{
	ssize_t n = recv(remnant->fd, lingering->block, sizeof(lingering->block), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	remnant->bytes += (size_t)n;
	return n > 0 && remnant->bytes < LINGERING_BYTES_MAX;
}

/* Take new connections from the pipe.  Returns whether others have not closed their end. */
static bool take(struct lingering *lingering)
{
	int64_t until_usecs = g_get_monotonic_time() + LINGERING_SECS * G_USEC_PER_SEC;
	int fds[LINGERING_MAX];
	ssize_t n = read(lingering->fds[0], fds, sizeof(fds));

	for (size_t i = 0; n > 0 && i < (size_t)n / sizeof(fds[0]); i++) {
		struct remnant remnant = { .fd = fds[i], .until_usecs = until_usecs };

		if (lingering->remnants->len == LINGERING_MAX)
			close_at(lingering, 0);
		g_array_append_val(lingering->remnants, remnant);
	}
	return n != 0;
}

/* Read from the connections that have something, and close those that have ended. */
static void read_all(struct lingering *lingering, const struct pollfd *polled)
{
	int64_t now = g_get_monotonic_time();

	for (guint i = lingering->remnants->len; i-- > 0;) {
		struct remnant *remnant = remnant_at(lingering, i);

		if (remnant->until_usecs <= now ||
		    (polled[i].revents != 0 && !read_on(lingering, remnant)))
			close_at(lingering, i);
	}
}

static void *run(void *context)
{
	struct lingering *lingering = context;
	struct pollfd polled[LINGERING_MAX + 1];
	bool is_open = true;

	while (is_open) {
		guint count = lingering->remnants->len;

		for (guint i = 0; i < count; i++)
			polled[i] = (struct pollfd){ .fd = remnant_at(lingering, i)->fd,
						     .events = POLLIN };
		polled[count] = (struct pollfd){ .fd = lingering->fds[0], .events = POLLIN };
		(void)poll(polled, count + 1, count > 0 ? TICK_MSECS : -1);
		read_all(lingering, polled);
		if (polled[count].revents != 0)
			is_open = take(lingering);
	}
	return NULL;
}

/* ---- for other threads */

static void lingering_free(struct lingering *lingering)
{
	while (lingering->remnants->len > 0)
		close_at(lingering, 0);
	(void)close(lingering->fds[0]);
	g_array_unref(lingering->remnants);
	g_free(lingering);
}

struct lingering *lingering_start(void)
{
	struct lingering *lingering = g_new0(struct lingering, 1);
	int r;

	if (pipe2(lingering->fds, O_CLOEXEC | O_NONBLOCK) != 0) {
		g_free(lingering);
		return NULL;
	}
	lingering->remnants = g_array_new(FALSE, FALSE, sizeof(struct remnant));
	r = pthread_create(&lingering->thread, NULL, run, lingering);
	if (r == 0)
		return lingering;
	(void)close(lingering->fds[1]);
	lingering_free(lingering);
	errno = r;
	return NULL;
}

/* Without a descriptor or room, the caller closes the connection at once. */
void lingering_add(struct lingering *lingering, int fd)
{
	int own;

	if (g_atomic_int_get(&lingering->count) >= PIPE_MAX + LINGERING_MAX)
		return;
	own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (own < 0)
		return;
	(void)shutdown(own, SHUT_WR);
	(void)g_atomic_int_add(&lingering->count, 1);
	if (write(lingering->fds[1], &own, sizeof(own)) == (ssize_t)sizeof(own))
		return;
	(void)g_atomic_int_add(&lingering->count, -1);
	(void)close(own);
}

void lingering_stop(struct lingering *lingering)
{
	if (lingering == NULL)
		return;
	(void)close(lingering->fds[1]);
	(void)pthread_join(lingering->thread, NULL);
	lingering_free(lingering);
}
