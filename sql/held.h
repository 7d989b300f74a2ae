/*
 * held - mail that could not be understood, or is for no list that we know
 */
#ifndef SQL_HELD_H
#define SQL_HELD_H

#include <glib.h>

#include "sql/pg/query.h"
#include "sql/delivery.h"

/* What patchmda.held calls the kinds of held mail, by enum delivery_kind from HOLD_INVALID on. */
#define HELD_KINDS_END (HOLD_REFUSED + 1)
extern const char *const held_kinds[HELD_KINDS_END];

struct held {
	int64_t id;
	int64_t bytes;
	struct view received; /* "2026-11-21 02:21:34Z" */
	struct view expires;  /* likewise; absent: it does not */
	struct view kind;     /* one of held_kinds */
	struct view reason;
	struct view msgid;    /* absent if there is none */
	struct view list_ids; /* separated by blanks */
	struct view place;    /* file and offset, of an import; absent else */
};

/* Call `each` for every held message, the oldest first.  Returns 0 or what pg.h lists. */
int held_list(struct pg *pg, void (*each)(void *context, const struct held *held), void *context);

struct held_mail {
	GByteArray *message; /* whole, or its front */
	bool is_cut;
	char **list_ids; /* its envelope's, where that had one, else its headers'; NULL at the end */
};

/* -ENOENT: there is none of that id.  held_mail_done() is due on success. */
int held_mail(struct pg *pg, int64_t id, struct held_mail *ret_mail);
void held_mail_done(struct held_mail *mail);

/* How much mail for unknown lists had to go since there was no room for more. */
int held_dropped(struct pg *pg, int64_t *ret_count);

/* The ids (int64_t) of those that wait for a project with this list id; of all, if it is NULL. */
int held_ids(struct pg *pg, const char *list_id, GArray **ret_ids);

/* Delete these; *ret_count tells how many there were. */
int held_drop(struct pg *pg, const GArray *ids, int *ret_count);

#endif
