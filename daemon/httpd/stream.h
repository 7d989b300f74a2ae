/*
 * stream - GET /api/events/stream: events as they happen (text/event-stream; HTML, "Server-sent events")
 *
 * One thread with one connection to the database reads the events of each commit once, and writes
 * them to all subscribers whose filters they pass.  NOTIFY of PostgreSQL tells it of commits of
 * patchmda (sql/transaction.sql); for those of others, and on a standby, it asks once a second.
 *
 * Events come in the order of their ids, each once.  A subscriber that was disconnected names the
 * last one (Last-Event-ID), and gets all that came later.  So an event has to wait for transactions
 * that have drawn a lower id and are not committed yet (sql/report/event.h).
 *
 * A subscriber that reads slowly has a small buffer; when that is full it gets the rest from the
 * table, in its own time.
 */
#ifndef DAEMON_HTTPD_STREAM_H
#define DAEMON_HTTPD_STREAM_H

#include "daemon/httpd/app_private.h"

/* More are answered by 503. */
#define STREAM_SUBSCRIBERS_MAX 200

/* A full buffer of a subscriber, and one that has room again. */
#define STREAM_BUFFER_BYTES_MAX ((size_t)64 << 10)
#define STREAM_BUFFER_BYTES_LOW ((size_t)16 << 10)

/* Without an event for so long a subscriber gets the id of the last one, so that it knows its place. */
#define STREAM_IDLE_SECS 15

struct stream *stream_new(struct app *app);

/* End all answers; new subscribers are refused.  stream_free() waits for the thread. */
void stream_close(struct stream *stream);
void stream_free(struct stream *stream);

/* Answer; see route.h. */
int stream_answer(struct app_worker *worker, const struct http_request *request,
		  const struct route_match *match, struct http_response *response);

#endif
