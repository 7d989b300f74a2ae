/*
 * negotiate - the form of a response: JSON, or an HTML page that shows the JSON
 */
#ifndef DAEMON_HTTPD_NEGOTIATE_H
#define DAEMON_HTTPD_NEGOTIATE_H

#include "daemon/httpd/http.h"

enum form { FORM_JSON, FORM_PAGE };

#define NEGOTIATE_INDENT_MAX 8

struct negotiated {
	enum form form;
	int indent;         /* of `application/json; indent=4` */
	const char *suffix; /* of URLs in the response: "", "?format=json" or "?format=api" */
};

/*
 * Choose by ?format=, otherwise by the Accept header: its most specific media range comes first,
 * and weights are ignored.  Returns 0, or the status of the error if neither form is acceptable:
 * 404 or 406.
 */
unsigned negotiate(const struct http_request *request, struct negotiated *ret_negotiated);

#endif
