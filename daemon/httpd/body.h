/*
 * body - what a client sends: JSON, a form, or multipart/form-data, as members of one object
 */
#ifndef DAEMON_HTTPD_BODY_H
#define DAEMON_HTTPD_BODY_H

#include <jansson.h>

#include "daemon/httpd/http.h"

struct body {
	json_t *members; /* an object; of a form the values are texts, and lists where a name repeats */
	bool is_form;
	unsigned status; /* 0, or that of the answer, 400 or 415, which `problem` is for: */
	char *problem;
	bool is_listed; /* {"detail": ["..."]} */
};

/* Read it; nothing at all is an object without members. */
void body_read(const struct http_request *request, struct body *ret_body);
void body_done(struct body *body);

/* Python's name of a value's type, as clients of Patchwork know it; static. */
const char *body_type_name(const json_t *json);

#endif
