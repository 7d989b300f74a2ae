/* patch_keys - the keys by which the patch of a commit is looked up; see patch_keys.h */
#include "sql/patch_keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parser/cleanup.h"
#include "parser/text.h"
#include "parser/title.h"
#include "sql/batch/statements.h"
#include "sql/pg/copy.h"
#include "sql/statements.h"

/* Rows of one transaction. */
#define CHUNK_ROWS 20000

/* The memory for one name. */
#define ARENA_BYTES_MAX ((size_t)1 << 20)

/* Both tables are read in the order of their primary keys, whatever the planner estimates. */
static const char *const settings[] = {
	"set local enable_nestloop = off",
	"set local enable_hashjoin = off",
	"set local enable_bitmapscan = off",
	"set local enable_sort = off",
	"set local max_parallel_workers_per_gather = 0",
};

static const char sql_copy[] =
	"copy patchmda.patch_key (patch_id, title, hash) from stdin (format binary)";

int64_t patch_key_of_hash(struct view hash)
{
	char digits[17] = "";

	memcpy(digits, hash.ptr, hash.len < 16 ? hash.len : 16);
	return (int64_t)strtoull(digits, NULL, 16);
}

static int ask(struct pg *pg, const char *sql, struct pg_result **ret_result)
{
	struct pg_query query;

	pg_query_init(&query, sql);
	return pg_run(pg, &query, ret_result);
}

static int begin(struct pg *pg)
{
	static const char *const first[] = { sql_begin, sql_no_jit, sql_no_seqscan, sql_relaxed };
	int r = 0;

	for (size_t i = 0; r == 0 && i < G_N_ELEMENTS(first); i++)
		r = pg_script(pg, first[i]);
	for (size_t i = 0; r == 0 && i < G_N_ELEMENTS(settings); i++)
		r = pg_script(pg, settings[i]);
	return r == 0 ? pg_script(pg, sql_patch_keys_lock) : r;
}

static int read_rows(struct pg *pg, int64_t after, struct pg_result **ret_result)
{
	struct pg_query query;

	pg_query_init(&query, sql_patch_keys_rows);
	pg_param_bigint(&query, after);
	pg_param_int(&query, CHUNK_ROWS);
	return pg_run(pg, &query, ret_result);
}

void patch_keys_copy_begin(struct pg_copy *copy, struct pg *pg)
{
	pg_copy_begin(copy, pg, sql_copy, 3);
}

void patch_keys_copy(struct pg_copy *copy, int32_t id, struct view title, struct view hash)
{
	pg_copy_row(copy);
	pg_copy_int(copy, id);
	pg_copy_bigint(copy, title_key(title));
	if (hash.ptr != NULL)
		pg_copy_bigint(copy, patch_key_of_hash(hash));
	else
		pg_copy_null(copy);
}

static int write_rows(struct pg *pg, struct arena *arena, const struct pg_result *rows)
{
	struct pg_copy copy;

	patch_keys_copy_begin(&copy, pg);
	for (int i = 0; i < pg_rows(rows); i++) {
		arena_reset(arena);
		patch_keys_copy(&copy, pg_int(rows, i, 0), title_of(arena, pg_text(rows, i, 1)),
				pg_text(rows, i, 2));
	}
	return pg_copy_end(&copy);
}

/* One transaction; *after moves on.  *ret_is_last: there is nothing more. */
static int add_chunk(struct pg *pg, struct arena *arena, int64_t *after, bool *ret_is_last)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *rows = NULL;
	int r = begin(pg);

	if (r == 0)
		r = read_rows(pg, *after, &rows);
	if (r != 0)
		return r;
	*ret_is_last = pg_rows(rows) < CHUNK_ROWS;
	if (pg_rows(rows) > 0) {
		*after = pg_int(rows, pg_rows(rows) - 1, 0);
		r = write_rows(pg, arena, rows);
	}
	return r == 0 ? pg_commit(pg) : r;
}

/* See patch_keys_progress in patch_keys.sql; *ret_is_last: no patch can lack its key. */
static int ask_progress(struct pg *pg, int64_t *ret_done, int64_t *ret_last, bool *ret_is_last)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	int r = ask(pg, sql_patch_keys_progress, &result);

	if (r == 0) {
		*ret_done = pg_bigint(result, 0, 0);
		*ret_last = pg_bigint(result, 0, 1);
		*ret_is_last = !pg_bool(result, 0, 2);
	}
	return r;
}

static int set_progress(struct pg *pg, int64_t done)
{
	struct pg_query query;

	pg_query_init(&query, sql_patch_keys_set_progress);
	pg_param_bigint(&query, done);
	return pg_run(pg, &query, NULL);
}

static int add_missing(struct pg *pg, struct arena *arena)
{
	bool is_last = false;
	int64_t done = 0, last = 0, after;
	int r = ask_progress(pg, &done, &last, &is_last);

	if (r != 0 || is_last)
		return r;
	after = MAX(done - PATCH_KEYS_AGAIN, 0);
	while (r == 0 && !is_last)
		r = add_chunk(pg, arena, &after, &is_last);
	return r == 0 ? set_progress(pg, last) : r;
}

static int ask_index(struct pg *pg, bool *ret_has_index)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	int r = ask(pg, sql_patch_keys_has_index, &result);

	if (r == 0)
		*ret_has_index = pg_bool(result, 0, 0);
	return r;
}

int patch_keys_update(struct pg *pg, bool *ret_has_index)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(ARENA_BYTES_MAX);
	int r = arena != NULL ? ask_index(pg, ret_has_index) : -ENOMEM;

	if (r == 0)
		r = add_missing(pg, arena);
	if (r != 0)
		pg_rollback(pg);
	return r;
}
