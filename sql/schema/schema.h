/*
 * schema - checks, creates and upgrades the tables of a database
 *
 * Patchwork's tables are created by patchmda (0001, 0007 and 0008) or by a Patchwork;
 * django_migrations has their version.  patchmda's own tables are in the schema patchmda, and
 * patchmda.migration lists the migrations that were applied.
 */
#ifndef SQL_SCHEMA_SCHEMA_H
#define SQL_SCHEMA_SCHEMA_H

#include <glib.h>

#include "sql/pg/query.h"

/* Whether this program knows the tables as they are after Patchwork's migration `django`. */
bool schema_knows(int django);

/*
 * Check that the database has tables that this program knows.  Returns 0, a pg error, or -ENOSYS;
 * `message` then says what is missing and what to do.
 */
int schema_check(struct pg *pg, GString *message);

/*
 * Apply the missing migrations and record the time zone (NULL: not given; zone.h), in one
 * transaction under a lock.  It is safe to repeat and to run concurrently.  *ret_applied is the
 * number of applied migrations.  Returns 0, a pg error, -ENOSYS, or an error of zone_record();
 * `message` then says why.
 */
int schema_init(struct pg *pg, const char *time_zone, GString *message, int *ret_applied);

#endif
