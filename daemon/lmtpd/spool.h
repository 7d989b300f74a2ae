/*
 * spool - the bytes of one message as they arrive: in memory, or in an unlinked file
 *
 * What many clients send at once must not fill the memory: a message that grows large, or
 * comes while the others hold much, goes on in a file without a name, which is gone when we
 * are, whatever ends us.  One thread fills and frees them all; another may look while it is
 * left alone.
 */
#ifndef DAEMON_SPOOL_H
#define DAEMON_SPOOL_H

#include "parser/view.h"

/* A message larger than this goes into a file... */
#define SPOOL_MEMORY_BYTES ((size_t)256 << 10)

/* ...in writes of this size. */
#define SPOOL_WRITE_BYTES ((size_t)32 << 10)

/* When all messages in memory together are larger, every other one goes into a file at once. */
#define SPOOL_MEMORY_ALL_BYTES ((size_t)16 << 20)

/* All files together; what exceeds it cannot be taken now (-ENOSPC). */
#define SPOOL_FILES_BYTES_MAX ((size_t)2 << 30)

/*
 * Closing a file deletes it, which takes the system up to 0.4 ms for each megabyte.  A file larger
 * than this is closed by a thread of its own: the thread that frees spools serves all clients.
 */
#define SPOOL_CLOSE_BYTES ((size_t)4 << 20)

struct spool;

/* Keeps at most `max_bytes`; the rest is counted as there but not kept. */
struct spool *spool_new(size_t max_bytes);
void spool_free(struct spool *spool);
void spool_free_ptr(struct spool **spool);

/* A failure is kept for spool_error(): the client has to send the rest in any case. */
void spool_add(struct spool *spool, struct view piece);

/* Nothing more is added. */
void spool_finish(struct spool *spool);

/* 0 or -errno: what is there is not the whole message. */
int spool_error(const struct spool *spool);

/* Whether it grew over its limit, so that only the front is there. */
bool spool_is_cut(const struct spool *spool);
size_t spool_bytes(const struct spool *spool);
bool spool_is_file(const struct spool *spool);

/* The whole message after spool_finish(), mapped if it is in a file, until spool_free() or spool_unmap().  0 or -errno. */
int spool_view(struct spool *spool, struct view *ret_view);
void spool_unmap(struct spool *spool);

#endif
