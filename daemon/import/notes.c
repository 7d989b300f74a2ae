/* notes - positions and deletions of repositories in a chunk; see notes.h */
#include "daemon/import/notes.h"

static void add_position(struct notes *notes, const struct repository_place *place)
{
	struct archive_position position = { .path = place->path };

	(void)g_strlcpy(position.first, place->position.first, sizeof(position.first));
	(void)g_strlcpy(position.last, place->position.last, sizeof(position.last));
	g_array_append_val(notes->positions, position);
}

static void add_deletion(struct notes *notes, const struct chunk_entry *entry)
{
	const struct archive_deletion deletion = { .msgid = entry->ingest.submission.msgid,
						   .commit = entry->commit,
						   .path = entry->repository };

	g_array_append_val(notes->deletions, deletion);
}

/* A mail of a file arrived by another way than a repository. */
static void add_known(struct notes *notes, const struct chunk_entry *entry)
{
	const struct archive_known known = { .project_id = entry->ingest.delivery.project_id,
					     .msgid = entry->ingest.submission.msgid };

	if (entry->commit == NULL && known.project_id != 0)
		g_array_append_val(notes->known, known);
}

void notes_init(struct notes *notes, const struct chunk *chunk, bool is_stuck)
{
	*notes = (struct notes){
		.positions = g_array_new(FALSE, FALSE, sizeof(struct archive_position)),
		.deletions = g_array_new(FALSE, FALSE, sizeof(struct archive_deletion)),
		.known = g_array_new(FALSE, FALSE, sizeof(struct archive_known)),
	};
	for (guint i = 0; i < chunk->positions->len; i++)
		add_position(notes, &g_array_index(chunk->positions, struct repository_place, i));
	for (size_t i = 0; i < chunk->count; i++) {
		const struct chunk_entry *entry = &chunk->entries[i];

		if (entry->disposition == DISPOSITION_DELETED)
			add_deletion(notes, entry);
		else if (entry->is_noted)
			add_known(notes, entry);
	}
	notes->notes = (struct archive_notes){
		.scope = import_scope(chunk->options),
		.positions = (const struct archive_position *)(void *)notes->positions->data,
		.position_count = notes->positions->len,
		.deletions = (const struct archive_deletion *)(void *)notes->deletions->data,
		.deletion_count = notes->deletions->len,
		.known = (const struct archive_known *)(void *)notes->known->data,
		.known_count = notes->known->len,
		.is_stuck = is_stuck,
	};
}

void notes_done(struct notes *notes)
{
	g_array_unref(notes->positions);
	g_array_unref(notes->deletions);
	g_array_unref(notes->known);
}
