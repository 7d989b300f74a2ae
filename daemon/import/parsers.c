/* parsers - the threads that parse the chunks of an import; see parsers.h */
#include "daemon/import/parsers.h"

#include "daemon/import/room.h"

struct parsers {
	GThreadPool *pool;
	struct room room;

	GMutex lock;
	struct catalog *catalog;
	bool is_first_ready; /* the first chunk is parsed, and its projects are created */
	GCond first_ready;
};

static struct catalog *catalog_for(struct parsers *parsers, const struct chunk *chunk)
{
	struct catalog *catalog;

	g_mutex_lock(&parsers->lock);
	while (chunk->number > 0 && !parsers->is_first_ready)
		g_cond_wait(&parsers->first_ready, &parsers->lock);
	catalog = catalog_ref(parsers->catalog);
	g_mutex_unlock(&parsers->lock);
	return catalog;
}

/* A thread of the pool has one chunk at a time. */
static void parse(gpointer data, gpointer context)
{
	struct parsers *parsers = context;
	struct chunk *chunk = data;
	size_t taken;

	chunk->catalog = catalog_for(parsers, chunk);
	taken = room_take(&parsers->room, chunk->number, chunk->bytes);
	chunk->error = chunk_parse(chunk);
	/* Most mail takes less memory than was reserved. */
	chunk->parsed_bytes = arena_used(chunk->arena) + arena_used(chunk->large_arena);
	room_correct(&parsers->room, taken, chunk->parsed_bytes);
	g_mutex_lock(&chunk->lock);
	chunk->is_parsed = true;
	g_cond_signal(&chunk->parsed);
	g_mutex_unlock(&chunk->lock);
}

struct parsers *parsers_new(int threads)
{
	struct parsers *parsers = g_new0(struct parsers, 1);

	g_mutex_init(&parsers->lock);
	g_cond_init(&parsers->first_ready);
	room_init(&parsers->room);
	parsers->pool = g_thread_pool_new(parse, parsers, threads, TRUE, NULL);
	if (parsers->pool != NULL)
		return parsers;
	parsers_free(parsers);
	return NULL;
}

void parsers_free(struct parsers *parsers)
{
	if (parsers == NULL)
		return;
	if (parsers->pool != NULL)
		g_thread_pool_free(parsers->pool, FALSE, TRUE);
	catalog_free(parsers->catalog);
	g_mutex_clear(&parsers->lock);
	g_cond_clear(&parsers->first_ready);
	room_done(&parsers->room);
	g_free(parsers);
}

void parsers_set_catalog(struct parsers *parsers, struct catalog *catalog)
{
	g_mutex_lock(&parsers->lock);
	catalog_free(parsers->catalog);
	parsers->catalog = catalog_ref(catalog);
	g_mutex_unlock(&parsers->lock);
}

void parsers_push(struct parsers *parsers, struct chunk *chunk)
{
	(void)g_thread_pool_push(parsers->pool, chunk, NULL);
}

void parsers_wait(struct chunk *chunk)
{
	g_mutex_lock(&chunk->lock);
	while (!chunk->is_parsed)
		g_cond_wait(&chunk->parsed, &chunk->lock);
	g_mutex_unlock(&chunk->lock);
}

void parsers_go_on(struct parsers *parsers)
{
	g_mutex_lock(&parsers->lock);
	parsers->is_first_ready = true;
	g_cond_broadcast(&parsers->first_ready);
	g_mutex_unlock(&parsers->lock);
}

void parsers_forget(struct parsers *parsers, const struct chunk *chunk)
{
	room_give(&parsers->room, chunk->parsed_bytes);
}
