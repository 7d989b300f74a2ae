/* adopt - rows that Patchwork has made; see adopt.h */
#include "sql/batch/adopt.h"

#include <errno.h>
#include <string.h>

#include "parser/cleanup.h"
#include "parser/decide/component.h"
#include "parser/stored.h"
#include "sql/batch/batch.h"
#include "sql/batch/begin.h"
#include "sql/batch/statements.h"

struct source {
	const char *table;
	const char *sql;
	char kind; /* as in patchmda.mention */
};

static const struct source sources[] = {
	{ "patchwork_patch", sql_adopt_patches, 'p' },
	{ "patchwork_cover", sql_adopt_covers, 'c' },
	{ "patchwork_patchcomment", sql_adopt_patch_comments, 'P' },
	{ "patchwork_covercomment", sql_adopt_cover_comments, 'C' },
};

enum column {
	COL_ID,
	COL_PROJECT,
	COL_SUBMITTER,
	COL_DATE,
	COL_MSGID,
	COL_HEADERS,
	COL_SERIES,
	COL_CONTENT, /* if there is a Depends-on in it */
};

struct adoption {
	struct pg *pg;
	const struct catalog *catalog;
	const struct store_options *options;
	bool recent; /* while Patchwork's parser runs */
};

static int read_number(struct pg *pg, const char *job, int64_t *ret_number)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	pg_query_init(&query, sql_adopt_progress);
	pg_param_text(&query, view_str(job));
	r = pg_run(pg, &query, &result);
	if (r == 0)
		*ret_number = pg_rows(result) > 0 ? pg_bigint(result, 0, 0) : 0;
	pg_result_free(result);
	return r;
}

static int write_number(struct pg *pg, const char *job, int64_t number)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_set_adopt_progress);
	pg_param_text(&query, view_str(job));
	pg_param_bigint(&query, number);
	r = pg_run(pg, &query, NULL);
	return r;
}

/* Begin, lock every project (a batch may contain rows of each), and load the rows after `after`. */
static int begin(struct batch *batch, const struct source *source, int64_t after, bool recent,
		 struct pg_result **ret_rows)
{
	const GPtrArray *projects = catalog_projects(batch->catalog);
	_cleanup_(free_array) GArray *ids = new_ints();
	struct pg_queue queue = { .count = 0 };
	struct pg_result *results[PG_QUEUE_MAX];
	struct begin_results answers;
	struct pg_query *query;
	int r;

	for (guint i = 0; i < projects->len; i++)
		add_int(ids, ((const struct project *)projects->pdata[i])->id);
	batch_sort_ints(ids);
	answers = begin_ask(batch, ids, &queue);
	query = pg_queue_add(&queue, source->sql);
	pg_param_bigint(query, after);
	pg_param_int(query, ADOPT_BATCH_ROWS);
	pg_param_int(query, recent);
	r = batch_run_kept(batch, queue.queries, queue.count, results);
	if (r != 0)
		return r;
	*ret_rows = results[queue.count - 1];
	return begin_take(batch, answers, results);
}

/* The person's name is from the latest message that has one. */
static void take_name(struct person *person, const struct submission *s, int64_t date,
		      struct view msgid)
{
	if (s->sender.name.len == 0)
		return;
	if (person->has_name_at && person->name_date > date)
		return;
	person->has_name_at = true;
	person->name_date = date;
	person->name_msgid = msgid;
	person->name_at_changed = true;
	person->is_needed = true;
}

static void adopt_item(struct batch *batch, const struct pg_result *rows, int row, char kind,
		       struct message *message)
{
	const struct submission *s = message->submission;
	struct item *item =
		workset_add_item(batch->workset, kind == 'p' ? ITEM_PATCH : ITEM_COVER,
				 pg_int(rows, row, COL_ID), message->project_id, s->msgid);

	item_set_message(item, message);
	if (!pg_is_null(rows, row, COL_SERIES))
		item->stored_grouped_in = batch_series_stub(batch, pg_int(rows, row, COL_SERIES),
							    message->project_id);
}

static void adopt_comment(struct batch *batch, const struct pg_result *rows, int row, char kind,
			  const struct message *message)
{
	struct comment *comment = workset_add_comment(batch->workset, message->project_id,
						      message->submission->msgid);
	struct item *parent =
		workset_add_item(batch->workset, kind == 'P' ? ITEM_PATCH : ITEM_COVER, 0,
				 message->project_id, VIEW("")); /* only its kind matters */

	comment->id = pg_int(rows, row, COL_ID);
	comment->parent = comment->stored_parent = parent;
	comment->state = COMMENT_RESOLVED;
	comment->refs = message->submission->references;
	comment->ref_count = message->submission->reference_count;
	comment->is_adopted = true;
}

