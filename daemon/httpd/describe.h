/*
 * describe - the response to OPTIONS: a description of a resource and of its writable members
 */
#ifndef DAEMON_HTTPD_DESCRIBE_H
#define DAEMON_HTTPD_DESCRIBE_H

#include "daemon/httpd/api.h"

/*
 * Answer OPTIONS.  Members are listed if the user may write the resource, under the method that
 * takes all of them (PUT, or POST of a list).  Returns the same as rest_answer().
 */
int describe_answer(struct api *api);

#endif
