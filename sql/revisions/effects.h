/*
 * effects - relations and states of patches that follow from the versions of their series
 *
 * Changes by users are kept: a relation with a patch that patchmda did not add is not changed, nor
 * is the state of a patch that was changed after patchmda had set it.
 */
#ifndef SQL_REVISIONS_EFFECTS_H
#define SQL_REVISIONS_EFFECTS_H

#include <glib.h>

#include "sql/pg/query.h"

/*
 * Set relations and states in the chains of these series (int32_t) according to the settings of
 * their projects.  The caller has begun a transaction that holds the projects' locks.  *changed
 * counts patches that were changed.  Returns 0, a pg error, -EAGAIN also if a user has
 * changed one of the patches meanwhile, or arena_error().
 */
int effects_apply(struct pg *pg, const GArray *series_ids, size_t *changed);

/*
 * The same for the chains of patches (int32_t) that have just become commits, recorded as changes
 * by a user (0: none). Other versions of these patches are superseded, too, if their state requires
 * action.
 */
int effects_apply_commits(struct pg *pg, const GArray *patch_ids, int32_t user_id);

#endif
