/*
 * find_page - the results of the search box: patches, people, message ids, archives' URLs, commits
 */
#ifndef DAEMON_PAGES_FIND_PAGE_H
#define DAEMON_PAGES_FIND_PAGE_H

#include "daemon/httpd/app_private.h"

/* Limits of the patches and people that are listed. */
#define FIND_PAGE_PATCHES 50
#define FIND_PAGE_PEOPLE  20

/* /search/?q=; a function of a route. */
int find_page(struct app_worker *worker, const struct http_request *request,
	      const struct route_match *match, struct http_response *response);

#endif
