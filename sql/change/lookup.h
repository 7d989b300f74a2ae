/*
 * lookup - what has to be known before something is changed over HTTP
 *
 * Functions return 0 or what pg_run() returns.
 */
#ifndef SQL_LOOKUP_H
#define SQL_LOOKUP_H

#include "sql/pg/query.h"

/*
 * The state of that slug or name, ignoring case; 0 where there is none.  *ret_known are the slugs of
 * all, with commas between, the caller's to free.
 */
int lookup_state(struct pg *pg, const char *text, int32_t *ret_id, char **ret_known);

/* Permissions to write. */
enum right {
	RIGHT_PATCH,         /* its submitter, its delegate, its project's maintainers */
	RIGHT_PATCH_COMMENT, /* its author, and who may write the patch */
	RIGHT_COVER_COMMENT, /* its author, the cover letter's, the project's maintainers */
	RIGHT_PROJECT,       /* its maintainers */
	RIGHT_BUNDLE,        /* its owner */
};
int lookup_right(struct pg *pg, enum right right, int32_t id, int32_t user_id, bool *ret_may);

/* Whether a user is a maintainer of a patch's project; if not, their names in *ret_words. */
int lookup_maintainer(struct pg *pg, int32_t patch_id, int32_t user_id, char **ret_words);

/* Whether all patches are of one project; 0 is that of none. */
int lookup_project_of(struct pg *pg, const GArray *patch_ids, int32_t *ret_project,
		      bool *ret_is_one);

#endif
