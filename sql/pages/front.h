/*
 * front - the rows of the front page and of the page of a project
 *
 * Views live as long as the results that are returned with them.  Functions return 0 or a pg error.
 */
#ifndef SQL_PAGES_FRONT_H
#define SQL_PAGES_FRONT_H

#include "sql/pg/query.h"

/* Patches are counted up to this number; a count that is one higher means "more". */
#define FRONT_COUNT_MAX 10000

struct front_row {
	int32_t id;
	struct view link_name, name, list_email;
	int64_t newest_clock; /* UTC clock of its last series, seconds since 1970; 0: none */
};

/* All projects by link name; *ret_rows is a GArray of struct front_row. */
int front_list(struct pg *pg, const char *time_zone, GArray **ret_rows,
	       struct pg_result **ret_result);

/* Open patches are not archived, and their state requires action; an open series has one. */
enum front_count { FRONT_OPEN, FRONT_ALL, FRONT_OPEN_SERIES, FRONT_ALL_SERIES };

/*
 * Count patches of a project, or series without a later version; at most FRONT_COUNT_MAX + 1.  The
 * open series are those of the first 2 * FRONT_COUNT_MAX open patches: if there are more patches,
 * the count is negative, and there may be more series.
 */
int front_count(struct pg *pg, int32_t project_id, enum front_count which, int64_t *ret_count);

struct front_project {
	int32_t id; /* 0: there is no such project */
	struct view link_name, name, list_id, list_email;
	struct view web_url, scm_url, webscm_url;
	struct view archive_url, archive_format, commit_format; /* with {} in the place of the id */
	struct pg_result *result;
};

/* Find a project by its link name; front_project_done() frees it. */
int front_find(struct pg *pg, const char *link_name, struct front_project *ret_project);
void front_project_done(struct front_project *project);

struct front_state {
	int32_t id;
	struct view name, slug;
	bool is_open; /* it requires action */
};
struct front_maintainer {
	struct view user, name;
};

/* All states, in order; *ret_states is a GArray of struct front_state. */
int front_states(struct pg *pg, GArray **ret_states, struct pg_result **ret_result);

/*
 * The maintainers of a project, by user name; *ret_maintainers is a GArray of struct
 * front_maintainer.
 */
int front_maintainers(struct pg *pg, int32_t project_id, GArray **ret_maintainers,
		      struct pg_result **ret_result);

/* Public bundles that a project's page names; of more the newest. */
#define FRONT_BUNDLES_MAX 50

struct front_bundle {
	struct view name, owner;
};

/* Further details on the page of a project; front_details_done() frees them. */
struct front_details {
	GArray *counts;      /* int32_t: patches in each state, at most FRONT_COUNT_MAX + 1 */
	GArray *maintainers; /* struct front_maintainer */
	GArray *bundles;     /* struct front_bundle */
	struct pg_result *results[3];
};
int front_details(struct pg *pg, int32_t project_id, struct front_details *ret_details);
void front_details_done(struct front_details *details);

#endif
