/*
 * source - messages out of whatever an import is given
 *
 * Mailbox files (mboxrd, mboxo, mboxcl and mboxcl2, pipermail's months), the same compressed by
 * gzip, xz, bzip2 or zstd (libarchive), Maildirs, directories of single messages (MH), a
 * directory of mailbox files in the order of their months, and standard input (`-`).
 */
#ifndef DAEMON_SOURCE_H
#define DAEMON_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"

struct source;

struct source_message {
	struct view raw;         /* valid until the next call */
	const char *path;        /* of the file it is from; valid until the next call */
	uint64_t offset;         /* in the (decompressed) file */
	uint64_t taken_for_text; /* lines in it that look like separators: see mbox.h */
	bool is_cut;             /* there was more than MBOX_MESSAGE_BYTES_MAX */
};

/* Read `path`; nothing is opened yet.  NULL when memory is short. */
struct source *source_new(const char *path);

/*
 * Give up waiting for bytes (of a pipe that says nothing) once the descriptor `stop_fd` is
 * readable: source_next() returns -ECANCELED then.  It stays the caller's.
 */
void source_stop_at(struct source *source, int stop_fd);
void source_free(struct source *source);
void source_free_ptr(struct source **source);

/*
 * Whether there is anything to read: 0, or -errno, and then source_error() says what is wrong.  A
 * directory without a file that may hold mail is -ENODATA; a file may be empty.  Pipes are not
 * opened.  It is called before source_next(), which then begins at the front.
 */
int source_check(struct source *source);

/*
 * The next message.  Returns 1, 0 at the end, or -errno, and then source_error() names file
 * and reason; what follows a file that cannot be read is read by the next call.
 */
int source_next(struct source *source, struct source_message *ret_message);

const char *source_error(const struct source *source);

/* How many bytes of the files were read so far, as they are stored (compressed). */
uint64_t source_bytes_done(const struct source *source);

/* How many bytes `path` holds in all; 0 where that is not known (a pipe). */
uint64_t source_bytes_all(const char *path);

#endif
