/* room - a limit on the memory that parsed mail takes; see room.h */
#include "daemon/import/room.h"

/*
 * The memory that parsed chunks may take while another one is parsed, and the bytes to reserve for
 * each byte of mail: text in character sets other than UTF-8 grows, and some text is copied.
 */
#define PARSED_BYTES_MAX ((size_t)112 << 20)
#define PARSED_PER_BYTE  5

void room_init(struct room *room)
{
	*room = (struct room){ 0 };
	g_mutex_init(&room->lock);
	g_cond_init(&room->given);
}

void room_done(struct room *room)
{
	g_mutex_clear(&room->lock);
	g_cond_clear(&room->given);
}

/* The chunk that is stored next never waits, so there is no deadlock. */
size_t room_take(struct room *room, guint chunk_number, size_t mail_bytes)
{
	size_t bytes = mail_bytes * PARSED_PER_BYTE;

	g_mutex_lock(&room->lock);
	while (room->bytes + bytes > PARSED_BYTES_MAX && chunk_number != room->stored)
		g_cond_wait(&room->given, &room->lock);
	room->bytes += bytes;
	g_mutex_unlock(&room->lock);
	return bytes;
}

void room_correct(struct room *room, size_t taken, size_t bytes)
{
	g_mutex_lock(&room->lock);
	room->bytes += bytes - taken;
	g_cond_broadcast(&room->given);
	g_mutex_unlock(&room->lock);
}

void room_give(struct room *room, size_t bytes)
{
	g_mutex_lock(&room->lock);
	room->bytes -= bytes;
	room->stored++;
	g_cond_broadcast(&room->given);
	g_mutex_unlock(&room->lock);
}
