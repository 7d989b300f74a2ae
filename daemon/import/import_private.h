/*
 * import_private - private header of import.c, reader.c and writer.c
 *
 * The reader passes chunks to the parsers and the writer, and the writer returns them to the
 * reader.
 */
#ifndef DAEMON_IMPORT_IMPORT_PRIVATE_H
#define DAEMON_IMPORT_IMPORT_PRIVATE_H

#include <glib.h>

#include "daemon/import/chunk.h"
#include "daemon/import/import.h"
#include "daemon/import/memory.h"
#include "daemon/import/parsers.h"

/*
 * The number of chunks: one is filled, one is parsed, one is stored.  Storing takes longest, so
 * more would only take more memory, and each page that is used for the first time takes time.
 */
#define CHUNKS 3

struct import {
	const struct import_options *options;
	const volatile sig_atomic_t *stopping;
	struct progress *progress;
	struct store *store;
	GMutex store_lock; /* held by the thread that uses the store's connection */
	struct chunk chunks[CHUNKS];
	GAsyncQueue *free_chunks;
	GAsyncQueue *read_chunks; /* in order */
	struct parsers *parsers;
	struct memory *memory;
	bool is_open;  /* whether the store is; set by the writer */
	gint failed;   /* the writer has failed, so reading ends */
	int failed_fd; /* readable after that */
	int end_fd;    /* readable after that, and once the import is stopped */
	bool is_stuck; /* a message was not stored, so positions of repositories do not move */
	uint64_t bytes_counted; /* in the progress */
	size_t series_counted;
	int error; /* of the writer */
};

#endif
