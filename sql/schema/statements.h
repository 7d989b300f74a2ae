/*
 * statements - the SQL about the tables themselves; the statements are in *.sql of this folder
 *
 * psql reads those files, and then `explain execute NAME (...)` shows a plan.  Files with a number
 * are migrations.
 */
#ifndef SQL_SCHEMA_STATEMENTS_H
#define SQL_SCHEMA_STATEMENTS_H

/* schema.sql */
extern const char sql_schema_tables[];
extern const char sql_schema_django[];
extern const char sql_schema_applied[];
extern const char sql_schema_unread[];
extern const char sql_schema_add_migration[];

/* zone.sql */
extern const char sql_zone[];
extern const char sql_zone_record[];
extern const char sql_zone_spelling[];

#endif
