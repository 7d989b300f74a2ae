/*
 * negotiate - in which form a client wants an answer: JSON, or a page for people
 */
#ifndef DAEMON_HTTPD_NEGOTIATE_H
#define DAEMON_HTTPD_NEGOTIATE_H

#include "daemon/httpd/http.h"

enum form { FORM_JSON, FORM_PAGE };

#define NEGOTIATE_INDENT_MAX 8

struct negotiated {
	enum form form;
	int indent;         /* of JSON: `application/json; indent=4` */
	const char *suffix; /* of URLs in the answer: "", "?format=json" or "?format=api" */
};

/*
 * By ?format=, else by the Accept header, in which what is named most exactly counts first and
 * weights do not.  Returns 0, or the status of what cannot be had: 404 or 406.
 */
unsigned negotiate(const struct http_request *request, struct negotiated *ret_negotiated);

#endif
