/* decide - the decision about each message of a batch; see decide.h */
#include "parser/decide/decide.h"

#include "parser/decide/series.h"

/* ---- patches and cover letters */

static void take_item(struct workset *workset, struct message *message, enum item_kind kind)
{
	struct view msgid = message->submission->msgid;
	struct item *item = workset_find_item(workset, kind, message->project_id, msgid);

	if (item != NULL) {
		message->verdict = VERDICT_DUPLICATE;
		message->item = item;
		return;
	}
	item_set_message(workset_add_item(workset, kind, 0, message->project_id, msgid), message);
	message->verdict = kind == ITEM_PATCH ? VERDICT_PATCH : VERDICT_COVER;
	workset_add_event(workset,
			  (struct event){ .category = kind == ITEM_PATCH ? EVENT_PATCH_CREATED
									 : EVENT_COVER_CREATED,
					  .project_id = message->project_id,
					  .item = message->item });
}

/* ---- comments */

static void take_reply(struct workset *workset, struct message *message)
{
	const struct submission *s = message->submission;
	struct comment *comment = workset_find_comment(workset, message->project_id, s->msgid);

	if (comment != NULL) {
		message->verdict = VERDICT_DUPLICATE;
		message->comment = comment;
		return;
	}
	comment = workset_add_comment(workset, message->project_id, s->msgid);
	comment->refs = s->references;
	comment->ref_count = s->reference_count;
	comment->message = message;
	message->comment = comment;
}

/*
 * The parent that `msgid` gives a comment: a patch or cover letter with that id, or the parent of
 * another comment with that id, if that parent is of the given kind.
 */
static struct item *parent_by_id(struct workset *workset, const struct comment *comment,
				 struct view msgid, enum item_kind kind, bool *ret_by_comment)
{
	struct item *item = workset_find_item(workset, kind, comment->project_id, msgid);
	struct comment *other;

	*ret_by_comment = item == NULL;
	if (item != NULL)
		return item;
	for (other = workset_find_comment(workset, comment->project_id, msgid); other != NULL;
	     other = other->next)
		if (other != comment && other->parent != NULL && other->parent->kind == kind)
			return other->parent;
	return NULL;
}

static struct item *find_parent(struct workset *workset, const struct comment *comment)
{
	bool by_comment;

	for (int kind = ITEM_PATCH; kind <= ITEM_COVER; kind++)
		for (size_t i = 0; i < comment->ref_count; i++) {
			struct item *parent = parent_by_id(workset, comment, comment->refs[i],
							   (enum item_kind)kind, &by_comment);

			if (parent != NULL)
				return parent;
		}
	return NULL;
}

/* A comment that `comment` refers to and whose parent was not searched for yet. */
static struct comment *first_unresolved(struct workset *workset, const struct comment *comment)
{
	for (size_t i = 0; i < comment->ref_count; i++) {
		struct comment *other =
			workset_find_comment(workset, comment->project_id, comment->refs[i]);

		for (; other != NULL; other = other->next)
			if (other->state == COMMENT_UNRESOLVED)
				return other;
	}
	return NULL;
}

static void set_parent(struct workset *workset, struct comment *comment)
{
	struct item *parent = find_parent(workset, comment);

	if (parent != NULL)
		comment->parent = parent;
	comment->state = COMMENT_RESOLVED;
}

/*
 * Find a comment's parent, after those of the comments that it refers to.  A chain of replies can
 * be longer than the stack is deep, so the way back is kept in a list.  Comments that refer to each
 * other in a cycle see the parents that were known before.
 */
