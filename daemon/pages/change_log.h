/*
 * change_log - the part of a cover letter or patch mail with the changes between versions
 *
 * There is no standard.  A heading is recognised if it has a version, such as "Changes in
 * v3:", "v2 -> v3:", "Changes since v1", or the word "Changelog:", and the lines below it.
 */
#ifndef DAEMON_PAGES_CHANGE_LOG_H
#define DAEMON_PAGES_CHANGE_LOG_H

#include "parser/view.h"

/* Of more lines the first are taken. */
#define CHANGE_LOG_LINES_MAX 100

/*
 * Find it in a text with LF line ends: from the first heading up to a paragraph that is neither a
 * heading nor a list, a diffstat, a shortlog, a trailer, a diff or a signature.  Empty if there is
 * none.
 */
struct view change_log_find(struct view text);

#endif
