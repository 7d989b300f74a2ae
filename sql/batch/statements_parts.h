/*
 * statements_parts - pieces that statements of several files share
 */
#ifndef SQL_STATEMENTS_PARTS_H
#define SQL_STATEMENTS_PARTS_H

/* The keys of a look-up: pairs of project and message id, numbered from 1. */
#define KEYS "unnest($1::int[], $2::text[]) with ordinality k(project_id, msgid, i)"

/* A date as statements.h says that `clock` columns are. */
#define CLOCK(column) \
	"extract(epoch from (" column " at time zone current_setting('TimeZone')))::bigint"

#endif
