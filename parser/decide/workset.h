/*
 * world - what is known when a batch of messages is decided
 *
 * The store fills a world with the rows that the batch could touch, adds the batch's messages,
 * and calls decide() (decide.h), which says what each becomes and works that into the world.
 * What has to be written is then the difference between the world and what was loaded: every
 * record shows both.  Nothing here knows PostgreSQL; ids are the database's numbers, 0 for what
 * has no row yet.
 *
 * Dates are seconds since 1970 of the UTC clock reading.  Records live in the
 * world's arena; the tables are GLib's.
 */
#ifndef PARSER_WORLD_H
#define PARSER_WORLD_H

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
	bool is_new;             /* it joins its neighbours in this batch */

	/* Neighbourhood; `has_links` says that it is known: */
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
	int64_t component;        /* 0: named after the first new item of the circle, see below */
	struct item *component_root; /* any one item of its circle, the same for all */

	/* Grouping: */
	struct series *series;     /* of a patch; NULL for covers and patches numbered 0 */
	struct series *grouped_in; /* the series that it found or made */
	struct series *stored_series;
	struct series *stored_grouped_in;

	/*
	 * Place in canonical order, where that is not the one of (date, msgid): the
	 * `offset`th behind the item named.  It was worked out in this batch if it
	 * `is_placed`.
	 */
	bool is_placed;
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
	guint rank;         /* among those of its circle, by when they were made */
	bool is_odd;        /* a patch has another number in it than in its mail */

	bool is_new;             /* it got its id in this batch */
	bool is_gone;            /* its row is to be deleted */
	bool is_replaced;        /* its row goes on as another record's, which `replaces` it */
	bool members_changed;    /* its row existed, and its events have to be made anew */
	struct series *replaces; /* of one worked out afresh: the record as loaded */
	struct series *heir;     /* of one that goes: where its first message is now */
	struct item *stored_cover;
	struct view stored_name;
};

/* A row of patchwork_seriesreference. */
struct reference {
	int32_t project_id;
	struct view msgid;
	struct series *series;        /* NULL when it has to go */
	struct series *stored_series; /* NULL when it is new */
};

enum comment_state { COMMENT_UNASKED, COMMENT_ASKING, COMMENT_ASKED };

struct comment {
	int32_t id;
	int32_t new_id; /* of one that moves to the other table */
	int32_t project_id;
	struct view msgid;
	const struct view *refs;
	size_t ref_count;
	enum comment_state state;
	struct item *parent; /* NULL: none is known */
	struct item *stored_parent;
	struct message *message; /* the one of this batch that it is made from, or NULL */
	bool is_adopted;         /* it was there, but what it mentions is not recorded yet */
	struct comment *next;    /* with the same message id */
};

/* What a message became. */
enum verdict {
	VERDICT_UNDECIDED,
	VERDICT_PATCH,
	VERDICT_COVER,
	VERDICT_COMMENT,
	VERDICT_DUPLICATE,
	VERDICT_WAITING,   /* a reply whose parent may still come */
	VERDICT_EMPTY,     /* nothing in it */
	VERDICT_UNRELATED, /* a reply to nothing of ours, or no reply */
	VERDICT_HELD,      /* kept for somebody to look at */
	VERDICT_NO_ROOM,   /* it would be, but as much is kept as may be */
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

/* The arena for what the world's records point to. */
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
struct reference *workset_find_reference(struct workset *workset, int32_t project_id,
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
struct reference *workset_add_reference(struct workset *workset, int32_t project_id,
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

/* Tell a person's id after the row was made. */
void workset_set_person_id(struct workset *workset, struct person *person, int32_t id);

/* Ids that came before and are not ours, and ids of replies that wait. */
void workset_add_seen(struct workset *workset, int32_t project_id, struct view msgid);
bool workset_has_seen(struct workset *workset, int32_t project_id, struct view msgid);
void workset_add_waiting(struct workset *workset, int32_t project_id, struct view msgid);
bool workset_is_waiting(struct workset *workset, int32_t project_id, struct view msgid);

/* All records of a kind, in the order of their making; elements as named. */
const GPtrArray *workset_items(const struct workset *workset);      /* struct item * */
const GPtrArray *workset_comments(const struct workset *workset);   /* struct comment * */
const GPtrArray *workset_series(const struct workset *workset);     /* struct series * */
const GPtrArray *workset_references(const struct workset *workset); /* struct reference * */
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
