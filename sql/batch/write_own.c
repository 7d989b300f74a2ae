/* write_own - rows of the schema patchmda; see write.h */
#include "parser/decide/decide.h"
#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/held.h"
#include "sql/pg/copy.h"
#include "sql/batch/statements.h"
#include "sql/seen.h"
#include "sql/batch/write.h"

static int64_t component_of(const struct item *item)
{
	const struct item *root = item->component_root;

	if (item->component != 0)
		return item->component;
	return (int64_t)root->id * 2 + (root->kind == ITEM_COVER);
}

static void copy_place(struct pg_copy *copy, const struct item *item)
{
	if (item->anchor != NULL) {
		pg_copy_bigint(copy, item->anchor->date);
		pg_copy_text(copy, item->anchor->msgid);
		pg_copy_int(copy, (int32_t)item->offset);
	} else {
		for (int i = 0; i < 3; i++)
			pg_copy_null(copy);
	}
}

int write_members(struct batch *batch)
{
	const GPtrArray *items = workset_items(batch->workset);
	struct pg_copy copy;

	pg_copy_begin(&copy, batch->pg, sql_copy_members, 14);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (!item->is_new)
			continue;
		pg_copy_row(&copy);
		pg_copy_char(&copy, item->kind == ITEM_PATCH ? 'p' : 'c');
		pg_copy_int(&copy, item->id);
		pg_copy_int(&copy, item->project_id);
		pg_copy_int(&copy, item->person->id);
		pg_copy_bigint(&copy, item->date);
		pg_copy_int(&copy, item->version);
		if (item->has_marker) {
			pg_copy_int(&copy, item->number);
			pg_copy_int(&copy, item->total);
		} else {
			pg_copy_null(&copy);
			pg_copy_null(&copy);
		}
		pg_copy_bigint(&copy, component_of(item));
		pg_copy_text(&copy, item->msgid);
		pg_copy_texts(&copy, item->refs, item->ref_count);
		copy_place(&copy, item);
	}
	return pg_copy_end(&copy);
}

static void copy_msgrefs(struct pg_copy *copy, int32_t project_id, int32_t id, char kind,
			 const struct view *refs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		pg_copy_row(copy);
		pg_copy_int(copy, project_id);
		pg_copy_int(copy, id);
		pg_copy_char(copy, kind);
		pg_copy_text(copy, refs[i]);
	}
}

int write_msgrefs(struct batch *batch)
{
	const GPtrArray *items = workset_items(batch->workset),
			*comments = workset_comments(batch->workset);
	struct pg_copy copy;

	pg_copy_begin(&copy, batch->pg, sql_copy_msgrefs, 4);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (item->is_new)
			copy_msgrefs(&copy, item->project_id, item->id,
				     item->kind == ITEM_PATCH ? 'p' : 'c', item->refs,
				     item->ref_count);
	}
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		if (is_new_comment(comment) || is_moved_comment(comment))
			copy_msgrefs(&copy, comment->project_id,
				     comment->new_id != 0 ? comment->new_id : comment->id,
				     comment_is_on_cover(comment) ? 'C' : 'P', comment->refs,
				     decide_msgref_count(batch->workset, comment));
	}
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		if (comment->is_adopted)
			copy_msgrefs(&copy, comment->project_id, comment->id,
				     comment_is_on_cover(comment) ? 'C' : 'P', comment->refs,
				     comment->ref_count);
	}
	return pg_copy_end(&copy);
}

static int write_waiting_rows(struct batch *batch)
{
	const GPtrArray *messages = workset_messages(batch->workset);
	struct pg_copy copy;

	pg_copy_begin(&copy, batch->pg, sql_copy_waiting, 6);
	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];
		const struct delivery *delivery = g_hash_table_lookup(batch->raws, message);

		if (!message->is_newly_waiting)
			continue;
		pg_copy_row(&copy);
		pg_copy_bigint(&copy, message->waiting_id);
		pg_copy_int(&copy, message->project_id);
		pg_copy_text(&copy, message->submission->msgid);
		pg_copy_time(&copy, delivery->received_usecs);
		pg_copy_time(&copy, delivery->received_usecs +
					    batch->options->waiting_secs * G_USEC_PER_SEC);
		pg_copy_text(&copy, delivery->raw);
	}
	return pg_copy_end(&copy);
}

static int write_waiting_refs(struct batch *batch)
{
	const GPtrArray *messages = workset_messages(batch->workset);
	struct pg_copy copy;

	pg_copy_begin(&copy, batch->pg, sql_copy_waiting_refs, 3);
	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];

		if (!message->is_newly_waiting)
			continue;
		for (guint k = 0; k < message->awaited->len; k++) {
			pg_copy_row(&copy);
			pg_copy_int(&copy, message->project_id);
			pg_copy_text(&copy, *(const struct view *)message->awaited->pdata[k]);
			pg_copy_bigint(&copy, message->waiting_id);
		}
	}
	return pg_copy_end(&copy);
}

int write_waiting(struct batch *batch)
{
	int r = write_waiting_rows(batch);

	return r == 0 ? write_waiting_refs(batch) : r;
}

