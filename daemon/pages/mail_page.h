/*
 * mail_page - the pages of patches and cover letters
 *
 * Functions of routes; see route.h.
 */
#ifndef DAEMON_PAGES_MAIL_PAGE_H
#define DAEMON_PAGES_MAIL_PAGE_H

#include "daemon/httpd/app_private.h"

/* /project/LINK/patch/MSGID/ */
int mail_page_patch(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response);

/* /project/LINK/cover/MSGID/ */
int mail_page_cover(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response);

/* Find the page of comments, from 1, that has a comment; returns 0 or a pg error. */
int mail_page_of_comment(struct app_worker *worker, bool is_on_patch, int32_t id,
			 int64_t *ret_number);

#endif
