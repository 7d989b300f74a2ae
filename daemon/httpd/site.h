/*
 * site - other addresses of Patchwork: completions, the settings of pwclient, pages for users
 *
 * Functions of routes; see route.h.
 */
#ifndef DAEMON_HTTPD_SITE_H
#define DAEMON_HTTPD_SITE_H

#include "daemon/httpd/app.h"
#include "daemon/httpd/route.h"

/*
 * Completions of ?q=, at most ?l= of them: a list of objects with "pk", "name" and, for submitters,
 * "email".
 */
int site_submitters(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response);
int site_delegates(struct app_worker *worker, const struct http_request *request,
		   const struct route_match *match, struct http_response *response);

/* The settings of pwclient for a project. */
int site_pwclientrc(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response);

/* Redirect from a page for users to Patchwork's login page. */
int site_login(struct app_worker *worker, const struct http_request *request,
	       const struct route_match *match, struct http_response *response);

#endif
