/*
 * unsent - a patch that was never a mail, as the mail that it would be
 *
 * Developers keep patches as git-show(1), git-log(1) and git-diff(1) print them.  They have no headers
 * that a mail needs, but most of what those would say.
 */
#ifndef PARSER_UNSENT_H
#define PARSER_UNSENT_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * The mail that git-format-patch(1) would have written for the first commit in `text`, which begins
 * `commit HASH` as git prints it: From, Date and Subject, the message without its four blanks, and what
 * follows up to the next commit.  Absent where `text` begins otherwise, or when memory was short.
 */
struct view unsent_commit(struct arena *arena, struct view text);

#endif
