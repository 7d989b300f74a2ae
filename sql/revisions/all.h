/*
 * all - the revisions of all stored series, also of those that another program or an older
 * patchmda has stored
 */
#ifndef SQL_REVISIONS_ALL_H
#define SQL_REVISIONS_ALL_H

#include "sql/pg/query.h"

struct revisions_request {
	const char *project;   /* link name; NULL: all */
	const char *time_zone; /* from zone_read() */
	bool is_dry;           /* roll back all changes */
};

/* The counts of one project. */
struct revisions_counts {
	struct view project; /* link name */
	bool is_off;         /* its setting is `off`: it was skipped */
	int64_t series;
	int64_t later;   /* series that are later versions */
	int64_t linked;  /* series with a predecessor */
	int64_t patches; /* whose relation or state was changed */
	int64_t changed; /* series whose predecessor was changed */
};

/*
 * Find the predecessors of all series, project by project, and call `report` after each.  Each
 * transaction has a few hundred series and takes the project's lock, like one that stores mail; a
 * dry run is a single transaction, which blocks the storing of mail.  Repeating it changes
 * nothing.
 *
 * Returns 0, a pg error, -ENOENT if there is no such project, -EAGAIN if users went on changing the
 * patches of a transaction that was repeated, or arena_error().
 */
int revisions_all(struct pg *pg, const struct revisions_request *request,
		  void (*report)(const struct revisions_counts *counts));

#endif
