/*
 * pushed - the commits of a push, from the input of git's post-receive hook
 *
 * The hook gets a line `OLD NEW REF` for each ref; OLD is zeros for a new ref, NEW for a deleted
 * one (githooks(5)).
 */
#ifndef DAEMON_COMMITS_PUSHED_H
#define DAEMON_COMMITS_PUSHED_H

#include <glib.h>

/*
 * Read the lines from descriptor `fd`, and append options and revisions with which git log prints
 * the new commits.  `refs` are patterns (char *) with * and ?; without any, all branches and tags
 * are meant.  Commits of a new ref that another of these refs has are not new.  If there are no new
 * commits, `revisions` stays empty.
 *
 * Returns 0, -errno, or -EBADMSG: *ret_wrong is an invalid line, which the caller frees with
 * g_free().
 */
int pushed_read(int fd, const GPtrArray *refs, GPtrArray *limits, GPtrArray *revisions,
		char **ret_wrong);

#endif
