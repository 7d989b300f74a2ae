/*
 * change - changes over HTTP: each is a transaction, with its events
 *
 * Rows are locked before they are read, so that concurrent changes of a patch, by Patchwork's web
 * interface, mail or other processes, are serialized.  Functions return 0 or a pg error.  After
 * -EAGAIN and -ENOTCONN nothing has been changed, and the caller may try again.  If the connection
 * broke during COMMIT, it is not known whether the change was made: this is -EIO, because some
 * changes, such as a new check, must not be made twice.
 */
#ifndef SQL_CHANGE_CHANGE_H
#define SQL_CHANGE_CHANGE_H

#include "sql/pg/query.h"

enum change_outcome {
	CHANGE_DONE,
	CHANGE_NOT_MAINTAINED, /* a patch is of a project that the user does not maintain */
	CHANGE_TWO_RELATIONS,  /* the patches are of more than one relation */
	CHANGE_NAME_TAKEN,     /* the owner has a bundle of that name */
};

/* A text that is changed if `is_given`; NULL stands for null. */
struct change_text {
	bool is_given;
	const char *text;
};

struct change_patch {
	int32_t id;
	int32_t actor_id;
	int32_t state_id; /* 0: unchanged */
	bool has_delegate;
	int32_t delegate_id; /* 0: none */
	bool has_archived;
	bool archived;
	struct change_text commit_ref, pull_url;
	const GArray *related; /* int32_t; NULL: unchanged; empty: the patch leaves its relation */
};
int change_patch(struct pg *pg, const struct change_patch *change, const char *time_zone,
		 enum change_outcome *ret_outcome);

struct change_check {
	int32_t patch_id, user_id, state;
	const char *context, *target_url, *description; /* the last two may be NULL */
};
int change_add_check(struct pg *pg, const struct change_check *check, const char *time_zone,
		     int32_t *ret_id);

/* `addressed`: NULL for unchanged, -1 for null. */
int change_patch_comment(struct pg *pg, int32_t id, const int *addressed, const char *time_zone);
int change_cover_comment(struct pg *pg, int32_t id, const int *addressed, const char *time_zone);

/* Unchanged: NULL, and -1 for show_dependencies. */
struct change_project {
	const char *web_url, *scm_url, *webscm_url;
	const char *list_archive_url, *list_archive_url_format, *commit_url_format;
	int show_dependencies;
};
int change_project(struct pg *pg, int32_t id, const struct change_project *change);

/* Unchanged: NULL and -1. */
struct change_user {
	const char *first_name, *last_name;
	int send_email, items_per_page, show_ids;
};
int change_user(struct pg *pg, int32_t id, const struct change_user *change);

/* Unchanged: NULL and -1.  A new bundle (id 0) must have an owner, a name and patches. */
struct change_bundle {
	int32_t id;
	int32_t owner_id;
	int32_t project_id; /* of the patches */
	const char *name;
	const GArray *patches; /* int32_t, in their order */
	int is_public;
};
int change_bundle(struct pg *pg, const struct change_bundle *change, int32_t *ret_id,
		  enum change_outcome *ret_outcome);
int change_delete_bundle(struct pg *pg, int32_t id);

#endif
