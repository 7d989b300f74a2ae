/*
 * list_filter - what the parameters of a list ask for, and the form that asks for it
 */
#ifndef DAEMON_PAGES_LIST_FILTER_H
#define DAEMON_PAGES_LIST_FILTER_H

#include "daemon/pages/page.h"
#include "sql/pages/lists.h"

/* Later pages are not asked for: each costs as much as all before it. */
#define LIST_FILTER_PAGE_MAX 10000

struct list_filter_page {
	struct lists_filter filter;
	bool is_of_patches;
	bool is_empty;         /* a parameter has a value that nothing has */
	const char *state;     /* the parameter; "" for the states that ask for action */
	int64_t number;        /* of the page, from 1 */
	GArray *state_ids;     /* int32_t; what filter.states is */
	GArray *submitter_ids; /* int32_t */
};

/* Read the parameters; list_filter_done() frees it.  Returns 0 or a pg error. */
int list_filter_read(struct app_worker *worker, const struct http_request *request,
		     const struct front_project *project, const GArray *states, int32_t limit,
		     struct list_filter_page *ret_page);
void list_filter_done(struct list_filter_page *filter);

/* Write the form; `states` (struct front_state) are offered. */
void list_filter_form(struct page *page, const struct list_filter_page *filter,
		      const GArray *states);

#endif
