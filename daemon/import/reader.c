/* reader - reads the messages of an import into chunks; see reader.h */
#include "daemon/import/reader.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>

#include "daemon/import/source.h"
#include "parser/cleanup.h"

/* The first chunk holds this many times less than others, as a power of 2. */
#define CHUNK_DOUBLINGS 3u

/* Known mail is hardly more than read: chunks of this size stay in a processor's cache. */
#define CHUNK_KNOWN_BYTES_MAX ((size_t)2 << 20)

struct reader {
	struct import *import;
	struct chunk *chunk;   /* the one that is filled */
	guint passed_on;       /* chunks */
	uint64_t bytes_before; /* of the sources that were read to their ends */
	int error;
};

static void next_chunk(struct reader *reader)
{
	reader->chunk = g_async_queue_pop(reader->import->free_chunks);
	reader->chunk->is_last = false;
}

/* Wait until all chunks that were passed on are stored, so that all are free. */
static void drain(struct reader *reader)
{
	struct chunk *chunks[CHUNKS];

	for (int i = 1; i < CHUNKS; i++)
		chunks[i] = g_async_queue_pop(reader->import->free_chunks);
	for (int i = 1; i < CHUNKS; i++)
		g_async_queue_push(reader->import->free_chunks, chunks[i]);
}

/* Pass the chunk on to the threads that parse and store, and start another. */
static void pass_on(struct reader *reader, bool is_last)
{
	struct chunk *chunk = reader->chunk;

	chunk->is_last = is_last;
	chunk->number = reader->passed_on++;
	g_async_queue_push(reader->import->read_chunks, chunk);
	parsers_push(reader->import->parsers, chunk);
	reader->chunk = NULL;
	if (!is_last)
		next_chunk(reader);
}

/*
 * Whether the chunk that is filled has room for a message.  The first chunk is small, so that the
 * server has work soon, and each of the next is twice as large, up to the limit.
 */
static bool has_room(const struct reader *reader, size_t bytes)
{
	const struct chunk *chunk = reader->chunk;
	guint doublings = MIN(reader->passed_on, CHUNK_DOUBLINGS);
	size_t bytes_max = IMPORT_BATCH_BYTES_MAX >> (CHUNK_DOUBLINGS - doublings);
	size_t count_max = (size_t)reader->import->options->batch;

	if (memory_pays(reader->import->memory))
		bytes_max = MIN(bytes_max, CHUNK_KNOWN_BYTES_MAX);
	return chunk->count == 0 || (chunk->count < count_max && chunk->bytes + bytes <= bytes_max);
}

/* Imports that run at the same time parse large messages one at a time. */
static GMutex large_lock;

/*
 * Store the messages before a large one, so that the import has no other message in memory, nor
 * memory that is kept for others.  store_large() must follow.
 */
static void prepare_large(struct reader *reader)
{
	if (reader->chunk->count > 0)
		pass_on(reader, false);
	drain(reader);
	for (int i = 0; i < CHUNKS; i++)
		chunk_trim(&reader->import->chunks[i]);
	(void)malloc_trim(0);
	/* No thread of this import holds a lock in the database, so the other imports continue. */
	g_mutex_lock(&large_lock);
}

static void store_large(struct reader *reader)
{
	pass_on(reader, false);
	drain(reader);
	g_mutex_unlock(&large_lock);
}

static bool continues(const struct reader *reader)
{
	return *reader->import->stopping == 0 && g_atomic_int_get(&reader->import->failed) == 0;
}

static void report_unreadable(const struct reader *reader, const struct source *source)
{
	struct progress *progress = reader->import->progress;

	progress_lock(progress);
	fprintf(stderr, "patchmda %s: %s\n", reader->import->options->command,
		source_error(source));
	progress->unreadable++;
	progress_unlock(progress);
}

static void count_taken_for_text(struct progress *progress, const struct source_message *message)
{
	if (message->taken_for_text == 0)
		return;
	progress_lock(progress);
	progress_taken_for_text(progress, message->taken_for_text, message->path, message->offset);
	progress_unlock(progress);
}

static int add_message(struct reader *reader, const struct source *source,
		       const struct source_message *message)
{
	bool is_large = chunk_is_large(message->raw);
	int r;

	count_taken_for_text(reader->import->progress, message);
	if (is_large)
		prepare_large(reader);
	else if (!has_room(reader, message->raw.len))
		pass_on(reader, false);
	r = chunk_add(reader->chunk, message);
	if (r == 0)
		reader->chunk->bytes_done = reader->bytes_before + source_bytes_done(source);
	if (is_large)
		store_large(reader);
	else if (r == 0 && !has_room(reader, 1)) /* a pipe may give the next message much later */
		pass_on(reader, false);
	return r;
}

/* What cannot be read again is not read before it is known that it can be stored. */
static bool may_read(const struct reader *reader, const char *path)
{
	return source_is_repeatable(path) || memory_wait(reader->import->memory);
}

static void read_source(struct reader *reader, const char *path)
{
	_cleanup_(source_free_ptr) struct source *source = source_new(path);
	struct source_message message;
	int r = source != NULL ? 1 : -ENOMEM;

	if (source != NULL) {
		source_stop_at(source, reader->import->end_fd);
		source_remember(source, memory_of(reader->import->memory));
	}
	while (r != 0 && continues(reader)) {
		r = source_next(source, &message);
		if (r == -ECANCELED && !continues(reader))
			break;
		if (r < 0) {
			report_unreadable(reader, source);
			reader->error = r;
		}
		if (r <= 0)
			continue;
		r = add_message(reader, source, &message);
		if (r < 0) {
			reader->error = r;
			return;
		}
		r = 1;
	}
	reader->bytes_before += source_bytes_done(source);
}

int reader_run(struct import *import, char *const *paths)
{
	struct reader reader = { .import = import };

	next_chunk(&reader);
	for (; *paths != NULL && continues(&reader) && reader.error != -ENOMEM; paths++)
		if (may_read(&reader, *paths))
			read_source(&reader, *paths);
	pass_on(&reader, true);
	return reader.error;
}
