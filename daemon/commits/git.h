/*
 * git - a `git log -p` that runs beside us
 *
 * Git is run as a program.  What a user, a system or a repository has configured about the layout of
 * diffs is switched off by options and environment, since a hash is of the default layout.  Git
 * still reads its configuration: safe.directory says which repositories of others it may open.
 */
#ifndef DAEMON_COMMITS_GIT_H
#define DAEMON_COMMITS_GIT_H

#include <glib.h>
#include <sys/types.h>

struct git;

/*
 * Start git in `repository` (NULL: where the environment and the current folder say), to print commits
 * in `format`, without merges, the oldest first and each after its parents.  `limits` are options that choose commits, `revisions`
 * what follows them, `paths` what follows `--`: char *, none of them NULL.
 *
 * Git's complaints go to standard error.  Returns 0 or -errno: -ENOENT is that there is no git.
 */
int git_start(const char *repository, const char *format, const GPtrArray *limits,
	      const GPtrArray *revisions, const GPtrArray *paths, struct git **ret_git);

/* Read what it prints, as read(2); -errno. */
ssize_t git_read(struct git *git, char *buffer, size_t size);

/* Wait for its end, and release it.  Returns 0 if git ended well, -ECHILD if it did not, or -errno. */
int git_end(struct git *git);

#endif
