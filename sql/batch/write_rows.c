/* write_rows - new rows of Patchwork's tables, by COPY; see write.h */
#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/patch_keys.h"
#include "sql/pg/copy.h"
#include "sql/batch/statements.h"
#include "sql/batch/write.h"

static void copy_id(struct pg_copy *copy, int32_t id)
{
	if (id != 0)
		pg_copy_int(copy, id);
	else
		pg_copy_null(copy);
}

/* id, msgid, date, headers, content: what patches, cover letters and comments share. */
static void copy_message(const struct batch *batch, struct pg_copy *copy, int32_t id,
			 const struct message *message)
{
	const struct submission *s = message->submission;

	pg_copy_row(copy);
	pg_copy_int(copy, id);
	pg_copy_text(copy, s->msgid);
	pg_copy_time(copy, s->has_date ? write_instant(batch, message->date)
				       : message->date * G_USEC_PER_SEC);
	pg_copy_text(copy, s->stored_headers);
	pg_copy_text(copy, s->content);
}

static void copy_patch(const struct batch *batch, struct pg_copy *copy, const struct item *patch)
{
	const struct submission *s = patch->message->submission;

	copy_message(batch, copy, patch->id, patch->message);
	pg_copy_text(copy, s->name);
	pg_copy_int(copy, patch->project_id);
	pg_copy_int(copy, patch->person->id);
	pg_copy_bool(copy, false);
	copy_id(copy, catalog_delegate(batch->catalog, patch->project_id, s->delegate, s->diff));
	pg_copy_text(copy, s->diff);
	pg_copy_text(copy, s->diff.ptr != NULL ? view_str(s->hash) : (struct view){ 0 });
	if (patch->series != NULL)
		pg_copy_smallint(copy, (int16_t)patch->number);
	else
		pg_copy_null(copy);
	pg_copy_text(copy, s->pull_url);
	copy_id(copy, series_id(patch->series));
	copy_id(copy, catalog_state(batch->catalog, s->state));
}

static int write_covers(struct batch *batch)
{
	const GPtrArray *items = workset_items(batch->workset);
	struct pg_copy copy;

	pg_copy_begin(&copy, batch->pg, sql_copy_covers, 8);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (!item->is_new || item->kind != ITEM_COVER)
			continue;
		copy_message(batch, &copy, item->id, item->message);
		pg_copy_text(&copy, item->message->submission->name);
		pg_copy_int(&copy, item->project_id);
		pg_copy_int(&copy, item->person->id);
	}
	return pg_copy_end(&copy);
}

static int write_patches(struct batch *batch)
{
	const GPtrArray *items = workset_items(batch->workset);
	struct pg_copy copy;

	pg_copy_begin(&copy, batch->pg, sql_copy_patches, 16);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (item->is_new && item->kind == ITEM_PATCH)
			copy_patch(batch, &copy, item);
	}
	return pg_copy_end(&copy);
}

/* The keys by which `patchmda commits` finds them. */
static int write_patch_keys(struct batch *batch)
{
	const GPtrArray *items = workset_items(batch->workset);
	struct pg_copy copy;

	patch_keys_copy_begin(&copy, batch->pg);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];
		const struct submission *s;

		if (!item->is_new || item->kind != ITEM_PATCH)
			continue;
		s = item->message->submission;
		patch_keys_copy(&copy, item->id, s->title,
				s->diff.ptr != NULL ? view_str(s->hash) : (struct view){ 0 });
	}
	return pg_copy_end(&copy);
}

int write_items(struct batch *batch)
{
	int r = write_covers(batch);

	if (r == 0)
		r = write_patches(batch);
	return r == 0 ? write_patch_keys(batch) : r;
}

static int write_comments_on(struct batch *batch, enum item_kind kind, const char *sql)
{
	const GPtrArray *comments = workset_comments(batch->workset);
	struct pg_copy copy;

	pg_copy_begin(&copy, batch->pg, sql, 8);
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		if (!is_new_comment(comment) || comment->parent->kind != kind)
			continue;
		copy_message(batch, &copy, comment->id, comment->message);
		pg_copy_int(&copy, comment->parent->id);
		pg_copy_int(&copy, comment->message->person->id);
		if (kind == ITEM_PATCH && comment->message->submission->action_required)
			pg_copy_bool(&copy, false);
		else
			pg_copy_null(&copy);
	}
	return pg_copy_end(&copy);
}

