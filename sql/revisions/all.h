/*
 * all - the revisions of what is stored already: of mail that came before patchmda recorded them, or
 * that another program has stored
 */
#ifndef SQL_REVISIONS_ALL_H
#define SQL_REVISIONS_ALL_H

#include "sql/pg/query.h"

struct revisions_request {
	const char *project;   /* link name; NULL: all */
	const char *time_zone; /* as zone_read() has set it */
	bool is_dry;           /* nothing stays written */
};

/* The counts of one project. */
struct revisions_counts {
	struct view project; /* link name */
	bool is_off;         /* its setting is `off`: nothing was done */
	int64_t series;
	int64_t later;   /* of these: versions after the first */
	int64_t linked;  /* series with a predecessor */
	int64_t patches; /* whose relation or state was changed */
	int64_t changed; /* series whose predecessor is another than before */
};

/*
 * Find the predecessors of all series, project by project, and call `tell` after each.  It takes
 * transactions of a few hundred series, which wait for the project's lock as those do that store
 * mail; a dry run is one transaction, and keeps mail waiting.  To do it again changes nothing.
 *
 * Returns 0, what pg.h lists, -ENOENT if there is no such project, or arena_error().
 */
int revisions_all(struct pg *pg, const struct revisions_request *request,
		  void (*tell)(const struct revisions_counts *counts));

#endif
