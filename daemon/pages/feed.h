/*
 * feed - the newest series of a project as an Atom feed (RFC 4287)
 */
#ifndef DAEMON_PAGES_FEED_H
#define DAEMON_PAGES_FEED_H

#include "daemon/httpd/app_private.h"

#define FEED_ENTRIES 50

/*
 * /project/LINK/feed/, with the parameters of a list other than `series`, `order`, `page` and
 * `before`: without `state` in any state, and unless `versions` is `latest` with all versions.  A
 * function of a route.
 */
int feed(struct app_worker *worker, const struct http_request *request,
	 const struct route_match *match, struct http_response *response);

#endif
