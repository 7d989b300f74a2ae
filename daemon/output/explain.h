/*
 * explain - by which rule a stored message was put into its series or on its parent
 *
 * The rule is not recorded when mail is stored.  It is derived from the rows that are stored now,
 * so a rule is named only if it leads to where the message is.  patchmda-why(1) lists the rules.
 */
#ifndef DAEMON_OUTPUT_EXPLAIN_H
#define DAEMON_OUTPUT_EXPLAIN_H

#include "sql/report/why.h"

/*
 * Why a patch or cover letter is in its series, or in none, as one line of UTF-8 that may contain
 * text from mail; the caller frees it.  `refs` is the result of why_references() for its own id and
 * then its references.
 */
char *explain_member(const struct why_stored *member, const GArray *refs);

/* Why a comment is on its patch or cover letter; `refs` are its references. */
char *explain_comment(const struct why_stored *comment, const GArray *refs);

#endif
