/*
 * workset - the records by which a batch of messages is decided
 *
 * The store fills a workset with the rows that a batch could touch, adds the messages of the batch,
 * and calls decide() (decide.h), which sets the verdict of each message and changes the records
 * accordingly.  The store then writes the difference: every record has the loaded values, too.
 * Nothing here knows PostgreSQL; ids are numbers of the database, 0 for a record without a row.
 *
 * Dates are in seconds since 1970, UTC.  Records are in the arena of the workset and are valid as
 * long as it.
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
	struct view name;  /* absent: null */
	bool is_user;      /* has an account in Patchwork, whose name is kept */
	bool has_name_at;  /* the name is that of the message: */
	int64_t name_date;
	struct view name_msgid;
	bool is_needed;       /* a message of this person is stored */
	bool is_renamed;      /* name has changed */
	bool name_at_changed; /* name_date and name_msgid have changed */
};

enum item_kind { ITEM_PATCH, ITEM_COVER };

/* A patch or cover letter. */
struct item {
	enum item_kind kind;
	int32_t id;
	int32_t project_id;
	struct view msgid;
	struct view name;        /* cut to 255 characters */
	struct view full_name;   /* of a stored cover letter whose name was cut: the whole name */
	struct message *message; /* of this batch, of which the item is made, or NULL */
	bool is_new;             /* grouped for the first time in this batch */

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
	struct series *grouped_in; /* the series that the item found or made */
	struct series *stored_series;
	struct series *stored_grouped_in;

	/*
	 * Position in canonical order if it is not that of (date, msgid): `offset` items after the
	 * anchor.  `has_position` if this batch has set it.
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
	struct view name; /* absent: null */
	enum series_named named;
	GPtrArray *patches; /* struct item *, in order of joining */
	guint rank;         /* among the series of the component, in order of creation */
	bool is_odd;        /* a patch has a number in it that differs from its mail's */

	bool is_new;             /* it got its id in this batch */
	bool is_gone;            /* its row is to be deleted */
	bool is_replaced;        /* its row belongs to the record that `replaces` it */
	bool members_changed;    /* its row existed, and its events are to be added again */
	struct series *replaces; /* of a regrouped series: the record as loaded */
	struct series *heir;     /* of a deleted series: the one with its first message */
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

enum comment_state { COMMENT_UNRESOLVED, COMMENT_RESOLVING, COMMENT_RESOLVED };

struct comment {
	int32_t id;
	int32_t new_id; /* of a comment that moves to the other table */
	int32_t project_id;
	struct view msgid;
	const struct view *refs;
	size_t ref_count;
	enum comment_state state;
	struct item *parent; /* NULL if none is known */
	struct item *stored_parent;
	struct message *message; /* of this batch, of which the comment is made, or NULL */
	bool is_adopted;         /* stored, but its references are not recorded yet */
	struct comment *next;    /* with the same message id */
};

/* The decision about a message. */
enum verdict {
	VERDICT_UNDECIDED,
	VERDICT_PATCH,
	VERDICT_COVER,
	VERDICT_COMMENT,
	VERDICT_DUPLICATE,
	VERDICT_WAITING,   /* a reply whose parent may still come */
	VERDICT_EMPTY,     /* there is nothing to store */
	VERDICT_UNRELATED, /* a comment on nothing that is stored or may still come */
	VERDICT_HELD,      /* quarantined with a reason */
	VERDICT_NO_ROOM,   /* not held, because the limits of quarantined mail are reached */
};

/* Whether the message still has to be stored or held. */
static inline bool verdict_is_deferred(enum verdict verdict)
{
	return verdict == VERDICT_UNDECIDED || verdict == VERDICT_NO_ROOM;
}

struct message {
	const struct submission *submission;
	int32_t project_id;
	struct person *person;
	int64_t date;       /* that of the submission, or the time of receipt */
	int64_t waiting_id; /* of the row in which it has waited, or 0 */
	enum verdict verdict;
	struct item *item;       /* of a patch or cover letter */
	struct comment *comment; /* of a reply */
	bool is_newly_waiting;
	GPtrArray *awaited; /* const struct view *: ids that a waiting reply waits for, or NULL */
};

/* Categories of Patchwork's events. */
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

/* The arena for the data that records point to. */
struct arena *workset_arena(struct workset *workset);

/*
 * Records by key; NULL if there is none.  Ids are compared exactly, addresses in any case.
 * Comments with the same id form a chain by `next`.
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
 * New records, zeroed except for the arguments, by which they can be found.  Views are copied.  An
 * id of 0 is not indexed.
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

/* Add the event for a comment on its parent. */
void workset_add_comment_event(struct workset *workset, struct comment *comment);

/* Fill a record of workset_add_item() with the new patch or cover letter in `message`. */
void item_set_message(struct item *item, struct message *message);

/* Index a person by another spelling of the address, too. */
void workset_alias_person(struct workset *workset, struct person *person, struct view email);

/* Set a person's id after the row was made. */
void workset_set_person_id(struct workset *workset, struct person *person, int32_t id);

/* Ids of mail that has come and is not stored, and ids of replies that wait. */
void workset_add_seen(struct workset *workset, int32_t project_id, struct view msgid);
bool workset_has_seen(struct workset *workset, int32_t project_id, struct view msgid);
void workset_add_waiting(struct workset *workset, int32_t project_id, struct view msgid);
bool workset_is_waiting(struct workset *workset, int32_t project_id, struct view msgid);

/* All records of a kind, in order of creation. */
const GPtrArray *workset_items(const struct workset *workset);      /* struct item * */
const GPtrArray *workset_comments(const struct workset *workset);   /* struct comment * */
const GPtrArray *workset_series(const struct workset *workset);     /* struct series * */
const GPtrArray *workset_references(const struct workset *workset); /* struct series_ref * */
const GPtrArray *workset_people(const struct workset *workset);     /* struct person * */
const GPtrArray *workset_messages(const struct workset *workset);   /* struct message * */
const GPtrArray *workset_events(const struct workset *workset);     /* struct event * */

/* The total of a series that the item finds or makes. */
static inline int32_t item_total(const struct item *item)
{
	return item->has_marker ? item->total : 1;
}

/* Whether the comment belongs to the table for comments on cover letters. */
static inline bool comment_is_on_cover(const struct comment *comment)
{
	return comment->parent != NULL && comment->parent->kind == ITEM_COVER;
}

#endif
