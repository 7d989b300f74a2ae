/*
 * rest - the first steps of a request of the REST interface
 *
 * They find the form of the response and whether the resource has the method; then api.h reads, or
 * write.h writes for the user, who was found before.
 */
#ifndef DAEMON_HTTPD_REST_H
#define DAEMON_HTTPD_REST_H

#include "daemon/httpd/app_private.h"

/*
 * Answer a request.  Returns 0, also if the response is an error, or a pg error; then there is no
 * response.
 */
int rest_answer(struct app_worker *worker, const struct http_request *request,
		const struct route_match *match, struct http_response *response);

#endif
