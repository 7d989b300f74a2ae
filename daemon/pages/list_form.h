/*
 * list_form - the form that sets the filters and the order of a list
 */
#ifndef DAEMON_PAGES_LIST_FORM_H
#define DAEMON_PAGES_LIST_FORM_H

#include "daemon/pages/list_filter.h"

/*
 * Write the form; `states` (struct front_state) and `maintainers` (struct front_maintainer) are
 * offered, and what the parameters name.
 */
void list_form_write(struct page *page, const struct list_filter_page *filter, const GArray *states,
		     const GArray *maintainers);

#endif