/*
 * *ret_message stays NULL if the stored headers exceed a limit: then nothing is known of the
 * message.
 */
static int take_row(struct batch *batch, const struct pg_result *rows, int row, char kind,
		    struct message **ret_message)
{
	int32_t project_id = pg_int(rows, row, COL_PROJECT);
	const struct project *project = catalog_project(batch->catalog, project_id);
	struct submission *s = arena_alloc(batch->arena, sizeof(*s));
	struct message *message;
	int r;

	if (s == NULL)
		return arena_error(batch->arena) < 0 ? arena_error(batch->arena) : -ENOMEM;
	r = stored_read(batch->arena, pg_text(rows, row, COL_HEADERS),
			project != NULL ? view_str(project->link_name) : VIEW(""),
			project != NULL ? view_str(project->list_email) : VIEW(""), s);
	if (r == 0) {
		s->content = pg_text(rows, row, COL_CONTENT);
		r = submission_read_depends(batch->arena, s);
	}
	if (r != 0)
		return r < 0 ? r : 0;
	s->msgid = pg_text(rows, row, COL_MSGID);
	s->kind = kind == 'p'   ? SUBMISSION_PATCH
		  : kind == 'c' ? SUBMISSION_COVER
				: SUBMISSION_REPLY;
	message = workset_add_message(batch->workset, project_id, s);
	message->verdict = VERDICT_DUPLICATE;
	message->date = pg_bigint(rows, row, COL_DATE);
	message->person = batch_person(batch, pg_int(rows, row, COL_SUBMITTER));
	take_name(message->person, s, message->date, s->msgid);
	*ret_message = message;
	return 0;
}

/*
 * Components are loaded before the new items are in the workset, where they could not be told apart
 * from stored ones.
 */
static int adopt_rows(struct batch *batch, const struct pg_result *rows, char kind)
{
	g_autofree struct message **messages = g_new0(struct message *, (gsize)pg_rows(rows));
	bool has_items = kind == 'p' || kind == 'c';
	int r = 0;

	for (int i = 0; r == 0 && i < pg_rows(rows); i++)
		r = take_row(batch, rows, i, kind, &messages[i]);
	if (r == 0 && has_items)
		r = batch_load_components(batch);
	if (r != 0)
		return r;
	for (int i = 0; i < pg_rows(rows); i++) {
		if (messages[i] == NULL)
			continue;
		if (has_items)
			adopt_item(batch, rows, i, kind, messages[i]);
		else
			adopt_comment(batch, rows, i, kind, messages[i]);
	}
	g_ptr_array_unref(component_find(batch->workset));
	return batch_write_adopted(batch);
}

/* Comments at the end of their table are distinguished by a list. */
static int keep_known(struct batch *batch, const struct source *source,
		      const struct pg_result *rows, int64_t last)
{
	_cleanup_(free_array) GArray *kinds = new_views(), *ids = new_ints();
	struct pg_query queries[2];
	struct pg_result *results[2];

	for (int i = 0; i < pg_rows(rows); i++) {
		add_view(kinds, (struct view){ &source->kind, 1 });
		add_int(ids, pg_int(rows, i, COL_ID));
	}
	pg_query_init(&queries[0], sql_insert_known_comments);
	pg_param_texts(&queries[0], kinds);
	pg_param_ints(&queries[0], ids);
	pg_query_init(&queries[1], sql_forget_known_comments);
	pg_param_text(&queries[1], (struct view){ &source->kind, 1 });
	pg_param_bigint(&queries[1], last - 2 * ADOPT_OVERLAP_IDS);
	return batch_run_kept(batch, queries, 2, results);
}

static int mend_series(struct batch *batch, const struct pg_result *rows)
{
	_cleanup_(free_array) GArray *ids = new_ints();
	struct pg_query query;
	struct pg_result *result;

	for (int i = 0; i < pg_rows(rows); i++)
		if (!pg_is_null(rows, i, COL_SERIES))
			add_int(ids, pg_int(rows, i, COL_SERIES));
	pg_query_init(&query, sql_mend_series);
	pg_param_ints(&query, ids);
	return batch_run_kept(batch, &query, 1, &result);
}

