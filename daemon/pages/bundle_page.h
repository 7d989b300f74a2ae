/*
 * bundle_page - the page of a public bundle: its patches, in order, and how to apply them
 */
#ifndef DAEMON_PAGES_BUNDLE_PAGE_H
#define DAEMON_PAGES_BUNDLE_PAGE_H

#include "daemon/httpd/app_private.h"

/*
 * /bundle/OWNER/NAME/; a function of a route.  A private bundle is answered like one that does not
 * exist.
 */
int bundle_page(struct app_worker *worker, const struct http_request *request,
		const struct route_match *match, struct http_response *response);

#endif
