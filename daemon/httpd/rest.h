/*
 * rest - a request of the REST interface, from its form to its method
 *
 * It finds the format of the answer, the user, and whether the resource has the method; then api.h
 * reads or write.h writes.
 */
#ifndef DAEMON_HTTPD_REST_H
#define DAEMON_HTTPD_REST_H

#include "daemon/httpd/app_private.h"

/*
 * Answer.  Returns 0, also when the answer is an error, or what the database's functions return;
 * then there is no answer.
 */
int rest_answer(struct app_worker *worker, const struct http_request *request,
		const struct route_match *match, struct http_response *response);

#endif
