/*
 * commits - which stored patches became commits: looked up, decided, and set
 *
 * Commits come in batches.  A few look-ups find the patches that each may have been
 * (commit_match.h decides), and one transaction sets what that changes: state, commit_ref, and an event
 * for each state.  It waits for the projects' locks, as those do that store mail.  A patch that
 * somebody else changes meanwhile is looked at and decided about again.
 */
#ifndef SQL_COMMITS_H
#define SQL_COMMITS_H

#include <glib.h>

#include "parser/decide/commit_match.h"
#include "sql/pg/query.h"

/* Commits of one call; more make longer transactions and are hardly faster. */
#define COMMITS_BATCH_MAX 256

struct commits_request {
	const GPtrArray *projects; /* char *: link names; none: all */
	const char *state;         /* slug or name, case ignored */
	const char *actor;         /* a user's name; NULL: nobody */
	const char *time_zone;     /* what the command was told, or NULL (sql/schema/zone.h) */
	bool is_forced;            /* also a state that was chosen is changed */
	bool is_dry;               /* nothing is written */
};

struct commits;

/*
 * Begin.  The request's texts have to stay.  Returns 0, a pg error, or -ENOENT for a project, state
 * or user that there is not, or -EINVAL for another zone than the database's: *ret_problem then says so
 * (g_free() it).
 */
int commits_begin(struct pg *pg, const struct commits_request *request,
		  struct commits **ret_commits, char **ret_problem);
void commits_free(struct commits *commits);
void commits_free_ptr(struct commits **commits);

/* What became of a commit. */
struct commits_outcome {
	enum commit_rule rule;
	const struct commit_patch *patch; /* as it is now; NULL: none */
	unsigned changes;                 /* of enum commit_change */
	struct view old_state;            /* slug; absent: it had none */
};

/*
 * Look up and set `count` commits, at most COMMITS_BATCH_MAX, the oldest first.  Outcomes are set
 * where 0 is returned, and all is committed then; views in them live until the next call.
 * Otherwise a pg error; to do the same again does no harm.
 */
int commits_store(struct commits *commits, const struct commit *list, size_t count,
		  struct commits_outcome *ret_outcomes);

/* The slug of the state that is set. */
struct view commits_state(const struct commits *commits);

/* Note that all is done, for `patchmda status`. */
int commits_end(struct commits *commits);

#endif
