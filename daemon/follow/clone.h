/*
 * clone - one git repository that is kept like the one at a URL
 *
 * A repository made by clone_make() contains the file `patchmda-mirror`.  The file is locked
 * (flock(2)) as long as git works in the repository, by each process of git, too.  Therefore lock
 * files and temporary packs that are found after it was locked are those of processes that were
 * killed, and are removed.  The file's time of modification is that of the last fetch without
 * errors.
 *
 * A repository that another program has made is fetched, and left alone otherwise.
 */
#ifndef DAEMON_FOLLOW_CLONE_H
#define DAEMON_FOLLOW_CLONE_H

#include <stdint.h>

struct clone_limits {
	int stop_fd;    /* once it is readable, functions return -ECANCELED */
	int quiet_secs; /* a server that sends nothing for this long is given up */
};

/* HEAD of a repository. */
struct clone_head {
	char *branch; /* its full name; NULL: HEAD is none, or the server does not tell */
	char *commit;
};

void clone_head_done(struct clone_head *head);

/*
 * Find HEAD at `url`.  Returns 0; -ENODATA if that repository has no commit; -ENOENT if the server
 * answers that it has no such repository; or another -errno.  After these *ret_reason is set,
 * which the caller frees with g_free().
 */
int clone_look(const char *url, const struct clone_limits *limits, struct clone_head *ret_head,
	       char **ret_reason);

/*
 * Make the empty repository `path` for the one at `url`, whose HEAD is `head`.  Returns 0, or
 * -errno, and then *ret_reason is set as above.
 */
int clone_make(const char *path, const char *url, const struct clone_head *head, char **ret_reason);

/* The URL of its remote `origin`, to be freed with g_free(); NULL if it has none. */
char *clone_remote(const char *path);

/* Fetch all branches from `origin`, if the repository has that remote.  Returns as clone_make(). */
int clone_fetch(const char *path, const struct clone_limits *limits, char **ret_reason);

/* When it was fetched the last time without errors, in seconds since 1970; 0: unknown. */
int64_t clone_fetched(const char *path);

#endif
