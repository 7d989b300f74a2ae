/* queue - requests that wait for a worker; see queue.h */
#include "daemon/httpd/queue.h"

#include <pthread.h>
#include <stdbool.h>

/* ThreadSanitizer does not know GLib's locks. */
struct queue {
	pthread_mutex_t lock;
	pthread_cond_t is_filled;
	GQueue entries;      /* struct queue_entry */
	GHashTable *origins; /* char * to struct queue_origin */
	unsigned busy, max;
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
	g_queue_init(&queue->entries);
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
	return read_number(queue, &queue->entries.length);
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
	entry->link = (GList){ .data = entry };
	g_queue_push_tail_link(&queue->entries, &entry->link);
	entry->origin->waiting++;
}

static void take_out(struct queue *queue, struct queue_entry *entry)
{
	g_queue_unlink(&queue->entries, &entry->link);
	entry->origin->waiting--;
}

/* The first request of the client for which the fewest workers work; NULL: none is waiting. */
static struct queue_entry *find_next(struct queue *queue)
{
	struct queue_entry *found = g_queue_peek_head(&queue->entries);

	for (const GList *link = queue->entries.head; link != NULL; link = link->next) {
		struct queue_entry *entry = link->data;

		if (entry->origin->busy < found->origin->busy)
			found = entry;
	}
	return found;
}

/* The last request of the client that has the most waiting. */
static struct queue_entry *find_surplus(struct queue *queue)
{
	struct queue_entry *found = g_queue_peek_tail(&queue->entries);

	for (const GList *link = queue->entries.tail; link != NULL; link = link->prev) {
		struct queue_entry *entry = link->data;

		if (entry->origin->waiting > found->origin->waiting)
			found = entry;
	}
	return found;
}

/* ---- */

struct queue_entry *queue_push(struct queue *queue, struct queue_entry *entry, const char *client)
{
	struct queue_entry *surplus = NULL;

	(void)pthread_mutex_lock(&queue->lock);
	if (queue->is_closed) {
		(void)pthread_mutex_unlock(&queue->lock);
		return entry;
	}
	entry->origin = find_origin(queue, client);
	append(queue, entry);
	if (queue->entries.length > queue->max) {
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
	while (g_queue_is_empty(&queue->entries) && !queue->is_closed)
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
