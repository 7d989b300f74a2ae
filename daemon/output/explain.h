/*
 * reason - by which rule a stored message was put where it is
 *
 * Nothing of that is written down when mail is stored: it is found again in what is stored
 * now, so a rule is named only if it leads where the message is.  patchmda-why(1) lists them.
 */
#ifndef DAEMON_REASON_H
#define DAEMON_REASON_H

#include "sql/report/why.h"

/*
 * Why a patch or cover letter is in its series, or in none, as one line of UTF-8 that may hold
 * text from mail; the caller frees it.  `refs`: what why_references() says of its own id and
 * then of its references.
 */
char *reason_of_member(const struct why_stored *member, const GArray *refs);

/* Why a comment is on its patch or cover letter; `refs` are its references. */
char *reason_of_comment(const struct why_stored *comment, const GArray *refs);

#endif
