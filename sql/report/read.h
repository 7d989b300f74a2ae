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

/* What went wrong last, in words for people: tables that are not there are explained. */
const char *read_message(const struct pg *pg);

#endif
