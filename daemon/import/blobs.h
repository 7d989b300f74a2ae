/*
 * blobs - the contents of objects of a git repository, by one `git cat-file --batch`
 *
 * Objects are asked for by their names and read in the same order.  In the meantime git reads
 * ahead.
 */
#ifndef DAEMON_IMPORT_BLOBS_H
#define DAEMON_IMPORT_BLOBS_H

#include <stdbool.h>

#include "parser/view.h"

/* Bytes of an object's name in hexadecimal digits, with the NUL: SHA-1 or SHA-256. */
#define OBJECT_NAME_BYTES 65

/* An object that is larger than this is truncated to half of it. */
#define BLOB_BYTES_MAX ((size_t)192 << 20)

struct blobs;

struct blob {
	struct view bytes; /* valid until the next call; of an object that is no blob, none */
	bool is_cut;
};

/* Nothing is started yet.  Once `stop_fd` is readable, blobs_next() returns -ECANCELED. */
struct blobs *blobs_new(const char *repository, int stop_fd);
void blobs_free(struct blobs *blobs);

/* Whether another object can be asked for before one is read. */
bool blobs_has_room(const struct blobs *blobs);

/* Ask for an object.  Returns 0, -ECHILD if git cannot be started, or another -errno. */
int blobs_ask(struct blobs *blobs, const char *name);

/* How many objects were asked for and not read. */
size_t blobs_asked(const struct blobs *blobs);

/*
 * Read the next object that was asked for.  Returns 0; -ENOENT if the repository does not have it;
 * -EIO if git fails at it, and then git has printed why.  After these the next call reads the next
 * object.  -ECHILD: git cannot be started; -ECANCELED; or another -errno.
 */
int blobs_next(struct blobs *blobs, struct blob *ret_blob);

#endif
