/* patch_keys - what a commit is looked up by; see patch_keys.h */
#include "sql/patch_keys.h"

#include <stdlib.h>
#include <string.h>

#include "parser/cleanup.h"
#include "parser/text.h"
#include "parser/title.h"
#include "sql/batch/begin.h"
#include "sql/batch/statements.h"
#include "sql/pg/copy.h"

/* Rows of one transaction. */
#define CHUNK_ROWS 20000

/* Of the names of a chunk one at a time. */
#define ARENA_BYTES_MAX ((size_t)1 << 20)

static const char sql_has_index[] =
	"select exists (select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid"
	" and a.attnum = i.indkey[0] where i.indrelid = 'patchwork_patch'::regclass"
	" and a.attname = 'hash' and i.indisvalid and i.indpred is null)";

/* The key is 'pmdk'. */
static const char sql_lock[] = "select pg_advisory_xact_lock(1886217323, 0)";

static const char sql_progress[] =
	"select coalesce(max(done), 0) from patchmda.progress where job = 'patch keys'";

/* Asked row by row: a join reads all of the keys, where the tables were never analysed. */
static const char sql_rows[] =
	"select p.id, p.name, p.hash::text from patchwork_patch p where p.id > $1"
	" and (select k.patch_id from patchmda.patch_key k where k.patch_id = p.id) is null"
	" order by p.id limit $2";

static const char sql_copy[] =
	"copy patchmda.patch_key (patch_id, title, hash) from stdin (format binary)";

static const char sql_set_progress[] =
	"insert into patchmda.progress as p (job, done) values ('patch keys', $1)"
	" on conflict (job) do update set done = greatest(p.done, excluded.done)";

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

static int begin(struct pg *pg, int64_t *ret_done)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	int r = pg_script(pg, sql_begin);

	if (r == 0)
		r = pg_script(pg, sql_no_jit);
	if (r == 0)
		r = pg_script(pg, sql_no_seqscan);
	if (r == 0)
		r = pg_script(pg, sql_relaxed);
	if (r == 0)
		r = pg_script(pg, sql_lock);
	if (r == 0)
		r = ask(pg, sql_progress, &result);
	if (r == 0)
		*ret_done = pg_bigint(result, 0, 0);
	return r;
}

static int read_rows(struct pg *pg, int64_t after, struct pg_result **ret_result)
{
	struct pg_query query;

	pg_query_init(&query, sql_rows);
	pg_param_bigint(&query, after);
	pg_param_int(&query, CHUNK_ROWS);
	return pg_run(pg, &query, ret_result);
}

static int write_rows(struct pg *pg, struct arena *arena, const struct pg_result *rows,
		      bool with_hash)
{
	struct pg_copy copy;

	pg_copy_begin(&copy, pg, sql_copy, 3);
	for (int i = 0; i < pg_rows(rows); i++) {
		struct view hash = pg_text(rows, i, 2);

		arena_reset(arena);
		pg_copy_row(&copy);
		pg_copy_int(&copy, pg_int(rows, i, 0));
		pg_copy_bigint(&copy, title_key(title_of(arena, pg_text(rows, i, 1))));
		if (with_hash && hash.ptr != NULL)
			pg_copy_bigint(&copy, patch_key_of_hash(hash));
		else
			pg_copy_null(&copy);
	}
	return pg_copy_end(&copy);
}

static int set_progress(struct pg *pg, int64_t done)
{
	struct pg_query query;

	pg_query_init(&query, sql_set_progress);
	pg_param_bigint(&query, done);
	return pg_run(pg, &query, NULL);
}

/* One transaction; *after moves on.  *ret_is_last: there was nothing more. */
static int add_chunk(struct pg *pg, struct arena *arena, bool with_hash, int64_t *after,
		     bool *ret_is_last)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *rows = NULL;
	int64_t done;
	int count, r = begin(pg, &done);

	if (r == 0)
		r = read_rows(pg, MAX(*after, done - PATCH_KEYS_AGAIN), &rows);
	if (r != 0)
		return r;
	count = pg_rows(rows);
	*ret_is_last = count < CHUNK_ROWS;
	if (count == 0)
		return pg_commit(pg);
	*after = pg_int(rows, count - 1, 0);
	r = write_rows(pg, arena, rows, with_hash);
	if (r == 0)
		r = set_progress(pg, *after);
	return r == 0 ? pg_commit(pg) : r;
}

int patch_keys_update(struct pg *pg, bool *ret_has_index)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(ARENA_BYTES_MAX);
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	bool is_last = false;
	int64_t after = 0;
	int r = arena != NULL ? ask(pg, sql_has_index, &result) : -ENOMEM;

	if (r == 0)
		*ret_has_index = pg_bool(result, 0, 0);
	while (r == 0 && !is_last)
		r = add_chunk(pg, arena, !*ret_has_index, &after, &is_last);
	if (r != 0)
		pg_rollback(pg);
	return r;
}
