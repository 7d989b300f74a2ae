/*
 * update - finds the predecessors of series that changed, and of those that these may precede
 *
 * The result does not depend on the order in which series arrive: when an earlier version arrives
 * late, the later versions that are stored are decided again.
 */
#ifndef SQL_REVISIONS_UPDATE_H
#define SQL_REVISIONS_UPDATE_H

#include <glib.h>

#include "sql/pg/query.h"
#include "sql/revisions/facts.h"

/* A series that is new, has other mails than before, or was deleted. */
struct revisions_change {
	int32_t series_id;
	bool is_new;               /* patchmda.revision has no row of it yet */
	const struct facts *facts; /* NULL: they are read from the tables, if it is there */
};

/* Counts of the changes. */
struct revisions_result {
	size_t changed; /* series that have another predecessor than before, or one for the first time */
	GArray *chains; /* int32_t: series of each chain that may have changed; the caller's to free */
};

/*
 * Update the rows of these series (struct revisions_change, each once), in a transaction that is open
 * and holds the locks of their projects.  Returns 0, what pg.h lists, or arena_error().
 */
int revisions_update(struct pg *pg, const GArray *changes, struct revisions_result *ret_result);

#endif
