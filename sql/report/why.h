/*
 * why - everything that is known about one message id
 *
 * Views and arrays live as long as the `struct why` that contains them.  Functions return 0 or a
 * pg error.
 */
#ifndef SQL_REPORT_WHY_H
#define SQL_REPORT_WHY_H

#include <stdbool.h>

#include "sql/pg/query.h"

/* An id to which a message refers, and what is known about it in the message's project. */
struct why_reference {
	struct view msgid;
	struct view what;  /* "a patch", "waiting for its parent", "never seen" and so on */
	struct view patch; /* message id of the patch that it is, or is a comment on; or absent */
	struct view cover; /* the same for cover letters */
	int32_t series_id; /* series for which it is recorded; 0: none */
	int32_t series_version;
	int64_t series_clock; /* date: seconds since 1970 of the UTC clock reading */
	struct view holder; /* the patch in that series with the number of the message; or absent */
};

struct why_series {
	int32_t id;       /* 0: it is in no series */
	struct view name; /* absent if it has no name yet */
	int32_t version, total, received;
	int32_t submitter_id;
	int64_t clock;
	struct view cover; /* message id of the cover letter; or absent */
	struct view maker; /* message id for which the series was made, if known */
};

/* A patch, a cover letter, or a comment on one. */
struct why_stored {
	bool is_patch, is_cover; /* neither: a comment */
	int32_t id;
	int32_t project_id;
	struct view project;    /* link name */
	struct view list_email; /* the project's */
	struct view msgid;
	struct view name;           /* of a comment: the name of its parent */
	struct view parent;         /* of a comment: the message id of its patch or cover letter */
	bool is_patch_comment;      /* of a comment: the parent is a patch */
	struct view submitter_name; /* absent if there is none */
	struct view submitter_email;
	int32_t submitter_id;
	struct view date; /* ISO 8601, UTC */
	int64_t age_secs;
	struct view state;         /* of a patch: the slug; or absent */
	struct view headers;       /* as stored */
	struct view content, diff; /* of a patch or cover letter; or absent */
	bool has_links;            /* patchmda knows its links; otherwise the following is 0 */
	bool has_marker;
	int32_t version, marked_number, marked_total;
	int64_t clock;
	int32_t number; /* in its series; 0: none */
	struct why_series series;
	GArray *refs;    /* struct view: its references, nearest first; empty for a comment */
	GArray *depends; /* struct view: its dependencies; empty for a comment */
};

struct why_waiting {
	struct view project;
	struct view received, expires; /* UTC */
	GArray *refs;                  /* struct view: the ids that it waits for */
};

struct why_held {
	int64_t id;
	struct view received, expires; /* UTC; expires is absent if it never does */
	struct view reason, list_ids, location;
};

/* A deletion by a git repository. */
struct why_deletion {
	struct view noted; /* UTC */
	struct view commit, path;
};

/* A message that refers to the id of the question. */
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
	WHY_DELETIONS,
	WHY_MSGREFS,
	WHY_PARTS
};

struct why {
	struct pg_result *results[WHY_PARTS];
	GArray *stored;    /* struct why_stored */
	GArray *waiting;   /* struct why_waiting */
	GArray *held;      /* struct why_held */
	GArray *deletions; /* struct why_deletion */
	GArray *seen;      /* struct view: link names of projects that dropped it as unrelated */
	GArray *msgrefs;   /* struct why_msgref, at most WHY_MSGREFS_MAX */
};

#define WHY_MSGREFS_MAX 20

/* Find what is known about `msgid`, whose brackets may be missing. */
int why_ask(struct pg *pg, const char *msgid, const char *time_zone, struct why *ret_why);
void why_done(struct why *why);

/*
 * Find what is known about the ids `refs` (struct view) in a project, and about the patch numbered
 * `number` in the series to which they lead.  *ret_refs is a GArray of struct why_reference.
 */
int why_references(struct pg *pg, int32_t project_id, const GArray *refs, int32_t number,
		   const char *time_zone, GArray **ret_refs, struct pg_result **ret_result);

/*
 * The same for the references of a stored message.  The first one of a patch or cover letter is its
 * own id.  The references of a comment are not stored, and are read from its headers.
 */
int why_references_of(struct pg *pg, const struct why_stored *item, const char *time_zone,
		      GArray **ret_refs, struct pg_result **ret_result);

/*
 * The rules (enum rule) that were applied to a stored message, as far as the stored rows show them.
 * Returns 0 or -ENOMEM.
 */
int why_rules(const struct why_stored *item, unsigned *ret_rules);

#endif
