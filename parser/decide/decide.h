/*
 * decide - the decision about each message of a batch
 *
 * A pure function over a workset (ingest.md, 12 to 14 and 17).  A message that is no reply and has
 * a diff or a pull request is a patch; one that is numbered 0 is a cover letter; a reply is a
 * comment on the patch or, otherwise, the cover letter that its references lead to, directly or by
 * a comment with that id.  A reply whose references lead nowhere waits for its parent.  A person's
 * name is that of the latest message that has one.
 *
 * The outcome does not depend on the order in which messages come: it is that of taking them one at
 * a time in canonical order (order.h).
 */
#ifndef PARSER_DECIDE_DECIDE_H
#define PARSER_DECIDE_DECIDE_H

#include "parser/decide/workset.h"

/*
 * Decide about the messages of the workset, in order.
 *
 * The workset must hold the records of every message id and reference of the batch; the comments
 * that refer to an id of the batch (and those that refer to these, and so on) with their references
 * and COMMENT_UNRESOLVED; and the records that series_group() needs.
 */
void decide(struct workset *workset);

/*
 * The number of a comment's references, from the first, that can still change its parent when a
 * message with that id comes or moves.
 */
size_t decide_msgref_count(struct workset *workset, const struct comment *comment);

#endif
