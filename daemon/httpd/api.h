/*
 * api - the REST interface: all paths below /api/
 */
#ifndef DAEMON_HTTPD_API_H
#define DAEMON_HTTPD_API_H

#include "daemon/httpd/app_private.h"
#include "daemon/httpd/auth.h"
#include "daemon/httpd/negotiate.h"
#include "daemon/output/document.h"

/* A request for a resource. */
struct api {
	struct app_worker *worker;
	const struct http_request *request;
	const struct route_match *match;
	struct http_response *response;
	struct negotiated negotiated;
	struct auth_user user;
	bool is_patched;          /* the response is to PATCH */
	struct documents *before; /* NULL, or the document whose lists the response shows */
};

/*
 * Answer GET or HEAD of the index, of a list or of one resource, and find the user, in one round
 * trip where one will do.  Returns the same as rest_answer().
 */
int api_read(struct api *api);

/* Whether the request has this method. */
bool api_is_method(const struct api *api, const char *method);

/* Answer with an error, `{"detail": ...}`. */
void api_fail(struct api *api, unsigned status, const char *detail);

/* Answer that the resource does not have the method. */
void api_fail_method(struct api *api);

/*
 * Find the user of the request.  If the credentials are wrong, or the route needs a user and there
 * is none, *ret_is_admitted is false and the response is an error.  Returns 0 or a pg error.
 */
int api_find_user(struct api *api, bool *ret_is_admitted);

/* Read the rows of documents; documents_done() frees them, also after a failure. */
int api_fetch(struct api *api, const struct shape *shape, const GArray *ids,
	      struct documents *ret_documents);

/* Answer with the document with this id; with 404 if there is none. */
int api_show(struct api *api, unsigned status, int32_t id);

/* The id of the resource that the path names; 0 if it does not exist or the user may not see it. */
int api_find(struct api *api, int32_t *ret_id);

/* The members of a document differ between a list and a document alone. */
enum shape_place { SHAPE_IN_LIST, SHAPE_ALONE };
struct shape api_shape(const struct api *api, enum shape_place place);

/* Begin a response in the form that the client accepts. */
void api_begin(struct api *api, unsigned status, struct emit *emit);

#define API_NOT_FOUND "Not found."
#define API_NOBODY    "Authentication credentials were not provided."
#define API_MAY_NOT   "You do not have permission to perform this action."
#define API_READ_ONLY "This server is read-only."
#define API_FOREIGN \
	"A page of another site cannot make changes with a password that the browser has stored."

#endif
