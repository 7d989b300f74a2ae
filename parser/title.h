/*
 * title - what a subject says, to compare it with others
 *
 * Prefixes, case and punctuation differ where a patch is sent again or applied; words do not.
 */
#ifndef PARSER_TITLE_H
#define PARSER_TITLE_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * The title of a subject, or of a stored patch's name: without prefixes in brackets, in lower case,
 * every run of other characters than letters and digits one blank, none at its ends.  The text is
 * UTF-8.  Once the arena has failed it is empty.
 */
struct view title_of(struct arena *arena, struct view subject);

/* The first 8 bytes of a title's MD5, to look it up by. */
int64_t title_key(struct view title);

#endif
