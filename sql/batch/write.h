/*
 * write - writes the difference between a decided workset and what was loaded
 *
 * New rows are written by COPY. Changes of existing rows (a component that is regrouped, a comment
 * that moves, a name) are made by statements with arrays, and are rare. Unique constraints are
 * checked at once, so rows that are in the way are changed before new ones are written.
 *
 * The private header of batch_write(), shared by write.c, which has the order of the steps, and the
 * write_*.c, which have the steps. Steps return 0 or a pg error.
 */
#ifndef SQL_BATCH_WRITE_H
#define SQL_BATCH_WRITE_H

#include "sql/batch/batch.h"
#include "sql/pg/query.h"

/* ---- new and changed records */

/* A comment of this batch that has a parent. */
static inline bool is_new_comment(const struct comment *comment)
{
	return comment->message != NULL && comment->parent != NULL;
}

static inline bool is_moved_comment(const struct comment *comment)
{
	return comment->message == NULL && comment->parent != comment->stored_parent;
}

static inline bool changes_table(const struct comment *comment)
{
	return is_moved_comment(comment) && comment->parent->kind != comment->stored_parent->kind;
}

static inline int32_t series_id(const struct series *series)
{
	return series != NULL ? series->id : 0;
}

/* A stored patch that is in another series now. */
static inline bool is_regrouped(const struct item *item)
{
	return !item->is_new && item->has_links && item->kind == ITEM_PATCH &&
	       series_id(item->series) != series_id(item->stored_series);
}

static inline bool has_row(const struct series *series)
{
	return series->id != 0 && !series->is_gone && !series->is_replaced;
}

static inline bool is_changed_series(const struct series *series)
{
	const struct series *old = series->replaces;

	return has_row(series) &&
	       (series->cover != series->stored_cover ||
		!view_eq(series->name, series->stored_name) ||
		(old != NULL && (series->date != old->date || series->version != old->version ||
				 series->total != old->total || series->person != old->person)));
}

/* ---- the steps, by file */

/* write_people.c */
int write_new_people(struct batch *batch);
void queue_people(struct batch *batch, struct pg_queue *queue);

/* write_ids.c */
int write_ids(struct batch *batch);
int write_instants(struct batch *batch);

/* The instant, in microseconds since 1970, that a clock reading is stored as. */
int64_t write_instant(const struct batch *batch, int64_t clock);

/* write_changes.c */
void queue_room(struct batch *batch, struct pg_queue *queue);
int write_changed_series(struct batch *batch);
void queue_references(struct batch *batch, struct pg_queue *queue);
void queue_patches(struct batch *batch, struct pg_queue *queue);
void queue_gone_series_rows(struct batch *batch, struct pg_queue *queue);
void queue_moves(struct batch *batch, struct pg_queue *queue);
void queue_old_msgrefs(struct batch *batch, struct pg_queue *queue);

/* write_rows.c */
int write_series(struct batch *batch);
int write_items(struct batch *batch);
int write_comments(struct batch *batch);
int write_references(struct batch *batch);
int write_events(struct batch *batch);

/* write_depends.c */
int write_old_dependencies(struct batch *batch); /* before write_changes() */
int write_depends(struct batch *batch);
int write_dependencies(struct batch *batch);

/* write_own.c */
int write_members(struct batch *batch);
int write_msgrefs(struct batch *batch);
int write_waiting(struct batch *batch);
int write_held_mail(struct batch *batch);
void queue_components(struct batch *batch, struct pg_queue *queue);
void queue_seen(struct batch *batch, struct pg_queue *queue);
void queue_known_comments(struct batch *batch, struct pg_queue *queue);

/* write_archive.c: before queue_seen(), by which it finds out what was dropped before. */
void queue_archived(struct batch *batch, struct pg_queue *queue);
void queue_also_delivered(struct batch *batch, struct pg_queue *queue);

/* write_tags.c */
int write_tags(struct batch *batch);

/*
 * write_revisions.c: facts about changed series, once these have their ids.  They are read while
 * the server stores rows.
 */
int write_facts(struct batch *batch);
/* After all other rows, which it reads. */
int write_revisions(struct batch *batch);

#endif
