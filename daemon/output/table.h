/*
 * table - rows of text in columns that fit the terminal
 *
 * Cells are UTF-8 and may come from mail: terminal.h says how they are printed.
 */
#ifndef DAEMON_OUTPUT_TABLE_H
#define DAEMON_OUTPUT_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "parser/view.h"

struct table_column {
	const char *title;
	bool to_the_right; /* aligned to the right, as numbers are */
	int weight;        /* its share of the width if that is too small for all; 0: never cut */
};

struct table;

/* `columns` must outlive the table. */
struct table *table_new(const struct table_column *columns, size_t count);
void table_free(struct table *table);

/* Fill the next cell, row by row; the text is copied, and an absent view is empty. */
void table_add(struct table *table, struct view text);
void table_add_number(struct table *table, int64_t number);

/*
 * Print the titles and all rows in lines of at most `width` columns (0: unlimited).  A text that is
 * cut ends in an ellipsis.
 */
void table_print(const struct table *table, FILE *to, int width);

#endif
