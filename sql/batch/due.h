/*
 * due - incomplete versions that have become an hour old
 *
 * An incomplete version does not supersede older ones until it is an hour old.  If no mail arrives
 * for it then, this has to be applied without one.
 */
#ifndef SQL_BATCH_DUE_H
#define SQL_BATCH_DUE_H

#include "sql/pg/query.h"

/*
 * Supersede the older versions of incomplete versions that have become an hour old since the last
 * call, in a transaction of its own.  The first call looks back a day.  `time_zone` is as
 * zone_read() has set it.  Returns 0, a pg error, or arena_error().
 */
int due_apply(struct pg *pg, const char *time_zone);

#endif
