/*
 * list_page - the list of a project: of series, or with ?view=patches of patches
 *
 * Patchwork's parameters mean what they mean there: series, submitter, delegate, state, q, archive,
 * order and page.  With `series` the list is one of patches, in any state.
 */
#ifndef DAEMON_PAGES_LIST_PAGE_H
#define DAEMON_PAGES_LIST_PAGE_H

#include "daemon/httpd/app_private.h"

/* Rows of a page. */
#define LIST_PAGE_ROWS 100

/* The series and the patches of one that opens; of more it is said how many there are. */
#define LIST_PAGE_SERIES_PATCHES_MAX 40

/* /project/LINK/list/; a function of a route. */
int list_page(struct app_worker *worker, const struct http_request *request,
	      const struct route_match *match, struct http_response *response);

#endif
