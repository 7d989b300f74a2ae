/*
 * git_log - runs `git log -p`
 *
 * Options override any configuration of the layout of diffs, because hashes are made from the
 * default layout.
 */
#ifndef DAEMON_COMMITS_GIT_LOG_H
#define DAEMON_COMMITS_GIT_LOG_H

#include "daemon/git.h"

/*
 * Start git in `repository` (NULL: by the environment and the current directory), to print commits
 * in `format`, without merges, oldest first and each after its parents.  `limits` are options that
 * select commits, `revisions` are operands, and `paths` are the operands after `--`; all are arrays
 * of char *.
 *
 * Git is started with GIT_COMPLAINTS.  Returns as git_start().
 */
int git_log_start(const char *repository, const char *format, const GPtrArray *limits,
		  const GPtrArray *revisions, const GPtrArray *paths, struct git **ret_git);

#endif
