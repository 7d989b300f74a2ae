/*
 * terminal - text from mail, safe to print
 */
#ifndef DAEMON_TERMINAL_H
#define DAEMON_TERMINAL_H

#include <stdio.h>

#include "parser/view.h"

/*
 * Print `text` (UTF-8), with control characters, those of ISO 6429's second set and the ones
 * that change the direction of writing as `?`: what a sender wrote must not move the cursor,
 * colour the screen or show a line that is none.
 */
void terminal_print(FILE *to, struct view text);

#endif
