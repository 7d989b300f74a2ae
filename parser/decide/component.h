/*
 * component - the patches and cover letters that may influence each other's series
 *
 * Two items of a project are related if they have an id in common among their own ids and the ids
 * that they refer to, or if they could share a series by marker: the same person, version and
 * total, and dates at most 20 minutes apart.  The components are the connected components of this
 * relation, found by union-find.  A stored component may join more items than are related; that
 * costs time and changes no result.
 */
#ifndef PARSER_DECIDE_COMPONENT_H
#define PARSER_DECIDE_COMPONENT_H

#include "parser/decide/workset.h"

/* The patches of a series that was posted without threading are dated at most this far apart. */
#define SERIES_WINDOW_SECS (20 * 60)

/*
 * Find the components that hold a new item of the workset, in the order of their first new items.
 * Each is a GPtrArray of struct item *, owned by the array that is returned, which is the caller's.
 *
 * Afterwards every item with links has its component_root.  The items of the components returned
 * have their `component`: the one that most of the stored items had, or 0 if all are new.
 */
GPtrArray *component_find(struct workset *workset);

#endif
