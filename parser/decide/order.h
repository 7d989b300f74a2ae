/*
 * order - canonical order of patches and cover letters
 *
 * A topological sort with a heap: of the items all of whose references were taken, the one with the
 * least date, then the least message id, comes next.
 */
#ifndef PARSER_DECIDE_ORDER_H
#define PARSER_DECIDE_ORDER_H

#include "parser/decide/workset.h"

/*
 * Put `items` (struct item *) into canonical order: each after those of them that it refers
 * to, otherwise by date, then message id.  Where only cycles are left, the least item that is
 * left comes next.
 */
void order_items(GPtrArray *items);

/*
 * Set the position (`anchor`, `offset`) of items in canonical order.  By positions, items of
 * different components can be compared: the order of all is the one in which, each time, the
 * component with the least next item gives that item.  So an item that had to wait for a later one
 * comes right after it.
 */
void order_positions(const GPtrArray *items);

#endif
