/*
 * title - the words of a subject, for comparisons
 *
 * When a patch is sent again or applied, prefixes, case and punctuation may change; the words stay.
 */
#ifndef PARSER_TITLE_H
#define PARSER_TITLE_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * The title of a subject, or of a stored patch's name: without prefixes in brackets, in lower case,
 * each run of characters other than letters and digits replaced by one blank, without blanks at its
 * ends.  The text is UTF-8.  The title is empty once the arena has failed.
 */
struct view title_of(struct arena *arena, struct view subject);

/* The first 8 bytes of a title's MD5, as a key for lookups. */
int64_t title_key(struct view title);

#endif
