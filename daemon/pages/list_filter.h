/*
 * list_filter - the filters of a list, from its parameters
 *
 * A parameter that is ignored, or whose value no row has, is noted for the reader.
 */
#ifndef DAEMON_PAGES_LIST_FILTER_H
#define DAEMON_PAGES_LIST_FILTER_H

#include "daemon/pages/page.h"
#include "sql/pages/selection.h"

/* Later pages are not read: each takes as long as all pages before it. */
#define LIST_FILTER_PAGE_MAX 20

struct list_filter_page {
	struct selection_filter filter;
	bool is_of_patches;
	bool is_empty;         /* a parameter has a value that no row has */
	const char *state;     /* the parameter; "" for all states that require action */
	int64_t number;        /* of the page, from 1 */
	GArray *state_ids;     /* int32_t; for filter.states */
	GArray *submitter_ids; /* int32_t */
	char *submitter;       /* the address of the only submitter; NULL if there are more */
	GString *notes;        /* HTML: items of a list */
};

/* An order of lists, for the form. */
struct list_order {
	const char *value; /* of the parameter; "" is the default */
	const char *label;
	bool is_of_patches; /* series do not have it */
};

/* The end has a value of NULL. */
extern const struct list_order list_orders[];

/*
 * Read the parameters; without `state` it is `state`.  list_filter_done() frees the result.
 * Returns 0 or a pg error.
 */
int list_filter_read(struct app_worker *worker, const struct http_request *request,
		     const struct front_project *project, const GArray *states, const char *state,
		     int32_t limit, struct list_filter_page *ret_page);
void list_filter_done(struct list_filter_page *filter);

/* Whether a state is one that the parameter chooses: an id, a slug, a name, or "". */
bool list_filter_has_state(const struct list_filter_page *filter, const struct front_state *state);

#endif