static void resolve(struct workset *workset, struct comment *comment)
{
	GPtrArray *path;

	if (comment->state != COMMENT_UNRESOLVED)
		return;
	path = g_ptr_array_new();
	for (struct comment *next = comment; next != NULL || path->len > 0;) {
		if (next != NULL) {
			next->state = COMMENT_RESOLVING;
			next->parent = next->stored_parent;
			g_ptr_array_add(path, next);
		} else {
			set_parent(workset, path->pdata[path->len - 1]);
			g_ptr_array_set_size(path, (gint)path->len - 1);
		}
		next = path->len > 0 ? first_unresolved(workset, path->pdata[path->len - 1]) : NULL;
	}
	g_ptr_array_unref(path);
}

size_t decide_msgref_count(struct workset *workset, const struct comment *comment)
{
	bool by_comment;

	if (comment->parent == NULL || comment->parent->kind == ITEM_COVER)
		return comment->ref_count;
	for (size_t i = 0; i < comment->ref_count; i++)
		if (parent_by_id(workset, comment, comment->refs[i], ITEM_PATCH, &by_comment) !=
		    NULL)
			return by_comment ? i + 1 : i;
	return comment->ref_count;
}

/* ---- replies without a parent */

static struct message *reply_of_batch(struct workset *workset, int32_t project_id,
				      struct view msgid)
{
	struct comment *comment = workset_find_comment(workset, project_id, msgid);

	return comment != NULL ? comment->message : NULL;
}

/*
 * Whether a message with this id may still become a parent: it has not come yet, or waits itself.
 */
static bool may_come(struct workset *workset, int32_t project_id, struct view msgid)
{
	struct message *reply = reply_of_batch(workset, project_id, msgid);

	if (reply != NULL)
		return reply->verdict == VERDICT_WAITING;
	return workset_is_waiting(workset, project_id, msgid) ||
	       !workset_has_seen(workset, project_id, msgid);
}

/*
 * Sort the replies without a parent into those that wait and those whose parent can no longer
 * come.  All wait at first; as long as a reply is found that refers to no message that may come, it
 * is dropped, and the replies that refer to it are examined again.
 */
static void sort_waiting(struct workset *workset)
{
	const GPtrArray *messages = workset_messages(workset);
	bool changed = true;

	while (changed) {
		changed = false;
		for (guint i = 0; i < messages->len; i++) {
			struct message *m = messages->pdata[i];
			const struct submission *s = m->submission;
			bool may_wait = false;

			if (m->verdict != VERDICT_WAITING)
				continue;
			for (size_t r = 0; r < s->reference_count && !may_wait; r++)
				may_wait = !view_eq(s->references[r], s->msgid) &&
					   may_come(workset, m->project_id, s->references[r]);
			if (!may_wait) {
				m->verdict = VERDICT_UNRELATED;
				workset_add_seen(workset, m->project_id, s->msgid);
				changed = true;
			}
		}
	}
}

static void list_awaited(struct workset *workset)
{
	const GPtrArray *messages = workset_messages(workset);

	for (guint i = 0; i < messages->len; i++) {
		struct message *m = messages->pdata[i];
		const struct submission *s = m->submission;

		if (m->verdict != VERDICT_WAITING)
			continue;
		m->awaited = g_ptr_array_new();
		for (size_t r = 0; r < s->reference_count; r++)
			if (may_come(workset, m->project_id, s->references[r]))
				g_ptr_array_add(m->awaited, (gpointer)(uintptr_t)&s->references[r]);
	}
}

/* ---- people */

static bool is_later(const struct person *person, int64_t date, struct view msgid)
{
	int order;

	if (!person->has_name_at || person->name_date != date)
		return !person->has_name_at || person->name_date < date;
	order = memcmp(person->name_msgid.ptr, msgid.ptr, MIN(person->name_msgid.len, msgid.len));
	return order < 0 || (order == 0 && person->name_msgid.len < msgid.len);
}

static void name_person(struct message *message)
{
	struct person *person = message->person;
	struct view name = message->submission->sender.name;

	person->is_needed = true;
	if (name.len == 0) {
		if (name.ptr != NULL && person->name.ptr == NULL && !person->is_user) {
			person->name = name;
			person->is_renamed = true;
		}
		return;
	}
	if (!is_later(person, message->date, message->submission->msgid))
		return;
	if (!person->is_user && !view_eq(person->name, name)) {
		person->name = name;
		person->is_renamed = true;
	}
	person->has_name_at = true;
	person->name_date = message->date;
	person->name_msgid = message->submission->msgid;
	person->name_at_changed = true;
}

