/*
 * missing_page - the response for an unknown patch or cover letter, with similar message ids
 */
#ifndef DAEMON_PAGES_MISSING_PAGE_H
#define DAEMON_PAGES_MISSING_PAGE_H

#include "daemon/httpd/app_private.h"
#include "daemon/pages/page.h"
#include "sql/pages/front.h"

/* `project` has id 0 if there is no such project either.  Returns 0 or a pg error. */
int missing_page(struct app_worker *worker, const struct http_request *request,
		 const struct route_match *match, struct http_response *response,
		 const struct front_project *project);

/*
 * Write the patches of `rows` (struct mail_related) whose message ids begin like `msgid`, under a
 * heading; false if there is none.
 */
bool missing_page_alike(struct page *page, const GArray *rows, struct view msgid);

#endif
