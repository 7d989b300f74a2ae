/*
 * patch_keys - what a commit is looked up by, where Patchwork's tables have no index for it
 *
 * The table patchmda.patch_key has the title of each patch, and its hash where that has no index.
 * It is completed by whoever is about to look, so that those who store mail need not care.
 */
#ifndef SQL_PATCH_KEYS_H
#define SQL_PATCH_KEYS_H

#include "sql/pg/query.h"

/*
 * A patch that is stored may be seen after one of a higher id: so many ids before the last one
 * that was seen are looked at again.
 */
#define PATCH_KEYS_AGAIN 10000

/*
 * Add the patches that have come since the last call, in transactions of their own.  `ret_has_index`:
 * the tables have an index on the hash.  Two may do so at once.  Returns 0 or what pg.h lists.
 */
int patch_keys_update(struct pg *pg, bool *ret_has_index);

/* What a hash of hexadecimal digits is looked up by. */
int64_t patch_key_of_hash(struct view hash);

#endif
