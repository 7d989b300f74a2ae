/*
 * read - opens the connection of a command that only reads
 *
 * One read-only transaction with one snapshot: a report is consistent, and works on a hot standby
 * and with a role that can only read.
 */
#ifndef SQL_REPORT_READ_H
#define SQL_REPORT_READ_H

#include "sql/pg/query.h"

/* Connect (as pg_open) and begin.  *ret_pg is set also on failure, for read_message(). */
int read_open(const char *conninfo, int timeout_secs, struct pg **ret_pg);

/*
 * Set *time_zone, the value of --time-zone or NULL, to the zone of the database
 * (sql/schema/zone.h). Returns NULL or an error message.
 */
const char *read_time_zone(struct pg *pg, const char **time_zone);

/* The message of the last error; missing tables are explained. */
const char *read_message(const struct pg *pg);

#endif
