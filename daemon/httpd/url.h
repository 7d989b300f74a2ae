/*
 * url - whether a text is a web address that a check may have
 *
 * The rule is that of Patchwork's framework: http, https, ftp or ftps, then perhaps a user with a
 * password, then an IP address, `localhost` or a host name of several labels, the last of which is
 * no number, then perhaps a port of two to five digits, and no white space anywhere.
 */
#ifndef DAEMON_HTTPD_URL_H
#define DAEMON_HTTPD_URL_H

#include <stdbool.h>

#include "parser/view.h"

/* `text` is UTF-8. */
bool url_is_valid(struct view text);

#endif
