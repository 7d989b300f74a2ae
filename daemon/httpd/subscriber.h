/*
 * subscriber - the clients that follow the stream of events, and what is to be sent to them
 *
 * Three threads meet here: a worker adds a subscriber, the stream's thread writes to it and frees it,
 * and the server's thread reads what was written and tells when the client is gone.
 */
#ifndef DAEMON_HTTPD_SUBSCRIBER_H
#define DAEMON_HTTPD_SUBSCRIBER_H

#include "daemon/httpd/http.h"

struct subscribers;

struct subscriber {
	struct search *search; /* its filters */
	char *base;            /* what URLs are made of, as the next two: see document.h */
	const char *prefix, *suffix;
	enum rest_version version;
	/* From here on for the stream's thread. */
	bool is_fresh; /* it gets what comes from now on; otherwise what comes behind `position` */
	int32_t position; /* the last event that was looked at for it */
	bool has_begun;
	bool is_full;          /* `position` is the last event that was written to it */
	int64_t written_usecs; /* when it got something */
	/* From here on under the lock. */
	struct subscribers *all;
	GString *buffer;
	bool is_paused; /* the client waits for more */
	bool is_gone;
	void (*pause)(void *client), (*resume)(void *client);
	void *client;
};

struct subscribers *subscribers_new(void);
void subscribers_free(struct subscribers *all);

/* Add one, which belongs to `all` from then on.  NULL: there are too many, and it was freed. */
struct subscriber *subscribers_add(struct subscribers *all, struct subscriber *subscriber);

/* The response that the server reads; when the server frees it, the subscriber is freed. */
struct http_source subscriber_source(struct subscriber *subscriber);

/* End all: the server reads the end. */
void subscribers_close(struct subscribers *all);

/* ---- for the stream's thread */

/* Free those that are gone.  Returns how many are left. */
guint subscribers_sweep(struct subscribers *all);

/* Tell new ones their place: `position` for those that are fresh. */
void subscribers_begin(struct subscribers *all, int32_t position);

/* Those that have all up to `position`, and those that have not but room; not to be kept. */
GPtrArray *subscribers_up_to_date(struct subscribers *all, int32_t position);
GPtrArray *subscribers_behind(struct subscribers *all, int32_t position);

/* Write an event.  Returns whether there is room for another. */
bool subscribers_write(struct subscriber *subscriber, const GString *text);

/* Write the place to those that have got nothing for long. */
void subscribers_keep_alive(struct subscribers *all);

/* A descriptor that is readable when one came, is gone or has room again; wait for that. */
int subscribers_fd(const struct subscribers *all);
void subscribers_wait(struct subscribers *all, int timeout_ms);

#endif
