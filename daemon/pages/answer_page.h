/*
 * answer_page - an answer of the REST interface for people: the request, the status, the JSON with links
 */
#ifndef DAEMON_PAGES_ANSWER_PAGE_H
#define DAEMON_PAGES_ANSWER_PAGE_H

#include "daemon/httpd/http.h"
#include "daemon/httpd/route.h"

/* Make of an answer in (indented) JSON a page that shows it. */
void answer_page(const struct http_request *request, const struct route *route,
		 struct http_response *response);

#endif
