/*
 * site - addresses of a Patchwork besides its interface, its pages and its downloads
 *
 * Each returns 0, or what pg_run() returns; then there is no answer.
 */
#ifndef DAEMON_HTTPD_SITE_H
#define DAEMON_HTTPD_SITE_H

#include "daemon/httpd/app.h"
#include "daemon/httpd/route.h"

/* Completions for ?q=: a list of {"pk", "name"} and, of submitters, "email"; ?l= is how many. */
int site_submitters(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response);
int site_delegates(struct app_worker *worker, const struct http_request *request,
		   const struct route_match *match, struct http_response *response);

/* The settings of pwclient for a project. */
int site_pwclientrc(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response);

/* A page of a user leads to Patchwork's page for logging in. */
int site_login(struct app_worker *worker, const struct http_request *request,
	       const struct route_match *match, struct http_response *response);

#endif
