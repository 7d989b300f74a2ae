/* subscriber - the clients that follow the stream of events; see subscriber.h */
#include "daemon/httpd/subscriber.h"

#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/httpd/stream.h"

struct subscribers {
	pthread_mutex_t lock;
	GPtrArray *items; /* struct subscriber */
	unsigned max;
	bool is_closed;
	int fd; /* eventfd(2) */
};

static void subscriber_free(gpointer data)
{
	struct subscriber *subscriber = data;

	search_free(subscriber->search);
	g_free(subscriber->base);
	g_free(subscriber->prefix);
	g_free(subscriber->origin);
	if (subscriber->buffer != NULL)
		g_string_free(subscriber->buffer, TRUE);
	g_free(subscriber);
}

struct subscribers *subscribers_new(unsigned max)
{
	struct subscribers *all = g_new0(struct subscribers, 1);

	(void)pthread_mutex_init(&all->lock, NULL);
	all->max = max;
	all->items = g_ptr_array_new_with_free_func(subscriber_free);
	all->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return all;
}

void subscribers_free(struct subscribers *all)
{
	if (all == NULL)
		return;
	g_ptr_array_unref(all->items);
	if (all->fd >= 0)
		(void)close(all->fd);
	(void)pthread_mutex_destroy(&all->lock);
	g_free(all);
}

static void lock(struct subscribers *all)
{
	(void)pthread_mutex_lock(&all->lock);
}

static void unlock(struct subscribers *all)
{
	(void)pthread_mutex_unlock(&all->lock);
}

static void wake(struct subscribers *all)
{
	(void)!eventfd_write(all->fd, 1);
}

/* Call it under the lock when there is something to read. */
static void resume(struct subscriber *subscriber)
{
	if (!subscriber->is_paused)
		return;
	subscriber->is_paused = false;
	subscriber->resume(subscriber->client);
}

/* Call it under the lock. */
static bool is_open(const struct subscriber *subscriber)
{
	return !subscriber->is_gone && !subscriber->is_ended;
}

/* Call it under the lock.  The number of an origin, or of all if it is NULL. */
static guint count_open(const struct subscribers *all, const char *origin)
{
	guint count = 0;

	for (guint i = 0; i < all->items->len; i++) {
		const struct subscriber *subscriber = all->items->pdata[i];

		count += is_open(subscriber) &&
			 (origin == NULL || g_str_equal(subscriber->origin, origin));
	}
	return count;
}

/*
 * Call it under the lock.  One of the origin that has the most, if that has more than `origin` will
 * have with another one; otherwise NULL.
 */
static struct subscriber *find_surplus(const struct subscribers *all, const char *origin)
{
	guint most = count_open(all, origin) + 1;
	struct subscriber *found = NULL;

	for (guint i = 0; i < all->items->len; i++) {
		struct subscriber *subscriber = all->items->pdata[i];
		guint count = is_open(subscriber) ? count_open(all, subscriber->origin) : 0;

		if (count > most) {
			found = subscriber;
			most = count;
		}
	}
	return found;
}

/* Call it under the lock.  Returns whether there is room for another one of this origin. */
static bool make_room(struct subscribers *all, const char *origin)
{
	struct subscriber *surplus;

	if (all->is_closed || count_open(all, NULL) < all->max)
		return !all->is_closed;
	surplus = find_surplus(all, origin);
	if (surplus == NULL)
		return false;
	surplus->is_ended = true;
	resume(surplus);
	return true;
}

struct subscriber *subscribers_add(struct subscribers *all, struct subscriber *subscriber)
{
	bool has_room;

	subscriber->all = all;
	subscriber->buffer = g_string_new("retry: 1000\n");
	lock(all);
	has_room = make_room(all, subscriber->origin);
	if (has_room)
		g_ptr_array_add(all->items, subscriber);
	unlock(all);
	if (!has_room) {
		subscriber_free(subscriber);
		return NULL;
	}
	wake(all);
	return subscriber;
}

guint subscribers_count(struct subscribers *all)
{
	guint count;

	lock(all);
	count = count_open(all, NULL);
	unlock(all);
	return count;
}

void subscribers_close(struct subscribers *all)
{
	lock(all);
	all->is_closed = true;
	for (guint i = 0; i < all->items->len; i++)
		resume(all->items->pdata[i]);
	unlock(all);
	wake(all);
}

/* ---- the server's thread */

static void attach(void *context, void (*pause_client)(void *client),
		   void (*resume_client)(void *client), void *client)
{
	struct subscriber *subscriber = context;

	lock(subscriber->all);
	subscriber->pause = pause_client;
	subscriber->resume = resume_client;
	subscriber->client = client;
	unlock(subscriber->all);
}

