/*
 * patch_keys - keys by which the patch of a commit is looked up, where Patchwork has no index
 *
 * The table patchmda.patch_key has keys of the title and the hash of each patch.  The transaction
 * that stores a patch adds its row.  Rows of patches that Patchwork's own parser has stored are
 * added before a lookup.
 */
#ifndef SQL_PATCH_KEYS_H
#define SQL_PATCH_KEYS_H

#include "parser/arena.h"
#include "sql/pg/copy.h"
#include "sql/pg/query.h"

/*
 * Another program's patch may become visible after one with a higher id, so this many ids before
 * the last known one are checked again.
 */
#define PATCH_KEYS_AGAIN 1000

/*
 * Add the missing rows, in separate transactions.  *ret_has_index: whether Patchwork's tables have
 * an index on the hash.  It is safe to run concurrently.  Returns 0 or a pg error.
 */
int patch_keys_update(struct pg *pg, bool *ret_has_index);

/*
 * COPY rows of new patches, in an open transaction.  `title` is as title_of() returns it; `hash`
 * may be absent.
 */
void patch_keys_copy_begin(struct pg_copy *copy, struct pg *pg);
void patch_keys_copy(struct pg_copy *copy, int32_t id, struct view title, struct view hash);

/* The key of a hash of hexadecimal digits. */
int64_t patch_key_of_hash(struct view hash);

#endif
