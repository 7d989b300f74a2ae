/*
 * private - shared by the files of sql/commits/
 */
#ifndef SQL_COMMITS_PRIVATE_H
#define SQL_COMMITS_PRIVATE_H

#include "parser/arena.h"
#include "sql/commits/commits.h"

struct commits {
	struct pg *pg;
	struct commits_request request;
	GArray *projects; /* int32_t */
	int32_t state_id;
	char *state;
	int32_t actor_id;
	bool has_notifications;
	bool has_hash_index;

	/* The following members are of the batch. */
	struct arena *arena;
	GPtrArray *results;  /* struct pg_result *: patches point into them */
	GHashTable *patches; /* by id: struct commit_patch * */
	GArray *found;       /* struct commits_found, not decided about yet */
	GArray *changes;     /* struct commits_change */
};

/* A row of a lookup: a patch that may be the commit with this number in the batch. */
struct commits_found {
	guint commit;
	int32_t patch_id;
	enum commit_found how;
};

struct commits_change {
	int32_t patch_id, project_id;
	int32_t old_state_id, new_state_id;
	struct view commit_ref; /* absent: unchanged */
};

/*
 * Find the patch of each commit, and set the outcomes' rules and patches.  Returns 0 or a pg error.
 */
int commits_find(struct commits *c, const struct commit *list, size_t count,
		 struct commits_outcome *outcomes);

/* Note what a commit changes in its patch, for commits_write(); later commits see it changed. */
void commits_change_patch(struct commits *c, const struct commit *commit,
			  struct commits_outcome *outcome);

/*
 * Write the changes in one transaction.  Returns 0, a pg error, or -EAGAIN if another transaction
 * has changed one of the patches after it was loaded.
 */
int commits_write(struct commits *c);

#endif
