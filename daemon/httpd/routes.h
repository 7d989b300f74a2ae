/*
 * routes - the table of all paths
 *
 * Each row names the function that answers the requests for a path.
 */
#ifndef DAEMON_HTTPD_ROUTES_H
#define DAEMON_HTTPD_ROUTES_H

#include "daemon/httpd/route.h"

/*
 * Find the route of a decoded path, with or without its last slash.  `newest` is the newest version
 * of the REST interface for which the database has the columns.  Returns whether there is a route;
 * then the caller calls route_done().
 */
bool routes_find(const char *path, enum rest_version newest, struct route_match *ret_match);

#endif
