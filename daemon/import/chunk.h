/*
 * chunk - messages that are parsed by one thread and stored in one transaction
 *
 * This module only parses them; reader.c fills a chunk, and writer.c stores and empties it.
 */
#ifndef DAEMON_IMPORT_CHUNK_H
#define DAEMON_IMPORT_CHUNK_H

#include <glib.h>

#include "daemon/import/import.h"
#include "daemon/import/memory.h"
#include "daemon/import/source.h"
#include "daemon/ingest.h"
#include "parser/arena.h"

/* While a message of at least this size is read, parsed and stored, no other is. */
#define CHUNK_LARGE_BYTES ((size_t)4 << 20)

enum disposition {
	DISPOSITION_STORE,
	DISPOSITION_IGNORED,    /* by X-Patchwork-Hint, or known and unrelated */
	DISPOSITION_NO_PROJECT, /* one may be created for it */
	DISPOSITION_DUPLICATE,
	DISPOSITION_WAITING,      /* stored already, as a reply that waits for its parent */
	DISPOSITION_DELETED,      /* from its repository; not counted */
	DISPOSITION_OUT_OF_RANGE, /* outside --since and --until; not counted */
};

struct chunk_entry {
	struct ingest ingest;
	struct view raw;
	char *location;   /* file:offset, or repository:commit */
	char *repository; /* its path, in UTF-8; NULL: the message is from a file */
	char *commit;
	bool is_deleted; /* by the commit */
	bool is_noted;   /* it is known, and how it was received may have to be recorded */
	enum disposition disposition;
};

/* Where to begin once the chunk is stored, and the repository's path, in UTF-8. */
struct repository_place {
	struct repository_position position;
	char *path;
};

struct chunk {
	const struct import_options *options; /* NULL until chunk_init() */
	struct memory *memory;                /* shared */
	struct arena *arena;
	struct arena *large_arena; /* for a large message, which is alone in its chunk */
	struct chunk_entry *entries;
	size_t count;
	size_t bytes;
	uint64_t bytes_done;     /* of the sources, when it was read */
	GArray *positions;       /* struct repository_place, of the repositories in this chunk */
	struct catalog *catalog; /* NULL until the headers are parsed */
	guint number;            /* from 0 on, in the order of reading */
	bool is_last;            /* no chunk follows */
	size_t parsed_bytes;     /* memory that parsing it has taken, until it is stored */
	int error;               /* from parsing; -ECANCELED: the store cannot be opened */

	GMutex lock;
	GCond parsed;
	bool is_parsed;
};

/* Returns 0 or -ENOMEM; call chunk_done() in both cases.  chunk_done() accepts a zeroed chunk. */
int chunk_init(struct chunk *chunk, const struct import_options *options, struct memory *memory);
void chunk_done(struct chunk *chunk);

/* Add a message; its bytes are copied, unless it is large.  Returns 0 or -ENOMEM. */
int chunk_add(struct chunk *chunk, const struct source_message *message);

/* Forget all messages; some memory is kept for others, until chunk_trim(). */
void chunk_reset(struct chunk *chunk);
void chunk_trim(struct chunk *chunk);

/*
 * Parse a chunk in two steps: the headers of all messages, which needs no catalog; and the rest of
 * all messages, or if memory_pays(), only of those that the database does not know.  Both return 0
 * or -errno; the second one must not follow an error of the first.
 */
int chunk_open(struct chunk *chunk);
int chunk_parse(struct chunk *chunk);

/*
 * Choose the project of a message again, with the catalog that the chunk has now, and parse the
 * rest of the message.  Returns 0 or -errno.
 */
int chunk_choose_again(struct chunk *chunk, struct chunk_entry *entry);

static inline bool chunk_is_large(struct view raw)
{
	return raw.len >= CHUNK_LARGE_BYTES;
}

#endif
