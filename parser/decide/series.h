/*
 * series - the series of patches and cover letters, in canonical order (ingest.md, 13 and 17 c)
 *
 * A patch joins the series that is recorded under its own message id or, otherwise, under the first
 * of its references that has one (a series of another version only if it is about as old).  Failing
 * that, it joins a series of the same person, project, version and total that is dated at most 20
 * minutes from it: the latest one that lacks its number.  If there is none, or the number is taken,
 * the patch makes a series, and its id and references are recorded for that series.  A patch
 * without a marker is number 1 of 1 in a series of its own.  A cover letter joins the series
 * recorded under its id, or makes one.  A series is named by its cover letter or, until that comes,
 * by patch 1; a name that a person gave is never changed.
 *
 * New items that come last in their component (component.h) are grouped as they come.  Otherwise
 * the component is regrouped: the result is what the same mails leave in canonical order, and where
 * the grouping stays as it was, no row changes.
 */
#ifndef PARSER_DECIDE_SERIES_H
#define PARSER_DECIDE_SERIES_H

#include "parser/decide/workset.h"

/*
 * Group the new items of the workset.  The workset must hold all items of every component that a
 * new item belongs to, their series with all patches, and the references to these series.
 *
 * Afterwards each item has its component_root and component, items and series show what changed,
 * and the events are added.
 */
void series_group(struct workset *workset);

/* Set series->named of a loaded series by its name, its cover letter and its patches. */
void series_infer_named(struct series *series);

#endif
