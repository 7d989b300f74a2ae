/*
 * update - finds the predecessors of changed series, and of series that these may precede
 *
 * The result does not depend on the order in which series arrive: when an earlier version arrives
 * late, the stored later versions are decided again.
 */
#ifndef SQL_REVISIONS_UPDATE_H
#define SQL_REVISIONS_UPDATE_H

#include <glib.h>

#include "sql/pg/query.h"
#include "sql/revisions/facts.h"

/* A series that is new, has other mails than before, or was deleted. */
struct revisions_change {
	int32_t series_id;
	bool is_new; /* it has no row in patchmda.revision yet */
	/* Only if all its patches are new.  NULL: read from the tables, if the series exists */
	const struct facts *facts;
};

/* Counts of the changes. */
struct revisions_result {
	size_t changed; /* series with a new or different predecessor */
	GArray *chains; /* int32_t: a series or more of each changed chain; the caller frees it */
};

/*
 * Update the rows of these series (struct revisions_change, each once).  The caller has begun a
 * transaction that holds the locks of their projects.  Returns 0, a pg error, or
 * arena_error().
 */
int revisions_update(struct pg *pg, const GArray *changes, struct revisions_result *ret_result);

#endif
