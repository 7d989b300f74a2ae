/*
 * order - canonical order of patches and cover letters
 *
 * A topological sort with a heap: of the items whose references were all taken, the one of
 * least date, then message id, comes next.
 */
#ifndef PARSER_ORDER_H
#define PARSER_ORDER_H

#include "parser/decide/workset.h"

/*
 * Put `items` (struct item *) into canonical order: each after those of them that it refers
 * to, otherwise by date, then message id.  Where only cycles are left, the least item that is
 * left comes next.
 */
void order_items(GPtrArray *items);

/*
 * Tell items in canonical order their places (`anchor`, `offset`), by which they can be
 * compared with items of other circles too: all circles together are in order when each time
 * the one that has the least next item gives it.  So an item that had to wait for a later one
 * comes right behind that.
 */
void order_positions(const GPtrArray *items);

#endif
