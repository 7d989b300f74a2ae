/* chunk - messages that are parsed by one thread and stored in one transaction; see chunk.h */
#include "daemon/import/chunk.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "parser/hugepage.h"
#include "parser/subject.h"
#include "sql/known.h"

/* Small messages never need this much, so no message is held because of others in its chunk. */
#define CHUNK_ARENA_BYTES_MAX ((size_t)2 << 30)

static void free_entry(struct chunk_entry *entry)
{
	g_free(entry->location);
	g_free(entry->repository);
	g_free(entry->commit);
}

void chunk_reset(struct chunk *chunk)
{
	for (size_t i = 0; i < chunk->count; i++)
		free_entry(&chunk->entries[i]);
	g_array_set_size(chunk->positions, 0);
	chunk->count = 0;
	chunk->bytes = 0;
	chunk->error = 0;
	chunk->is_parsed = false;
	catalog_free(chunk->catalog);
	chunk->catalog = NULL;
	arena_reset(chunk->arena);
	arena_reset(chunk->large_arena);
}

void chunk_trim(struct chunk *chunk)
{
	arena_trim(chunk->arena);
	arena_trim(chunk->large_arena);
}

static void free_path(gpointer place)
{
	g_free(((struct repository_place *)place)->path);
}

static size_t entries_bytes(const struct import_options *options)
{
	return (size_t)options->batch * sizeof(struct chunk_entry);
}

int chunk_init(struct chunk *chunk, const struct import_options *options, struct memory *memory)
{
	chunk->options = options;
	chunk->memory = memory;
	chunk->arena = arena_new_huge(CHUNK_ARENA_BYTES_MAX);
	chunk->large_arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	chunk->positions = g_array_new(FALSE, FALSE, sizeof(struct repository_place));
	g_array_set_clear_func(chunk->positions, free_path);
	chunk->entries = hugepage_new(entries_bytes(options));
	g_mutex_init(&chunk->lock);
	g_cond_init(&chunk->parsed);
	return chunk->arena != NULL && chunk->large_arena != NULL && chunk->entries != NULL
		       ? 0
		       : -ENOMEM;
}

void chunk_done(struct chunk *chunk)
{
	if (chunk->options == NULL)
		return;
	if (chunk->arena != NULL && chunk->large_arena != NULL)
		chunk_reset(chunk);
	arena_free(chunk->arena);
	arena_free(chunk->large_arena);
	hugepage_free(chunk->entries, entries_bytes(chunk->options));
	g_array_unref(chunk->positions);
	g_mutex_clear(&chunk->lock);
	g_cond_clear(&chunk->parsed);
}

/* Remember the position of the repository; it is the last one of the chunk, if it is in it. */
static void move_position(struct chunk *chunk, const struct source_message *message)
{
	GArray *positions = chunk->positions;
	struct repository_place *last =
		positions->len > 0
			? &g_array_index(positions, struct repository_place, positions->len - 1)
			: NULL;
	struct repository_place place = { .position = *message->position };

	if (last != NULL && g_str_equal(last->position.first, place.position.first)) {
		last->position = place.position;
		return;
	}
	place.path = g_utf8_make_valid(message->path, -1);
	g_array_append_val(positions, place);
}

static int add_entry(struct chunk *chunk, const struct source_message *message)
{
	struct chunk_entry *entry = &chunk->entries[chunk->count];

	*entry = (struct chunk_entry){ .raw = chunk_is_large(message->raw)
						      ? message->raw
						      : arena_copy(chunk->arena, message->raw),
				       .is_deleted = message->is_deleted };
	if (entry->raw.ptr == NULL)
		return -ENOMEM;
	entry->ingest.is_cut = message->is_cut;
	if (message->commit != NULL) {
		entry->location = g_strdup_printf("%s:%s", message->path, message->commit);
		entry->repository = g_utf8_make_valid(message->path, -1);
		entry->commit = g_strdup(message->commit);
	} else {
		entry->location = g_strdup_printf("%s:%" PRIu64, message->path, message->offset);
	}
	chunk->count++;
	chunk->bytes += entry->raw.len;
	return 0;
}

int chunk_add(struct chunk *chunk, const struct source_message *message)
{
	int r = message->raw.ptr != NULL ? add_entry(chunk, message) : 0;

	if (r == 0 && message->position != NULL)
		move_position(chunk, message);
	return r;
}

static void judge(struct chunk_entry *entry, enum ingested ingested)
{
	entry->disposition = ingested == INGEST_DELIVER  ? DISPOSITION_STORE
			     : ingested == INGEST_IGNORE ? DISPOSITION_IGNORED
							 : DISPOSITION_NO_PROJECT;
}

static struct arena *arena_for(struct chunk *chunk, const struct chunk_entry *entry)
{
	return chunk_is_large(entry->raw) ? chunk->large_arena : chunk->arena;
}

static int open_entry(struct chunk *chunk, struct chunk_entry *entry)
{
	entry->ingest.list_id = view_str(chunk->options->list_id);
	return ingest_open(arena_for(chunk, entry), entry->raw, &entry->ingest);
}

static void choose_project(const struct chunk *chunk, struct chunk_entry *entry)
{
	judge(entry, ingest_choose(chunk->catalog, &entry->ingest));
	if (entry->is_deleted)
		entry->disposition = entry->ingest.submission.msgid.len > 0
					     ? DISPOSITION_DELETED
					     : DISPOSITION_OUT_OF_RANGE;
}

