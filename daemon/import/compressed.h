/*
 * compressed - the bytes of a file that may be compressed
 *
 * libarchive decompresses gzip, xz, bzip2, zstd, lz4, lzip and compress(1), also nested; a file of
 * any other kind is not changed.  A pipe may deliver its bytes at any pace.  The error message of
 * compressed data says whether it ends too early (the file is truncated) or is damaged.
 */
#ifndef DAEMON_IMPORT_COMPRESSED_H
#define DAEMON_IMPORT_COMPRESSED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "parser/view.h"

struct archive;

struct compressed {
	int fd;                  /* -1: no file is open */
	int stop_fd;             /* -1: waits are not ended */
	struct archive *archive; /* decompresses; NULL if the file is not compressed */
	char *block;             /* the first bytes of the file; later libarchive's input */
	size_t block_len;
	struct view plain;   /* decompressed bytes that were not read yet */
	size_t blocks_given; /* to libarchive */
	uint64_t bytes_done; /* of all files, as stored */
	int read_error;      /* -errno of reading the file; 0: none */
	bool has_ended;      /* libarchive has asked for more than the whole file */
	char error[256];     /* an error message, or empty */
};

void compressed_init(struct compressed *file);
void compressed_done(struct compressed *file);

/*
 * Begin to read `fd`, which compressed_close() closes unless it is standard input.  Returns 0 or
 * -errno, and then `error` may hold a message; call compressed_close() in both cases.
 */
int compressed_open(struct compressed *file, int fd);
void compressed_close(struct compressed *file);

/*
 * A function for struct input_reader; `context` is a struct compressed.  Once `stop_fd` is
 * readable, waiting for bytes ends with -ECANCELED.
 */
ssize_t compressed_read(void *context, char *buffer, size_t size);

#endif
