/*
 * compare_page - a version of a series beside each other version: which patches have changed
 */
#ifndef DAEMON_PAGES_COMPARE_PAGE_H
#define DAEMON_PAGES_COMPARE_PAGE_H

#include "daemon/httpd/app_private.h"

/*
 * /project/LINK/series/ID/versions/; a function of a route.  Of many other versions only the last
 * COMPARE_SERIES_MAX - 1 are compared.
 */
int compare_page(struct app_worker *worker, const struct http_request *request,
		 const struct route_match *match, struct http_response *response);

#endif
