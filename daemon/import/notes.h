/*
 * notes - positions and deletions of repositories, which are stored with the messages of a chunk
 */
#ifndef DAEMON_IMPORT_NOTES_H
#define DAEMON_IMPORT_NOTES_H

#include "daemon/import/chunk.h"
#include "sql/archive.h"

struct notes {
	struct archive_notes notes; /* for store_deliver_with() */
	GArray *positions, *deletions, *known;
};

/*
 * Collect the notes of a chunk that is parsed; they are valid as long as the chunk.  With
 * `is_stuck` positions do not move, because mail before the chunk was not stored.
 */
void notes_init(struct notes *notes, const struct chunk *chunk, bool is_stuck);
void notes_done(struct notes *notes);

static inline bool notes_are_empty(const struct notes *notes)
{
	return notes->positions->len + notes->deletions->len + notes->known->len == 0;
}

#endif
