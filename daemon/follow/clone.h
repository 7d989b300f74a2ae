/*
 * clone - one git repository that is kept like the one at a URL
 *
 * A repository made by clone_make() contains the file `patchmda-mirror`.  This process and each
 * git that it starts hold a lock on the file (flock(2)) while git works in the repository.  So
 * lock files and temporary packs that exist when the lock is acquired belong to processes that were
 * killed, and are removed.  The file's time of modification is the time of the last fetch without
 * errors.
 *
 * A repository that another program has made is fetched, and not changed otherwise.
 */
#ifndef DAEMON_FOLLOW_CLONE_H
#define DAEMON_FOLLOW_CLONE_H

#include <stdint.h>

struct clone_limits {
	int stop_fd;    /* once it is readable, functions return -ECANCELED */
	int quiet_secs; /* timeout for a server that sends nothing */
};

/* HEAD of a repository. */
struct clone_head {
	/* Its full name; NULL: HEAD is not a branch, or the server does not report which. */
	char *branch;
	char *commit;
};

void clone_head_done(struct clone_head *head);

/*
 * Find HEAD of the repository at `url`.  The result is released with clone_head_done().  Returns 0;
 * -ENODATA if the repository has no commit; -ENOENT if the server answers that it has no such
 * repository; or another -errno.  In case of an error, *ret_reason is the message, which the caller
 * frees with g_free().
 */
int clone_look(const char *url, const struct clone_limits *limits, struct clone_head *ret_head,
	       char **ret_reason);

/*
 * Make the empty repository `path`, to which the one at `url` will be fetched, and whose HEAD is
 * `head`.  Returns 0 or -errno, and sets *ret_reason as above.
 */
int clone_make(const char *path, const char *url, const struct clone_head *head, char **ret_reason);

/* The URL of its remote `origin`, to be freed with g_free(); NULL if it has none. */
char *clone_remote(const char *path);

/* Fetch all branches from `origin`, if the repository has that remote.  Returns as clone_make(). */
int clone_fetch(const char *path, const struct clone_limits *limits, char **ret_reason);

/* The time of the last fetch without errors, in seconds since 1970; 0: unknown. */
int64_t clone_fetched(const char *path);

#endif
