/*
 * listing - what is in a directory, in the order in which it is read
 *
 * Files are read by their numbers (MH), then by the dates that their names tell (`2019-01`,
 * `January-2019`, `2019q1`, `20190107`), then by name.  Of a Maildir cur/ and new/ are one list.
 * Files of other programs, hidden ones, pipes and devices are left out.
 */
#ifndef DAEMON_LISTING_H
#define DAEMON_LISTING_H

#include <stdbool.h>
#include <stddef.h>

enum listing_kind {
	LISTING_MAILBOX, /* or anything else that is no directory */
	LISTING_MESSAGE, /* a single one, as a Maildir and MH have them */
	LISTING_DIRECTORY,
	LISTING_REPOSITORY, /* of git; listing_next() calls it a directory */
};

struct entry;

struct listing {
	char *path;
	char *names; /* each with its NUL; of a Maildir `cur/NAME` or `new/NAME` */
	size_t names_len, names_size;
	struct entry *entries;
	size_t count, size;
	size_t next; /* of the entries, to be read */
};

/*
 * List `path`.  `listing` is zeroed before; listing_done() is due in any case.  Returns 0 or
 * -errno.
 */
int listing_init(struct listing *listing, const char *path);
void listing_done(struct listing *listing);

/* The next entry: 1, its path, which is the caller's to free, and its kind; 0 at the end; or -ENOMEM. */
int listing_next(struct listing *listing, char **ret_path, enum listing_kind *ret_kind);

/* What `path` is by itself; what is not there counts as a mailbox, which cannot be opened then. */
enum listing_kind listing_kind_of(const char *path);

#endif
