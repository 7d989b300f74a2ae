/*
 * circle - which patches and cover letters are neighbours of one another
 *
 * Two of a project are neighbours if they have an id in common among their own and those they
 * refer to, or if they could share a series by marker: the same person, version and total,
 * dates at most 20 minutes apart.  All neighbours of neighbours are a circle.  What is stored of
 * circles only ever joins more than is needed, which costs time and changes nothing.
 */
#ifndef PARSER_CIRCLE_H
#define PARSER_CIRCLE_H

#include "parser/decide/workset.h"

/* Dates of one series posted without threading are at most this far apart. */
#define SERIES_WINDOW_SECS (20 * 60)

/*
 * Find the circles of the world's new items, in the order of the first new member of each: its
 * members (GPtrArray of struct item *), owned by the array, which is the caller's.
 *
 * Every member then has its component_root, and those of these circles have their circle: the
 * name that most of the stored ones have, or 0 when all are new.
 */
GPtrArray *component_find(struct workset *workset);

#endif
