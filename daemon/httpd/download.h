/*
 * download - mails and diffs, and what leads to them: addresses outside of /api/
 */
#ifndef DAEMON_HTTPD_DOWNLOAD_H
#define DAEMON_HTTPD_DOWNLOAD_H

#include "daemon/httpd/app_private.h"

/* As rest_answer(). */
int download_answer(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response);

#endif
