/*
 * unsent - a patch that was never sent, as the mail that it would be
 *
 * Developers keep patches in the form of git-show(1), git-log(1) and git-diff(1).  These lack the
 * headers of a mail, but contain most of the same facts.
 */
#ifndef PARSER_UNSENT_H
#define PARSER_UNSENT_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * The mail that git-format-patch(1) would have written for the first commit in `text`, which begins
 * `commit HASH` as git prints it: From, Date and Subject, the message without the four blanks
 * before each line, and the text up to the next commit.  Absent if `text` does not begin so, or if
 * memory is short.
 */
struct view unsent_commit(struct arena *arena, struct view text);

#endif
