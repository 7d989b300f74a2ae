/* memory - positions of repositories, from the database; see memory.h */
#include "daemon/import/memory.h"

#include "sql/archive.h"

struct memory {
	const struct import_options *options;
	struct pg *pg; /* NULL until it is needed */
};

struct memory *memory_new(const struct import_options *options)
{
	struct memory *memory = g_new0(struct memory, 1);

	memory->options = options;
	return memory;
}

void memory_free(struct memory *memory)
{
	if (memory == NULL)
		return;
	pg_close(memory->pg);
	g_free(memory);
}

static int connect(struct memory *memory)
{
	const struct store_options *options = &memory->options->store;
	int r;

	if (memory->pg != NULL)
		return pg_is_open(memory->pg) ? 0 : pg_reopen(memory->pg);
	r = pg_open(options->conninfo, options->connect_timeout_secs, &memory->pg);
	pg_set_timeouts(memory->pg, options->lock_timeout_secs, options->idle_timeout_secs);
	return r;
}

static int find(void *context, const char *path, const char *first,
		struct repository_position *ret_position, bool *ret_moves)
{
	struct memory *memory = context;
	const struct archive_scope scope = import_scope(memory->options);
	g_autofree char *text = g_utf8_make_valid(path, -1);
	struct archive_position position;
	int r = connect(memory);

	if (r == 0)
		r = archive_find(memory->pg, &scope, text, first, &position, ret_moves);
	if (memory->options->is_dry_run)
		*ret_moves = false;
	if (r <= 0)
		return r;
	(void)g_strlcpy(ret_position->first, position.first, sizeof(ret_position->first));
	(void)g_strlcpy(ret_position->last, position.last, sizeof(ret_position->last));
	return !memory->options->restarts;
}

static const char *error(void *context)
{
	const struct memory *memory = context;

	return pg_error(memory->pg);
}

struct repository_memory memory_of(struct memory *memory)
{
	return (struct repository_memory){ .find = find, .error = error, .context = memory };
}
