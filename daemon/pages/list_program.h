/*
 * list_program - how a program gets the rows of a list: for the footer of its page
 *
 * Filters that the REST interface or the command does not have are named as left out.
 */
#ifndef DAEMON_PAGES_LIST_PROGRAM_H
#define DAEMON_PAGES_LIST_PROGRAM_H

#include "daemon/pages/list_filter.h"

/* Write the footer; `rows` is the number of rows of a page. */
void list_program_write(struct page *page, const struct list_filter_page *filter,
			const GArray *states, struct view link_name, int rows);

#endif
