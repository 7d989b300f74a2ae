/*
 * download - mails and diffs, and redirects to them, outside of /api/
 *
 * Functions of routes; see route.h.
 */
#ifndef DAEMON_HTTPD_DOWNLOAD_H
#define DAEMON_HTTPD_DOWNLOAD_H

#include "daemon/httpd/app_private.h"

/*
 * A patch by link name and message id, with the earlier ones of its series if the query asks for
 * them.
 */
int download_patch_mbox(struct app_worker *worker, const struct http_request *request,
			const struct route_match *match, struct http_response *response);

/* The diff of a patch. */
int download_patch_raw(struct app_worker *worker, const struct http_request *request,
		       const struct route_match *match, struct http_response *response);

/* A cover letter. */
int download_cover_mbox(struct app_worker *worker, const struct http_request *request,
			const struct route_match *match, struct http_response *response);

/* The patches of a series. */
int download_series(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response);

/* The patches of a bundle. */
int download_bundle(struct app_worker *worker, const struct http_request *request,
		    const struct route_match *match, struct http_response *response);

/* Redirect from the id of a patch to its address by message id. */
int download_to_patch(struct app_worker *worker, const struct http_request *request,
		      const struct route_match *match, struct http_response *response);

/* The same for a cover letter. */
int download_to_cover(struct app_worker *worker, const struct http_request *request,
		      const struct route_match *match, struct http_response *response);

/* Redirect to the patch or cover letter of a comment. */
int download_to_comment(struct app_worker *worker, const struct http_request *request,
			const struct route_match *match, struct http_response *response);

#endif
