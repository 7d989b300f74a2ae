/*
 * listing - the files of a directory, in the order in which they are read
 *
 * Files are sorted by number (MH), then by the date in their name (`2019-01`, `January-2019`,
 * `2019q1`, `20190107`), then by name.  The directories cur/ and new/ of a Maildir are one list.
 * Files of other programs, hidden files, pipes and devices are left out.
 */
#ifndef DAEMON_IMPORT_LISTING_H
#define DAEMON_IMPORT_LISTING_H

#include <stdbool.h>
#include <stddef.h>

enum listing_kind {
	LISTING_MAILBOX, /* or anything else that is not a directory */
	LISTING_MESSAGE, /* a single message, as in a Maildir or MH */
	LISTING_DIRECTORY,
	LISTING_REPOSITORY, /* of git; for listing_next() it is a directory */
};

struct entry;

struct listing {
	char *path;
	char *names; /* each with its NUL; of a Maildir `cur/NAME` or `new/NAME` */
	size_t names_len, names_size;
	struct entry *entries;
	size_t count, size;
	size_t next; /* index of the entry that listing_next() gives next */
};

/*
 * List `path`.  `listing` must be zeroed; call listing_done() in any case.  Returns 0 or -errno.
 */
int listing_init(struct listing *listing, const char *path);
void listing_done(struct listing *listing);

/* Get the next entry.  Returns 1, 0 at the end, or -ENOMEM.  The caller frees *ret_path. */
int listing_next(struct listing *listing, char **ret_path, enum listing_kind *ret_kind);

/* The kind of `path`.  A path that does not exist counts as a mailbox; opening it fails later. */
enum listing_kind listing_kind_of(const char *path);

#endif
