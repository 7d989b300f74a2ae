/*
 * decide - what each message of a batch becomes
 *
 * Implements spec ingest 12, 13 and 17: a pure function over a world.  The outcome is that of
 * taking the messages one at a time, and does not depend on their order where section 17 says
 * so.
 */
#ifndef PARSER_DECIDE_H
#define PARSER_DECIDE_H

#include "parser/world.h"

/*
 * Decide about the world's messages, in order.
 *
 * The world holds what is known of every message id and reference of the batch; of comments
 * that mention an id of the batch (and of those that mention these, and so on) the
 * references, unasked; and what series_group() wants.
 */
void decide(struct world *world);

/*
 * How many of a comment's references, from the first, can still change its parent if a
 * message of that id comes or moves.
 */
size_t decide_mention_count(struct world *world, const struct comment *comment);

#endif
