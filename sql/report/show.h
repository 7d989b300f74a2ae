/*
 * show - stored patches, to be shown
 *
 * Functions return 0 or a pg error.  Views live as long as the `struct pg_result` they
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
	struct view delegate_email;
	GArray *answers; /* struct view: the contents of comments, by date */
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

/* The same for cover letters, which have no diff and no delegate. */
int show_covers(struct pg *pg, const GArray *ids, const char *time_zone,
		struct shown_patches *ret_patches);

/* What a mail is found by, and what is found. */
struct shown_mail {
	int32_t id; /* 0: there is none */
	int32_t series_id;
	int32_t number; /* 0: none */
	char *name;     /* the caller's to free, as the next two */
	char *msgid;
	char *project; /* link name */
};
void show_mail_done(struct shown_mail *mail);

int show_mail_by_msgid(struct pg *pg, enum shown_kind kind, const char *project, const char *msgid,
		       struct shown_mail *ret_mail);
int show_mail_by_id(struct pg *pg, enum shown_kind kind, int32_t id, struct shown_mail *ret_mail);

/* The patches of a series whose number is below that one, by number. */
int show_series_before(struct pg *pg, int32_t series_id, int32_t number, GArray **ret_ids);

/* The name of a series and its patches by number; *ret_is_there is false when there is none. */
int show_series_name(struct pg *pg, int32_t series_id, bool *ret_is_there, char **ret_name);

/* A bundle that this user (0: nobody) may see: its id, 0 if there is none, and its patches in its order. */
int show_bundle(struct pg *pg, const char *owner, const char *name, int32_t user_id,
		int32_t *ret_id, GArray **ret_ids);

#endif
