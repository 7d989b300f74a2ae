/*
 * gaps - mail that came only from an archive
 */
#ifndef SQL_REPORT_GAPS_H
#define SQL_REPORT_GAPS_H

#include <glib.h>

#include "sql/pg/query.h"

struct gap {
	struct view project; /* link name */
	int64_t date;        /* seconds since 1970 */
	struct view msgid;
};

/*
 * Find the gaps in mail dated on or after `since`, in `projects` (char *; none: all), in a
 * transaction that read_open() began.  They are sorted by project, date and id.  *ret_gaps is a
 * GArray of struct gap, valid as long as *ret_result.  Returns 0 or a pg error.
 */
int gaps_ask(struct pg *pg, int64_t since, const GPtrArray *projects, GArray **ret_gaps,
	     struct pg_result **ret_result);

#endif
