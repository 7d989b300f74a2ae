/*
 * mail - a patch or a cover letter with its checks, comments and related patches
 *
 * Views live as long as the struct that holds their results.  Functions return 0 or a pg error.
 */
#ifndef SQL_PAGES_MAIL_H
#define SQL_PAGES_MAIL_H

#include "sql/pages/lists.h"

/*
 * A page of comments has at most this many, and ends after the comment with which they have about
 * this many bytes.
 */
#define MAIL_COMMENTS_MAX   1000
#define MAIL_COMMENTS_BYTES (2048 * MAIL_COMMENTS_MAX)

enum mail_kind { MAIL_PATCH, MAIL_COVER };

struct mail {
	int32_t id; /* 0: there is no such mail */
	enum mail_kind kind;
	struct view name, msgid;
	int64_t clock; /* date: seconds since 1970 of the UTC clock reading */
	struct lists_person submitter;
	struct view content; /* this and the following views may be absent */
	struct view diff;
	struct view state;
	bool is_archived;
	struct view delegate;
	struct view commit, pull_url, hash;
	int32_t series_id; /* 0: none */
	int32_t number;    /* in the series; 0: none */
	int32_t related_id;
	struct pg_result *result;
};

/* Find a patch or cover letter by link name and message id, which has its brackets. */
int mail_find(struct pg *pg, enum mail_kind kind, const char *project, const char *msgid,
	      const char *time_zone, struct mail *ret_mail);

/* The cover letter of a series. */
int mail_cover_of(struct pg *pg, int32_t series_id, const char *time_zone, struct mail *ret_mail);
void mail_done(struct mail *mail);

struct mail_check {
	int32_t state; /* enum lists_check */
	struct view context, description, url, user;
	int64_t clock;
};

struct mail_comment {
	int32_t id;
	struct view msgid;
	int64_t clock;
	struct view name, email; /* of the author; the name may be absent */
	struct view headers, content;
	bool is_addressed, is_unaddressed; /* neither: not set */
	int32_t patch_id;                  /* 0: it is on a cover letter */
};

struct mail_related {
	struct view name, msgid, project;
	int64_t clock;
};

enum mail_part { MAIL_COMMENTS, MAIL_CHECKS, MAIL_RELATED, MAIL_PARTS };

struct mail_details {
	GArray *comments; /* struct mail_comment, by date */
	bool has_more_comments;
	GArray *checks;  /* struct mail_check, failed ones first */
	GArray *related; /* struct mail_related, oldest first */
	struct pg_result *results[MAIL_PARTS];
};

/* Read the details, with the comments of a page, from 1. */
int mail_details(struct pg *pg, const struct mail *mail, const char *time_zone, int64_t page,
		 struct mail_details *ret_details);
void mail_details_done(struct mail_details *details);

/*
 * The comments on the patches of a series, patch by patch, as many as a page has; *ret_comments is
 * a GArray of struct mail_comment.
 */
int mail_series_comments(struct pg *pg, int32_t series_id, const char *time_zone,
			 GArray **ret_comments, bool *ret_has_more, struct pg_result **ret_result);

/* Find the page of comments that has a comment, on its patch or cover letter; 0: none. */
int mail_comment_page(struct pg *pg, enum mail_kind kind, int32_t id, int64_t *ret_page);

/*
 * Find patches of a project (0: of any) whose message ids may be similar to an unknown one;
 * *ret_rows is a GArray of struct mail_related without dates.
 */
int mail_like(struct pg *pg, int32_t project_id, const char *msgid, GArray **ret_rows,
	      struct pg_result **ret_result);

/* In tables of Patchwork's, commits are searched in this many of the newest patches. */
#define MAIL_COMMIT_SEARCHED 200000

/* The patches that became a commit, by the beginning of its id. */
int mail_of_commit(struct pg *pg, const char *commit, GArray **ret_rows,
		   struct pg_result **ret_result);

#endif
