/*
 * held - held mail: mail that could not be parsed, that the database refuses, or whose list has no
 * project
 */
#ifndef SQL_HELD_H
#define SQL_HELD_H

#include <glib.h>

#include "sql/pg/query.h"
#include "sql/delivery.h"

/* The names in patchmda.held of the kinds of held mail: enum delivery_kind from HOLD_INVALID on. */
#define HELD_KINDS_END (HOLD_REFUSED + 1)
extern const char *const held_kinds[HELD_KINDS_END];

struct held {
	int64_t id;
	int64_t bytes;
	struct view received; /* "2026-11-21 02:21:34Z" */
	struct view expires;  /* likewise; absent if it does not expire */
	struct view kind;     /* one of held_kinds */
	struct view reason;
	struct view msgid;    /* absent if there is none */
	struct view list_ids; /* separated by blanks */
	struct view location; /* file and offset of an imported message; otherwise absent */
};

/* Call `each` for every held message, the oldest first.  Returns 0 or a pg error. */
int held_list(struct pg *pg, void (*each)(void *context, const struct held *held), void *context);

struct held_mail {
	GByteArray *message; /* complete, or the beginning if `is_cut` */
	bool is_cut;
	char **list_ids; /* of the envelope, or otherwise of the headers; ends in NULL */
};

/*
 * Returns 0, a pg error, or -ENOENT if no message has that id.  After 0 the caller calls
 * held_mail_done().
 */
int held_mail(struct pg *pg, int64_t id, struct held_mail *ret_mail);
void held_mail_done(struct held_mail *mail);

/* Get how many messages for unknown lists were deleted to make room. */
int held_dropped(struct pg *pg, int64_t *ret_count);

/*
 * Get the ids (int64_t) of messages held because no project has this list id; if it is NULL, of all
 * held messages.
 */
int held_ids(struct pg *pg, const char *list_id, GArray **ret_ids);

/* Delete the messages with these ids; *ret_count is how many existed. */
int held_drop(struct pg *pg, const GArray *ids, int *ret_count);

#endif
