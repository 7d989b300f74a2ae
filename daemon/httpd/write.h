/*
 * write - requests that change something: who may, what was sent, and the answer
 */
#ifndef DAEMON_HTTPD_WRITE_H
#define DAEMON_HTTPD_WRITE_H

#include "daemon/httpd/api.h"
#include "daemon/httpd/fields.h"

/* The member of that name, if it can be written; NULL otherwise. */
const struct field *write_field(const struct resource *resource, const char *name);

/* Whether the client may write what the path names; false also where that does not exist. */
int write_may(struct api *api, bool *ret_may);

/* Answer PUT, PATCH, POST or DELETE, which the resource has.  As rest_answer(). */
int write_answer(struct api *api);

#endif
