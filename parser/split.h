/*
 * split - the diff and the comment in a text
 *
 * A state machine over lines.  It recognizes unified diffs with git's extended headers, `Index:`
 * lines of CVS and Subversion, and git's binary patches.  These lines are the diff, wherever they
 * are in the text; all other lines are the comment.
 */
#ifndef PARSER_SPLIT_H
#define PARSER_SPLIT_H

#include <stdint.h>

#include "parser/arena.h"
#include "parser/view.h"

/*
 * Split `text`.  Lines end at LF only.  The text after the last LF, even an empty one, is a line
 * and gets an LF; only a comment that is a part of `text` lacks that of an empty last line, so that
 * a large text is not copied for it.  Results are in `arena` or parts of `text`, and may be empty.
 * Sets FLAW_CUT_HUNK if the diff ends within a hunk, and RULE_ANY_MARKER if the line about a
 * missing newline is not in English.  Returns 0 or arena_error().
 */
int split_patch(struct arena *arena, struct view text, struct view *ret_diff,
		struct view *ret_comment, unsigned *flaws);

/*
 * The counts b and d of a `@@ -a,b +c,d @@` at the beginning of `line`, as written, or "1" for one
 * that is missing.  Returns false for any other line.
 */
bool split_hunk_counts(struct view line, struct view *ret_old, struct view *ret_new);

#endif
