/*
 * source - reads messages from a path that is imported
 *
 * A path is a mailbox file (mboxrd, mboxo, mboxcl, mboxcl2, or a month of a pipermail archive),
 * perhaps compressed (compressed.h), a Maildir, a directory of single messages (MH), a directory of
 * mailbox files, which are read in the order of their months, a git repository of public-inbox
 * (repository.h), a folder of them, which are the epochs of one archive, or `-`, standard input.
 */
#ifndef DAEMON_IMPORT_SOURCE_H
#define DAEMON_IMPORT_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/import/repository.h"
#include "parser/view.h"

struct source;

struct source_message {
	struct view raw;         /* valid until the next call; absent: there is only a position */
	const char *path;        /* of its file or repository; valid until the next call */
	const char *commit;      /* in the repository; NULL: it is from a file */
	uint64_t offset;         /* in the (decompressed) file */
	uint64_t taken_for_text; /* lines in it that look like separators: see mbox.h */
	bool is_deleted;         /* from the repository */
	/* Of the repository, when this message and all before it are stored; NULL: not changed. */
	const struct repository_position *position;
	bool is_cut; /* it had more than MBOX_MESSAGE_BYTES_MAX */
};

/* Make a source of `path`; nothing is opened yet.  NULL if memory is short. */
struct source *source_new(const char *path);

/*
 * Stop waiting for bytes of a pipe or of git once the descriptor `stop_fd` is readable;
 * source_next() then returns -ECANCELED.  The caller closes `stop_fd`.
 */
void source_stop_at(struct source *source, int stop_fd);

/* Begin repositories at their positions in `memory`, which must outlive the source. */
void source_remember(struct source *source, struct repository_memory memory);
void source_free(struct source *source);
void source_free_ptr(struct source **source);

/*
 * Check that there is something to read.  Returns 0 or -errno, and then source_error() has a
 * message.  -ENODATA: a file without mail, a directory without a file that may contain mail, or a
 * repository without commits, unless it is an epoch.  A file may be empty.  Pipes are not opened,
 * and of a directory no file is.  Call it before source_next(), which then begins with the first
 * message.
 */
int source_check(struct source *source);

/*
 * Get the next message.  Returns 1, 0 at the end, or -errno, and then source_error() names file and
 * reason, and how many messages were read before if a mailbox cannot be read to its end.  The next
 * call continues after the file, or the mail of a repository, that could not be read.
 *
 * -ENODATA: a file contains something, but no mail: neither a `From ` line that begins a message
 * nor a header at its beginning.  A file of a Maildir or MH folder is a message whatever it
 * contains.
 */
int source_next(struct source *source, struct source_message *ret_message);

const char *source_error(const struct source *source);

/*
 * Whether what is read from `path` can be read again: not from a pipe, nor from standard input,
 * whose position is shared with other processes.
 */
bool source_is_repeatable(const char *path);

/* How many bytes of the files have been read, as they are stored (compressed). */
uint64_t source_bytes_done(const struct source *source);

/* How many bytes `path` contains in all; 0 if that is unknown (a pipe, a repository). */
uint64_t source_bytes_all(const char *path);

/* The same, with the bytes that repositories take on the disk, to compare the sizes of sources. */
uint64_t source_bytes_stored(const char *path);

#endif
