/*
 * people_index - finds people by address in any case, for a process that stores much mail
 *
 * Patchwork compares addresses by upper(), and its table has no index on that: for an address that
 * is not stored in the same spelling, the server reads all people.  An import meets new addresses
 * in most batches, so it keeps a hash of each person's address, and asks only for people that were
 * added since.
 *
 * A person that another process adds is found.  One whose address another process changes, which
 * Patchwork never does by itself, is found only in the new spelling until people_index_reset().
 */
#ifndef SQL_BATCH_PEOPLE_INDEX_H
#define SQL_BATCH_PEOPLE_INDEX_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sql/pg/connection.h"

/*
 * Ids are drawn before they are committed.  Writers of patchmda add people under a lock, at most
 * one for each message of a batch, so an id that is not visible yet is hardly ever further below
 * the last one.
 */
#define PEOPLE_OVERLAP_IDS 2000

struct people_index;

struct people_index *people_index_new(void);
void people_index_free(struct people_index *index);

/* Forget all people.  `index` may be NULL. */
void people_index_reset(struct people_index *index);

/*
 * Read people that were added since the last call, and add to `ids` the ids (int32_t) of those who
 * may have one of the addresses `emails` (struct view), in any case.  *ret_is_sure is false if
 * there may be others.  Returns 0 or a pg error.
 */
int people_index_find(struct people_index *index, struct pg *pg, const GArray *emails, GArray *ids,
		      bool *ret_is_sure);

/* The last id that was read. */
int32_t people_index_last_id(const struct people_index *index);

#endif
