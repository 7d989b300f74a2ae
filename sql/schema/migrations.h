/*
 * migrations - the statements that create and upgrade the schema, in order
 *
 * Generated from sql/schema/NNNN_name.sql by the Makefile.  Migrations only go forward: statements
 * that were released are never edited, and a change is a new file.
 */
#ifndef SQL_SCHEMA_MIGRATIONS_H
#define SQL_SCHEMA_MIGRATIONS_H

#include <stddef.h>

struct migration {
	const char *name; /* file name without .sql */
	const char *sql;
};

extern const struct migration migrations[];
extern const size_t migrations_count;

/* The name of the last migration, which --version prints. */
const char *migrations_newest(void);

#endif
