/*
 * thread - the discussion of a patch or cover letter: each comment below its parent
 */
#ifndef DAEMON_PAGES_THREAD_H
#define DAEMON_PAGES_THREAD_H

#include "daemon/pages/page.h"
#include "sql/pages/mail.h"

/* Replies are indented up to this depth. */
#define THREAD_DEPTH_MAX 6

/* Limit of the trailers that are listed; the page says that there may be more. */
#define THREAD_TRAILERS_MAX 100

/*
 * Write the comments as nested lists; `comments` is a GArray of struct mail_comment, not empty.
 * The anchor of a comment is `prefix` and its id; comments on patches and on cover letters can have
 * the same id.
 */
void thread_write(struct page *page, const GArray *comments, const char *prefix);

/* Write the trailers of comments, each once, with links to the comments. */
void thread_write_trailers(struct page *page, const GArray *comments, const char *prefix);

#endif
