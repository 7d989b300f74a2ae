/*
 * list - the newest series, patches or cover letters, newest first
 *
 * The newest row is the one that was stored last (the highest id), because every database has an
 * index on that, while Patchwork has none on the date.
 */
#ifndef SQL_REPORT_LIST_H
#define SQL_REPORT_LIST_H

#include <stdbool.h>

#include "sql/pg/query.h"

enum list_kind { LIST_SERIES, LIST_PATCHES, LIST_COVERS };

struct list_filter {
	const char *project;   /* link name; NULL here and below: no restriction */
	const char *submitter; /* part of a name or address, ignoring case */
	const char *state;    /* slug or name, or `open`; of a series, that of one of its patches */
	const char *delegate; /* user name or id, or `nobody`; as the state */
	const char *archived; /* `true` or `false`; as the state */
	const char *words;    /* each has to be in the name, of a series or of one of its patches */
	bool has_since;
	int64_t since;    /* seconds since 1970: only rows dated then or later */
	bool incomplete;  /* only if patches of the series are missing */
	bool latest;      /* of series, only if there is no later version */
	const char *file; /* of patches: a path, or a pattern of one with * and ? */
	const char *blob; /* of patches: the beginning of a blob's id */
	int32_t limit;
};

struct listed {
	int32_t id;
	struct view msgid;   /* of a series, that of its cover letter or its first patch */
	struct view project; /* link name */
	struct view date;    /* ISO 8601, UTC */
	int64_t age_secs;
	struct view name; /* absent if the series has no name yet */
	int32_t version;
	int32_t minor;    /* of a series: 1 for `v5.1`, otherwise 0 */
	int32_t number;   /* of a patch in its series; 0: none */
	int32_t received; /* how many patches of the series are stored */
	int32_t total;
	struct view submitter_name; /* absent if there is none */
	struct view submitter_email;
	int32_t previous_id;       /* of a series, the one it is the next version of; 0: none */
	struct view previous_rule; /* by which that was found; absent: none */
	struct view state; /* the slug; "mixed" if a series has several; absent if it has none */
};

/*
 * Get the rows.  *ret_rows is a GArray of struct listed whose views live as long as *ret_result;
 * the caller frees both.  Returns 0, a pg error, or -ENOENT if there is no such project, state or
 * user, with a message of names.h.  *ret_message is also set if no submitter matches.
 */
int list_ask(struct pg *pg, enum list_kind kind, const struct list_filter *filter,
	     const char *time_zone, GArray **ret_rows, struct pg_result **ret_result,
	     char **ret_message);

#endif
