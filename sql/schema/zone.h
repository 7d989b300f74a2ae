/*
 * zone - the time zone in which the database's dates are stored
 *
 * A Patchwork stores the clock reading of UTC as if it were a time in its TIME_ZONE.  The zone is
 * given once, to `patchmda init`, and recorded in patchmda.setting.  A database that version 0.1
 * has created has no recorded zone; there --time-zone applies, or UTC.
 */
#ifndef SQL_SCHEMA_ZONE_H
#define SQL_SCHEMA_ZONE_H

#include <glib.h>
#include <stdbool.h>

#include "sql/pg/connection.h"

/*
 * Whether the zone `wanted` of --time-zone is the recorded one; each may be NULL.  Sets `message`
 * if it is not.
 */
bool zone_agrees(const char *recorded, const char *wanted, GString *message);

/*
 * Set *zone, the value of --time-zone or NULL, to the zone of the database, which lives as long as
 * the process.  Returns 0, -EINVAL with a `message` if another zone is recorded, or a pg error.
 */
int zone_read(struct pg *pg, const char **zone, GString *message);

/* The origin of the tables, which decides if no zone is given. */
enum zone_tables {
	ZONE_NEW,       /* created by this run of init: UTC is recorded */
	ZONE_OLD,       /* created by patchmda earlier: no zone is recorded */
	ZONE_PATCHWORK, /* created by a Patchwork: the zone must be given */
};

/*
 * Record the zone `wanted` (NULL: not given), in the open transaction.  Returns 0, -EINVAL with a
 * `message`, or a pg error.
 */
int zone_record(struct pg *pg, const char *wanted, enum zone_tables tables, GString *message);

#endif
