/*
 * mirror - keeps a folder of git repositories like those of public-inbox at a URL
 *
 * The folder is one repository (format v1, or a single epoch), or has the epochs of an archive in
 * format v2 as N.git or git/N.git.  A repository without the remote `origin` is left as it is:
 * another program updates it.
 *
 * At the URL the epochs are N, N.git or git/N.git.  If there is none of them, the URL is that of
 * one repository.
 */
#ifndef DAEMON_FOLLOW_MIRROR_H
#define DAEMON_FOLLOW_MIRROR_H

#include <stdint.h>

#include "daemon/follow/clone.h"

/*
 * Epochs before the newest get no more mail, but their history may be rewritten: they are fetched
 * when this much time has passed since they were.
 */
#define MIRROR_OLD_SECS 86400

/*
 * Clone what is missing in `folder` and fetch what is new.  `url` may be NULL if the folder
 * exists.  Returns 0, or -errno, and then *ret_error is set, which the caller frees with
 * g_free().  Repositories that could be fetched have been.
 */
int mirror_update(const char *folder, const char *url, const struct clone_limits *limits,
		  char **ret_error);

/* The newest commit of the newest epoch.  Returns 0, or -errno if there is none. */
int mirror_newest(const char *folder, char **ret_commit, int64_t *ret_committed);

#endif
