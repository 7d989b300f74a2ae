/* memory - positions of repositories and known messages, from the database; see memory.h */
#include "daemon/import/memory.h"

#include <errno.h>

#include "sql/archive.h"

/* Messages are asked for if at least one in this many is known. */
#define KNOWN_SHARE_MIN 10

struct memory {
	const struct import_options *options;
	GMutex *store_lock;
	GMutex lock;
	struct store *store; /* NULL until it is open */
	bool is_cancelled;   /* it cannot be opened */
	GCond changed;
	struct pg *own; /* NULL: the store's connection was always free */
	char *error;    /* of the last search for a position, or NULL */
	gint pays;
};

struct memory *memory_new(const struct import_options *options, GMutex *store_lock)
{
	struct memory *memory = g_new0(struct memory, 1);

	memory->options = options;
	memory->store_lock = store_lock;
	memory->pays = !options->is_dry_run;
	g_mutex_init(&memory->lock);
	g_cond_init(&memory->changed);
	return memory;
}

void memory_set_store(struct memory *memory, struct store *store)
{
	g_mutex_lock(&memory->lock);
	memory->store = store;
	g_cond_broadcast(&memory->changed);
	g_mutex_unlock(&memory->lock);
}

void memory_cancel(struct memory *memory)
{
	g_mutex_lock(&memory->lock);
	memory->is_cancelled = true;
	g_cond_broadcast(&memory->changed);
	g_mutex_unlock(&memory->lock);
}

static struct pg *connect_own(const struct import_options *options)
{
	const struct store_options *store = &options->store;
	struct pg *pg = pg_new(store->conninfo, store->connect_timeout_secs);

	pg_set_timeouts(pg, store->lock_timeout_secs, store->idle_timeout_secs);
	pg_keep_plans(pg);
	(void)pg_reopen(pg);
	return pg;
}

/* Lock the store if its connection can be used now. */
static bool lock_store_if_free(struct memory *memory)
{
	if (!g_mutex_trylock(memory->store_lock))
		return false;
	if (pg_is_open(store_connection(memory->store)))
		return true;
	g_mutex_unlock(memory->store_lock);
	return false;
}

static bool wait_for_store(struct memory *memory)
{
	while (memory->store == NULL && !memory->is_cancelled)
		g_cond_wait(&memory->changed, &memory->lock);
	return !memory->is_cancelled;
}

bool memory_wait(struct memory *memory)
{
	bool has_store;

	g_mutex_lock(&memory->lock);
	has_store = wait_for_store(memory);
	g_mutex_unlock(&memory->lock);
	return has_store;
}

/* Take a connection, which may be closed; give_connection() must follow.  NULL: there is none. */
static struct pg *take_connection(struct memory *memory)
{
	g_mutex_lock(&memory->lock);
	if (!wait_for_store(memory)) {
		g_mutex_unlock(&memory->lock);
		return NULL;
	}
	if (memory->own != NULL && pg_is_open(memory->own))
		return memory->own;
	if (lock_store_if_free(memory))
		return store_connection(memory->store);
	if (memory->own == NULL)
		memory->own = connect_own(memory->options);
	return memory->own;
}

/* `r` is the result of what was asked: after an error, no transaction may be left. */
static void give_connection(struct memory *memory, struct pg *pg, int r)
{
	if (r < 0)
		pg_rollback(pg);
	if (pg != memory->own)
		g_mutex_unlock(memory->store_lock);
	g_mutex_unlock(&memory->lock);
}

void memory_free(struct memory *memory)
{
	if (memory == NULL)
		return;
	pg_close(memory->own);
	g_mutex_clear(&memory->lock);
	g_cond_clear(&memory->changed);
	g_free(memory->error);
	g_free(memory);
}

/* ---- positions */

static int find(void *context, const char *path, const char *first,
		struct repository_position *ret_position, bool *ret_moves)
{
	struct memory *memory = context;
	const struct archive_scope scope = import_scope(memory->options);
	g_autofree char *text = g_utf8_make_valid(path, -1);
	struct pg *pg = take_connection(memory);
	struct archive_position position;
	int r;

	if (pg == NULL)
		return -ECANCELED;
	r = pg_is_open(pg) ? 0 : pg_reopen(pg);
	if (r == 0)
		r = archive_find(pg, &scope, text, first, &position, ret_moves);
	if (r < 0) {
		g_free(memory->error);
		memory->error = g_strdup(pg_error(pg));
	}
	give_connection(memory, pg, r);
	if (r <= 0)
		return r;
	(void)g_strlcpy(ret_position->first, position.first, sizeof(ret_position->first));
	(void)g_strlcpy(ret_position->last, position.last, sizeof(ret_position->last));
	return !memory->options->restarts;
}

static const char *error(void *context)
{
	const struct memory *memory = context;

	return memory->error;
}

struct repository_memory memory_of(struct memory *memory)
{
	return (struct repository_memory){ .find = find, .error = error, .context = memory };
}

/* ---- messages */

bool memory_pays(const struct memory *memory)
{
	return g_atomic_int_get(&memory->pays) != 0;
}

static bool are_enough(size_t known, size_t count)
{
	return known > 0 && known * KNOWN_SHARE_MIN >= count;
}

int memory_ask(struct memory *memory, struct known_key *keys, size_t count, bool *ret_any_archived)
{
	struct pg *pg = take_connection(memory);
	int r;

	if (pg == NULL)
		return -ECANCELED;
	r = pg_is_open(pg) ? known_ask(pg, keys, count, ret_any_archived) : -ENOTCONN;
	give_connection(memory, pg, r);
	return r;
}

void memory_judge(struct memory *memory, size_t known, size_t count)
{
	g_atomic_int_set(&memory->pays, are_enough(known, count));
}

void memory_learn(struct memory *memory, size_t duplicates, size_t count)
{
	if (are_enough(duplicates, count))
		g_atomic_int_set(&memory->pays, 1);
}
