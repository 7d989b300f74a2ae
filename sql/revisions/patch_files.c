/* patch_files - the files and blobs of each patch's diff; see patch_files.h */
#include "sql/revisions/patch_files.h"

#include <errno.h>

#include "parser/cleanup.h"
#include "sql/revisions/statements.h"

/* Diffs of one query. */
#define CHUNK_ROWS 200

/* Limit of the memory for the paths and blobs of one diff. */
#define ARENA_BYTES_MAX ((size_t)16 << 20)

static const char sql_copy[] =
	"copy patchmda.patch_file (patch_id, files, blobs) from stdin (format binary)";

void patch_files_copy_begin(struct pg_copy *copy, struct pg *pg)
{
	pg_copy_begin(copy, pg, sql_copy, 3);
}

void patch_files_copy(struct pg_copy *copy, int32_t patch_id, const struct diff_files *files)
{
	pg_copy_row(copy);
	pg_copy_int(copy, patch_id);
	pg_copy_texts(copy, files->paths, files->path_count);
	pg_copy_texts(copy, files->blobs, files->blob_count);
}

static int copy_rows(struct pg *pg, struct arena *arena, const struct pg_result *rows)
{
	struct pg_copy copy;
	int r = 0;

	patch_files_copy_begin(&copy, pg);
	for (int i = 0; r == 0 && i < pg_rows(rows); i++) {
		struct diff_files files;

		arena_reset(arena);
		r = diff_files_read(arena, pg_text(rows, i, 1), &files);
		if (r == 0)
			patch_files_copy(&copy, pg_int(rows, i, 0), &files);
	}
	return r != 0 ? r : pg_copy_end(&copy);
}

/* *after becomes the last id.  *ret_is_last: no row is missing any more. */
static int add_chunk(struct pg *pg, struct arena *arena, int32_t *after, bool *ret_is_last)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *rows = NULL;
	struct pg_query query;
	int r = pg_script(pg, sql_revisions_lock_files);

	if (r != 0)
		return r;
	pg_query_init(&query, sql_revisions_without_files);
	pg_param_int(&query, *after);
	pg_param_int(&query, CHUNK_ROWS);
	r = pg_run(pg, &query, &rows);
	if (r != 0)
		return r;
	*ret_is_last = pg_rows(rows) < CHUNK_ROWS;
	if (pg_rows(rows) == 0)
		return 0;
	*after = pg_int(rows, pg_rows(rows) - 1, 0);
	return copy_rows(pg, arena, rows);
}

static int add_alone(struct pg *pg, struct arena *arena, int32_t *after, bool *ret_is_last)
{
	int r = pg_script(pg, "begin; set local enable_seqscan = off");

	if (r == 0)
		r = add_chunk(pg, arena, after, ret_is_last);
	if (r == 0)
		r = pg_commit(pg);
	else
		pg_rollback(pg);
	return r;
}

int patch_files_update(struct pg *pg, bool is_in_transaction)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(ARENA_BYTES_MAX);
	bool is_last = false;
	int32_t after = 0;
	int r = arena != NULL ? 0 : -ENOMEM;

	while (r == 0 && !is_last)
		r = is_in_transaction ? add_chunk(pg, arena, &after, &is_last)
				      : add_alone(pg, arena, &after, &is_last);
	return r;
}
