/* why - everything that is known about one message id; see why.h */
#include "sql/report/why.h"

#include <errno.h>

#include "parser/cleanup.h"
#include "parser/stored.h"
#include "parser/submission.h"
#include "sql/report/statements.h"
#include "sql/seen.h"

static GArray *texts_at(const struct pg_result *rows, int row, int column)
{
	GArray *texts = g_array_new(FALSE, FALSE, sizeof(struct view));

	pg_texts(rows, row, column, texts);
	return texts;
}

static void take_members(const struct pg_result *rows, GArray *stored)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_stored item = {
			.is_patch = pg_bool(rows, i, 0),
			.is_cover = !pg_bool(rows, i, 0),
			.id = pg_int(rows, i, 1),
			.project_id = pg_int(rows, i, 2),
			.project = pg_text(rows, i, 3),
			.msgid = pg_text(rows, i, 4),
			.name = pg_text(rows, i, 5),
			.submitter_name = pg_text(rows, i, 6),
			.submitter_email = pg_text(rows, i, 7),
			.submitter_id = pg_int(rows, i, 8),
			.date = pg_text(rows, i, 9),
			.age_secs = pg_bigint(rows, i, 10),
			.state = pg_text(rows, i, 11),
			.has_links = pg_bool(rows, i, 12),
			.has_marker = pg_bool(rows, i, 13),
			.version = pg_int(rows, i, 14),
			.marked_number = pg_int(rows, i, 15),
			.marked_total = pg_int(rows, i, 16),
			.clock = pg_bigint(rows, i, 17),
			.number = pg_int(rows, i, 18),
			.refs = texts_at(rows, i, 19),
			.series = { .id = pg_int(rows, i, 20),
				    .name = pg_text(rows, i, 21),
				    .version = pg_int(rows, i, 22),
				    .total = pg_int(rows, i, 23),
				    .received = pg_int(rows, i, 24),
				    .submitter_id = pg_int(rows, i, 25),
				    .clock = pg_bigint(rows, i, 26),
				    .cover = pg_text(rows, i, 27),
				    .maker = pg_text(rows, i, 28) },
			.depends = texts_at(rows, i, 29),
			.list_email = pg_text(rows, i, 30),
			.headers = pg_text(rows, i, 31),
			.content = pg_text(rows, i, 32),
			.diff = pg_text(rows, i, 33),
		};

		g_array_append_val(stored, item);
	}
}

static void take_comments(const struct pg_result *rows, GArray *stored)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_stored item = {
			.is_patch_comment = pg_bool(rows, i, 0),
			.id = pg_int(rows, i, 1),
			.project_id = pg_int(rows, i, 2),
			.project = pg_text(rows, i, 3),
			.msgid = pg_text(rows, i, 4),
			.name = pg_text(rows, i, 5),
			.parent = pg_text(rows, i, 6),
			.submitter_name = pg_text(rows, i, 7),
			.submitter_email = pg_text(rows, i, 8),
			.submitter_id = pg_int(rows, i, 9),
			.date = pg_text(rows, i, 10),
			.age_secs = pg_bigint(rows, i, 11),
			.headers = pg_text(rows, i, 12),
			.list_email = pg_text(rows, i, 13),
			.refs = g_array_new(FALSE, FALSE, sizeof(struct view)),
			.depends = g_array_new(FALSE, FALSE, sizeof(struct view)),
		};

		g_array_append_val(stored, item);
	}
}

static void take_waiting(const struct pg_result *rows, GArray *waiting)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_waiting item = { .project = pg_text(rows, i, 0),
					    .received = pg_text(rows, i, 1),
					    .expires = pg_text(rows, i, 2),
					    .refs = texts_at(rows, i, 3) };

		g_array_append_val(waiting, item);
	}
}

static void take_held(const struct pg_result *rows, GArray *held)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_held item = { .id = pg_bigint(rows, i, 0),
					 .received = pg_text(rows, i, 1),
					 .expires = pg_text(rows, i, 2),
					 .reason = pg_text(rows, i, 3),
					 .list_ids = pg_text(rows, i, 4),
					 .location = pg_text(rows, i, 5) };

		g_array_append_val(held, item);
	}
}

static void take_deletions(const struct pg_result *rows, GArray *deletions)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_deletion item = { .noted = pg_text(rows, i, 0),
					     .commit = pg_text(rows, i, 1),
					     .path = pg_text(rows, i, 2) };

		g_array_append_val(deletions, item);
	}
}

static void take_msgrefs(const struct pg_result *rows, GArray *msgrefs)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_msgref item = { .project = pg_text(rows, i, 0),
					   .what = pg_text(rows, i, 1),
					   .msgid = pg_text(rows, i, 2) };

		g_array_append_val(msgrefs, item);
	}
}

static void take_all(struct why *why)
{
	const struct pg_result *seen = why->results[WHY_SEEN];

	take_members(why->results[WHY_SERIES_MEMBERS], why->stored);
	take_comments(why->results[WHY_COMMENTS], why->stored);
	take_waiting(why->results[WHY_WAITING], why->waiting);
	take_held(why->results[WHY_HELD], why->held);
	take_deletions(why->results[WHY_DELETIONS], why->deletions);
	take_msgrefs(why->results[WHY_MSGREFS], why->msgrefs);
	for (int i = 0; i < pg_rows(seen); i++) {
		struct view project = pg_text(seen, i, 0);

		g_array_append_val(why->seen, project);
	}
}

