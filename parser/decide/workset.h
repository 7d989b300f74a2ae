/*
 * workset - what is known when a batch of messages is decided
 *
 * The store fills a workset with the rows that a batch could touch, adds the messages of the batch,
 * and calls decide() (decide.h), which says what each message becomes and changes the records
 * accordingly.  The difference between the records and what was loaded is then written: every record
 * shows both.  Nothing here knows PostgreSQL; ids are numbers of the database, 0 for a record without
 * a row.
 *
 * Dates are seconds since 1970 of the UTC clock reading.  Records live in the arena of the workset
 * and as long as it does.
 */
#ifndef PARSER_DECIDE_WORKSET_H
#define PARSER_DECIDE_WORKSET_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/arena.h"
#include "parser/submission.h"
#include "parser/view.h"

struct person {
	int32_t id;
	struct view email; /* as first seen */
	struct view name;  /* absent is null */
	bool is_user;      /* has an account in Patchwork: the name is his own */
	bool has_name_at;  /* the name is that of the message: */
	int64_t name_date;
	struct view name_msgid;
	bool is_needed;       /* some stored message is this person's */
	bool is_renamed;      /* name changed */
	bool name_at_changed; /* name_date and name_msgid did */
};

enum item_kind { ITEM_PATCH, ITEM_COVER };

/* A patch or cover letter. */
struct item {
	enum item_kind kind;
	int32_t id;
	int32_t project_id;
	struct view msgid;
	struct view name;        /* cut to 255 */
	struct view full_name;   /* of a stored cover letter whose name was cut: all of it */
	struct message *message; /* the one of this batch that it is made from, or NULL */
	bool is_new;             /* it is grouped for the first time in this batch */

	/* Links to other items; set if `has_links`: */
	bool has_links;
	int64_t date;
	struct person *person;
	const struct view *refs;
	size_t ref_count;
	bool has_marker;
	int32_t number; /* in the marker */
	int32_t total;
	int32_t version;
	int64_t stored_component; /* 0 for a new one */
	int64_t component; /* 0: a new component, numbered when its first new item has an id */
	struct item *component_root; /* any item of the component, the same for all */

	/* Grouping: */
	struct series *series;     /* of a patch; NULL for covers and patches numbered 0 */
	struct series *grouped_in; /* the series that it found or made */
	struct series *stored_series;
	struct series *stored_grouped_in;

	/*
	 * Position in canonical order where that is not the one of (date, msgid): the
	 * `offset`th item after the anchor.  `has_position` if this batch has set it.
	 */
	bool has_position;
	const struct item *anchor;
	guint offset;
};

enum series_named { NAMED_NOT, NAMED_BY_PATCH, NAMED_BY_COVER, NAMED_BY_HAND };

struct series {
	int32_t id;
	int32_t project_id;
	struct person *person;
	int32_t version;
	int32_t total;
	int64_t date;
	struct item *cover;
	struct view name; /* absent is null */
	enum series_named named;
	GPtrArray *patches; /* struct item *, in order of joining */
	guint rank;         /* among the series of its component, by when they were made */
	bool is_odd;        /* a patch has another number in it than in its mail */

	bool is_new;             /* it got its id in this batch */
	bool is_gone;            /* its row is to be deleted */
	bool is_replaced;        /* its row is another record's now, which `replaces` it */
	bool members_changed;    /* its row existed, and its events have to be made anew */
	struct series *replaces; /* of a regrouped series: the record as loaded */
	struct series *heir;     /* of a series that is deleted: the one with its first message */
	struct item *stored_cover;
	struct view stored_name;
};

/* A row of patchwork_seriesreference. */
struct series_ref {
	int32_t project_id;
	struct view msgid;
	struct series *series;        /* NULL: it is deleted */
	struct series *stored_series; /* NULL: it is new */
};

enum comment_state { COMMENT_UNASKED, COMMENT_ASKING, COMMENT_ASKED };

struct comment {
	int32_t id;
	int32_t new_id; /* of a comment that moves to the other table */
	int32_t project_id;
	struct view msgid;
	const struct view *refs;
	size_t ref_count;
	enum comment_state state;
	struct item *parent; /* NULL: none is known */
	struct item *stored_parent;
	struct message *message; /* the one of this batch that it is made from, or NULL */
	bool is_adopted;         /* it was there, but its references are not recorded yet */
	struct comment *next;    /* with the same message id */
};

/* What a message has become. */
enum verdict {
	VERDICT_UNDECIDED,
	VERDICT_PATCH,
	VERDICT_COVER,
	VERDICT_COMMENT,
	VERDICT_DUPLICATE,
	VERDICT_WAITING,   /* a reply whose parent may still come */
	VERDICT_EMPTY,     /* nothing in it */
	VERDICT_UNRELATED, /* a reply to nothing that is stored, or no reply */
	VERDICT_HELD,      /* quarantined with a reason */
	VERDICT_NO_ROOM,   /* it would be held, but the limits are reached */
};