/* ---- the batch */

static void take_message(struct workset *workset, struct message *message)
{
	switch (message->submission->kind) {
	case SUBMISSION_EMPTY:
		message->verdict = VERDICT_EMPTY;
		workset_add_seen(workset, message->project_id, message->submission->msgid);
		break;
	case SUBMISSION_PATCH:
		take_item(workset, message, ITEM_PATCH);
		break;
	case SUBMISSION_COVER:
		take_item(workset, message, ITEM_COVER);
		break;
	case SUBMISSION_REPLY:
		take_reply(workset, message);
		break;
	}
}

static void judge_reply(struct workset *workset, struct message *message)
{
	struct comment *comment = message->comment;

	if (comment->parent != NULL) {
		message->verdict = VERDICT_COMMENT;
		workset_add_comment_event(workset, comment);
	} else if (workset_has_seen(workset, message->project_id, comment->msgid)) {
		message->verdict = VERDICT_UNRELATED; /* it was dropped before */
	} else {
		message->verdict = VERDICT_WAITING;
	}
}

/*
 * Find the parents of all comments.  In a cycle of references, a comment may be examined before
 * another one has its parent, so those without a parent are examined again as long as more parents
 * are found.
 */
static void resolve_all(struct workset *workset)
{
	const GPtrArray *comments = workset_comments(workset);
	bool found_more = true;

	for (guint i = 0; i < comments->len; i++)
		resolve(workset, comments->pdata[i]);
	while (found_more) {
		found_more = false;
		for (guint i = 0; i < comments->len; i++) {
			struct comment *comment = comments->pdata[i];

			if (comment->parent != NULL)
				continue;
			comment->state = COMMENT_UNRESOLVED;
			resolve(workset, comment);
			found_more = found_more || comment->parent != NULL;
		}
	}
}

static bool has_duplicate_on_parent(const struct comment *first, const struct comment *comment)
{
	for (; first != NULL; first = first->next)
		if (first != comment && first->parent == comment->parent)
			return true;
	return false;
}

/*
 * One mail may be stored as a comment on several parents: Patchwork's own parser stores it again if
 * it does not see the comment that patchmda has stored.  Two comments with one message id cannot
 * have one parent (the pair is unique), so the second one keeps its parent.
 */
static void separate_duplicates(struct workset *workset)
{
	const GPtrArray *comments = workset_comments(workset);

	for (guint i = 0; i < comments->len; i++) {
		struct comment *comment = comments->pdata[i];

		if (comment->stored_parent != NULL && comment->parent != comment->stored_parent &&
		    has_duplicate_on_parent(workset_find_comment(workset, comment->project_id,
								 comment->msgid),
					    comment))
			comment->parent = comment->stored_parent;
	}
}

void decide(struct workset *workset)
{
	const GPtrArray *messages = workset_messages(workset);

	for (guint i = 0; i < messages->len; i++)
		take_message(workset, messages->pdata[i]);
	series_group(workset); /* first: its events come before those of comments */
	resolve_all(workset);
	separate_duplicates(workset);
	for (guint i = 0; i < messages->len; i++) {
		struct message *message = messages->pdata[i];

		if (message->verdict == VERDICT_UNDECIDED)
			judge_reply(workset, message);
	}
	sort_waiting(workset);
	list_awaited(workset);
	for (guint i = 0; i < messages->len; i++) {
		struct message *message = messages->pdata[i];

		if (message->verdict == VERDICT_PATCH || message->verdict == VERDICT_COVER ||
		    message->verdict == VERDICT_COMMENT)
			name_person(message);
	}
}
