/*
 * series - patches and cover letters into series, in canonical order
 *
 * A patch is in the series that is recorded under its own message id, else under the first of
 * its references that has one (of another version only if about as old); else in one of the
 * same person, project, version and total, dated at most 20 minutes from it: the latest that
 * lacks its number.  Where none is found, or its number is taken there, it makes a series, and
 * its id and references are recorded for that.  Without a marker it is 1 of 1 in one of its own.
 * A cover letter joins the series recorded under its id, or makes one.  A series has the cover
 * letter's name, until that comes patch 1's, and never loses one that a person gave.
 *
 * What belongs together is a circle (circle.h).  New members that come last in theirs are grouped
 * as they come.  Otherwise the circle is worked out afresh: the result is what the same mails
 * leave in canonical order, and where that is what was there, no row changes.
 */
#ifndef PARSER_SERIES_H
#define PARSER_SERIES_H

#include "parser/decide/workset.h"

/*
 * Group the world's new items.  The world holds, of every circle that a new item belongs to,
 * all members, their series with all patches, and the references to these.
 *
 * Afterwards each item has its component_root and circle, items and series show what changed,
 * and events were added.
 */
void series_group(struct workset *workset);

/* Find out from its name how a loaded series with its cover and patches was named. */
void series_infer_named(struct series *series);

#endif
