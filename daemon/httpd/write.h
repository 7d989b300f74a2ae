/*
 * write - requests that make changes: permissions, members, and the response
 */
#ifndef DAEMON_HTTPD_WRITE_H
#define DAEMON_HTTPD_WRITE_H

#include "daemon/httpd/api.h"
#include "daemon/httpd/fields.h"

/* The member of that name; NULL if it cannot be written. */
const struct field *write_field(const struct resource *resource, const char *name);

/* Whether the version has requests that change the resource: bundles are written since 1.2. */
bool write_is_supported(const struct api *api);

/* Whether the user may write the resource that the path names; false also if it does not exist. */
int write_may(struct api *api, bool *ret_may);

/* Answer PUT, PATCH, POST or DELETE, if the resource has it.  Returns the same as rest_answer(). */
int write_answer(struct api *api);

#endif
