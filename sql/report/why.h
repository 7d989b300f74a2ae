/*
 * why - everything that is known of one message id
 *
 * Views and arrays live as long as the `struct why` they are in.  Functions return 0 or what
 * pg.h lists.
 */
#ifndef SQL_WHY_H
#define SQL_WHY_H

#include <stdbool.h>

#include "sql/pg/query.h"

/* What is known of an id that a message refers to, in the message's project. */
struct why_reference {
	struct view msgid;
	struct view what;  /* "a patch", "waiting for its parent", "never seen" and so on */
	struct view patch; /* id of the patch that it is, or is a comment on; or absent */
	struct view cover; /* the same of cover letters */
	int32_t series_id; /* that it is recorded for; 0: none */
	int32_t series_version;
	int64_t series_clock; /* date: seconds since 1970 of the UTC clock reading */
	struct view holder;   /* the patch there that has the number of the message; or absent */
};

struct why_series {
	int32_t id;       /* 0: it is in none */
	struct view name; /* absent if it has none yet */
	int32_t version, total, received;
	int32_t submitter_id;
	int64_t clock;
	struct view cover; /* message id of the cover letter; or absent */
	struct view maker; /* of the message that the series was made for, if that can be told */
};

/* A patch, a cover letter, or a comment on one. */
struct why_stored {
	bool is_patch, is_cover; /* neither: a comment */
	int32_t id;
	int32_t project_id;
	struct view project;    /* link name */
	struct view list_email; /* the project's */
	struct view msgid;
	struct view name;           /* of a comment, its parent's */
	struct view parent;         /* of a comment: the message id of its patch or cover letter */
	bool is_patch_comment;      /* of a comment: the parent is a patch */
	struct view submitter_name; /* absent if he has none */
	struct view submitter_email;
	int32_t submitter_id;
	struct view date; /* ISO 8601, UTC */
	int64_t age_secs;
	struct view state;         /* of a patch: the slug; or absent */
	struct view headers;       /* as stored */
	struct view content, diff; /* of a patch or cover letter; or absent */
	bool has_links; /* patchmda has read it for the grouping; if not, what follows is 0 */
	bool has_marker;
	int32_t version, marked_number, marked_total;
	int64_t clock;
	int32_t number; /* in its series; 0: none */
	struct why_series series;
	GArray *refs;    /* struct view: ids it refers to, nearest first; of a comment empty */
	GArray *depends; /* struct view: what its Depends-on lines name; of a comment empty */
};

struct why_waiting {
	struct view project;
	struct view received, expires; /* UTC */
	GArray *refs;                  /* struct view: the ids it waits for */
};

struct why_held {
	int64_t id;
	struct view received, expires; /* UTC; expires is absent if it does not */
	struct view reason, list_ids, place;
};

/* A message that refers to the id. */
struct why_msgref {
	struct view project;
	struct view what; /* as in struct why_reference */
	struct view msgid;
};

enum why_part {
	WHY_SERIES_MEMBERS,
	WHY_COMMENTS,
	WHY_WAITING,
	WHY_HELD,
	WHY_SEEN,
	WHY_MENTIONS,
	WHY_PARTS
};

struct why {
	struct pg_result *results[WHY_PARTS];
	GArray *stored;  /* struct why_stored */
	GArray *waiting; /* struct why_waiting */
	GArray *held;    /* struct why_held */
	GArray *seen;    /* struct view: link names of projects it came for, and is not ours */
	GArray *msgrefs; /* struct why_msgref, at most WHY_MSGREFS_MAX */
};

#define WHY_MSGREFS_MAX 20

/* Ask about `msgid`, whose brackets may be missing. */
int why_ask(struct pg *pg, const char *msgid, const char *time_zone, struct why *ret_why);
void why_done(struct why *why);

/*
 * What is known of the ids `refs` (struct view) in a project, and of the patch numbered `number`
 * in the series they lead to.  *ret_refs is a GArray of struct why_reference.
 */
int why_references(struct pg *pg, int32_t project_id, const GArray *refs, int32_t number,
		   const char *time_zone, GArray **ret_refs, struct pg_result **ret_result);

#endif
