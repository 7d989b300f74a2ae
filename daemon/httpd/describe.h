/*
 * describe - the answer to OPTIONS: what a resource is, and which members can be written
 */
#ifndef DAEMON_HTTPD_DESCRIBE_H
#define DAEMON_HTTPD_DESCRIBE_H

#include "daemon/httpd/api.h"

/*
 * Answer.  Members are listed for a client that may write the resource, under the method that takes
 * all of them (PUT, or POST of a list).  As rest_answer().
 */
int describe_answer(struct api *api);

#endif
