/*
 * import - imports archives: reads, parses and stores messages at the same time
 *
 * One thread reads messages into chunks, a pool of threads parses chunks, and one thread stores
 * them in the order in which they were read.  The number of chunks is fixed and small, so the size
 * of an archive does not matter for memory.  A large message is not copied; nothing else is read
 * until it is stored, and imports that run at the same time take turns with theirs.
 *
 * Files are read and headers are parsed while the connection to the database is made.  A pipe or
 * standard input is not, because what was read could not be read again if there is no database; nor
 * is a repository, because the database knows where to begin.
 *
 * Parsing runs ahead of storing as far as memory allows (room.h), and rows are encoded while the
 * server stores those before (sql/pg/copy.h).  The result for a message is not decided ahead,
 * because it depends on the rows of the batch before, which other writers may change until the
 * import has the lock of the project again.
 *
 * Messages that are stored already are recognised by their ids, in bulk, before they are parsed.
 * Commits are not durable before the end of an import, because repeating it continues from what the
 * database has.
 */
#ifndef DAEMON_IMPORT_IMPORT_H
#define DAEMON_IMPORT_IMPORT_H

#include <signal.h>

#include "daemon/import/progress.h"
#include "sql/store.h"

/* The most messages and bytes that one transaction stores; the caller may set fewer messages. */
#define IMPORT_BATCH_MESSAGES_MAX 1000
#define IMPORT_BATCH_BYTES_MAX    ((size_t)7 << 20)

struct import_options {
	const char *command; /* its name, for messages */
	struct store_options store;
	bool create_projects; /* for each list id that has none */
	bool is_dry_run;      /* report what the messages are, store nothing */
	const char *list_id;  /* instead of those in the headers; NULL: use the headers */
	int64_t batch;        /* the most messages in one transaction */
	int64_t since;        /* only mail whose Date, in seconds since 1970, is not before this */
	int64_t until;        /* ... and is before this */
	bool restarts;        /* read repositories from their first commits */
	int64_t jobs;         /* how many imports run at the same time (jobs.h) */
	int stop_fd;          /* readable once *stopping is set; -1 if there is none */
};

/* Which mail of a repository is stored with these options. */
static inline struct archive_scope import_scope(const struct import_options *options)
{
	return (struct archive_scope){ options->list_id, options->since, options->until };
}

/* Set up the process for imports; call it before there are threads. */
void import_prepare(const struct import_options *options);

/*
 * Connect to the database, import `paths` (see source.h; NULL-terminated), and count in *progress,
 * which may be shared.  A message that is held or could not be stored is reported on standard error
 * with its file, its offset and the reason.
 *
 * A signal handler that sets *stopping to 1 ends the import after the current batch.  Returns 0, or
 * -errno after an error message on standard error, which another import with the same progress may
 * have printed (progress_fail()).
 */
int import_run(const struct import_options *options, char *const *paths,
	       const volatile sig_atomic_t *stopping, struct progress *progress);

#endif
