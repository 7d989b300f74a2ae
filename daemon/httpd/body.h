/*
 * body - reads the body of a request: JSON, a form, or multipart/form-data
 */
#ifndef DAEMON_HTTPD_BODY_H
#define DAEMON_HTTPD_BODY_H

#include <jansson.h>

#include "daemon/httpd/http.h"

struct body {
	json_t *members; /* an object; in a form, the values of a repeated name are a list */
	bool is_form;
	unsigned status; /* 0, or that of the error `problem`: 400 or 415 */
	char *problem;
	bool is_listed; /* the response to it is {"detail": ["..."]} */
};

/* Read the body; an empty one is an object without members. */
void body_read(const struct http_request *request, struct body *ret_body);
void body_done(struct body *body);

/* Python's name of the type of a value, for error messages as Patchwork has them; static. */
const char *body_type_name(const json_t *json);

#endif
