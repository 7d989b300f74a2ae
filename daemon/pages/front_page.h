/*
 * front_page - the front page, with all projects, and the page of a project
 *
 * Functions of routes; see route.h.
 */
#ifndef DAEMON_PAGES_FRONT_PAGE_H
#define DAEMON_PAGES_FRONT_PAGE_H

#include "daemon/httpd/app_private.h"

/* / */
int front_page_projects(struct app_worker *worker, const struct http_request *request,
			const struct route_match *match, struct http_response *response);

/* /project/LINK/ */
int front_page_project(struct app_worker *worker, const struct http_request *request,
		       const struct route_match *match, struct http_response *response);

#endif
