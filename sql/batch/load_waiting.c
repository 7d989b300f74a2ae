/* load_waiting - replies that waited for messages of a batch; see load.h */
#include "parser/cleanup.h"
#include "sql/batch/load.h"
#include "sql/batch/statements.h"

/* Parse a waiting reply again. One that can no longer be parsed keeps waiting. */
static int add_waiting(struct batch *batch, const struct pg_result *result, int row)
{
	const struct project *project = catalog_project(batch->catalog, pg_int(result, row, 1));
	struct submission *submission = arena_alloc(batch->arena, sizeof(*submission));
	struct message *message;
	int r;

	if (submission == NULL)
		return arena_error(batch->arena) < 0 ? arena_error(batch->arena) : 0;
	if (project == NULL)
		return 0;
	r = submission_open(batch->arena, pg_text(result, row, 3), submission);
	if (r == 0 && !submission->is_ignored)
		r = submission_read(batch->arena, submission, view_str(project->link_name),
				    view_str(project->list_email));
	if (r != 0 || submission->is_ignored)
		return r < 0 ? r : 0;
	message = workset_add_message(batch->workset, project->id, submission);
	message->waiting_id = pg_bigint(result, row, 0);
	batch_set_date(message, pg_bigint(result, row, 2));
	return 0;
}

int load_waiting_here(struct batch *batch, const struct keys *own, bool *ret_is_awaited)
{
	struct pg_query query;
	struct pg_result *result;
	int r;

	pg_query_init(&query, sql_waiting_here);
	keys_param(own, &query);
	r = batch_run_kept(batch, &query, 1, &result);
	if (r != 0)
		return r;
	*ret_is_awaited = pg_rows(result) > 0;
	for (int i = 0; r == 0 && i < pg_rows(result); i++)
		if (!pg_is_null(result, i, 0))
			r = add_waiting(batch, result, i);
	return r;
}

/* ---- messages of the batch that are stored or dropped for good */

static bool is_known(struct workset *workset, int32_t project_id, struct view msgid)
{
	return workset_find_item(workset, ITEM_PATCH, project_id, msgid) != NULL ||
	       workset_find_item(workset, ITEM_COVER, project_id, msgid) != NULL ||
	       workset_find_comment(workset, project_id, msgid) != NULL ||
	       workset_has_seen(workset, project_id, msgid);
}

/*
 * Whether a message is anything but a reply that has to wait: it or a message that it refers to is
 * known, or one of the latter `settles`.
 */
static bool may_settle(struct workset *workset, const struct keys *settling,
		       const struct message *message)
{
	const struct submission *s = message->submission;
	bool waits = false;

	if (s->kind != SUBMISSION_REPLY || is_known(workset, message->project_id, s->msgid))
		return true;
	for (size_t i = 0; i < s->reference_count; i++) {
		if (view_eq(s->references[i], s->msgid))
			continue;
		waits = true;
		if (is_known(workset, message->project_id, s->references[i]) ||
		    keys_have(settling, message->project_id, s->references[i]))
			return true;
	}
	return !waits;
}

/* Mail comes in order or, if not, backwards, so a pass in each direction finds most of them. */
static void find_settling(struct batch *batch, struct keys *settling)
{
	const GPtrArray *messages = workset_messages(batch->workset);
	guint before;

	do {
		before = settling->msgids->len;
		for (guint i = 0; i < 2 * messages->len; i++) {
			const struct message *message =
				messages->pdata[i < messages->len ? i : 2 * messages->len - 1 - i];

			if (!keys_have(settling, message->project_id, message->submission->msgid) &&
			    may_settle(batch->workset, settling, message))
				keys_add(settling, message->project_id, message->submission->msgid);
		}
	} while (settling->msgids->len > before);
}

/* ---- replies that wait for these */

static int ask(struct batch *batch, const struct keys *settling, struct pg_result **ret_result)
{
	struct pg_query query;

	pg_query_init(&query, sql_waiting_released);
	keys_param(settling, &query);
	return batch_run_kept(batch, &query, 1, ret_result);
}

/* Add the replies that wait for an id in `settling` and are not in `own`; then they are in both. */
static int add_released(struct batch *batch, struct keys *settling, struct keys *own)
{
	struct pg_result *result = NULL;
	int r = ask(batch, settling, &result);

	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		int32_t project_id = pg_int(result, i, 1);
		struct view msgid = pg_text(result, i, 4);

		if (keys_have(own, project_id, msgid))
			continue;
		keys_add(own, project_id, msgid);
		if (!keys_have(settling, project_id, msgid))
			keys_add(settling, project_id, msgid);
		r = add_waiting(batch, result, i);
	}
	return r;
}

/*
 * A reply of the batch may wait for one that was added, and others for that reply, so the query is
 * repeated as long as more of the batch settles.
 */
int load_waiting_released(struct batch *batch)
{
	struct keys settling, own;
	guint asked = 0;
	int r = 0;

	keys_init(&settling);
	keys_init(&own);
	find_settling(batch, &settling);
	load_own_keys(batch, &own);
	while (r == 0 && settling.msgids->len > asked) {
		r = add_released(batch, &settling, &own);
		asked = settling.msgids->len;
		if (r == 0)
			find_settling(batch, &settling);
	}
	keys_done(&settling);
	keys_done(&own);
	return r;
}
