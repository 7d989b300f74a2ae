/*
 * decide - what each message of a batch becomes
 *
 * A pure function over a world.  What is no reply and has a diff or a pull request is a patch; one
 * numbered 0 is a cover letter; a reply is a comment on the patch, else the cover letter, that
 * its references lead to, directly or by a comment of that id.  A reply that leads nowhere waits
 * for its parent.  A person's name is that of the latest message that has one.
 *
 * The outcome is that of taking the messages one at a time in canonical order (order.h), in
 * whatever order they come.
 */
#ifndef PARSER_DECIDE_H
#define PARSER_DECIDE_H

#include "parser/decide/workset.h"

/*
 * Decide about the world's messages, in order.
 *
 * The world holds what is known of every message id and reference of the batch; of comments
 * that mention an id of the batch (and of those that mention these, and so on) the
 * references, unasked; and what series_group() wants.
 */
void decide(struct workset *workset);

/*
 * How many of a comment's references, from the first, can still change its parent if a
 * message of that id comes or moves.
 */
size_t decide_msgref_count(struct workset *workset, const struct comment *comment);

#endif
