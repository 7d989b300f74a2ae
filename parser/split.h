/*
 * split - a text into commit message and diff
 *
 * A state machine over lines.  It knows unified diffs with git's extended
 * headers, `Index:` lines of CVS and Subversion, and git's binary patches.  What it takes
 * for diff is removed from the text, wherever it stands; everything else is comment.
 */
#ifndef PARSER_SPLIT_H
#define PARSER_SPLIT_H

#include <stdint.h>

#include "parser/arena.h"
#include "parser/view.h"

/*
 * Split `text`.  Lines end at LF only and each is given one, also what follows the last LF.
 * Results are in `arena` or part of `text`, empty where there is nothing.  The LF of an empty last
 * line is left out of a comment that is part of `text`: for it alone a large text is not copied.
 * A diff that ends within a hunk sets FLAW_CUT_HUNK, a marker of a missing newline in another
 * language than English RULE_ANY_MARKER.  Returns 0 or arena_error().
 */
int split_patch(struct arena *arena, struct view text, struct view *ret_diff,
		struct view *ret_comment, unsigned *flaws);

/*
 * Read `@@ -a,b +c,d @@` at the front of `line`: the two counts as written, "1" if absent.
 */
bool split_hunk_counts(struct view line, struct view *ret_old, struct view *ret_new);

#endif
