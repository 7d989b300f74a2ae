/*
 * rest - a request of the REST interface, from its form to its method
 *
 * What form the answer has, who asks, whether the method is there; then api.h reads or write.h writes.
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
