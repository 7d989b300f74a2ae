/*
 * series - patches and cover letters into series, in canonical order
 *
 * Implements spec ingest 13, 16 (D7) and 17 c.  Neighbours are patches and cover letters of a
 * project linked, through any chain, by a common id among their own and those they refer to,
 * or, marked ones, by the same person, version and total with dates at most 20 minutes apart.
 * All neighbours of one another are a circle.
 *
 * New members that come last in their circle are grouped as they come.  Otherwise the circle
 * is worked out afresh: the result is what the same mails leave in canonical order, and where
 * that is what was there, no row changes.
 */
#ifndef PARSER_SERIES_H
#define PARSER_SERIES_H

#include "parser/world.h"

/* Dates of one series posted without threading are at most this far apart. */
#define SERIES_SPAN_SECS (20 * 60)

/*
 * Group the world's new items.  The world holds, of every circle that a new item belongs to,
 * all members, their series with all patches, and the references to these.
 *
 * Afterwards each item has its circle_leader and circle, items and series show what changed,
 * and events were added.
 */
void series_group(struct world *world);

/*
 * Only find the circles of the new items, for rows that were grouped by somebody else: their
 * series are left as they are.
 */
void series_circles(struct world *world);

/*
 * Put `items` into canonical order: each after those it refers to, otherwise by date, then
 * message id; a cycle is cut at its least member.
 */
void series_canonical_order(GPtrArray *items);

/* Find out from its name how a loaded series with its cover and patches was named. */
void series_infer_named(struct series *series);

#endif
