/*
 * schema - which tables a database has, and making or upgrading ours
 *
 * Patchwork's tables are either made by us (0001) or by a Patchwork, whose state
 * django_migrations tells.  Ours are in the schema patchmda, and patchmda.migration tells
 * which of our files were applied.
 */
#ifndef SQL_SCHEMA_H
#define SQL_SCHEMA_H

#include <glib.h>

#include "sql/pg/query.h"

/*
 * Whether the database has tables that this program knows.  Returns 0, a pg error, or
 * -ENOSYS; `words` says what is missing and what to do.
 */
int schema_check(struct pg *pg, GString *words);

/*
 * Make what is missing, in one transaction that keeps others out, and keep the time zone (NULL: none
 * is said; zone.h).  Safe to run again and by two at once.  *ret_applied: how many of our files were
 * applied.  Returns 0, a pg error, -ENOSYS, or what zone_keep() returns; `words` says why.
 */
int schema_init(struct pg *pg, const char *time_zone, GString *words, int *ret_applied);

#endif
