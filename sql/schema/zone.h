/*
 * zone - the time zone whose clock the database's dates are written and read by
 *
 * A Patchwork stores the clock reading of UTC as if it were of its TIME_ZONE.  The zone is said
 * once, to `patchmda init`, and kept in patchmda.setting.  Where it is not kept (a database that
 * 0.1 has made) the one that a command is told counts, or UTC.
 */
#ifndef SQL_ZONE_H
#define SQL_ZONE_H

#include <glib.h>
#include <stdbool.h>

#include "sql/pg/connection.h"

/* Selects the zone that is kept: one row or none. */
extern const char zone_sql[];

/* Whether a command may be told `said` where `kept` is kept; each may be NULL.  Otherwise `message`
 * says why not. */
bool zone_agrees(const char *kept, const char *said, GString *message);

/*
 * *zone is what the command was told, or NULL, and becomes the zone that counts, which lives as long
 * as the process.  Returns 0, -EINVAL with a `message` where another one is kept, or a pg error.
 */
int zone_read(struct pg *pg, const char **zone, GString *message);

/* Whose tables they are, for those who do not say a zone. */
enum zone_tables {
	ZONE_NEW,       /* made a moment ago by us: UTC */
	ZONE_OLD,       /* made by us, with dates that nothing is known of: none is kept */
	ZONE_PATCHWORK, /* a Patchwork's: it has to be said */
};

/*
 * In a transaction: keep the zone `said` (NULL: none).  Returns 0, -EINVAL with a `message`, or a pg
 * error.
 */
int zone_keep(struct pg *pg, const char *said, enum zone_tables tables, GString *message);

#endif
