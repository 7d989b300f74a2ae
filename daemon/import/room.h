/*
 * room - a limit on the memory that parsed mail takes
 *
 * A thread reserves memory before it parses a chunk and corrects the amount afterwards.  Chunks are
 * numbered in the order in which they are stored, from 0 on.
 */
#ifndef DAEMON_IMPORT_ROOM_H
#define DAEMON_IMPORT_ROOM_H

#include <glib.h>
#include <stddef.h>

struct room {
	GMutex lock;
	GCond given;
	size_t bytes; /* of the chunks that are parsed and not stored */
	guint stored; /* number of stored chunks, and so the number of the next one to be stored */
};

void room_init(struct room *room);
void room_done(struct room *room);

/*
 * Wait until the memory for parsing `mail_bytes` of mail is available; returns the bytes reserved.
 */
size_t room_take(struct room *room, guint chunk_number, size_t mail_bytes);

/* Replace a reservation of `taken` bytes by `bytes`. */
void room_correct(struct room *room, size_t taken, size_t bytes);

/* Return the `bytes` of the next chunk, which is stored. */
void room_give(struct room *room, size_t bytes);

#endif
