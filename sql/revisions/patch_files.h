/*
 * patch_files - the files and blobs of each patch's diff: the table patchmda.patch_file
 */
#ifndef SQL_REVISIONS_PATCH_FILES_H
#define SQL_REVISIONS_PATCH_FILES_H

#include "parser/diff_files.h"
#include "sql/pg/copy.h"
#include "sql/pg/query.h"

/* COPY rows for new patches that have a diff, in the caller's transaction. */
void patch_files_copy_begin(struct pg_copy *copy, struct pg *pg);
void patch_files_copy(struct pg_copy *copy, int32_t patch_id, const struct diff_files *files);

/*
 * Add missing rows, for patches that another program or an older patchmda has stored: in
 * transactions of their own, or in the caller's.  Returns 0, a pg error, or arena_error().
 */
int patch_files_update(struct pg *pg, bool is_in_transaction);

#endif
