/*
 * why_page - where a message is stored and by which rule, or why it is not; as `patchmda why`
 */
#ifndef DAEMON_PAGES_WHY_PAGE_H
#define DAEMON_PAGES_WHY_PAGE_H

#include "daemon/httpd/app_private.h"

/* /why/MSGID/; a function of a route. */
int why_page(struct app_worker *worker, const struct http_request *request,
	     const struct route_match *match, struct http_response *response);

#endif
