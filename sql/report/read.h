/*
 * read - how the commands that only look at the database begin
 *
 * One transaction that is read-only and sees one snapshot, so that a report is of one moment,
 * a hot standby will do, and so will a role that may only read.
 */
#ifndef SQL_READ_H
#define SQL_READ_H

#include "sql/pg/query.h"

/* Connect (as pg_open) and begin.  *ret_pg is set also on failure, for read_message(). */
int read_open(const char *conninfo, int timeout_secs, struct pg **ret_pg);

/*
 * For a command that prints dates: *time_zone is what it was told, or NULL, and becomes the zone that
 * counts (sql/schema/zone.h).  Returns NULL, or what is wrong, in words for people.
 */
const char *read_time_zone(struct pg *pg, const char **time_zone);

/* What went wrong last, in words for people: tables that are not there are explained. */
const char *read_message(const struct pg *pg);

#endif
