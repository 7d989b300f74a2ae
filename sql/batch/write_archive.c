/* write_archive - what is stored in addition for mail from git repositories; see write.h */
#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/batch/statements.h"
#include "sql/batch/write.h"
#include "sql/seen.h"

/* ---- the origin of mail */

static bool is_dropped(const struct message *message)
{
	return message->verdict == VERDICT_EMPTY || message->verdict == VERDICT_UNRELATED;
}

void queue_archived(struct batch *batch, struct pg_queue *queue)
{
	_cleanup_(free_array) GArray *projects = new_ints(), *msgids = new_views(),
				     *dates = new_bigints(), *hashes = new_bigints();
	struct pg_query *query;

	for (size_t i = 0; i < batch->delivery_count; i++) {
		const struct message *message = batch->messages->pdata[i];

		if (message == NULL || !batch->deliveries[i].from_archive ||
		    message->verdict == VERDICT_DUPLICATE)
			continue;
		add_int(projects, message->project_id);
		add_view(msgids, message->submission->msgid);
		add_bigint(dates, message->date);
		add_bigint(hashes, is_dropped(message) ? seen_hash(message->submission->msgid) : 0);
	}
	if (projects->len == 0)
		return;
	query = pg_queue_add(queue, sql_insert_archived);
	pg_param_ints(query, projects);
	pg_param_texts(query, msgids);
	pg_param_bigints(query, dates);
	pg_param_bigints(query, hashes);
}

static void queue_also(struct pg_queue *queue, const GArray *projects, const GArray *hashes)
{
	struct pg_query *query;

	if (projects->len == 0)
		return;
	query = pg_queue_add(queue, sql_insert_also_delivered);
	pg_param_ints(query, projects);
	pg_param_bigints(query, hashes);
}

void queue_also_delivered(struct batch *batch, struct pg_queue *queue)
{
	_cleanup_(free_array) GArray *projects = new_ints(), *hashes = new_bigints();

	for (size_t i = 0; i < batch->delivery_count; i++) {
		const struct message *message = batch->messages->pdata[i];

		if (message == NULL || batch->deliveries[i].from_archive ||
		    (message->verdict != VERDICT_DUPLICATE && !is_dropped(message)))
			continue;
		add_int(projects, message->project_id);
		add_bigint(hashes, seen_hash(message->submission->msgid));
	}
	queue_also(queue, projects, hashes);
}

static void queue_known(struct pg_queue *queue, const struct archive_notes *notes)
{
	_cleanup_(free_array) GArray *projects = new_ints(), *hashes = new_bigints();

	for (size_t i = 0; i < notes->known_count; i++) {
		add_int(projects, notes->known[i].project_id);
		add_bigint(hashes, seen_hash(notes->known[i].msgid));
	}
	queue_also(queue, projects, hashes);
}

/* ---- notes */

static void queue_deletions(struct pg_queue *queue, const struct archive_notes *notes)
{
	_cleanup_(free_array) GArray *msgids = new_views(), *commits = new_views(),
				     *paths = new_views();
	struct pg_query *query;

	for (size_t i = 0; i < notes->deletion_count; i++) {
		add_view(msgids, notes->deletions[i].msgid);
		add_view(commits, view_str(notes->deletions[i].commit));
		add_view(paths, view_str(notes->deletions[i].path));
	}
	if (msgids->len == 0)
		return;
	query = pg_queue_add(queue, sql_insert_deletions);
	pg_param_texts(query, msgids);
	pg_param_texts(query, commits);
	pg_param_texts(query, paths);
}

static int move_position(struct batch *batch, const struct archive_scope *scope,
			 const struct archive_position *position)
{
	struct pg_query query;

	pg_query_init(&query, sql_move_position);
	pg_param_text(&query, view_str(position->first));
	pg_param_text(&query, view_str(scope->list_id != NULL ? scope->list_id : ""));
	pg_param_bigint(&query, scope->since);
	pg_param_bigint(&query, scope->until);
	pg_param_text(&query, view_str(position->last));
	pg_param_text(&query, view_str(position->path));
	return pg_run(batch->pg, &query, NULL);
}

/* Whether all messages are stored or held, or need not be. */
static bool are_all_stored(const struct batch *batch)
{
	for (size_t i = 0; i < batch->delivery_count; i++) {
		const struct message *message = batch->messages->pdata[i];
		enum verdict verdict =
			message != NULL ? message->verdict : batch->deliveries[i].verdict;

		if (verdict_is_deferred(verdict))
			return false;
	}
	return true;
}

int batch_write_notes(struct batch *batch, struct archive_notes *notes)
{
	struct pg_queue queue = { .count = 0 };
	int r;

	queue_deletions(&queue, notes);
	queue_known(&queue, notes);
	r = pg_run_queue(batch->pg, &queue, NULL);
	notes->has_moved = !notes->is_stuck && are_all_stored(batch);
	for (size_t i = 0; i < notes->position_count && r == 0 && notes->has_moved; i++)
		r = move_position(batch, &notes->scope, &notes->positions[i]);
	return r;
}
