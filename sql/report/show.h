/*
 * show - reads stored patches, cover letters and series for printing
 *
 * Functions return 0 or a pg error.  Views live as long as the `struct pg_result` returned with
 * them.
 */
#ifndef SQL_REPORT_SHOW_H
#define SQL_REPORT_SHOW_H

#include "sql/pg/query.h"

enum shown_kind { SHOWN_PATCH, SHOWN_COVER, SHOWN_PATCH_COMMENT, SHOWN_COVER_COMMENT };

/* A stored message that was found by its message id or id. */
struct shown {
	enum shown_kind kind;
	int32_t id;          /* of the patch or cover letter: of a comment, its parent's */
	int32_t series_id;   /* 0: none */
	struct view msgid;   /* of the patch or cover letter */
	struct view project; /* link name */
};

/*
 * Find the messages with a message id (brackets may be missing), in the project with that link
 * name, or in all projects if it is NULL; patches come first.  *ret_found is a GArray of struct
 * shown.
 */
int show_find_msgid(struct pg *pg, const char *msgid, const char *project, GArray **ret_found,
		    struct pg_result **ret_result);

/* The same for the patch with this id. */
int show_find_patch(struct pg *pg, int32_t id, GArray **ret_found, struct pg_result **ret_result);

/* The ids (int32_t) of the patches of a series, by number, and how many it should have. */
int show_series(struct pg *pg, int32_t series_id, GArray **ret_ids, int32_t *ret_total);

/* The parts of a mail that is generated from a patch. */
struct shown_patch {
	int32_t id;
	struct view headers;
	struct view content; /* this and the next two may be absent */
	struct view diff;
	struct view name;
	int64_t date;            /* seconds since 1970 of the UTC clock reading */
	struct view author_name; /* of the submitter; may be absent */
	struct view author_email;
	struct view list_email;
	struct view delegate_email;
	struct view tags; /* the lines of its comments that are tags (parser/tag.h), by date */
};

/* Whose comments are read for tags. */
enum shown_tags {
	TAGS_OF_NONE,
	TAGS_OF_PATCHES,
	TAGS_OF_SERIES, /* of the patches, and of the cover letters of their series */
};

/*
 * Read the patches with these ids (int32_t), in this order, without ids that do not exist.
 * ret_patches->items is a GArray of struct shown_patch; show_patches_free() frees it.
 * Comments are not in memory together.
 */
struct shown_patches {
	GArray *items;
	GHashTable *tags; /* GString, by the id of the patch */
	struct pg_result *rows;
};
int show_patches(struct pg *pg, const GArray *ids, const char *time_zone, enum shown_tags tags,
		 struct shown_patches *ret_patches);
void show_patches_free(struct shown_patches *patches);

/* The same for cover letters, which have no diff and no delegate. */
int show_covers(struct pg *pg, const GArray *ids, const char *time_zone,
		struct shown_patches *ret_patches);

/*
 * The number of patches at the front of `ids` whose texts, with those of their comments, have at
 * most `bytes` together; at least 1.
 */
int show_patches_within(struct pg *pg, const GArray *ids, int64_t bytes, guint *ret_count);

/* A patch, cover letter or comment, found by message id or id. */
struct shown_mail {
	int32_t id; /* 0: it was not found */
	int32_t series_id;
	int32_t number; /* 0: none */
	char *name;     /* show_mail_done() frees this and the next two */
	char *msgid;
	char *project; /* link name */
};
void show_mail_done(struct shown_mail *mail);

int show_mail_by_msgid(struct pg *pg, enum shown_kind kind, const char *project, const char *msgid,
		       struct shown_mail *ret_mail);
int show_mail_by_id(struct pg *pg, enum shown_kind kind, int32_t id, struct shown_mail *ret_mail);

/* The ids (int32_t) of the patches of a series with lower numbers, by number. */
int show_series_before(struct pg *pg, int32_t series_id, int32_t number, GArray **ret_ids);

/* The name of a series; *ret_is_there is false if it does not exist. */
int show_series_name(struct pg *pg, int32_t series_id, bool *ret_is_there, char **ret_name);

/*
 * The id and the patches, in order, of a bundle that is visible to the user (0: not logged in).  Id
 * 0: none.
 */
int show_bundle(struct pg *pg, const char *owner, const char *name, int32_t user_id,
		int32_t *ret_id, GArray **ret_ids);

#endif
