/*
 * commits - finds the stored patches that became commits, and sets their state
 *
 * Commits come in batches.  A few queries find the candidate patches of each commit, commit_match.h
 * decides, and one transaction sets state and commit_ref, with an event for each change of a state.
 * It takes the projects' locks, like a transaction that stores mail.  If another transaction has
 * changed a patch in the meantime, the patch is loaded and matched again.
 */
#ifndef SQL_COMMITS_COMMITS_H
#define SQL_COMMITS_COMMITS_H

#include <glib.h>

#include "parser/decide/commit_match.h"
#include "sql/pg/query.h"

/* Limit of commits in a batch; larger batches make longer transactions and are hardly faster. */
#define COMMITS_BATCH_MAX 256

struct commits_request {
	const GPtrArray *projects; /* char *: link names; empty: all */
	const char *state;         /* slug or name, ignoring case */
	const char *actor;         /* name of the user in events; NULL: none */
	const char *time_zone;     /* of --time-zone, or NULL (sql/schema/zone.h) */
	bool is_forced;            /* change also a state that a user has set */
	bool is_dry;               /* write nothing */
};

struct commits;

/*
 * Begin.  The texts of the request must outlive *ret_commits.  Returns 0, a pg error, -ENOENT for
 * an unknown project, state or user, or -EINVAL for another zone than the database's; with the last
 * two *ret_problem is the message, which the caller frees with g_free().
 */
int commits_begin(struct pg *pg, const struct commits_request *request,
		  struct commits **ret_commits, char **ret_problem);
void commits_free(struct commits *commits);
void commits_free_ptr(struct commits **commits);

/* The result for a commit. */
struct commits_outcome {
	enum commit_rule rule;
	const struct commit_patch *patch; /* with its new state; NULL: none was found */
	unsigned changes;                 /* of enum commit_change */
	struct view old_state;            /* slug; absent if it had none */
};

/*
 * Process `count` commits, at most COMMITS_BATCH_MAX, oldest first.  Returns 0 when all is
 * committed and the outcomes are set; views in them live until the next call.  Otherwise it returns
 * a pg error. The call is idempotent.
 */
int commits_store(struct commits *commits, const struct commit *list, size_t count,
		  struct commits_outcome *ret_outcomes);

/* The slug of the state that commits get. */
struct view commits_state(const struct commits *commits);

/* Record that the run is complete, for `patchmda status`. */
int commits_end(struct commits *commits);

#endif
