/* import - imports archives; see import.h */
#include "daemon/import/import.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/import/chunk.h"
#include "daemon/import/memory.h"
#include "daemon/import/notes.h"
#include "daemon/import/room.h"
#include "daemon/import/source.h"
#include "daemon/outcome.h"
#include "daemon/poison.h"
#include "daemon/output/terminal.h"
#include "parser/cleanup.h"

/* The number of chunks: one is filled, two are parsed, one is stored. */
#define CHUNKS 4

/* The first chunk holds this many times less than others, as a power of 2. */
#define CHUNK_DOUBLINGS 4u

/* Allocations of at least this size get a mapping of their own. */
#define MAPPED_BYTES_MIN (256 << 10)

struct import {
	const struct import_options *options;
	const volatile sig_atomic_t *stopping;
	struct progress *progress;
	struct store *store;
	struct chunk chunks[CHUNKS];
	GAsyncQueue *free_chunks;
	GAsyncQueue *read_chunks; /* in order */
	GThreadPool *parsers;
	struct memory *memory;
	gint failed;   /* the writer has failed, so reading ends */
	bool is_stuck; /* a message was not stored, so positions of repositories do not move */
	uint64_t bytes_counted; /* in the progress */
	size_t series_counted;
	int error;

	GMutex catalog_lock;
	struct catalog *catalog;
	bool is_first_ready; /* the first chunk is parsed, and its projects are created */
	GCond first_ready;

	struct room room;
};

/* ---- the catalog */

/*
 * The catalog for a chunk.  The first shows whether the mail is known, and most projects are
 * created for it, so the others wait until it is ready to be stored.
 */
static struct catalog *catalog_for(struct import *import, guint chunk_number)
{
	struct catalog *catalog;

	g_mutex_lock(&import->catalog_lock);
	while (chunk_number > 0 && !import->is_first_ready)
		g_cond_wait(&import->first_ready, &import->catalog_lock);
	catalog = catalog_ref(import->catalog);
	g_mutex_unlock(&import->catalog_lock);
	return catalog;
}

/* Let chunks after the first be parsed. */
static void let_parse(struct import *import)
{
	g_mutex_lock(&import->catalog_lock);
	import->is_first_ready = true;
	g_cond_broadcast(&import->first_ready);
	g_mutex_unlock(&import->catalog_lock);
}

static void set_catalog(struct import *import)
{
	g_mutex_lock(&import->catalog_lock);
	catalog_free(import->catalog);
	import->catalog = catalog_ref(store_catalog(import->store));
	g_mutex_unlock(&import->catalog_lock);
}

/* ---- parsing: a thread of the pool has one chunk at a time */

static void parse(gpointer data, gpointer context)
{
	struct import *import = context;
	struct chunk *chunk = data;
	size_t taken;

	chunk->catalog = catalog_for(import, chunk->number);
	taken = room_take(&import->room, chunk->number, chunk->bytes);
	chunk->error = chunk_parse(chunk);
	/* Most mail takes less memory than was reserved. */
	chunk->parsed_bytes = arena_used(chunk->arena) + arena_used(chunk->large_arena);
	room_correct(&import->room, taken, chunk->parsed_bytes);
	g_mutex_lock(&chunk->lock);
	chunk->is_parsed = true;
	g_cond_signal(&chunk->parsed);
	g_mutex_unlock(&chunk->lock);
}

/* ---- storing: one thread, in order */

/* Report an error about a list id, which is foreign text. */
static void say_no_project(const struct import *import, const char *list_id, const char *why)
{
	fprintf(stderr, "patchmda %s: creating a project for ", import->options->command);
	terminal_print(stderr, view_str(list_id));
	fprintf(stderr, ": %s\n", why);
}

/* Create a project for an entry that has none, and parse the entry again. */
static int create_project(struct import *import, struct chunk *chunk, struct chunk_entry *entry)
{
	const struct submission *s = &entry->ingest.submission;
	g_autofree char *list_id = NULL;
	int r;

	if (s->list_id_count == 0)
		return 0;
	if (catalog_choose(store_catalog(import->store), s) == NULL) {
		list_id = g_strndup(s->list_ids[0].ptr, s->list_ids[0].len);
		r = store_create_project(import->store, list_id);
		if (r != 0) {
			say_no_project(import, list_id, store_error(import->store));
			return r;
		}
		set_catalog(import);
	}
	catalog_free(chunk->catalog);
	chunk->catalog = catalog_ref(store_catalog(import->store));
	return chunk_parse_again(chunk, entry);
}