static int ask(struct pg *pg, const struct view spellings[2], const char *time_zone,
	       struct pg_result **results)
{
	static const char *const statements[WHY_PARTS] = {
		[WHY_SERIES_MEMBERS] = sql_why_members,
		[WHY_COMMENTS] = sql_why_comments,
		[WHY_WAITING] = sql_why_waiting,
		[WHY_HELD] = sql_why_held,
		[WHY_SEEN] = sql_why_seen,
		[WHY_DELETIONS] = sql_why_deletions,
		[WHY_MSGREFS] = sql_why_msgrefs,
	};
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(struct view));
	g_autoptr(GArray) hashes = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct pg_queue queue = { .count = 0 };

	for (int i = 0; i < 2; i++) {
		int64_t hash = seen_hash(spellings[i]);

		g_array_append_val(ids, spellings[i]);
		g_array_append_val(hashes, hash);
	}
	for (int i = 0; i < WHY_PARTS; i++) {
		struct pg_query *query = pg_queue_add(&queue, statements[i]);

		if (i == WHY_SEEN)
			pg_param_bigints(query, hashes);
		else
			pg_param_texts(query, ids);
		if (i == WHY_SERIES_MEMBERS || i == WHY_COMMENTS)
			pg_param_text(query, view_str(time_zone));
		if (i == WHY_MSGREFS)
			pg_param_int(query, WHY_MSGREFS_MAX);
	}
	return pg_run_queue(pg, &queue, results);
}

int why_ask(struct pg *pg, const char *msgid, const char *time_zone, struct why *ret_why)
{
	g_autofree char *bracketed = g_strconcat("<", msgid, ">", NULL);
	const struct view spellings[2] = { view_str(msgid), view_str(bracketed) };
	struct why why = { 0 };
	int r = ask(pg, spellings, time_zone, why.results);

	if (r != 0)
		return r;
	why.stored = g_array_new(FALSE, FALSE, sizeof(struct why_stored));
	why.waiting = g_array_new(FALSE, FALSE, sizeof(struct why_waiting));
	why.held = g_array_new(FALSE, FALSE, sizeof(struct why_held));
	why.deletions = g_array_new(FALSE, FALSE, sizeof(struct why_deletion));
	why.seen = g_array_new(FALSE, FALSE, sizeof(struct view));
	why.msgrefs = g_array_new(FALSE, FALSE, sizeof(struct why_msgref));
	take_all(&why);
	*ret_why = why;
	return 0;
}

void why_done(struct why *why)
{
	for (guint i = 0; i < why->stored->len; i++) {
		struct why_stored *item = &g_array_index(why->stored, struct why_stored, i);

		g_array_unref(item->refs);
		g_array_unref(item->depends);
	}
	for (guint i = 0; i < why->waiting->len; i++)
		g_array_unref(g_array_index(why->waiting, struct why_waiting, i).refs);
	g_array_unref(why->stored);
	g_array_unref(why->waiting);
	g_array_unref(why->held);
	g_array_unref(why->deletions);
	g_array_unref(why->seen);
	g_array_unref(why->msgrefs);
	pg_results_free(why->results, WHY_PARTS);
}

int why_references(struct pg *pg, int32_t project_id, const GArray *refs, int32_t number,
		   const char *time_zone, GArray **ret_refs, struct pg_result **ret_result)
{
	struct pg_result *rows = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_why_references);
	pg_param_int(&query, project_id);
	pg_param_text(&query, view_str(time_zone));
	pg_param_texts(&query, refs);
	pg_param_int(&query, number);
	r = pg_run(pg, &query, &rows);
	if (r != 0)
		return r;
	*ret_refs = g_array_new(FALSE, FALSE, sizeof(struct why_reference));
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_reference reference = {
			.msgid = pg_text(rows, i, 0),
			.what = pg_text(rows, i, 1),
			.patch = pg_text(rows, i, 2),
			.cover = pg_text(rows, i, 3),
			.series_id = pg_int(rows, i, 4),
			.series_version = pg_int(rows, i, 5),
			.series_clock = pg_bigint(rows, i, 6),
			.holder = pg_text(rows, i, 7),
		};

		g_array_append_val(*ret_refs, reference);
	}
	*ret_result = rows;
	return 0;
}

/* Append the references in the headers of a comment; headers that cannot be parsed have none. */
static int append_references(const struct why_stored *comment, struct arena *arena, GArray *ids)
{
	const struct view *refs = NULL;
	size_t count = 0;

	if (arena == NULL)
		return -ENOMEM;
	(void)stored_references(arena, comment->headers, &refs, &count);
	if (count > 0)
		g_array_append_vals(ids, refs, (guint)count);
	return 0;
}

int why_references_of(struct pg *pg, const struct why_stored *item, const char *time_zone,
		      GArray **ret_refs, struct pg_result **ret_result)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(struct view));
	bool is_comment = !item->is_patch && !item->is_cover;
	int r = 0;

	if (is_comment) {
		r = append_references(item, arena, ids);
	} else {
		g_array_append_val(ids, item->msgid);
		g_array_append_vals(ids, item->refs->data, item->refs->len);
	}
	return r == 0 ? why_references(pg, item->project_id, ids,
				       is_comment ? 0 : item->marked_number, time_zone, ret_refs,
				       ret_result)
		      : r;
}

int why_rules(const struct why_stored *item, unsigned *ret_rules)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	struct stored stored = { .is_comment = !item->is_patch && !item->is_cover,
				 .is_cover = item->is_cover,
				 .headers = item->headers,
				 .content = item->content,
				 .diff = item->diff };

	if (arena == NULL)
		return -ENOMEM;
	*ret_rules = 0;
	/* A message that cannot be parsed shows no rule. */
	(void)stored_rules(arena, &stored, item->project, item->list_email, ret_rules);
	return 0;
}
