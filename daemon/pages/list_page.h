/*
 * list_page - the list of a project: of series, or with ?view=patches of patches
 *
 * The parameters series, submitter, delegate, state, q, archive, order and page have the same
 * meaning as in Patchwork.  With `series` the list shows patches, in any state.
 */
#ifndef DAEMON_PAGES_LIST_PAGE_H
#define DAEMON_PAGES_LIST_PAGE_H

#include "daemon/httpd/app_private.h"

/* Rows of a page. */
#define LIST_PAGE_ROWS 100

/* Limit of the patches that a row of a series shows; of more, the row shows their number. */
#define LIST_PAGE_SERIES_PATCHES_MAX 15

/* /project/LINK/list/; a function of a route. */
int list_page(struct app_worker *worker, const struct http_request *request,
	      const struct route_match *match, struct http_response *response);

#endif