struct message {
	const struct submission *submission;
	int32_t project_id;
	struct person *person;
	int64_t date;       /* the submission's, or the time of receipt */
	int64_t waiting_id; /* of the row it was kept in until now, else 0 */
	enum verdict verdict;
	struct item *item;       /* of a patch or cover letter */
	struct comment *comment; /* of a reply */
	bool is_newly_waiting;
	GPtrArray *awaited; /* const struct view *: what a waiting reply waits for, or NULL */
};

/* Events that a batch gives rise to. */
enum event_category {
	EVENT_PATCH_CREATED,
	EVENT_COVER_CREATED,
	EVENT_SERIES_CREATED,
	EVENT_PATCH_COMMENT_CREATED,
	EVENT_COVER_COMMENT_CREATED,
	EVENT_PATCH_COMPLETED,
	EVENT_SERIES_COMPLETED,
};

struct event {
	enum event_category category;
	int32_t project_id;
	struct item *item;       /* the patch or cover letter, or NULL */
	struct comment *comment; /* or NULL */
	struct series *series;   /* or NULL */
};

struct workset;

struct workset *workset_new(void);
void workset_free(struct workset *workset);
void workset_free_ptr(struct workset **workset);

/* The arena for what the records point to. */
struct arena *workset_arena(struct workset *workset);

/*
 * Records by key; NULL where there is none.  Ids are compared exactly, addresses without
 * regard to case.  Comments with one id form a chain by `next`.
 */
struct item *workset_find_item(struct workset *workset, enum item_kind kind, int32_t project_id,
			       struct view msgid);
struct item *workset_find_item_id(struct workset *workset, enum item_kind kind, int32_t id);
struct comment *workset_find_comment(struct workset *workset, int32_t project_id,
				     struct view msgid);
struct series *workset_find_series_id(struct workset *workset, int32_t id);
struct series_ref *workset_find_reference(struct workset *workset, int32_t project_id,
					  struct view msgid);
struct person *workset_find_person(struct workset *workset, struct view email);
struct person *workset_find_person_id(struct workset *workset, int32_t id);

/*
 * New records, zeroed but for the arguments and found by them from then on.  Views are copied.
 * An id of 0 is not indexed.
 */
struct item *workset_add_item(struct workset *workset, enum item_kind kind, int32_t id,
			      int32_t project_id, struct view msgid);
struct comment *workset_add_comment(struct workset *workset, int32_t project_id, struct view msgid);
struct series *workset_add_series(struct workset *workset, int32_t id, int32_t project_id);
struct series_ref *workset_add_reference(struct workset *workset, int32_t project_id,
					 struct view msgid);
struct person *workset_add_person(struct workset *workset, int32_t id, struct view email);
struct message *workset_add_message(struct workset *workset, int32_t project_id,
				    const struct submission *submission);
void workset_add_event(struct workset *workset, struct event event);

/* The event of a comment under its parent. */
void workset_add_comment_event(struct workset *workset, struct comment *comment);

/* Make a record of workset_add_item() the new patch or cover letter that `message` is. */
void item_set_message(struct item *item, struct message *message);

/* Let a person be found by another spelling of his address. */
void workset_alias_person(struct workset *workset, struct person *person, struct view email);

/* Set a person's id after the row was made. */
void workset_set_person_id(struct workset *workset, struct person *person, int32_t id);

/* Ids of mail that came before and is not stored, and ids of replies that wait. */
void workset_add_seen(struct workset *workset, int32_t project_id, struct view msgid);
bool workset_has_seen(struct workset *workset, int32_t project_id, struct view msgid);
void workset_add_waiting(struct workset *workset, int32_t project_id, struct view msgid);
bool workset_is_waiting(struct workset *workset, int32_t project_id, struct view msgid);

/* All records of a kind, in the order of their making; elements as named. */
const GPtrArray *workset_items(const struct workset *workset);      /* struct item * */
const GPtrArray *workset_comments(const struct workset *workset);   /* struct comment * */
const GPtrArray *workset_series(const struct workset *workset);     /* struct series * */
const GPtrArray *workset_references(const struct workset *workset); /* struct series_ref * */
const GPtrArray *workset_people(const struct workset *workset);     /* struct person * */
const GPtrArray *workset_messages(const struct workset *workset);   /* struct message * */
const GPtrArray *workset_events(const struct workset *workset);     /* struct event * */

/* The total of the series that an item finds or makes. */
static inline int32_t item_total(const struct item *item)
{
	return item->has_marker ? item->total : 1;
}

/* The parent's kind decides which table a comment is in. */
static inline bool comment_is_on_cover(const struct comment *comment)
{
	return comment->parent != NULL && comment->parent->kind == ITEM_COVER;
}

#endif