void queue_seen(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *messages = workset_messages(batch->workset);
	_cleanup_(free_array) GArray *projects = new_ints(), *hashes = new_bigints(),
				     *done = new_bigints();
	struct pg_query *query;

	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];

		if (message->waiting_id != 0 && message->verdict != VERDICT_WAITING)
			add_bigint(done, message->waiting_id);
		if (message->verdict != VERDICT_EMPTY && message->verdict != VERDICT_UNRELATED)
			continue;
		add_int(projects, message->project_id);
		add_bigint(hashes, seen_hash(message->submission->msgid));
	}
	if (done->len > 0)
		pg_param_bigints(pg_queue_add(queue, sql_delete_waiting), done);
	if (projects->len == 0)
		return;
	query = pg_queue_add(queue, sql_insert_seen);
	pg_param_ints(query, projects);
	pg_param_bigints(query, hashes);
}

void queue_components(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *items = workset_items(batch->workset);
	_cleanup_(free_array) GArray *kinds = new_views(), *ids = new_ints(),
				     *components = new_bigints();
	struct pg_query *query;

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (item->is_new || !item->has_links || item->component == item->stored_component)
			continue;
		add_view(kinds, item->kind == ITEM_PATCH ? VIEW("p") : VIEW("c"));
		add_int(ids, item->id);
		add_bigint(components, component_of(item));
	}
	if (ids->len == 0)
		return;
	query = pg_queue_add(queue, sql_update_components);
	pg_param_texts(query, kinds);
	pg_param_ints(query, ids);
	pg_param_bigints(query, components);
}

/* Beside Patchwork's own parser: which comments need not be adopted. */
void queue_known_comments(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *comments = workset_comments(batch->workset);
	_cleanup_(free_array) GArray *kinds = new_views(), *ids = new_ints();
	struct pg_query *query;

	for (guint i = 0; i < comments->len && batch->options->with_parser; i++) {
		const struct comment *comment = comments->pdata[i];

		if (!is_new_comment(comment) && !changes_table(comment))
			continue;
		add_view(kinds, comment_is_on_cover(comment) ? VIEW("C") : VIEW("P"));
		add_int(ids, comment->new_id != 0 ? comment->new_id : comment->id);
	}
	if (ids->len == 0)
		return;
	query = pg_queue_add(queue, sql_insert_known_comments);
	pg_param_texts(query, kinds);
	pg_param_ints(query, ids);
}

/* ---- held mail */

#define DIGEST_BYTES 32

static void get_digest(struct view raw, guint8 digest[DIGEST_BYTES])
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize length = DIGEST_BYTES;

	g_checksum_update(sum, (const guchar *)raw.ptr, (gssize)raw.len);
	g_checksum_get_digest(sum, digest, &length);
	g_checksum_free(sum);
}

/* Whether the mail is held already, and whether there is room for it. */
static int make_held_room(struct batch *batch, const struct delivery *delivery, struct view digest,
			  bool *ret_is_known, bool *ret_has_room)
{
	struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_make_held_room);
	pg_param_bytes(&query, digest);
	pg_param_bigint(&query, (int64_t)delivery->raw.len);
	pg_param_bigint(&query, batch->options->held_messages_max);
	pg_param_bigint(&query, batch->options->held_bytes_max);
	r = pg_run(batch->pg, &query, &result);
	pg_query_done(&query);
	if (r == 0) {
		*ret_is_known = pg_bool(result, 0, 0);
		*ret_has_room = pg_bool(result, 0, 1);
	}
	pg_result_free(result);
	return r;
}

/* The mail is sent once, whatever its size, and is in memory once. */
static int copy_held(struct batch *batch, const struct delivery *delivery, struct view digest)
{
	const struct submission *s = delivery->submission;
	struct pg_copy copy;

	pg_copy_begin(&copy, batch->pg, sql_copy_held, 9);
	pg_copy_row(&copy);
	pg_copy_time(&copy, delivery->received_usecs);
	if (delivery->kind == HOLD_NO_PROJECT)
		pg_copy_time(&copy, delivery->received_usecs +
					    batch->options->unknown_secs * G_USEC_PER_SEC);
	else
		pg_copy_null(&copy);
	pg_copy_text(&copy, view_str(held_kinds[delivery->kind]));
	pg_copy_text(&copy, view_str(delivery->reason));
	pg_copy_text(&copy, s != NULL ? s->msgid : (struct view){ 0 });
	pg_copy_texts(&copy, s != NULL ? s->list_ids : NULL, s != NULL ? s->list_id_count : 0);
	pg_copy_text(&copy, view_str(delivery->location));
	pg_copy_text(&copy, digest);
	pg_copy_text(&copy, delivery->raw);
	return pg_copy_end(&copy);
}

static int write_held(struct batch *batch, struct delivery *delivery)
{
	guint8 bytes[DIGEST_BYTES];
	const struct view digest = view_of((const char *)bytes, sizeof(bytes));
	bool is_known, has_room;
	int r;

	get_digest(delivery->raw, bytes);
	r = make_held_room(batch, delivery, digest, &is_known, &has_room);
	if (r == 0 && has_room && !is_known)
		r = copy_held(batch, delivery, digest);
	if (r != 0)
		return r;
	delivery->verdict = !has_room  ? VERDICT_NO_ROOM
			    : is_known ? VERDICT_DUPLICATE
				       : VERDICT_HELD;
	delivery->is_held = has_room;
	delivery->id = 0;
	return 0;
}

int write_held_mail(struct batch *batch)
{
	int r = 0;

	for (size_t i = 0; i < batch->delivery_count && r == 0; i++)
		if (batch->deliveries[i].kind != DELIVER_MESSAGE)
			r = write_held(batch, &batch->deliveries[i]);
	return r;
}
