/*
 * feed - the newest series of a project as an Atom feed (RFC 4287)
 */
#ifndef DAEMON_PAGES_FEED_H
#define DAEMON_PAGES_FEED_H

#include "daemon/httpd/app_private.h"

#define FEED_ENTRIES 50

/* /project/LINK/feed/; a function of a route. */
int feed(struct app_worker *worker, const struct http_request *request,
	 const struct route_match *match, struct http_response *response);

#endif
