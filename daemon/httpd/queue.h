/*
 * queue - requests that wait for a worker
 *
 * A worker takes the first request of the client for which the fewest workers work, so that
 * expensive requests of one client do not delay all others.  If the queue is full, it gives back
 * the last request of the client that has the most in it.
 */
#ifndef DAEMON_HTTPD_QUEUE_H
#define DAEMON_HTTPD_QUEUE_H

#include <glib.h>

struct queue;
struct queue_origin;

/* A member of a request. */
struct queue_entry {
	GList link;
	struct queue_origin *origin;
};

struct queue *queue_new(unsigned max);
void queue_free(struct queue *queue);

/*
 * Add a request of a client, named by a text (client_origin()).  Returns the entry that is removed
 * because the queue is full, perhaps the same, or the same if the queue is closed; NULL: none is.
 */
struct queue_entry *queue_push(struct queue *queue, struct queue_entry *entry, const char *client);

/*
 * Wait for a request, and take it; the worker calls queue_finish() when it has processed it.  NULL:
 * the queue is closed and empty.
 */
struct queue_entry *queue_pop(struct queue *queue);
void queue_finish(struct queue *queue, struct queue_entry *entry);

/* No more are added; queue_pop() returns those that are waiting, and then NULL. */
void queue_close(struct queue *queue);

unsigned queue_length(struct queue *queue);

/* The number of requests that were taken and are not finished. */
unsigned queue_busy(struct queue *queue);

#endif
