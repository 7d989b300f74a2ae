/* queue - requests that wait for a worker; see queue.h */
#include "daemon/httpd/queue.h"

#include <glib.h>
#include <pthread.h>

/* ThreadSanitizer does not know the locks of GLib's queue. */
struct queue {
	pthread_mutex_t lock;
	pthread_cond_t is_filled;
	struct queue_entry *first, *last;
	GHashTable *origins; /* char * to struct queue_origin */
	unsigned length, busy, max;
	bool is_closed;
};

struct queue_origin {
	char *client;
	unsigned waiting, busy;
};

static void origin_free(gpointer data)
{
	struct queue_origin *origin = data;

	g_free(origin->client);
	g_free(origin);
}

struct queue *queue_new(unsigned max)
{
	struct queue *queue = g_new0(struct queue, 1);

	(void)pthread_mutex_init(&queue->lock, NULL);
	(void)pthread_cond_init(&queue->is_filled, NULL);
	queue->origins = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, origin_free);
	queue->max = max;
	return queue;
}

void queue_free(struct queue *queue)
{
	if (queue == NULL)
		return;
	g_hash_table_destroy(queue->origins);
	(void)pthread_cond_destroy(&queue->is_filled);
	(void)pthread_mutex_destroy(&queue->lock);
	g_free(queue);
}

static unsigned read_number(struct queue *queue, const unsigned *number)
{
	unsigned value;

	(void)pthread_mutex_lock(&queue->lock);
	value = *number;
	(void)pthread_mutex_unlock(&queue->lock);
	return value;
}

unsigned queue_length(struct queue *queue)
{
	return read_number(queue, &queue->length);
}

unsigned queue_busy(struct queue *queue)
{
	return read_number(queue, &queue->busy);
}

/* ---- the lock is held */

static struct queue_origin *find_origin(struct queue *queue, const char *client)
{
	struct queue_origin *origin = g_hash_table_lookup(queue->origins, client);

	if (origin != NULL)
		return origin;
	origin = g_new0(struct queue_origin, 1);
	origin->client = g_strdup(client);
	(void)g_hash_table_insert(queue->origins, origin->client, origin);
	return origin;
}

static void forget_origin(struct queue *queue, struct queue_origin *origin)
{
	if (origin->waiting == 0 && origin->busy == 0)
		(void)g_hash_table_remove(queue->origins, origin->client);
}

static void append(struct queue *queue, struct queue_entry *entry)
{
	entry->next = NULL;
	entry->previous = queue->last;
	if (queue->last != NULL)
		queue->last->next = entry;
	else
		queue->first = entry;
	queue->last = entry;
	queue->length++;
	entry->origin->waiting++;
}

static void take_out(struct queue *queue, struct queue_entry *entry)
{
	if (entry->previous != NULL)
		entry->previous->next = entry->next;
	else
		queue->first = entry->next;
	if (entry->next != NULL)
		entry->next->previous = entry->previous;
	else
		queue->last = entry->previous;
	queue->length--;
	entry->origin->waiting--;
}

static struct queue_entry *find_next(const struct queue *queue)
{
	struct queue_entry *found = queue->first;

	for (struct queue_entry *entry = found; entry != NULL; entry = entry->next)
		if (entry->origin->busy < found->origin->busy)
			found = entry;
	return found;
}

static struct queue_entry *find_surplus(const struct queue *queue)
{
	struct queue_entry *found = queue->last;

	for (struct queue_entry *entry = found; entry != NULL; entry = entry->previous)
		if (entry->origin->waiting > found->origin->waiting)
			found = entry;
	return found;
}

/* ---- */

struct queue_entry *queue_push(struct queue *queue, struct queue_entry *entry, const char *client)
{
	struct queue_entry *surplus = NULL;

	(void)pthread_mutex_lock(&queue->lock);
	entry->origin = find_origin(queue, client);
	append(queue, entry);
	if (queue->length > queue->max) {
		surplus = find_surplus(queue);
		take_out(queue, surplus);
		forget_origin(queue, surplus->origin);
	}
	(void)pthread_cond_signal(&queue->is_filled);
	(void)pthread_mutex_unlock(&queue->lock);
	return surplus;
}

struct queue_entry *queue_pop(struct queue *queue)
{
	struct queue_entry *entry;

	(void)pthread_mutex_lock(&queue->lock);
	while (queue->first == NULL && !queue->is_closed)
		(void)pthread_cond_wait(&queue->is_filled, &queue->lock);
	entry = find_next(queue);
	if (entry != NULL) {
		take_out(queue, entry);
		entry->origin->busy++;
		queue->busy++;
	}
	(void)pthread_mutex_unlock(&queue->lock);
	return entry;
}

void queue_finish(struct queue *queue, struct queue_entry *entry)
{
	(void)pthread_mutex_lock(&queue->lock);
	entry->origin->busy--;
	queue->busy--;
	forget_origin(queue, entry->origin);
	(void)pthread_mutex_unlock(&queue->lock);
}

void queue_close(struct queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
	queue->is_closed = true;
	(void)pthread_cond_broadcast(&queue->is_filled);
	(void)pthread_mutex_unlock(&queue->lock);
}
