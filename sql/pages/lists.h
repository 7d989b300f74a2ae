/*
 * lists - the rows of lists of series and of patches
 *
 * selection.h finds their ids.  Views live as long as the struct that holds their results.
 * Functions return 0 or a pg error.
 */
#ifndef SQL_PAGES_LISTS_H
#define SQL_PAGES_LISTS_H

#include "sql/pg/query.h"

#define LISTS_TAGS_MAX 8

/* Limit of the people who match a part of a name or an address; further ones are ignored. */
#define LISTS_PEOPLE_MAX 1000

/*
 * People by id, or by a part of a name or address; *ret_people is a GArray of struct lists_person.
 */
struct lists_person {
	int32_t id;
	struct view name; /* absent if there is none */
	struct view email;
};
int lists_people(struct pg *pg, const char *text, GArray **ret_people,
		 struct pg_result **ret_result);

/* The id of a user, by id or name; 0: none. */
int lists_user(struct pg *pg, const char *text, int32_t *ret_id);

/* The numbers in the database. */
enum lists_check { CHECK_PENDING, CHECK_SUCCESS, CHECK_WARNING, CHECK_FAIL, CHECK_COUNT };

struct lists_patch {
	int32_t id;
	int32_t series_id; /* 0: none */
	int32_t number;    /* in its series; 0: none */
	struct view name, msgid, project;
	struct view state; /* its name; absent if it has none */

	/* lists_patch_names() leaves out what follows. */
	bool is_open; /* its state requires action, and it is not archived */
	bool is_archived;
	struct view delegate; /* user name; or absent */
	struct lists_person submitter;
	int64_t clock; /* date: seconds since 1970 of the UTC clock reading */
	int32_t tags[LISTS_TAGS_MAX];
	int32_t checks[CHECK_COUNT]; /* the latest of each user and context */
	int32_t comments;
};

struct lists_tag {
	struct view name, abbreviation;
};

struct lists_patches {
	GArray *rows; /* struct lists_patch */
	GArray *tags; /* struct lists_tag: the tags that the members of `tags` count */
	struct pg_result *results[2];
};

/* The patches with these ids, in this order. */
int lists_patches(struct pg *pg, const GArray *ids, const char *time_zone,
		  struct lists_patches *ret_patches);

/* The patches of these series, by series and number. */
int lists_patches_of(struct pg *pg, const GArray *series_ids, const char *time_zone,
		     struct lists_patches *ret_patches);

/* The same, with the first members of each row only. */
int lists_patch_names(struct pg *pg, const GArray *series_ids, struct lists_patches *ret_patches);
void lists_patches_done(struct lists_patches *patches);

struct lists_series {
	int32_t id;
	struct view name; /* absent: the series has no name yet */
	struct view project;
	int32_t version, minor; /* of `v5.1` these are 5 and 1 */
	int32_t total;          /* number of patches according to the mails; 0: unknown */
	int64_t clock;
	struct lists_person submitter;
	struct view cover; /* message id of the cover letter; or absent */

	/* Of all patches together; the comments also those on the cover letter. */
	int32_t tags[LISTS_TAGS_MAX];
	int32_t checks[CHECK_COUNT];
	int32_t comments;
};

/* The series with these ids, in this order; *ret_rows is a GArray of struct lists_series. */
int lists_series(struct pg *pg, const GArray *ids, const char *time_zone, GArray **ret_rows,
		 struct pg_result **ret_result);

#endif
