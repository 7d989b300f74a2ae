/*
 * answer_page - a page for a response of the REST interface: status, headers, JSON with links
 */
#ifndef DAEMON_PAGES_ANSWER_PAGE_H
#define DAEMON_PAGES_ANSWER_PAGE_H

#include "daemon/httpd/http.h"
#include "daemon/httpd/route.h"

/*
 * Replace a response in (indented) JSON by a page that shows it.  If the JSON is made in pieces, so
 * is the page.
 */
void answer_page(const struct http_request *request, const struct route *route,
		 struct http_response *response);

#endif
