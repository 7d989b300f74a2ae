/*
 * series_page - the page of a series: cover letter, patches, missing numbers, how to apply it
 */
#ifndef DAEMON_PAGES_SERIES_PAGE_H
#define DAEMON_PAGES_SERIES_PAGE_H

#include "daemon/httpd/app_private.h"

/* /project/LINK/series/ID/; a function of a route. */
int series_page(struct app_worker *worker, const struct http_request *request,
		const struct route_match *match, struct http_response *response);

#endif
