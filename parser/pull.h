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
 * The URL (and the branch or tag after it) in `comment`, with white space folded and cut to 255
 * characters; absent if `comment` is not a pull request.  The URL may be broken once.
 */
struct view pull_url(struct arena *arena, struct view comment);

#endif
