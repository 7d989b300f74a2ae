/*
 * framing - where a request ends, and to which host it is sent (RFC 9112, 3.2 and 6)
 *
 * libmicrohttpd reads a request with two lengths, or with a length and chunks, in one way, and a
 * proxy before it may read it in another.  The rest of the body for one would be a request of
 * another client for the other (RFC 9112, 11.2), so such requests are refused.
 */
#ifndef DAEMON_HTTPD_FRAMING_H
#define DAEMON_HTTPD_FRAMING_H

#include <stdbool.h>

/* The headers that decide this; all zero at first. */
struct framing {
	int lengths, encodings, hosts; /* numbers of headers */
	bool is_chunked;
	bool is_malformed; /* a blank in a name, a CR within a line, a line that is folded */
	bool has_bad_host;
};

/*
 * Whether a Host header can have this value: a name or an address, and perhaps a port, or nothing
 * (RFC 9110, 7.2).  As in Django, a name has letters, digits and `-._`, not the other characters
 * that RFC 3986 allows.
 */
bool framing_is_host(const char *value);

/* Note a header. */
void framing_note(struct framing *framing, const char *name, const char *value);

/*
 * The status of the response to a request that is not clear: 400, or 501 for a transfer coding
 * other than chunked; 0: it is clear.  A request without a host is clear in HTTP/1.0 only.  After
 * the response the connection must be closed.
 */
unsigned framing_fault(const struct framing *framing, const char *version);

#endif
