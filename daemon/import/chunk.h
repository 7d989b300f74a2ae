/*
 * chunk - messages that are parsed by one thread and stored in one transaction
 *
 * Parsing them is all that is done here: reading fills a chunk and storing empties it (import.c).
 */
#ifndef DAEMON_CHUNK_H
#define DAEMON_CHUNK_H

#include <glib.h>

#include "daemon/import/import.h"
#include "daemon/ingest.h"
#include "parser/arena.h"

/* A message of so many bytes is on its way alone. */
#define CHUNK_LARGE_BYTES ((size_t)512 << 10)

/* The share of messages known already from which on it pays to ask before parsing. */
#define CHUNK_KNOWN_SHARE_MIN 10 /* one in so many */

enum disposition {
	DISPOSITION_STORE,
	DISPOSITION_IGNORED,    /* hint, or seen before and not ours */
	DISPOSITION_NO_PROJECT, /* may get one, if projects are created */
	DISPOSITION_DUPLICATE,
	DISPOSITION_WAITING,      /* there already, waiting for its parent */
	DISPOSITION_OUT_OF_RANGE, /* of --since and --until: not counted */
};

struct chunk_entry {
	struct ingest ingest;
	struct view raw;
	char *location; /* file:offset */
	enum disposition disposition;
};

struct chunk {
	const struct import_options *options; /* NULL until chunk_init() */
	gint *asks_first; /* shared by all: whether it pays to ask what is known before parsing */
	struct arena *arena;
	struct arena *large_arena; /* for a large message, which is alone */
	struct chunk_entry *entries;
	size_t count;
	size_t bytes;
	uint64_t bytes_done; /* of the sources, when it was read */
	struct catalog *catalog;
	guint number;        /* from 0 on, in the order of reading */
	bool is_last;        /* nothing follows */
	size_t parsed_bytes; /* what reading it has taken, until it is stored */
	int error;           /* from parsing */

	GMutex lock;
	GCond parsed;
	bool is_parsed;
};

/* Returns 0 or -ENOMEM; chunk_done() is due in both cases, and does no harm to a zeroed one. */
int chunk_init(struct chunk *chunk, const struct import_options *options, gint *asks_first);
void chunk_done(struct chunk *chunk);

/* Forget all messages. */
void chunk_reset(struct chunk *chunk);

/* Parse all messages.  What the database knows is not parsed where *asks_first.  Returns 0 or -errno. */
int chunk_parse(struct chunk *chunk);

/* Parse one message again, with the catalog that the chunk has now.  Returns 0 or -errno. */
int chunk_parse_again(struct chunk *chunk, struct chunk_entry *entry);

static inline bool chunk_is_large(struct view raw)
{
	return raw.len >= CHUNK_LARGE_BYTES;
}

#endif
