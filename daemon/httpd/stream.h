/*
 * stream - GET /api/events/stream: events as they happen (HTML, "Server-sent events")
 *
 * One thread with one connection to the database reads the events of each commit once, and writes
 * them to all subscribers whose filters they pass.  patchmda sends a NOTIFY of PostgreSQL for its
 * commits (sql/transaction.sql); for those of other programs, and on a standby, the thread polls
 * once a second.
 *
 * Events come in the order of their ids, each once.  A subscriber that was disconnected sends the
 * last id (Last-Event-ID) and gets all later events.  An event is therefore delayed while
 * transactions that have drawn a lower id are open (sql/report/event.h).
 *
 * The buffer of a subscriber is small.  A subscriber that reads slowly gets the events that its
 * buffer could not take from the table later.
 */
#ifndef DAEMON_HTTPD_STREAM_H
#define DAEMON_HTTPD_STREAM_H

#include "daemon/httpd/app_private.h"

/* Writing to a subscriber stops at the first size of its buffer and continues below the second. */
#define STREAM_BUFFER_BYTES_MAX ((size_t)16 << 10)
#define STREAM_BUFFER_BYTES_LOW ((size_t)4 << 10)

/* After this time without an event a subscriber gets the id of the last one, for Last-Event-ID. */
#define STREAM_IDLE_SECS 15

struct stream *stream_new(struct app *app);

/* End all responses and refuse new subscribers.  stream_free() waits for the thread. */
void stream_close(struct stream *stream);
void stream_free(struct stream *stream);

/* The number of subscribers. */
unsigned stream_subscribers(const struct stream *stream);

/* Answer a request; see route.h. */
int stream_answer(struct app_worker *worker, const struct http_request *request,
		  const struct route_match *match, struct http_response *response);

#endif
