/*
 * list_filter - the filters of a list, from its parameters, and the form that sets them
 */
#ifndef DAEMON_PAGES_LIST_FILTER_H
#define DAEMON_PAGES_LIST_FILTER_H

#include "daemon/pages/page.h"
#include "sql/pages/selection.h"

/* Later pages are not read: each takes as long as all pages before it. */
#define LIST_FILTER_PAGE_MAX 10000

struct list_filter_page {
	struct selection_filter filter;
	bool is_of_patches;
	bool is_empty;         /* a parameter has a value that no row has */
	const char *state;     /* the parameter; "" for all states that require action */
	int64_t number;        /* of the page, from 1 */
	GArray *state_ids;     /* int32_t; for filter.states */
	GArray *submitter_ids; /* int32_t */
};

/* Read the parameters; list_filter_done() frees the result.  Returns 0 or a pg error. */
int list_filter_read(struct app_worker *worker, const struct http_request *request,
		     const struct front_project *project, const GArray *states, int32_t limit,
		     struct list_filter_page *ret_page);
void list_filter_done(struct list_filter_page *filter);

/*
 * Write the form; `states` (struct front_state) and `maintainers` (struct front_maintainer) are
 * offered.
 */
void list_filter_form(struct page *page, const struct list_filter_page *filter,
		      const GArray *states, const GArray *maintainers);

#endif
