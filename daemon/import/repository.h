/*
 * repository - reads the mails of one git repository of public-inbox
 *
 * The repository is an epoch of format v2, or a whole archive in format v1; bare or not.  The mails
 * of HEAD's branch are read in the order in which they were added.
 *
 * A mail is not changed: nothing is quoted or unquoted.  A mail that was added and deleted later is
 * read, too, and its deletion after it, so that the result does not depend on when a repository is
 * read.
 */
#ifndef DAEMON_IMPORT_REPOSITORY_H
#define DAEMON_IMPORT_REPOSITORY_H

#include <stdbool.h>

#include "daemon/import/history.h"

/*
 * How far a repository was read.  It is known by its first commit (the one without a parent, of the
 * first parents), so it may be moved and cloned.
 */
struct repository_position {
	char first[OBJECT_NAME_BYTES];
	char last[OBJECT_NAME_BYTES];
};

/* A store of positions, such as a database; `find` is NULL if there is none. */
struct repository_memory {
	/*
	 * Find the position of the repository that begins with the commit `first`, or, if that is
	 * NULL, the one that was at `path` the last time.  *ret_moves says whether it is to move
	 * when mail is stored (also if there is none).  Returns 1, 0 if there is none, or -errno.
	 */
	int (*find)(void *context, const char *path, const char *first,
		    struct repository_position *ret_position, bool *ret_moves);
	const char *(*error)(void *context); /* of the last call that failed */
	void *context;
};

struct repository_mail {
	struct view raw;  /* valid until the next call; absent: there is only a position */
	bool is_cut;      /* it had more than BLOB_BYTES_MAX */
	bool is_deleted;  /* the repository does not have it any more */
	const char *path; /* of the repository, absolute */
	const char *commit;
	/* Where to begin when it and all mails before it are stored; NULL: not changed. */
	const struct repository_position *position;
};

struct repository;

/*
 * Whether `path` is one: a bare one, or a folder with .git and nothing but mails of public-inbox.
 */
bool repository_is_at(const char *path);

/* The bytes that its objects take on the disk; 0 if git fails. */
int64_t repository_bytes(const char *path);

/*
 * Open the repository at `path`.  Returns 0, or -errno and a message in *ret_error, which the
 * caller frees with g_free().  -ENODATA: it has no commits; -ENOTSUP: it has other files than
 * mails.
 */
int repository_open(const char *path, const struct repository_memory *memory, int stop_fd,
		    struct repository **ret_repository, char **ret_error);
void repository_close(struct repository *repository);

/*
 * Get the next mail or position.  Returns 1, 0 at the end, or -errno, and then *ret_error is set as
 * above.  -EIO: a mail could not be read, and the next call continues after it, without positions,
 * so that it is read again the next time.  After any other error it returns 0.
 */
int repository_next(struct repository *repository, struct repository_mail *ret_mail,
		    char **ret_error);

#endif
