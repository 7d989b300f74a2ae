/*
 * listing - a list of documents, whose JSON is made in pieces if it is large
 */
#ifndef DAEMON_HTTPD_LISTING_H
#define DAEMON_HTTPD_LISTING_H

#include "daemon/httpd/app_private.h"
#include "daemon/output/document.h"

struct listing {
	const struct object *object;
	struct document_site site;
	struct shape shape;
	struct emit emit; /* it has begun to write into the response, and nothing is written */
	GArray *ids;      /* int32_t; this and the following is set by listing_write() */
	guint next;       /* the index of the first one that was not written */
};

/*
 * Write the documents with these ids (int32_t), in this order.  If they have more than about
 * HTTP_PIECE_BYTES, the response is made in pieces.  Returns 0 or a pg error.
 */
int listing_write(struct app_worker *worker, const struct listing *listing, GArray *ids,
		  struct http_response *response);

#endif
