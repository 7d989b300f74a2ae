/*
 * url - the URLs of pages, as paths
 *
 * Link names and message ids are percent-encoded.  The caller frees the results.
 */
#ifndef DAEMON_PAGES_URL_H
#define DAEMON_PAGES_URL_H

#include <stdint.h>

#include "parser/view.h"
#include "sql/report/show.h"

enum url_mail { URL_PATCH, URL_COVER };

/* /project/LINK/ and `tail` */
char *url_project(struct view link_name, const char *tail);

/* /project/LINK/patch/MSGID/ and `tail`; a message id may have its brackets. */
char *url_of_mail(struct view link_name, enum url_mail kind, struct view msgid, const char *tail);

/* The page of a patch or cover letter that was found, or of the one that a comment is on. */
char *url_shown(const struct shown *shown);

/* /project/LINK/series/ID/ */
char *url_series(struct view link_name, int32_t id);

/* /bundle/OWNER/NAME/ and `tail` */
char *url_bundle(const char *owner, const char *name, const char *tail);

/* /why/MSGID/ */
char *url_why(struct view msgid);

/* `name=value`, with the value encoded as in a query string. */
char *url_parameter(const char *name, struct view value);

#endif
