/*
 * import - archives into the database: reading, parsing and storing at the same time
 *
 * One thread reads messages into chunks, a pool of threads parses chunks, and one thread
 * stores them in the order in which they were read.  Few chunks are on their way at any time,
 * so memory is flat whatever the size of an archive.  A large message is not even copied: nothing
 * else is read until it is stored.
 *
 * Messages that are there already are recognised by their ids, in bulk, before they are parsed.
 * Commits need not be durable before the end of an import: running it again goes on from what
 * the database has.
 */
#ifndef DAEMON_IMPORT_H
#define DAEMON_IMPORT_H

#include <signal.h>

#include "daemon/import/progress.h"
#include "sql/store.h"

/* What is stored in one transaction, unless the caller wants less. */
#define IMPORT_BATCH_MESSAGES_MAX 1000
#define IMPORT_BATCH_BYTES_MAX    ((size_t)7 << 20)

struct import_options {
	struct store_options store;
	bool create_projects; /* for each list id that has none */
	bool is_dry_run;      /* say what the messages are, store nothing */
	const char *list_id;  /* instead of the headers'; NULL if not */
	int64_t batch;        /* messages in one transaction, at most */
	int64_t since;        /* by their Date, in seconds since 1970: at or behind this */
	int64_t until;        /* before this */
	int stop_fd;          /* readable once *stopping is set; -1 if there is none */
};

struct import;

/*
 * Connect to the database and make ready.  Returns 0, or -errno, and then what failed was said on
 * standard error; import_close() is due in both cases.
 */
int import_open(const struct import_options *options, struct import **ret_import);
void import_close(struct import *import);

/*
 * Import `paths` (see source.h; NULL-terminated) and count in *progress.  What a message that was
 * not taken is held for, or that it could not be stored, is said on standard error with its file and
 * offset.
 *
 * *stopping set to 1 by a signal handler ends it behind the batch in hand.  Returns 0, or
 * -errno, and then what failed was said on standard error.
 */
int import_run(struct import *import, char *const *paths, const volatile sig_atomic_t *stopping,
	       struct progress *progress);

#endif