int write_comments(struct batch *batch)
{
	int r = write_comments_on(batch, ITEM_PATCH, sql_copy_patch_comments);

	return r == 0 ? write_comments_on(batch, ITEM_COVER, sql_copy_cover_comments) : r;
}

int write_series(struct batch *batch)
{
	const GPtrArray *all = workset_series(batch->workset);
	struct pg_copy copy;

	pg_copy_begin(&copy, batch->pg, sql_copy_series, 8);
	for (guint i = 0; i < all->len; i++) {
		const struct series *series = all->pdata[i];

		if (!series->is_new)
			continue;
		pg_copy_row(&copy);
		pg_copy_int(&copy, series->id);
		pg_copy_text(&copy, series->name);
		pg_copy_time(&copy, write_instant(batch, series->date));
		pg_copy_int(&copy, series->version);
		pg_copy_int(&copy, series->total);
		pg_copy_int(&copy, series->project_id);
		pg_copy_int(&copy, series->person->id);
		copy_id(&copy, series->cover != NULL ? series->cover->id : 0);
	}
	return pg_copy_end(&copy);
}

int write_references(struct batch *batch)
{
	const GPtrArray *all = workset_references(batch->workset);
	struct pg_copy copy;

	pg_copy_begin(&copy, batch->pg, sql_copy_references, 3);
	for (guint i = 0; i < all->len; i++) {
		const struct series_ref *reference = all->pdata[i];

		if (reference->series == NULL || reference->stored_series != NULL)
			continue;
		pg_copy_row(&copy);
		pg_copy_text(&copy, reference->msgid);
		pg_copy_int(&copy, reference->project_id);
		pg_copy_int(&copy, reference->series->id);
	}
	return pg_copy_end(&copy);
}

static void copy_event(struct pg_copy *copy, const struct event *event, int64_t when)
{
	static const char *const names[] = {
		[EVENT_PATCH_CREATED] = "patch-created",
		[EVENT_COVER_CREATED] = "cover-created",
		[EVENT_SERIES_CREATED] = "series-created",
		[EVENT_PATCH_COMMENT_CREATED] = "patch-comment-created",
		[EVENT_COVER_COMMENT_CREATED] = "cover-comment-created",
		[EVENT_PATCH_COMPLETED] = "patch-completed",
		[EVENT_SERIES_COMPLETED] = "series-completed",
	};
	const struct item *item = event->item;
	const struct comment *comment = event->comment;
	bool on_cover = item != NULL && item->kind == ITEM_COVER;
	int32_t comment_id = comment == NULL        ? 0
			     : comment->new_id != 0 ? comment->new_id
						    : comment->id;

	pg_copy_row(copy);
	pg_copy_text(copy, view_str(names[event->category]));
	pg_copy_time(copy, when);
	pg_copy_int(copy, event->project_id);
	copy_id(copy, series_id(event->series));
	copy_id(copy, on_cover ? item->id : 0);
	copy_id(copy, item != NULL && !on_cover ? item->id : 0);
	copy_id(copy, on_cover ? comment_id : 0);
	copy_id(copy, !on_cover ? comment_id : 0);
}

/* A comment that moved to the other table has its one event there. */
static void tell_moved(struct batch *batch)
{
	const GPtrArray *comments = workset_comments(batch->workset);

	for (guint i = 0; i < comments->len; i++) {
		struct comment *comment = comments->pdata[i];

		if (changes_table(comment))
			workset_add_comment_event(batch->workset, comment);
	}
}

/* Readers sort events by date alone, so no two events of a batch have the same date. */
int write_events(struct batch *batch)
{
	const GPtrArray *events;
	struct pg_copy copy;

	tell_moved(batch);
	events = workset_events(batch->workset);
	pg_copy_begin(&copy, batch->pg, sql_copy_events, 8);
	for (guint i = 0; i < events->len; i++)
		copy_event(&copy, events->pdata[i], batch->now_usecs + i);
	return pg_copy_end(&copy);
}
