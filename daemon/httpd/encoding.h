/*
 * encoding - the last step of a response: its ETag, "not modified", and gzip (RFC 9110)
 */
#ifndef DAEMON_HTTPD_ENCODING_H
#define DAEMON_HTTPD_ENCODING_H

#include "daemon/httpd/http.h"

/* Smaller bodies are sent as they are. */
#define ENCODING_GZIP_BYTES_MIN 1024

/*
 * A body that may be cached gets a weak ETag, a hash of it.  A client that has the body already
 * gets 304.  A large body is compressed if the client accepts gzip.
 */
void encoding_finish(const struct http_request *request, struct http_response *response);

#endif
