/*
 * api - the REST interface: what is below /api/
 */
#ifndef DAEMON_HTTPD_API_H
#define DAEMON_HTTPD_API_H

#include "daemon/httpd/app_private.h"
#include "daemon/httpd/auth.h"
#include "daemon/httpd/negotiate.h"
#include "daemon/output/document.h"

/* A request for a resource, as the functions that answer it see it. */
struct api {
	struct app_worker *worker;
	const struct http_request *request;
	const struct route_match *match;
	struct http_response *response;
	struct negotiated negotiated;
	struct asker asker;
	bool is_patched;          /* the answer to PATCH */
	struct documents *before; /* NULL, or the document whose lists the answer shows */
};

/* Answer GET and HEAD, of the index, a list or one.  As rest_answer(). */
int api_read(struct api *api);

/* Whether the request has this method. */
bool api_is_method(const struct api *api, const char *method);

/* An answer `{"detail": ...}`. */
void api_fail(struct api *api, unsigned status, const char *detail);

/* Read the rows of documents; documents_done() frees them, also after a failure. */
int api_fetch(struct api *api, const struct shape *shape, const GArray *ids,
	      struct documents *ret_documents);

/* The document with this id, as the answer; 404 when there is none. */
int api_show(struct api *api, unsigned status, int32_t id);

/* The id of what the path names; 0 when that does not exist, or not for who asks. */
int api_find(struct api *api, int32_t *ret_id);

/* Which members a document has, alone or in a list. */
enum shape_place { SHAPE_IN_LIST, SHAPE_ALONE };
struct shape api_shape(const struct api *api, enum shape_place place);

/* Begin to write JSON as the client wants it. */
void api_begin(struct api *api, unsigned status, struct emit *emit);

#define API_NOT_FOUND "Not found."
#define API_NOBODY    "Authentication credentials were not provided."
#define API_MAY_NOT   "You do not have permission to perform this action."
#define API_READ_ONLY "This server takes no changes."
#define API_FOREIGN   "A password that a browser keeps does not change anything for another site."

#endif
