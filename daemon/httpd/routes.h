/*
 * routes - the table of all addresses
 *
 * Each row names the function that answers; what is added to the server begins here.
 */
#ifndef DAEMON_HTTPD_ROUTES_H
#define DAEMON_HTTPD_ROUTES_H

#include "daemon/httpd/route.h"

/*
 * Find the route of a decoded path, with or without the last slash; `newest` is the newest version
 * of the REST interface that the database allows.  Returns whether there is one; then the caller
 * calls route_done().
 */
bool routes_find(const char *path, enum rest_version newest, struct route_match *ret_match);

#endif
