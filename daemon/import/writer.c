/* writer - the thread of an import that stores chunks; see writer.h */
#include "daemon/import/writer.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/import/notes.h"
#include "daemon/outcome.h"
#include "daemon/output/terminal.h"

/* Report an error about a list id, which is foreign text. */
static void report_no_project(const struct import *import, const char *list_id, const char *why)
{
	fprintf(stderr, "patchmda %s: creating a project for ", import->options->command);
	terminal_print(stderr, view_str(list_id));
	fprintf(stderr, ": %s\n", why);
}

/* Create a project for an entry that has none, and parse the rest of the entry. */
static int create_project(struct import *import, struct chunk *chunk, struct chunk_entry *entry)
{
	const struct submission *s = &entry->ingest.submission;
	g_autofree char *list_id = NULL;
	int r;

	if (s->list_id_count == 0)
		return 0;
	if (catalog_choose(store_catalog(import->store), s) == NULL) {
		list_id = g_strndup(s->list_ids[0].ptr, s->list_ids[0].len);
		g_mutex_lock(&import->store_lock);
		r = store_create_project(import->store, list_id);
		g_mutex_unlock(&import->store_lock);
		if (r != 0) {
			report_no_project(import, list_id, store_error(import->store));
			return r;
		}
		parsers_set_catalog(import->parsers, store_catalog(import->store));
	}
	catalog_free(chunk->catalog);
	chunk->catalog = catalog_ref(store_catalog(import->store));
	return chunk_choose_again(chunk, entry);
}

/* The list id for which --create-projects would create a project; absent if there is none. */
static struct view list_id_of(const struct chunk_entry *entry)
{
	const struct submission *s = &entry->ingest.submission;

	return s->list_id_count > 0 ? s->list_ids[0] : (struct view){ 0 };
}

static void count_dispositions(struct import *import, const struct chunk *chunk)
{
	for (size_t i = 0; i < chunk->count; i++) {
		const struct chunk_entry *entry = &chunk->entries[i];

		switch (entry->disposition) {
		case DISPOSITION_STORE:
		case DISPOSITION_DELETED:
		case DISPOSITION_OUT_OF_RANGE:
			break;
		case DISPOSITION_IGNORED:
			progress_count(import->progress, VERDICT_UNRELATED);
			break;
		case DISPOSITION_NO_PROJECT:
			progress_count_no_project(import->progress, list_id_of(entry));
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
	if (count > 0 || !notes_are_empty(&notes)) {
		g_mutex_lock(&import->store_lock);
		r = deliver_reconnecting(import, deliveries, count, &notes.notes);
		g_mutex_unlock(&import->store_lock);
	}
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

/* End the import, and a wait of its reader, if there is an error. */
static void fail_if(struct import *import, int error)
{
	const uint64_t one = 1;
	ssize_t n;

	if (error == 0)
		return;
	import->error = error;
	g_atomic_int_set(&import->failed, 1);
	n = write(import->failed_fd, &one, sizeof(one));
	(void)n; /* it fails only if the descriptor is readable already */
}

static void use_store(struct import *import)
{
	import->is_open = true;
	progress_lock(import->progress);
	import->progress->is_connected = true;
	progress_unlock(import->progress);
	memory_set_store(import->memory, import->store);
	parsers_set_catalog(import->parsers, store_catalog(import->store));
}

static void do_without_store(struct import *import, int error)
{
	progress_lock(import->progress);
	progress_fail(import->progress, import->options->command, store_error(import->store));
	progress_unlock(import->progress);
	fail_if(import, error);
	memory_cancel(import->memory);
	parsers_cancel(import->parsers);
}

/* Open the store, for which the reader and the parsers may be waiting. */
static void open_store(struct import *import)
{
	int r = store_open(&import->options->store, &import->store);

	if (r == 0)
		use_store(import);
	else
		do_without_store(import, r);
}

static bool continues(const struct import *import)
{
	return import->error == 0 && *import->stopping == 0;
}

gpointer writer_run(gpointer data)
{
	struct import *import = data;
	bool is_last = false;

	open_store(import);
	while (!is_last) {
		struct chunk *chunk = g_async_queue_pop(import->read_chunks);

		is_last = chunk->is_last;
		parsers_wait(chunk);
		if (continues(import))
			fail_if(import, prepare_chunk(import, chunk));
		parsers_go_on(import->parsers);
		if (continues(import))
			fail_if(import, store_chunk(import, chunk));
		chunk_reset(chunk);
		parsers_forget(import->parsers, chunk);
		g_async_queue_push(import->free_chunks, chunk);
	}
	return NULL;
}
