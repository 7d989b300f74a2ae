/*
 * flowed - text whose lines a mailer has broken and may join again (RFC 3676)
 *
 * A line that ends in a blank goes on in the next one.  A blank at the front of a line was put there
 * for transport ("space stuffing", 4.4).  Quoting (4.5) is not looked at: a diff has none.
 */
#ifndef PARSER_FLOWED_H
#define PARSER_FLOWED_H

#include <stdbool.h>

#include "parser/arena.h"
#include "parser/view.h"

/*
 * `text` as it was before.  Lines end at LF; a CR before it is part of the line's end.  A signature
 * line (`-- `) stays as it is.  With `deletes_space` the blank at which a line was
 * broken goes (delsp=yes, 4.2).  When memory was short, the arena's error is latched.
 */
struct view flowed_undo(struct arena *arena, struct view text, bool deletes_space);

#endif
