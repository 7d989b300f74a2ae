/* stream - events as they happen; see stream.h */
#include "daemon/httpd/stream.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/httpd/api.h"
#include "daemon/httpd/describe.h"
#include "daemon/httpd/subscriber.h"
#include "daemon/httpd/worker.h"
#include "daemon/log.h"
#include "daemon/output/document.h"
#include "sql/report/documents.h"

/* Events of one query. */
#define PAGE_EVENTS 200

/* Documents of one query: more do not fit into the buffer of a subscriber anyway. */
#define FETCH_EVENTS 25

/* At the start, ids of open transactions are expected among this many last events. */
#define START_EVENTS 1000

#define TICK_MS  1000
#define DOUBT_MS 50

/*
 * A transaction that has drawn an id writes its row in less time; then it has a transaction id, and
 * snapshots include it.
 */
#define DOUBT_GRACE_USECS (G_USEC_PER_SEC / 10)

struct stream {
	struct app *app;
	struct subscribers *subscribers;
	pthread_t thread;
	bool has_thread;
	gint is_closed;
	/* The following members are the thread's. */
	struct app_worker *worker; /* NULL: not connected */
	int32_t position;          /* all events up to this id have been written */
	GHashTable *old; /* ids above `position` that existed before the first subscriber */
	/*
	 * When all transactions below doubt_next have ended, no missing id below doubt_id is used
	 * any more.
	 */
	int32_t doubt_id;
	int64_t doubt_since_usecs, doubt_next;
	int32_t settled_id; /* no missing id up to this one is used any more */
};

/* ---- gaps between ids */

/* The number of events at the front that no later commit can precede. */
static guint count_settled(struct stream *s, const GArray *events,
			   const struct event_snapshot *snapshot)
{
	int32_t next = s->position + 1;
	guint count = 0;

	if (s->position >= s->doubt_id)
		s->doubt_id = 0;
	if (s->doubt_id != 0 && s->doubt_next != 0 && snapshot->oldest >= s->doubt_next) {
		s->settled_id = s->doubt_id;
		s->doubt_id = 0;
	}
	for (; count < events->len; count++) {
		int32_t id = g_array_index(events, struct event_row, count).id;

		if (id != next && id > s->settled_id)
			break;
		next = id + 1;
	}
	if (count == events->len)
		return count;
	if (s->doubt_id == 0) {
		s->doubt_id = g_array_index(events, struct event_row, events->len - 1).id;
		s->doubt_since_usecs = g_get_monotonic_time();
		s->doubt_next = 0;
	} else if (s->doubt_next == 0 &&
		   g_get_monotonic_time() - s->doubt_since_usecs >= DOUBT_GRACE_USECS) {
		s->doubt_next = snapshot->next;
	}
	return count;
}

/* ---- writing */

static bool wants(const struct stream *s, const struct subscriber *subscriber,
		  const struct event_row *event)
{
	if (subscriber->is_full)
		return false;
	if (subscriber->is_fresh && s->old != NULL &&
	    g_hash_table_contains(s->old, GINT_TO_POINTER(event->id)))
		return false;
	return event->id > subscriber->position && search_has_event(subscriber->search, event);
}

static void write_event(struct subscriber *subscriber, const struct documents *documents, int row)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct document_site site = { .base = subscriber->base,
				      .version = subscriber->prefix,
				      .suffix = subscriber->suffix };
	struct emit emit;

	g_string_printf(text, "id: %" PRId32 "\ndata: ", pg_int(documents->rows, row, 0));
	emit_init(&emit, text, 0);
	document_write(&emit, &site, documents, row);
	g_string_append(text, "\n\n");
	subscriber->position = pg_int(documents->rows, row, 0);
	subscriber->is_full = !subscribers_write(subscriber, text);
}

/* The documents of events, in a version, without events that were deleted in the meantime. */
static int fetch(struct stream *s, const GArray *ids, enum rest_version version,
		 struct documents *documents)
{
	struct shape shape = { .version = version,
			       .has_dependencies = s->worker->has_dependencies };

	return documents_fetch(s->worker->pg, search_events.object, &shape, ids,
			       s->worker->time_zone, documents);
}

static bool any_wants(const struct stream *s, const GPtrArray *to, const struct event_row *event,
		      enum rest_version version)
{
	for (guint k = 0; k < to->len; k++) {
		const struct subscriber *subscriber = to->pdata[k];

		if (subscriber->version == version && wants(s, subscriber, event))
			return true;
	}
	return false;
}

/*
 * Write the first FETCH_EVENTS of these events to the subscribers of this version whose filters
 * they pass.  *ret_count events have been written, or no subscriber wants them.
 */
