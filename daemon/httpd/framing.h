/*
 * framing - where a request ends (RFC 9112, 6)
 *
 * libmicrohttpd reads a request with two lengths, or with a length and chunks, in one way, and a proxy
 * before it may read it in another.  What is the end of the body for one would be a request of another
 * client for the other (RFC 9112, 11.2), so such requests are refused.
 */
#ifndef DAEMON_HTTPD_FRAMING_H
#define DAEMON_HTTPD_FRAMING_H

#include <microhttpd.h>

/*
 * The status of the response to a request whose end is not clear: 400, or 501 for a transfer coding
 * other than chunked; 0: it is clear.  After the response the connection must be closed.
 */
unsigned framing_fault(struct MHD_Connection *connection, const char *version);

#endif
