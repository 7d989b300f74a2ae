/*
 * show - stored patches, to be shown
 *
 * Functions return 0 or what pg.h lists.  Views live as long as the `struct pg_result` they
 * came with.
 */
#ifndef SQL_SHOW_H
#define SQL_SHOW_H

#include "sql/pg/query.h"

enum shown_kind { SHOWN_PATCH, SHOWN_COVER, SHOWN_PATCH_COMMENT, SHOWN_COVER_COMMENT };

/* What a message id or an id leads to. */
struct shown {
	enum shown_kind kind;
	int32_t id;          /* of the patch or cover letter: of a comment, its parent's */
	int32_t series_id;   /* 0: none */
	struct view msgid;   /* of the patch or cover letter */
	struct view project; /* link name */
};

/*
 * What is stored under a message id (brackets may be missing), in the project of that link
 * name or, where that is NULL, in all: patches first.  *ret_found is a GArray of struct shown.
 */
int show_find_msgid(struct pg *pg, const char *msgid, const char *project, GArray **ret_found,
		    struct pg_result **ret_result);

/* The same for the patch with this id. */
int show_find_patch(struct pg *pg, int32_t id, GArray **ret_found, struct pg_result **ret_result);

/* The patches of a series by number, as ids (int32_t), and how many it should have. */
int show_series(struct pg *pg, int32_t series_id, GArray **ret_ids, int32_t *ret_total);

/* A patch with what a mail of it is made of. */
struct shown_patch {
	int32_t id;
	struct view headers;
	struct view content; /* absent, as the next two, if there is none */
	struct view diff;
	struct view name;
	int64_t date;            /* seconds since 1970 of the UTC clock reading */
	struct view author_name; /* the submitter's; absent if he has none */
	struct view author_email;
	struct view list_email;
	GArray *answers; /* struct view: the contents of comments that may hold tags */
};

/*
 * The patches with these ids (int32_t), in this order; one that is not there is left out.
 * *ret_patches is a GArray of struct shown_patch that show_patches_free() releases.
 */
struct shown_patches {
	GArray *items;
	struct pg_result *results[2];
};
int show_patches(struct pg *pg, const GArray *ids, const char *time_zone,
		 struct shown_patches *ret_patches);
void show_patches_free(struct shown_patches *patches);

#endif