static int write_some(struct stream *s, const GPtrArray *to, const struct event_row *events,
		      guint count, enum rest_version version, guint *ret_count)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct documents documents = { 0 };
	guint seen = 0;
	int r = 0, row = 0;

	for (; seen < count && ids->len < FETCH_EVENTS; seen++)
		if (any_wants(s, to, &events[seen], version))
			g_array_append_val(ids, events[seen].id);
	if (ids->len > 0)
		r = fetch(s, ids, version, &documents);
	for (guint i = 0; r == 0 && ids->len > 0 && i < seen; i++) {
		if (row >= pg_rows(documents.rows) ||
		    pg_int(documents.rows, row, 0) != events[i].id)
			continue;
		for (guint k = 0; k < to->len; k++) {
			struct subscriber *subscriber = to->pdata[k];

			if (subscriber->version == version && wants(s, subscriber, &events[i]))
				write_event(subscriber, &documents, row);
		}
		row++;
	}
	documents_done(&documents);
	*ret_count = seen;
	return r;
}

static int write_events(struct stream *s, const GPtrArray *to, const GArray *events, guint count)
{
	const struct event_row *rows = (const struct event_row *)(const void *)events->data;
	int r = 0;

	for (int version = REST_1_0; r == 0 && version <= REST_1_4; version++) {
		for (guint done = 0, some = 0; r == 0 && done < count; done += some)
			r = write_some(s, to, rows + done, count - done, (enum rest_version)version,
				       &some);
	}
	for (guint k = 0; r == 0 && count > 0 && k < to->len; k++) {
		struct subscriber *subscriber = to->pdata[k];

		if (!subscriber->is_full)
			subscriber->position = MAX(subscriber->position, rows[count - 1].id);
		subscriber->is_full = false;
	}
	return r;
}

/* ---- reading */

/* Read the new events, for all subscribers that are up to date. */
static int read_new(struct stream *s)
{
	guint count;
	int r;

	do {
		g_autoptr(GPtrArray) to = subscribers_up_to_date(s->subscribers, s->position);
		g_autoptr(GArray) events = NULL;
		struct event_snapshot snapshot = { 0 };

		r = event_read(s->worker->pg, s->position, PAGE_EVENTS, s->worker->time_zone,
			       &events, &snapshot);
		if (r != 0)
			return r;
		count = count_settled(s, events, &snapshot);
		r = write_events(s, to, events, count);
		if (r == 0 && count > 0)
			s->position = g_array_index(events, struct event_row, count - 1).id;
	} while (r == 0 && count == PAGE_EVENTS);
	return r;
}

/* Read a page of the events that one subscriber has missed. */
static int catch_up(struct stream *s, struct subscriber *subscriber)
{
	g_autoptr(GPtrArray) to = g_ptr_array_new();
	g_autoptr(GArray) events = NULL;
	struct event_snapshot snapshot;
	guint count = 0;
	int r = event_read(s->worker->pg, subscriber->position, PAGE_EVENTS, s->worker->time_zone,
			   &events, &snapshot);

	if (r != 0)
		return r;
	while (count < events->len &&
	       g_array_index(events, struct event_row, count).id <= s->position)
		count++;
	g_ptr_array_add(to, subscriber);
	r = write_events(s, to, events, count);
	if (r == 0 && count == 0)
		subscriber->position = MAX(subscriber->position, s->position);
	return r;
}

/* *ret_is_done: no subscriber with room in its buffer has missed events. */
static int catch_all_up(struct stream *s, bool *ret_is_done)
{
	g_autoptr(GPtrArray) behind = subscribers_behind(s->subscribers, s->position);
	int r = 0;

	for (guint i = 0; r == 0 && i < behind->len; i++)
		r = catch_up(s, behind->pdata[i]);
	*ret_is_done = behind->len == 0;
	return r;
}

/* ---- connecting */

/* Begin after the last event, but before the first gap, whose ids may still be used. */
static int find_position(struct stream *s)
{
	g_autoptr(GArray) events = NULL;
	struct event_snapshot snapshot;
	int32_t last;
	int r = event_last(s->worker->pg, &last);

	if (r == 0)
		r = event_read(s->worker->pg, MAX(last - START_EVENTS, 0), START_EVENTS,
			       s->worker->time_zone, &events, &snapshot);
	if (r != 0)
		return r;
	s->position = events->len > 0 ? g_array_index(events, struct event_row, 0).id : last;
	s->old = g_hash_table_new(NULL, NULL);
	for (guint i = 1; i < events->len; i++) {
		int32_t id = g_array_index(events, struct event_row, i).id;

		if (id == s->position + 1)
			s->position = id;
		else
			(void)g_hash_table_add(s->old, GINT_TO_POINTER(id));
	}
	s->doubt_id = s->settled_id = 0;
	return 0;
}

static void disconnect(struct stream *s)
{
	app_worker_free(s->worker);
	s->worker = NULL;
}

static int connect_stream(struct stream *s)
{
	int r;

	s->worker = app_worker_new(s->app);
	r = app_worker_connect(s->worker);
	if (r == 0)
		r = event_listen(s->worker->pg);
	/* The position outlives a lost connection. */
	if (r == 0 && s->old == NULL)
		r = find_position(s);
	return r;
}

/* Disconnect until there is a subscriber. */
static void wait_for_subscriber(struct stream *s)
{
	disconnect(s);
	g_clear_pointer(&s->old, g_hash_table_unref);
	subscribers_wait(s->subscribers, -1);
}

