/* memory - positions of repositories and known messages, from the database; see memory.h */
#include "daemon/import/memory.h"

#include <errno.h>

#include "sql/archive.h"

/* Messages are asked for if at least one in this many is known. */
#define KNOWN_SHARE_MIN 10

struct memory {
	const struct import_options *options;
	GMutex lock;
	GThread *connecting; /* NULL: it was joined */
	struct pg *pg;
	char *error; /* of the last search for a position, or NULL */
	gint pays;
};

/*
 * A new connection takes some time for its first statements, because it reads the system catalogs.
 * So a question about no message is asked before there is one.
 */
static gpointer connect_first(gpointer pg)
{
	bool any_archived;

	if (pg_reopen(pg) == 0)
		(void)known_ask(pg, NULL, 0, &any_archived);
	return NULL;
}

struct memory *memory_new(const struct import_options *options)
{
	const struct store_options *store = &options->store;
	struct memory *memory = g_new0(struct memory, 1);

	memory->options = options;
	memory->pays = !options->is_dry_run;
	g_mutex_init(&memory->lock);
	memory->pg = pg_new(store->conninfo, store->connect_timeout_secs);
	pg_set_timeouts(memory->pg, store->lock_timeout_secs, store->idle_timeout_secs);
	pg_keep_plans(memory->pg);
	memory->connecting = g_thread_new("memory", connect_first, memory->pg);
	return memory;
}

/* Take the connection, which may be closed; give_connection() must follow. */
static struct pg *take_connection(struct memory *memory)
{
	g_mutex_lock(&memory->lock);
	if (memory->connecting != NULL)
		(void)g_thread_join(g_steal_pointer(&memory->connecting));
	return memory->pg;
}

static void give_connection(struct memory *memory)
{
	g_mutex_unlock(&memory->lock);
}

void memory_free(struct memory *memory)
{
	if (memory == NULL)
		return;
	pg_close(take_connection(memory));
	give_connection(memory);
	g_mutex_clear(&memory->lock);
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
	int r = pg_is_open(pg) ? 0 : pg_reopen(pg);

	if (r == 0)
		r = archive_find(pg, &scope, text, first, &position, ret_moves);
	if (r < 0) {
		g_free(memory->error);
		memory->error = g_strdup(pg_error(pg));
	}
	give_connection(memory);
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
	int r = pg_is_open(pg) ? known_ask(pg, keys, count, ret_any_archived) : -ENOTCONN;

	give_connection(memory);
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
