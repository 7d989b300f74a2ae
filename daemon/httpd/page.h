/*
 * page - HTML: errors, and answers of the REST interface for people
 */
#ifndef DAEMON_HTTPD_PAGE_H
#define DAEMON_HTTPD_PAGE_H

#include "daemon/httpd/http.h"
#include "daemon/httpd/route.h"

/* An error of the site, not of the REST interface. */
void page_error(struct http_response *response, unsigned status);

/* Make of an answer in (indented) JSON a page that shows it, with links where it has URLs. */
void page_of_answer(const struct http_request *request, const struct route *route,
		    struct http_response *response);

#endif
