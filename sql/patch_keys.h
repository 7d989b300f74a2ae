/*
 * patch_keys - what a commit is looked up by, where Patchwork's tables have no index for it
 *
 * The table patchmda.patch_key has the title and the hash of each patch.  Who stores a patch adds
 * its row in the same transaction.  Those that a Patchwork's own parser has stored are added before
 * somebody looks.
 */
#ifndef SQL_PATCH_KEYS_H
#define SQL_PATCH_KEYS_H

#include "parser/arena.h"
#include "sql/pg/copy.h"
#include "sql/pg/query.h"

/*
 * A patch of another program may be seen after one of a higher id: so many ids before the last
 * one that was seen are looked at again.
 */
#define PATCH_KEYS_AGAIN 1000

/*
 * Add the rows that are missing, in transactions of their own.  `ret_has_index`: Patchwork's tables
 * have an index on the hash.  Two may do so at once.  Returns 0 or a pg error.
 */
int patch_keys_update(struct pg *pg, bool *ret_has_index);

/* COPY rows of new patches in a transaction that is open: an id, a name, a hash or the absent view. */
void patch_keys_copy_begin(struct pg_copy *copy, struct pg *pg);
void patch_keys_copy(struct pg_copy *copy, struct arena *arena, int32_t id, struct view name,
		     struct view hash);

/* What a hash of hexadecimal digits is looked up by. */
int64_t patch_key_of_hash(struct view hash);

#endif
