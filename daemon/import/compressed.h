/*
 * compressed - the bytes of a file, whatever it is compressed by
 *
 * gzip, xz, bzip2, zstd, lz4, lzip and compress(1) are undone by libarchive, also one in another;
 * a file of any other kind is given as it is.  A pipe may give its bytes as slowly as it likes.
 */
#ifndef DAEMON_COMPRESSED_H
#define DAEMON_COMPRESSED_H

#include <stdint.h>
#include <sys/types.h>

#include "parser/view.h"

struct archive;

struct compressed {
	int fd;                  /* -1: none is open */
	int stop_fd;             /* -1: waits are not ended */
	struct archive *archive; /* undoes the compression; NULL if there is none */
	char *block;             /* the first bytes of the file; later libarchive's */
	size_t block_len;
	struct view plain;   /* what libarchive made of it and nobody took yet */
	size_t blocks_given; /* to libarchive */
	uint64_t bytes_done; /* of all files, as stored */
	char error[256];     /* what libarchive had to say, or nothing */
};

void compressed_init(struct compressed *file);
void compressed_done(struct compressed *file);

/*
 * Read `fd` from now on, which is closed with the file in any case (but standard input never).
 * Returns 0 or -errno, and then `error` may say more; compressed_close() is due in both cases.
 */
int compressed_open(struct compressed *file, int fd);
void compressed_close(struct compressed *file);

/*
 * As input_reader wants it; `context` is a struct compressed.  Once `stop_fd` is readable a wait
 * for bytes ends with -ECANCELED.
 */
ssize_t compressed_read(void *context, char *buffer, size_t size);

#endif
