/*
 * subscriber - the clients that follow the stream of events, and their buffers
 *
 * Three threads use them: a worker adds a subscriber, the stream's thread writes to it and frees
 * it, and the server's thread reads its buffer and reports that the client has disconnected.
 */
#ifndef DAEMON_HTTPD_SUBSCRIBER_H
#define DAEMON_HTTPD_SUBSCRIBER_H

#include "daemon/httpd/http.h"

struct subscribers;

struct subscriber {
	struct search *search; /* its filters */
	char *base;            /* this and the next two are the parts of URLs, see document.h */
	char *prefix;
	const char *suffix;
	enum rest_version version;
	char *origin; /* client_origin() of the client */
	/* The following members are the stream's thread's. */
	bool is_fresh;    /* it gets new events; otherwise those after `position` */
	int32_t position; /* the last event that was written to it or did not pass its filters */
	bool has_begun;
	bool is_full;          /* `position` is the last event that was written to it */
	int64_t written_usecs; /* the time of the last write */
	/* The following members are protected by the lock. */
	struct subscribers *all;
	GString *buffer;
	bool is_paused; /* the buffer is empty, and the server waits */
	bool is_gone;
	bool is_ended; /* it makes room for another one */
	void (*pause)(void *client), (*resume)(void *client);
	void *client;
};

/* `max`: limit of the subscribers. */
struct subscribers *subscribers_new(unsigned max);
void subscribers_free(struct subscribers *all);

/*
 * Add a subscriber, which `all` owns from then on.  If there are too many, the response of one of
 * the origin that has the most ends.  NULL: that is the origin of this one, which was freed.
 */
struct subscriber *subscribers_add(struct subscribers *all, struct subscriber *subscriber);

/* The source of the response.  When the server frees it, the subscriber is freed. */
struct http_source subscriber_source(struct subscriber *subscriber);

guint subscribers_count(struct subscribers *all);

/* End the responses of all. */
void subscribers_close(struct subscribers *all);

/* ---- for the stream's thread */

/* Free the subscribers that have disconnected.  Returns the number of the others. */
guint subscribers_sweep(struct subscribers *all);

/* Write their positions to new subscribers: `position` to those that get new events. */
void subscribers_begin(struct subscribers *all, int32_t position);

/*
 * The subscribers that have all events up to `position`, and the others that have room in the
 * buffer; valid until the next call.
 */
GPtrArray *subscribers_up_to_date(struct subscribers *all, int32_t position);
GPtrArray *subscribers_behind(struct subscribers *all, int32_t position);

/* Write an event.  Returns whether the buffer has room for another. */
bool subscribers_write(struct subscriber *subscriber, const GString *text);

/* Write the position to subscribers after STREAM_IDLE_SECS without an event. */
void subscribers_keep_alive(struct subscribers *all);

/*
 * A descriptor that is readable after a subscriber was added, has disconnected or has room again.
 */
int subscribers_fd(const struct subscribers *all);
void subscribers_wait(struct subscribers *all, int timeout_ms);

#endif
