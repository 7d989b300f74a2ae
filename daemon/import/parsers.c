/* parsers - the threads that parse the chunks of an import; see parsers.h */
#include "daemon/import/parsers.h"

#include <errno.h>

#include "daemon/import/room.h"

struct parsers {
	GThreadPool *pool;
	struct room room;

	GMutex lock;
	struct catalog *catalog; /* NULL until it is known */
	bool is_first_ready;     /* the first chunk is parsed, and its projects are created */
	bool is_cancelled;
	GCond changed;
};

static bool may_parse(const struct parsers *parsers, const struct chunk *chunk)
{
	return parsers->catalog != NULL && (chunk->number == 0 || parsers->is_first_ready);
}

/* NULL: there is none. */
static struct catalog *wait_for_catalog(struct parsers *parsers, const struct chunk *chunk)
{
	struct catalog *catalog;

	g_mutex_lock(&parsers->lock);
	while (!may_parse(parsers, chunk) && !parsers->is_cancelled)
		g_cond_wait(&parsers->changed, &parsers->lock);
	catalog = parsers->is_cancelled ? NULL : catalog_ref(parsers->catalog);
	g_mutex_unlock(&parsers->lock);
	return catalog;
}

static int parse_chunk(struct parsers *parsers, struct chunk *chunk)
{
	int r = chunk_open(chunk);

	if (r != 0)
		return r;
	chunk->catalog = wait_for_catalog(parsers, chunk);
	return chunk->catalog != NULL ? chunk_parse(chunk) : -ECANCELED;
}

/* A thread of the pool has one chunk at a time. */
static void parse(gpointer data, gpointer context)
{
	struct parsers *parsers = context;
	struct chunk *chunk = data;
	size_t taken = room_take(&parsers->room, chunk->number, chunk->bytes);

	chunk->error = parse_chunk(parsers, chunk);
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
	g_cond_init(&parsers->changed);
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
	g_cond_clear(&parsers->changed);
	room_done(&parsers->room);
	g_free(parsers);
}

void parsers_set_catalog(struct parsers *parsers, struct catalog *catalog)
{
	g_mutex_lock(&parsers->lock);
	catalog_free(parsers->catalog);
	parsers->catalog = catalog_ref(catalog);
	g_cond_broadcast(&parsers->changed);
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
	g_cond_broadcast(&parsers->changed);
	g_mutex_unlock(&parsers->lock);
}

void parsers_cancel(struct parsers *parsers)
{
	g_mutex_lock(&parsers->lock);
	parsers->is_cancelled = true;
	g_cond_broadcast(&parsers->changed);
	g_mutex_unlock(&parsers->lock);
}

void parsers_forget(struct parsers *parsers, const struct chunk *chunk)
{
	room_give(&parsers->room, chunk->parsed_bytes);
}
