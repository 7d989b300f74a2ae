/*
 * mails - the facts of series that are stored, from their mails
 */
#ifndef SQL_REVISIONS_MAILS_H
#define SQL_REVISIONS_MAILS_H

#include <glib.h>

#include "sql/pg/query.h"
#include "sql/revisions/facts.h"

/*
 * Read the facts of the series with these ids (int32_t); those that are not there are left out.
 *
 * *ret_facts is an array of struct facts * in the arena, which point into results that are added to
 * `results`; the array is the caller's to free.  Returns 0, what pg.h lists, or arena_error().
 */
int mails_read_facts(struct pg *pg, struct arena *arena, const GArray *ids, GPtrArray *results,
		     GPtrArray **ret_facts);

#endif
