/*
 * terminal - prints text from mail safely, and measures it in columns
 *
 * Text from a sender must not move the cursor, colour the screen or fake a line: control
 * characters, those of ISO 6429's second set (C1), and characters that change the direction of
 * writing are printed as `?`, and so are bytes that are not UTF-8.
 */
#ifndef DAEMON_OUTPUT_TERMINAL_H
#define DAEMON_OUTPUT_TERMINAL_H

#include <stdio.h>

#include "parser/view.h"

void terminal_print(FILE *to, struct view text);

/* The same for each line of `text`; line ends are kept. */
void terminal_print_lines(FILE *to, struct view text);

/* Print `patchmda COMMAND: TEXT` as a line on standard error; the text may be from mail. */
void terminal_complain(const char *command, const char *text);

/* How many columns terminal_print() fills: two for a wide character, none for a combining one. */
int terminal_width(struct view text);

/* Print at most `width` columns of `text`; if it is cut, the last one is an ellipsis. */
void terminal_print_cut(FILE *to, struct view text, int width);

/*
 * The width of `to` in columns: that of the terminal, or otherwise the variable COLUMNS; 0 if
 * neither is known, and lines are not limited.
 */
int terminal_columns(FILE *to);

/* The exit status after all was printed: `status`, or `failed` if it could not be written. */
int terminal_end(int status, int failed);

#endif