static int finish(struct batch *batch, const struct adoption *a, const struct source *source,
		  const struct pg_result *rows, int64_t last)
{
	int r = write_number(a->pg, source->table, last);

	if (r == 0 && (source->kind == 'P' || source->kind == 'C'))
		r = keep_known(batch, source, rows, last);
	if (r == 0 && a->recent && source->kind == 'p')
		r = mend_series(batch, rows);
	return r;
}

/* Adopt the rows of one transaction; *after advances, and *ret_count is the number of rows. */
static int adopt_batch(const struct adoption *a, const struct source *source, int64_t *after,
		       int64_t *ret_count)
{
	struct batch batch;
	struct pg_result *rows = NULL;
	int64_t last = *after;
	int r;

	batch_init(&batch, a->pg, a->catalog, a->options);
	r = begin(&batch, source, *after, a->recent, &rows);
	if (r == 0)
		r = adopt_rows(&batch, rows, source->kind);
	if (r == 0 && pg_rows(rows) > 0) {
		last = pg_bigint(rows, pg_rows(rows) - 1, COL_ID);
		r = finish(&batch, a, source, rows, last);
	}
	if (r == 0)
		*ret_count = pg_rows(rows);
	if (r == 0)
		r = pg_commit(a->pg);
	if (r == 0)
		*after = last;
	else
		pg_rollback(a->pg);
	batch_done(&batch);
	return r;
}

/* The last id of a table: later rows are left to the next call. */
static int last_id(struct pg *pg, const char *table, int64_t *ret_id)
{
	g_autofree char *sql =
		g_strdup_printf("select coalesce(max(id), 0)::bigint from %s", table);
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	pg_query_init(&query, sql);
	r = pg_run(pg, &query, &result);
	if (r == 0)
		*ret_id = pg_bigint(result, 0, 0);
	pg_result_free(result);
	return r;
}

/* The range of ids of a table that is read. */
static int find_range(const struct adoption *a, const struct source *source, int64_t *ret_after,
		      int64_t *ret_until)
{
	g_autofree char *goal = g_strdup_printf("goal of %s", source->table);
	int64_t after, last, wanted;
	int r = read_number(a->pg, source->table, &after);

	if (r == 0)
		r = last_id(a->pg, source->table, &last);
	if (r == 0)
		r = read_number(a->pg, goal, &wanted);
	if (r != 0)
		return r;
	*ret_after = a->recent ? after - MIN(after, ADOPT_OVERLAP_IDS) : after;
	/* Rows above the goal are our own, unless Patchwork's parser still runs. */
	*ret_until = !a->recent && (source->kind == 'P' || source->kind == 'C') ? wanted
										: MAX(last, wanted);
	return 0;
}

/* As adopt_batch(), repeated after each lost race. */
static int adopt_batch_again(const struct adoption *a, const struct source *source, int64_t *after,
			     int64_t *ret_count)
{
	int r = adopt_batch(a, source, after, ret_count);

	for (int tries = 1; r == -EAGAIN && tries < BATCH_TRIES_MAX; tries++) {
		batch_pause(tries);
		r = adopt_batch(a, source, after, ret_count);
	}
	return r == -EAGAIN ? -EBUSY : r;
}

static int adopt_table(const struct adoption *a, const struct source *source,
		       adopt_progress *progress, void *context)
{
	int64_t after, until, rows = 0, count = ADOPT_BATCH_ROWS;
	int r = find_range(a, source, &after, &until);

	while (r == 0 && after < until && count == ADOPT_BATCH_ROWS) {
		r = adopt_batch_again(a, source, &after, &count);
		rows += r == 0 ? count : 0;
		if (r == 0 && progress != NULL && !progress(context, source->table, rows))
			r = -ECANCELED;
	}
	return r == 0 && until > 0 ? write_number(a->pg, source->table, until) : r;
}

static int adopt_tables(const struct adoption *a, adopt_progress *progress, void *context)
{
	int r = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(sources) && r == 0; i++)
		r = adopt_table(a, &sources[i], progress, context);
	return r;
}

int adopt_all(struct pg *pg, const struct catalog *catalog, const struct store_options *options,
	      adopt_progress *progress, void *context)
{
	struct adoption a = { pg, catalog, options, false };

	return adopt_tables(&a, progress, context);
}

int adopt_recent(struct pg *pg, const struct catalog *catalog, const struct store_options *options)
{
	struct adoption a = { pg, catalog, options, true };

	return adopt_tables(&a, NULL, NULL);
}
