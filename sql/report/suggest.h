/*
 * suggest - completions of names, and projects by link name
 */
#ifndef SQL_REPORT_SUGGEST_H
#define SQL_REPORT_SUGGEST_H

#include "sql/pg/query.h"

/*
 * Find people, or users that maintain a project, whose name or address contains `part`; the columns
 * are id and name, and of people the address.  Return 0 or a pg error.
 */
int suggest_submitters(struct pg *pg, const char *part, int32_t limit,
		       struct pg_result **ret_result);
int suggest_delegates(struct pg *pg, const char *part, int32_t limit,
		      struct pg_result **ret_result);

/* The id of the project with this link name; 0: there is none. */
int suggest_project(struct pg *pg, const char *link_name, int32_t *ret_id);

#endif
