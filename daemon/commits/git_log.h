/*
 * git_log - a `git log -p` that runs beside us
 *
 * What a user, a system or a repository has configured about the layout of diffs is switched off by
 * options, since a hash is of the default layout.
 */
#ifndef DAEMON_COMMITS_GIT_LOG_H
#define DAEMON_COMMITS_GIT_LOG_H

#include "daemon/git.h"

/*
 * Start git in `repository` (NULL: where the environment and the current folder say), to print
 * commits in `format`, without merges, the oldest first and each after its parents.  `limits` are
 * options that choose commits, `revisions` what follows them, `paths` what follows `--`: char *,
 * none of them NULL.
 *
 * Git's complaints are written to standard error.  Returns as git_start().
 */
int git_log_start(const char *repository, const char *format, const GPtrArray *limits,
		  const GPtrArray *revisions, const GPtrArray *paths, struct git **ret_git);

#endif