static void follow(struct stream *s)
{
	bool is_done = true;
	int r = s->worker != NULL ? 0 : connect_stream(s);

	if (r == 0) {
		subscribers_begin(s->subscribers, s->position);
		r = read_new(s);
	}
	if (r == 0)
		r = catch_all_up(s, &is_done);
	if (r == 0)
		subscribers_keep_alive(s->subscribers);
	if (r == 0 && is_done)
		r = pg_wait(s->worker->pg, subscribers_fd(s->subscribers),
			    s->doubt_id != 0 ? DOUBT_MS : TICK_MS);
	if (r != 0) {
		log_line(LOG_ERR, "the stream of events: %s",
			 pg_error(s->worker->pg)[0] != '\0' ? pg_error(s->worker->pg)
							    : strerror(-r));
		disconnect(s);
		subscribers_wait(s->subscribers, TICK_MS);
	}
}

static void *run(void *context)
{
	struct stream *s = context;

	while (!g_atomic_int_get(&s->is_closed)) {
		if (subscribers_sweep(s->subscribers) == 0)
			wait_for_subscriber(s);
		else
			follow(s);
	}
	disconnect(s);
	g_clear_pointer(&s->old, g_hash_table_unref);
	return NULL;
}

struct stream *stream_new(struct app *app)
{
	struct stream *s = g_new0(struct stream, 1);

	s->app = app;
	s->subscribers = subscribers_new(app->options->subscribers_max);
	s->has_thread = pthread_create(&s->thread, NULL, run, s) == 0;
	return s;
}

void stream_close(struct stream *stream)
{
	g_atomic_int_set(&stream->is_closed, 1);
	subscribers_close(stream->subscribers);
}

unsigned stream_subscribers(const struct stream *stream)
{
	return subscribers_count(stream->subscribers);
}

void stream_free(struct stream *stream)
{
	if (stream == NULL)
		return;
	stream_close(stream);
	if (stream->has_thread)
		(void)pthread_join(stream->thread, NULL);
	subscribers_free(stream->subscribers);
	g_free(stream);
}

/* ---- responses */

/* Begin the response; its body is written by the thread. */
static void begin_stream(const struct api *api, struct subscriber *subscriber)
{
	struct http_response *response = api->response;

	http_response_begin(response, 200, "text/event-stream");
	http_response_header(response, "Cache-Control", "no-store");
	/* Otherwise nginx waits until its buffer is full. */
	http_response_header(response, "X-Accel-Buffering", "no");
	if (subscriber != NULL)
		response->source = subscriber_source(subscriber);
}

/* Returns 0 or a pg error.  *ret_subscriber is NULL if there are too many of this client. */
static int subscribe(struct api *api, int32_t after, struct subscriber **ret_subscriber)
{
	struct search_request request = { .resource = &search_events,
					  .version = api->match->version,
					  .params = api->request->params,
					  .user_id = api->user.id,
					  .time_zone = api->worker->time_zone };
	struct search *search = NULL;
	struct subscriber *subscriber;
	int r = search_new(api->worker->pg, &request, &search);

	if (r != 0) {
		search_free(search);
		return r;
	}
	subscriber = g_new0(struct subscriber, 1);
	subscriber->search = search;
	subscriber->base = g_strdup(api->request->base);
	subscriber->prefix = g_strdup(api->match->prefix);
	subscriber->origin = g_strdup(api->request->origin);
	subscriber->suffix = api->negotiated.suffix;
	subscriber->version = api->match->version;
	subscriber->is_fresh = after < 0;
	subscriber->position = MAX(after, 0);
	*ret_subscriber = subscribers_add(api->worker->app->stream->subscribers, subscriber);
	return 0;
}

static int answer(struct api *api)
{
	const char *last = api->request->headers[HTTP_LAST_EVENT_ID];
	struct subscriber *subscriber = NULL;
	int64_t after = -1;
	int r;

	if (last != NULL && last[0] != '\0' && !view_number(view_str(last), INT32_MAX, &after)) {
		api_fail(api, 400, "Invalid Last-Event-ID.");
		return 0;
	}
	if (api_is_method(api, "HEAD")) {
		begin_stream(api, NULL);
		return 0;
	}
	r = subscribe(api, (int32_t)after, &subscriber);
	if (r == 0 && subscriber == NULL)
		api_fail(api, 503, "Too many event streams are open.");
	else if (r == 0)
		begin_stream(api, subscriber);
	return r;
}

int stream_answer(struct app_worker *worker, const struct http_request *request,
		  const struct route_match *match, struct http_response *response)
{
	const char *format = http_param(request, "format");
	bool has_json = format != NULL && g_str_equal(format, "json");
	struct api api = { .worker = worker,
			   .request = request,
			   .match = match,
			   .response = response,
			   .negotiated = { .form = FORM_JSON,
					   .suffix = has_json ? "?format=json" : "" } };
	bool is_admitted;
	int r;

	if (g_str_equal(request->method, "OPTIONS"))
		return describe_answer(&api);
	if (!http_is_read(request)) {
		api_fail_method(&api);
		return 0;
	}
	r = api_find_user(&api, &is_admitted);
	return r == 0 && is_admitted ? answer(&api) : r;
}