static void count_dispositions(struct import *import, const struct chunk *chunk)
{
	for (size_t i = 0; i < chunk->count; i++) {
		switch (chunk->entries[i].disposition) {
		case DISPOSITION_STORE:
		case DISPOSITION_DELETED:
		case DISPOSITION_OUT_OF_RANGE:
			break;
		case DISPOSITION_IGNORED:
			progress_count(import->progress, VERDICT_UNRELATED);
			break;
		case DISPOSITION_NO_PROJECT:
			progress_count_no_project(import->progress);
			break;
		case DISPOSITION_DUPLICATE:
			progress_count(import->progress, VERDICT_DUPLICATE);
			break;
		case DISPOSITION_WAITING:
			progress_count(import->progress, VERDICT_DUPLICATE);
			break;
		}
	}
}

/* The verdict of a dry run, which only depends on the message itself. */
static enum verdict verdict_alone(const struct delivery *delivery)
{
	static const enum verdict verdicts[] = {
		[SUBMISSION_EMPTY] = VERDICT_EMPTY,
		[SUBMISSION_PATCH] = VERDICT_PATCH,
		[SUBMISSION_COVER] = VERDICT_COVER,
		[SUBMISSION_REPLY] = VERDICT_COMMENT,
	};

	if (delivery->kind != DELIVER_MESSAGE)
		return VERDICT_HELD;
	if (delivery->submission->kind == SUBMISSION_REPLY &&
	    delivery->submission->reference_count == 0)
		return VERDICT_UNRELATED;
	return verdicts[delivery->submission->kind];
}

/* Wait until the time is over or the import is stopped. */
static void wait_or_stop(const struct import *import, unsigned secs)
{
	struct pollfd fd = { .fd = import->options->stop_fd, .events = POLLIN };

	(void)poll(&fd, 1, (int)secs * 1000);
}

static int deliver_reconnecting(struct import *import, struct delivery *deliveries, size_t count,
				struct archive_notes *notes)
{
	int r = store_deliver_with(import->store, deliveries, count, notes);

	/*
	 * A database that was restarted is available again soon.  If it crashed, it may have lost
	 * the last batches, which were counted, so the import has to be repeated.
	 */
	for (unsigned pause = 1; r == -ENOTCONN && pause <= 16 && *import->stopping == 0;
	     pause *= 2) {
		wait_or_stop(import, pause);
		if (store_reopen(import->store) != 0)
			continue;
		r = store_check_kept(import->store);
		if (r == 0)
			r = store_deliver_with(import->store, deliveries, count, notes);
	}
	if (r != 0)
		fprintf(stderr, "patchmda %s: %s\n", import->options->command,
			store_error(import->store));
	return r;
}

static int deliver_chunk(struct import *import, const struct chunk *chunk,
			 struct delivery *deliveries, size_t count)
{
	struct notes notes;
	int r = 0;

	notes_init(&notes, chunk, import->is_stuck);
	if (count > 0 || !notes_are_empty(&notes))
		r = deliver_reconnecting(import, deliveries, count, &notes.notes);
	if (r == 0 && count > 0)
		import->is_stuck = !notes.notes.has_moved;
	notes_done(&notes);
	return r;
}

/* Count what became of an entry, and report it if it is held or not stored. */
static void count_delivered(struct import *import, const struct chunk_entry *entry,
			    const struct delivery *delivery)
{
	const char *reason = delivery->reason;

	progress_count(import->progress, delivery->verdict);
	if (delivery->verdict != VERDICT_HELD && outcome_of(delivery->verdict) != OUTCOME_DEFERRED)
		return;
	if (reason == NULL)
		reason = delivery->kind == HOLD_REFUSED ? "the database refuses it"
							: "it was not decided";
	progress_clear(import->progress);
	fprintf(stderr, "patchmda %s: ", import->options->command);
	terminal_print(stderr, view_str(entry->location));
	fprintf(stderr, ": %s: %s\n",
		delivery->verdict == VERDICT_HELD      ? "held"
		: delivery->verdict == VERDICT_NO_ROOM ? "not stored, there is no room to hold it"
						       : "not stored",
		reason);
}

