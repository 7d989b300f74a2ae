/*
 * spool - the bytes of one message as they arrive: in memory, or in an unlinked file
 *
 * Memory is bounded for all clients together: a message that is large, or arrives while the spools
 * use much memory, is written to a file without a name, which does not survive the process.
 * One thread fills and frees all spools; another may read a finished one.
 */
#ifndef DAEMON_LMTPD_SPOOL_H
#define DAEMON_LMTPD_SPOOL_H

#include "parser/view.h"

/* A message larger than this is written to a file. */
#define SPOOL_MEMORY_BYTES ((size_t)256 << 10)

/* The size of the writes to that file. */
#define SPOOL_WRITE_BYTES ((size_t)32 << 10)

/*
 * If all spools together use more memory than this, messages of 4 KiB and more are written to
 * files.
 */
#define SPOOL_MEMORY_ALL_BYTES ((size_t)16 << 20)

/* Limit of all files together; beyond it a message fails with -ENOSPC. */
#define SPOOL_FILES_BYTES_MAX ((size_t)2 << 30)

/*
 * Closing a file deletes it, which takes up to 0.4 ms per megabyte.  A file larger than this is
 * closed in a separate thread, since the thread that frees spools serves all clients.
 */
#define SPOOL_CLOSE_BYTES ((size_t)4 << 20)

struct spool;

/* Keeps the first `max_bytes` of the message and discards the rest.  NULL without memory. */
struct spool *spool_new(size_t max_bytes);
void spool_free(struct spool *spool);
void spool_free_ptr(struct spool **spool);

/* Errors are kept for spool_error(): the rest of the message must be read in any case. */
void spool_add(struct spool *spool, struct view piece);

/* The message is complete. */
void spool_finish(struct spool *spool);

/* 0, or -errno if the message could not be kept. */
int spool_error(const struct spool *spool);

/* Whether the message exceeded `max_bytes`. */
bool spool_is_cut(const struct spool *spool);
size_t spool_bytes(const struct spool *spool);
bool spool_is_file(const struct spool *spool);

/*
 * The message, after spool_finish(); a file is mapped.  *ret_view is valid until spool_unmap() or
 * spool_free().  0 or -errno.
 */
int spool_view(struct spool *spool, struct view *ret_view);
void spool_unmap(struct spool *spool);

#endif
