/*
 * mails - the facts about stored series, from their mails
 */
#ifndef SQL_REVISIONS_MAILS_H
#define SQL_REVISIONS_MAILS_H

#include <glib.h>

#include "sql/pg/query.h"
#include "sql/revisions/facts.h"

/*
 * Read the facts about the series with these ids (int32_t); missing series are left out.
 *
 * *ret_facts is an array of struct facts * in the arena, which point into results that are added to
 * `results`; the caller frees the array.  Returns 0, a pg error, or arena_error().
 */
int mails_read_facts(struct pg *pg, struct arena *arena, const GArray *ids, GPtrArray *results,
		     GPtrArray **ret_facts);

#endif