static int store_entries(struct import *import, const struct chunk *chunk)
{
	g_autofree struct delivery *deliveries = g_new(struct delivery, chunk->count + 1);
	g_autofree const struct chunk_entry **entries =
		g_new(const struct chunk_entry *, chunk->count + 1);
	size_t count = 0, duplicates = 0;
	int r = 0;

	for (size_t i = 0; i < chunk->count; i++) {
		if (chunk->entries[i].disposition != DISPOSITION_STORE)
			continue;
		entries[count] = &chunk->entries[i];
		deliveries[count] = chunk->entries[i].ingest.delivery;
		deliveries[count++].from_archive = chunk->entries[i].commit != NULL;
	}
	if (!import->options->is_dry_run)
		r = deliver_chunk(import, chunk, deliveries, count);
	progress_lock(import->progress);
	for (size_t i = 0; r == 0 && i < count; i++) {
		if (import->options->is_dry_run)
			deliveries[i].verdict = verdict_alone(&deliveries[i]);
		count_delivered(import, entries[i], &deliveries[i]);
		duplicates += deliveries[i].verdict == VERDICT_DUPLICATE;
	}
	progress_unlock(import->progress);
	memory_learn(import->memory, duplicates, count);
	return r;
}

/* Count the other messages of the chunk, its bytes and series, and show the progress. */
static void count_chunk(struct import *import, const struct chunk *chunk)
{
	struct progress *progress = import->progress;
	size_t series = store_series_made(import->store);

	progress_lock(progress);
	count_dispositions(import, chunk);
	progress_advance(progress, chunk->bytes_done - import->bytes_counted,
			 series - import->series_counted);
	progress_show(progress);
	progress_unlock(progress);
	import->bytes_counted = chunk->bytes_done;
	import->series_counted = series;
}

/* Create projects for the entries that have none. */
static int create_projects(struct import *import, struct chunk *chunk)
{
	int r = 0;

	for (size_t i = 0; r == 0 && import->options->create_projects && i < chunk->count; i++)
		if (chunk->entries[i].disposition == DISPOSITION_NO_PROJECT)
			r = create_project(import, chunk, &chunk->entries[i]);
	return r;
}

static int prepare_chunk(struct import *import, struct chunk *chunk)
{
	if (chunk->error == 0)
		return create_projects(import, chunk);
	fprintf(stderr, "patchmda %s: %s\n", import->options->command, strerror(-chunk->error));
	return chunk->error;
}

static int store_chunk(struct import *import, struct chunk *chunk)
{
	int r = store_entries(import, chunk);

	if (r == 0)
		count_chunk(import, chunk);
	return r;
}

static void wait_until_parsed(struct chunk *chunk)
{
	g_mutex_lock(&chunk->lock);
	while (!chunk->is_parsed)
		g_cond_wait(&chunk->parsed, &chunk->lock);
	g_mutex_unlock(&chunk->lock);
}

static gpointer write_chunks(gpointer data)
{
	struct import *import = data;
	bool is_last = false;

	while (!is_last) {
		struct chunk *chunk = g_async_queue_pop(import->read_chunks);

		is_last = chunk->is_last;
		wait_until_parsed(chunk);
		if (import->error == 0 && *import->stopping == 0)
			import->error = prepare_chunk(import, chunk);
		let_parse(import);
		if (import->error == 0 && *import->stopping == 0)
			import->error = store_chunk(import, chunk);
		if (import->error != 0)
			g_atomic_int_set(&import->failed, 1);
		chunk_reset(chunk);
		room_give(&import->room, chunk->parsed_bytes);
		g_async_queue_push(import->free_chunks, chunk);
	}
	return NULL;
}

/* ---- reading */

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
	(void)g_thread_pool_push(reader->import->parsers, chunk, NULL);
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

	return chunk->count == 0 || (chunk->count < count_max && chunk->bytes + bytes <= bytes_max);
}

/* Imports that run at the same time parse large messages one at a time. */
static GMutex large_lock;

/*
 * Store the messages before a large one, so that the import has no other message in memory.
 * store_large() must follow.
 */
static void make_way(struct reader *reader)
{
	if (reader->chunk->count > 0)
		pass_on(reader, false);
	drain(reader);
	/* No thread of this import holds a lock in the database, so the other imports continue. */
	g_mutex_lock(&large_lock);
}

static void store_large(struct reader *reader)
{
	pass_on(reader, false);
	drain(reader);
	g_mutex_unlock(&large_lock);
}