static ssize_t read_buffer(void *context, char *buffer, size_t size)
{
	struct subscriber *subscriber = context;
	struct subscribers *all = subscriber->all;
	size_t before, n;
	bool is_end;

	lock(all);
	before = subscriber->buffer->len;
	n = MIN(before, size);
	is_end = n == 0 && (all->is_closed || subscriber->is_ended);
	memcpy(buffer, subscriber->buffer->str, n);
	(void)g_string_erase(subscriber->buffer, 0, (gssize)n);
	/* The lock is held until the client is paused; otherwise it could be resumed before. */
	if (n == 0 && !is_end) {
		subscriber->is_paused = true;
		subscriber->pause(subscriber->client);
	}
	unlock(all);
	if (before >= STREAM_BUFFER_BYTES_LOW && before - n < STREAM_BUFFER_BYTES_LOW)
		wake(all);
	return is_end ? -1 : (ssize_t)n;
}

static void leave(void *context)
{
	struct subscriber *subscriber = context;
	struct subscribers *all = subscriber->all;

	lock(all);
	subscriber->is_gone = true;
	subscriber->is_paused = false;
	unlock(all);
	wake(all);
}

struct http_source subscriber_source(struct subscriber *subscriber)
{
	return (struct http_source){
		.context = subscriber, .read = read_buffer, .attach = attach, .free = leave
	};
}

/* ---- the stream's thread */

guint subscribers_sweep(struct subscribers *all)
{
	eventfd_t woken;
	guint count;

	(void)!eventfd_read(all->fd, &woken);
	lock(all);
	for (guint i = all->items->len; i > 0; i--)
		if (((struct subscriber *)all->items->pdata[i - 1])->is_gone)
			(void)g_ptr_array_remove_index_fast(all->items, i - 1);
	count = all->items->len;
	unlock(all);
	return count;
}

/* Call it under the lock.  An id without data sets the client's Last-Event-ID without an event. */
static void write_position(struct subscriber *subscriber)
{
	g_string_append_printf(subscriber->buffer, "id: %" PRId32 "\n\n", subscriber->position);
	subscriber->written_usecs = g_get_monotonic_time();
	resume(subscriber);
}

void subscribers_begin(struct subscribers *all, int32_t position)
{
	lock(all);
	for (guint i = 0; i < all->items->len; i++) {
		struct subscriber *subscriber = all->items->pdata[i];

		if (subscriber->has_begun)
			continue;
		subscriber->has_begun = true;
		if (subscriber->is_fresh)
			subscriber->position = position;
		write_position(subscriber);
	}
	unlock(all);
}

GPtrArray *subscribers_up_to_date(struct subscribers *all, int32_t position)
{
	GPtrArray *found = g_ptr_array_new();

	lock(all);
	for (guint i = 0; i < all->items->len; i++) {
		struct subscriber *subscriber = all->items->pdata[i];

		if (is_open(subscriber) && subscriber->has_begun &&
		    subscriber->position >= position &&
		    subscriber->buffer->len < STREAM_BUFFER_BYTES_MAX)
			g_ptr_array_add(found, subscriber);
	}
	unlock(all);
	return found;
}

GPtrArray *subscribers_behind(struct subscribers *all, int32_t position)
{
	GPtrArray *found = g_ptr_array_new();

	lock(all);
	for (guint i = 0; i < all->items->len; i++) {
		struct subscriber *subscriber = all->items->pdata[i];

		if (is_open(subscriber) && subscriber->has_begun &&
		    subscriber->position < position &&
		    subscriber->buffer->len < STREAM_BUFFER_BYTES_LOW)
			g_ptr_array_add(found, subscriber);
	}
	unlock(all);
	return found;
}

bool subscribers_write(struct subscriber *subscriber, const GString *text)
{
	bool has_room;

	lock(subscriber->all);
	g_string_append_len(subscriber->buffer, text->str, (gssize)text->len);
	subscriber->written_usecs = g_get_monotonic_time();
	has_room = subscriber->buffer->len < STREAM_BUFFER_BYTES_MAX;
	resume(subscriber);
	unlock(subscriber->all);
	return has_room;
}

void subscribers_keep_alive(struct subscribers *all)
{
	int64_t before = g_get_monotonic_time() - STREAM_IDLE_SECS * G_USEC_PER_SEC;

	lock(all);
	for (guint i = 0; i < all->items->len; i++) {
		struct subscriber *subscriber = all->items->pdata[i];

		if (is_open(subscriber) && subscriber->has_begun &&
		    subscriber->written_usecs < before && subscriber->buffer->len == 0)
			write_position(subscriber);
	}
	unlock(all);
}

int subscribers_fd(const struct subscribers *all)
{
	return all->fd;
}

void subscribers_wait(struct subscribers *all, int timeout_ms)
{
	struct pollfd fd = { .fd = all->fd, .events = POLLIN };

	(void)poll(&fd, 1, timeout_ms);
}
