/*
 * pull - the repository that a pull request names
 *
 * The text is what git-request-pull(1) writes: `The following changes since commit ...`, and
 * further down `are available in the Git repository at:` with the URL on the next line.
 */
#ifndef PARSER_PULL_H
#define PARSER_PULL_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * The URL (and the branch or tag behind it) in `comment`, white space folded, cut to 255
 * characters; the absent view if `comment` is no pull request.  The URL may be broken once.
 */
struct view pull_url(struct arena *arena, struct view comment);

#endif
