/*
 * pushed - what a push has brought, as git tells a hook
 *
 * A post-receive hook gets a line `OLD NEW REF` for each ref, OLD or NEW all zeros for a ref that was
 * made or deleted (githooks(5)).
 */
#ifndef DAEMON_COMMITS_PUSHED_H
#define DAEMON_COMMITS_PUSHED_H

#include <glib.h>

/*
 * Read the lines from descriptor `fd`, and append to `limits` and `revisions` what makes git log
 * print the commits that are new.  `refs` are patterns with * and ?, char *; none: branches and tags.
 * Of a new ref those are left out that another ref of these has.  Where nothing is new `revisions`
 * stays empty.
 *
 * Returns 0, -errno, or -EBADMSG: *ret_wrong is a line that is none of a hook's (g_free() it).
 */
int pushed_read(int fd, const GPtrArray *refs, GPtrArray *limits, GPtrArray *revisions,
		char **ret_wrong);

#endif
