/*
 * target_url - whether a text is a URL that a check may have
 *
 * The rule is that of Patchwork's framework: http, https, ftp or ftps, then perhaps a user with a
 * password, then an IP address, `localhost` or a host name of several labels, the last of which is
 * not a number, then perhaps a port of two to five digits, and no white space anywhere.
 */
#ifndef DAEMON_HTTPD_TARGET_URL_H
#define DAEMON_HTTPD_TARGET_URL_H

#include <stdbool.h>

#include "parser/view.h"

/* `text` is UTF-8. */
bool target_url_is_valid(struct view text);

#endif
