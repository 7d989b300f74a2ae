/*
 * series - patches and cover letters into series, in canonical order
 *
 * Implements spec ingest 13, 16 (D7) and 17 c.  What belongs together is a circle (circle.h).
 *
 * New members that come last in their circle are grouped as they come.  Otherwise the circle
 * is worked out afresh: the result is what the same mails leave in canonical order, and where
 * that is what was there, no row changes.
 */
#ifndef PARSER_SERIES_H
#define PARSER_SERIES_H

#include "parser/world.h"

/*
 * Group the world's new items.  The world holds, of every circle that a new item belongs to,
 * all members, their series with all patches, and the references to these.
 *
 * Afterwards each item has its circle_leader and circle, items and series show what changed,
 * and events were added.
 */
void series_group(struct world *world);

/* Find out from its name how a loaded series with its cover and patches was named. */
void series_infer_named(struct series *series);

#endif
