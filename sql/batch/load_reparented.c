/*
 * load_reparented - comments that may get another parent once a batch's messages are stored; see
 * load.h
 */
#include "parser/stored.h"
#include "parser/viewkey.h"
#include "sql/batch/load.h"
#include "sql/batch/statements.h"

/* ---- messages that may give comments another parent */

static bool is_other(const struct item *item, const struct msgref *msgref)
{
	return item->kind != msgref->kind || item->id != msgref->parent_id;
}

/* Whether `msgid` may lead to another parent than that of the reference. */
static bool leads_elsewhere(struct workset *workset, const struct keys *own, int32_t project_id,
			    struct view msgid, const struct msgref *msgref)
{
	const struct item *patch = workset_find_item(workset, ITEM_PATCH, project_id, msgid);
	const struct item *cover = workset_find_item(workset, ITEM_COVER, project_id, msgid);
	const struct comment *comment = workset_find_comment(workset, project_id, msgid);

	if (keys_have(own, project_id, msgid)) /* not decided yet */
		return true;
	if ((patch != NULL && is_other(patch, msgref)) ||
	    (cover != NULL && is_other(cover, msgref)))
		return true;
	for (; comment != NULL; comment = comment->next)
		if (comment->state == COMMENT_UNRESOLVED || is_other(comment->parent, msgref))
			return true;
	return false;
}

/* A reply whose parent is also that of the comments which refer to it changes nothing for them. */
static bool may_move(struct workset *workset, const struct keys *own, const struct message *message,
		     const GArray *msgrefs)
{
	const struct submission *s = message->submission;

	if (s->kind != SUBMISSION_REPLY)
		return true;
	for (guint i = 0; i < msgrefs->len; i++)
		for (size_t k = 0; k < s->reference_count; k++)
			if (leads_elsewhere(workset, own, message->project_id, s->references[k],
					    &g_array_index(msgrefs, struct msgref, i)))
				return true;
	return false;
}

/* Find the messages, other than those in `known`, because of which comments may move. */
static void find_reparented(struct batch *batch, GHashTable *msgrefs, const struct keys *known,
			    struct keys *keys)
{
	const GPtrArray *messages = workset_messages(batch->workset);
	struct keys own;

	keys_init(&own);
	load_own_keys(batch, &own);
	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];
		struct scoped_key key = { message->project_id, message->submission->msgid };
		const GArray *of_message = g_hash_table_lookup(msgrefs, &key);

		if (of_message != NULL && !keys_have(known, key.scope, key.text) &&
		    may_move(batch->workset, &own, message, of_message))
			keys_add(keys, key.scope, key.text);
	}
	keys_done(&own);
}

/* ---- comments that may get another parent */

static int take(struct batch *batch, const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++) {
		struct comment *comment =
			load_comment(batch, pg_int(result, i, 0), pg_text(result, i, 1),
				     pg_text(result, i, 2).ptr[0], pg_int(result, i, 3),
				     pg_int(result, i, 4), pg_text(result, i, 5));
		int r = stored_references(batch->arena, pg_text(result, i, 6), &comment->refs,
					  &comment->ref_count);

		if (r < 0)
			return r;
		comment->state = COMMENT_UNRESOLVED;
	}
	return 0;
}

/* Load the ids that these comments refer to, which no message of the batch may have. */
static int load_their_lookups(struct batch *batch)
{
	const GPtrArray *comments = workset_comments(batch->workset);
	struct pg_query queries[LOAD_LOOKUPS];
	struct pg_result *results[LOAD_LOOKUPS];
	struct keys keys;
	int r;

	keys_init(&keys);
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		for (size_t k = 0; k < comment->ref_count; k++)
			keys_add(&keys, comment->project_id, comment->refs[k]);
		/* Its duplicates: one of them may be the new parent. */
		if (comment->state == COMMENT_UNRESOLVED)
			keys_add(&keys, comment->project_id, comment->msgid);
	}
	load_ask_lookups(&keys, queries);
	r = batch_run_kept(batch, queries, LOAD_LOOKUPS, results);
	if (r == 0)
		r = load_take_lookups(batch, &keys, results);
	keys_done(&keys);
	return r;
}

static int load_all(struct batch *batch, const struct keys *keys)
{
	struct pg_query query;
	struct pg_result *result;
	int r;

	pg_query_init(&query, sql_comments_that_refer);
	keys_param(keys, &query);
	r = batch_run_kept(batch, &query, 1, &result);
	if (r == 0)
		r = take(batch, result);
	return r == 0 && pg_rows(result) > 0 ? load_their_lookups(batch) : r;
}

/* Load the comments that refer to more messages than `known`; *ret_is_last: there are none. */
static int load_more(struct batch *batch, GHashTable *msgrefs, struct keys *known,
		     bool *ret_is_last)
{
	struct keys keys;
	int r = 0;

	keys_init(&keys);
	find_reparented(batch, msgrefs, known, &keys);
	*ret_is_last = keys.msgids->len == 0;
	if (!*ret_is_last)
		r = load_all(batch, &keys);
	for (guint i = 0; i < keys.msgids->len; i++)
		keys_add(known, g_array_index(keys.projects, int32_t, i),
			 g_array_index(keys.msgids, struct view, i));
	keys_done(&keys);
	return r;
}

/*
 * A reply of the batch that refers to a comment which may move may move itself, and with it the
 * comments that refer to it.  So this is repeated until no more are found.
 */
int load_reparented(struct batch *batch, GHashTable *msgrefs)
{
	bool is_last = g_hash_table_size(msgrefs) == 0;
	struct keys known;
	int r = 0;

	keys_init(&known);
	while (r == 0 && !is_last)
		r = load_more(batch, msgrefs, &known, &is_last);
	keys_done(&known);
	return r;
}
