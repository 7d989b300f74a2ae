/*
 * migrations - the schema as text, in the order of its making
 *
 * Generated from sql/schema/NNNN_name.sql by the Makefile.  Forward only: what was released is
 * never edited, a change is a new file.
 */
#ifndef SQL_MIGRATIONS_H
#define SQL_MIGRATIONS_H

#include <stddef.h>

struct migration {
	const char *name; /* file name without .sql */
	const char *sql;
};

extern const struct migration migrations[];
extern const size_t migrations_count;

/* The name of the last one: what --version shows as the schema. */
const char *migrations_newest(void);

#endif
