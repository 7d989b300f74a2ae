/*
 * terminal - text from mail, safe to print and measured in columns
 *
 * What a sender wrote must not move the cursor, colour the screen or show a line that is none:
 * control characters, those of ISO 6429's second set and the ones that change the direction of
 * writing are printed as `?`.  All text is UTF-8.
 */
#ifndef DAEMON_TERMINAL_H
#define DAEMON_TERMINAL_H

#include <stdio.h>

#include "parser/view.h"

void terminal_print(FILE *to, struct view text);

/* How many columns terminal_print() fills: wide characters two, combining ones none. */
int terminal_width(struct view text);

/* Print at most `width` columns of `text`; where that cuts it, the last is an ellipsis. */
void terminal_print_cut(FILE *to, struct view text, int width);

/*
 * How many columns there are where `to` goes: of a terminal its own, else what COLUMNS says;
 * 0 when nothing says, and lines may be as long as they are.
 */
int terminal_columns(FILE *to);

/* The exit status after all was printed: `status`, or `failed` if it could not be written. */
int terminal_end(int status, int failed);

#endif
