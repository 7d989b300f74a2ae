/*
 * write - requests that change something: who may, what was sent, and the answer
 */
#ifndef DAEMON_HTTPD_WRITE_H
#define DAEMON_HTTPD_WRITE_H

#include "daemon/httpd/api.h"

/* Answer PUT, PATCH, POST or DELETE, which the resource has.  As rest_answer(). */
int write_answer(struct api *api);

#endif