/* Free what was parsed of a large message that is held, and parse only its headers again. */
static int forget_body(struct chunk *chunk, struct chunk_entry *entry)
{
	struct delivery held = entry->ingest.delivery;
	int r;

	arena_reset(chunk->large_arena);
	r = open_entry(chunk, entry);
	entry->ingest.delivery = held;
	return r;
}

static int finish_entry(struct chunk *chunk, struct chunk_entry *entry)
{
	const struct import_options *options = chunk->options;
	const struct submission *s = &entry->ingest.submission;
	struct delivery *delivery = &entry->ingest.delivery;
	int r = ingest_finish(arena_for(chunk, entry), chunk->catalog, &entry->ingest);

	if (r == 0 && delivery->kind != DELIVER_MESSAGE && chunk_is_large(entry->raw))
		r = forget_body(chunk, entry);
	if (r != 0)
		return r;
	delivery->location = delivery->kind == DELIVER_MESSAGE ? NULL : entry->location;
	if (!s->has_date)
		return 0;
	if (s->date < options->since || s->date >= options->until)
		entry->disposition = DISPOSITION_OUT_OF_RANGE;
	return 0;
}

static enum disposition disposition_of(enum known known)
{
	switch (known) {
	case KNOWN_STORED:
		return DISPOSITION_DUPLICATE;
	case KNOWN_WAITING:
		return DISPOSITION_WAITING;
	case KNOWN_SEEN:
		return DISPOSITION_IGNORED;
	case KNOWN_NOT:
		break;
	}
	return DISPOSITION_STORE;
}

enum look {
	LOOK_BY_SUBJECT, /* before parsing: whether a message is a comment is guessed */
	LOOK_BY_KIND,    /* after parsing: those for which the guess was wrong */
};

/* Whether to ask for a message, and whether it is asked for as a comment. */
static bool is_asked(const struct chunk_entry *entry, enum look look, bool *ret_is_reply)
{
	const struct submission *s = &entry->ingest.submission;
	bool is_reply = subject_is_reply(s->subject_text);

	if (entry->disposition != DISPOSITION_STORE ||
	    entry->ingest.delivery.kind != DELIVER_MESSAGE)
		return false;
	*ret_is_reply = look == LOOK_BY_SUBJECT ? is_reply : s->kind == SUBMISSION_REPLY;
	return look == LOOK_BY_SUBJECT ||
	       (s->kind != SUBMISSION_EMPTY && *ret_is_reply != is_reply);
}

/*
 * Find known messages, which need not be parsed or stored.  If the database does not answer, there
 * are none.
 */
static void recognise(struct chunk *chunk, enum look look)
{
	g_autofree struct known_key *keys = g_new(struct known_key, chunk->count + 1);
	g_autofree struct chunk_entry **entries = g_new(struct chunk_entry *, chunk->count + 1);
	size_t count = 0, known = 0, without_project = 0;
	bool any_archived;

	for (size_t i = 0; i < chunk->count; i++) {
		struct chunk_entry *entry = &chunk->entries[i];
		bool is_reply;

		without_project += entry->disposition == DISPOSITION_NO_PROJECT;
		if (!is_asked(entry, look, &is_reply))
			continue;
		keys[count] = (struct known_key){
			.project_id = entry->ingest.delivery.project_id,
			.msgid = entry->ingest.submission.msgid,
			.is_reply = is_reply,
		};
		entries[count++] = entry;
	}
	/* A list without a project has no known messages. */
	if (count == 0 && without_project > 0)
		memory_judge(chunk->memory, 0, without_project);
	if (count == 0 || memory_ask(chunk->memory, keys, count, &any_archived) != 0)
		return;
	for (size_t i = 0; i < count; i++) {
		entries[i]->disposition = disposition_of(keys[i].known);
		entries[i]->is_noted = any_archived && keys[i].known != KNOWN_NOT;
		known += keys[i].known != KNOWN_NOT;
	}
	if (look == LOOK_BY_SUBJECT)
		memory_judge(chunk->memory, known, count);
}

static int finish_entries(struct chunk *chunk)
{
	for (size_t i = 0; i < chunk->count; i++) {
		struct chunk_entry *entry = &chunk->entries[i];
		int r = entry->disposition == DISPOSITION_STORE ? finish_entry(chunk, entry) : 0;

		if (r != 0)
			return r;
	}
	return 0;
}

int chunk_open(struct chunk *chunk)
{
	int r = 0;

	for (size_t i = 0; i < chunk->count && r == 0; i++)
		r = open_entry(chunk, &chunk->entries[i]);
	return r;
}

int chunk_parse(struct chunk *chunk)
{
	int r;

	for (size_t i = 0; i < chunk->count; i++)
		choose_project(chunk, &chunk->entries[i]);
	if (memory_pays(chunk->memory))
		recognise(chunk, LOOK_BY_SUBJECT);
	r = finish_entries(chunk);
	if (r == 0 && memory_pays(chunk->memory))
		recognise(chunk, LOOK_BY_KIND);
	return r;
}

int chunk_choose_again(struct chunk *chunk, struct chunk_entry *entry)
{
	choose_project(chunk, entry);
	return entry->disposition == DISPOSITION_STORE ? finish_entry(chunk, entry) : 0;
}
