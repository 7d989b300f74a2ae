/*
 * lookup - lookups before a change over HTTP
 *
 * Functions return 0 or a pg error.
 */
#ifndef SQL_CHANGE_LOOKUP_H
#define SQL_CHANGE_LOOKUP_H

#include "sql/pg/query.h"

/*
 * The state with that slug or name, ignoring case; 0 if there is none.  *ret_problem is then the
 * error, with the slug that was looked up and those of all states; otherwise NULL.  The caller
 * frees it.
 */
int lookup_state(struct pg *pg, const char *text, int32_t *ret_id, char **ret_problem);

/* Permissions to write. */
enum right {
	RIGHT_PATCH,         /* its submitter, its delegate, its project's maintainers */
	RIGHT_PATCH_COMMENT, /* its author, and the users who may write the patch */
	RIGHT_COVER_COMMENT, /* its author, the cover letter's author, the project's maintainers */
	RIGHT_PROJECT,       /* its maintainers */
	RIGHT_BUNDLE,        /* its owner */
};
int lookup_right(struct pg *pg, enum right right, int32_t id, int32_t user_id, bool *ret_may);

/*
 * Check that a user maintains a patch's project; if not, *ret_problem is the message for the
 * client.
 */
int lookup_maintainer(struct pg *pg, int32_t patch_id, int32_t user_id, char **ret_problem);

/* Check that all patches are of one project; the project of no patches is 0. */
int lookup_project_of(struct pg *pg, const GArray *patch_ids, int32_t *ret_project,
		      bool *ret_is_one);

#endif
