/*
 * encoding - the last that happens to an answer: its ETag, "not modified", and gzip (RFC 9110)
 */
#ifndef DAEMON_HTTPD_ENCODING_H
#define DAEMON_HTTPD_ENCODING_H

#include "daemon/httpd/http.h"

/* Smaller bodies are sent as they are. */
#define ENCODING_GZIP_BYTES_MIN 1024

/*
 * A body that may be cached gets a weak ETag, which is made of it, and becomes 304 where the client
 * has it already; what is large is compressed where the client takes gzip.
 */
void encoding_finish(const struct http_request *request, struct http_response *response);

#endif
