/*
 * room - how much memory parsed mail may take at a time
 *
 * A thread takes room before it parses a chunk and tells afterwards how much it was.  Chunks are
 * numbered in the order in which they are stored, from 0 on.
 */
#ifndef DAEMON_ROOM_H
#define DAEMON_ROOM_H

#include <glib.h>
#include <stddef.h>

struct room {
	GMutex lock;
	GCond given;
	size_t bytes; /* of the chunks that are parsed and not stored */
	guint stored; /* chunks: the next to be stored has this number */
};

void room_init(struct room *room);
void room_done(struct room *room);

/* Wait until there is room for what `mail_bytes` of mail may become; returns how much was taken. */
size_t room_take(struct room *room, guint chunk_number, size_t mail_bytes);

/* It was `bytes` and not `taken`. */
void room_correct(struct room *room, size_t taken, size_t bytes);

/* Give `bytes` back: the next chunk is stored. */
void room_give(struct room *room, size_t bytes);

#endif
