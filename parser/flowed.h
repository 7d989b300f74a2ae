/*
 * flowed - text whose lines a mail program has broken so that they can be joined again (RFC 3676)
 *
 * A line that ends in a blank continues in the next one.  A blank at the beginning of a line was
 * added for transport ("space stuffing", 4.4).  Quoting (4.5) is not interpreted, because a diff
 * has none.
 */
#ifndef PARSER_FLOWED_H
#define PARSER_FLOWED_H

#include <stdbool.h>

#include "parser/arena.h"
#include "parser/view.h"

/*
 * `text` with its lines joined.  Lines end at LF; a CR before it is part of the line end.  A
 * signature line (`-- `) stays as it is.  With `deletes_space` the blank at which a line was broken
 * is deleted (delsp=yes, 4.2).  If memory is short, the arena's error is latched.
 */
struct view flowed_undo(struct arena *arena, struct view text, bool deletes_space);

#endif
