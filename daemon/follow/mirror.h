/*
 * mirror - keeps a folder of git repositories like those of public-inbox at a URL
 *
 * The folder is one repository (format v1, or a single epoch), or has the epochs of an archive in
 * format v2 as N.git or git/N.git.  A repository without the remote `origin` is not fetched,
 * because another program updates it.
 *
 * Below the URL the epochs are N, N.git or git/N.git.  If none of these exists, the URL is that of
 * a repository.
 */
#ifndef DAEMON_FOLLOW_MIRROR_H
#define DAEMON_FOLLOW_MIRROR_H

#include <stdint.h>

#include "daemon/follow/clone.h"

/*
 * The interval of fetches of the epochs before the newest: they get no more mail, but their history
 * may be rewritten.
 */
#define MIRROR_OLD_SECS 86400

/*
 * Clone repositories that are missing in `folder`, and fetch new commits.  `url` may be NULL if the
 * folder exists.  Returns 0, or -errno and in *ret_error the first message, which the caller frees
 * with g_free().  After an error of one repository, the others are still fetched.
 */
int mirror_update(const char *folder, const char *url, const struct clone_limits *limits,
		  char **ret_error);

/* The newest commit of the newest epoch.  Returns 0, or -errno if there is none. */
int mirror_newest(const char *folder, char **ret_commit, int64_t *ret_committed);

#endif