static bool goes_on(const struct reader *reader)
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
		make_way(reader);
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

static void read_source(struct reader *reader, const char *path)
{
	_cleanup_(source_free_ptr) struct source *source = source_new(path);
	struct source_message message;
	int r = source != NULL ? 1 : -ENOMEM;

	if (source != NULL) {
		source_stop_at(source, reader->import->options->stop_fd);
		source_remember(source, memory_of(reader->import->memory));
	}
	while (r != 0 && goes_on(reader)) {
		r = source_next(source, &message);
		if (r == -ECANCELED)
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

/* ---- the whole import */

/* The processors are shared by the imports that run at the same time. */
static gint parser_threads(const struct import_options *options)
{
	int64_t share = (int64_t)g_get_num_processors() / options->jobs;

	return (gint)CLAMP(share, 1, CHUNKS - 1);
}

static int start(struct import *import)
{
	int r = store_open(&import->options->store, &import->store);

	if (r != 0) {
		fprintf(stderr, "patchmda %s: %s\n", import->options->command,
			store_error(import->store));
		return r;
	}
	set_catalog(import);
	import->free_chunks = g_async_queue_new();
	import->read_chunks = g_async_queue_new();
	for (int i = 0; i < CHUNKS && r == 0; i++) {
		r = chunk_init(&import->chunks[i], import->options, import->memory);
		g_async_queue_push(import->free_chunks, &import->chunks[i]);
	}
	if (r == 0)
		import->parsers = g_thread_pool_new(parse, import, parser_threads(import->options),
						    TRUE, NULL);
	if (import->parsers != NULL)
		return 0;
	fprintf(stderr, "patchmda %s: %s\n", import->options->command, strerror(ENOMEM));
	return -ENOMEM;
}

int import_open(const struct import_options *options, struct import **ret_import)
{
	struct import *import = g_new0(struct import, 1);

	/*
	 * Return large allocations to the system at once; otherwise glibc keeps more and more of
	 * them.
	 */
	(void)mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES_MIN);
	import->options = options;
	import->memory = memory_new(options);
	g_mutex_init(&import->catalog_lock);
	g_cond_init(&import->first_ready);
	room_init(&import->room);
	*ret_import = import;
	return start(import);
}

void import_close(struct import *import)
{
	if (import == NULL)
		return;
	if (import->parsers != NULL)
		g_thread_pool_free(import->parsers, FALSE, TRUE);
	for (int i = 0; i < CHUNKS; i++)
		chunk_done(&import->chunks[i]);
	if (import->free_chunks != NULL)
		g_async_queue_unref(import->free_chunks);
	if (import->read_chunks != NULL)
		g_async_queue_unref(import->read_chunks);
	catalog_free(import->catalog);
	store_close(import->store);
	memory_free(import->memory);
	g_mutex_clear(&import->catalog_lock);
	g_cond_clear(&import->first_ready);
	room_done(&import->room);
	g_free(import);
}

static int read_all(struct import *import, char *const *paths)
{
	struct reader reader = { .import = import };
	GThread *writer = g_thread_new("writer", write_chunks, import);

	next_chunk(&reader);
	for (; *paths != NULL && goes_on(&reader) && reader.error != -ENOMEM; paths++)
		read_source(&reader, *paths);
	pass_on(&reader, true);
	(void)g_thread_join(writer);
	return import->error != 0 ? import->error : reader.error;
}

/* Versions that are too large to compare keep their states, and are no error of the import. */
static int supersede_due(struct import *import)
{
	int r = store_supersede_due(import->store);

	return r > 0 ? 0 : r;
}

/* End an import, whether it failed or not. */
static int end(struct import *import)
{
	int r = 0;

	if (!import->options->is_dry_run) {
		r = store_expire(import->store);
		if (r == 0)
			r = supersede_due(import);
		if (r == 0)
			r = store_sync(import->store);
	}
	if (r != 0)
		fprintf(stderr, "patchmda %s: %s\n", import->options->command,
			store_error(import->store));
	progress_lock(import->progress);
	progress_released(import->progress, store_released(import->store));
	progress_unlock(import->progress);
	return r;
}

int import_run(struct import *import, char *const *paths, const volatile sig_atomic_t *stopping,
	       struct progress *progress)
{
	int r, ended;

	import->stopping = stopping;
	import->progress = progress;
	r = read_all(import, paths);
	ended = end(import);
	return r != 0 ? r : ended;
}
