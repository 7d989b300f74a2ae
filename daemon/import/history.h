/*
 * history - the mails that the commits of a public-inbox repository add and delete
 *
 * It is read from `git log --raw`, parents before children.  In public-inbox's format v2 a commit
 * has the mail as the file `m`, or the mail that it deletes as the file `d`; in v1 each mail is a
 * file named by the SHA-1 of its Message-ID, `ab/cdef...` (public-inbox-v1-format(5),
 * -v2-format(5)). `public-inbox-purge` replaces a mail by an empty file, and the commit's subject
 * then names the object that it was.  Other files are ignored.
 */
#ifndef DAEMON_IMPORT_HISTORY_H
#define DAEMON_IMPORT_HISTORY_H

#include <stdbool.h>

#include "daemon/import/blobs.h"

enum change_kind {
	CHANGE_MAIL,    /* the object is a mail */
	CHANGE_DELETED, /* the object is a mail that the commit deletes */
	CHANGE_PURGED,  /* the same, and the repository may not have it any more */
};

struct change {
	enum change_kind kind;
	char object[OBJECT_NAME_BYTES];
	char commit[OBJECT_NAME_BYTES];
	bool is_last; /* of its commit */
};

struct history;

/* Whether a file with this name may be a mail, or the folder of mails of v1. */
bool history_is_mail_name(const char *name);

/*
 * Start to read the commits that lead to `head` and not to `after` (NULL: all).  Once `stop_fd` is
 * readable, history_next() returns -ECANCELED.  Returns 0 or -errno.
 */
int history_open(const char *repository, const char *after, const char *head, int stop_fd,
		 struct history **ret_history);
void history_close(struct history *history);

/*
 * Get the next change.  Returns 1; 0 at the end; -ECHILD if git failed, and then it has printed
 * why; -ECANCELED; or another -errno.
 */
int history_next(struct history *history, struct change *ret_change);

#endif
