/*
 * held - mail that could not be understood, or is for no list that we know
 */
#ifndef SQL_HELD_H
#define SQL_HELD_H

#include <glib.h>

#include "sql/pg.h"

struct held {
	int64_t id;
	int64_t bytes;
	struct view received; /* "2026-11-21 02:21:34Z" */
	struct view expires;  /* likewise; absent: it does not */
	struct view kind;     /* "invalid" or "no-project" */
	struct view reason;
	struct view msgid;    /* absent if there is none */
	struct view list_ids; /* separated by blanks */
	struct view place;    /* file and offset, of an import; absent else */
};

/* Call `each` for every held message, the oldest first.  Returns 0 or what pg.h lists. */
int held_list(struct pg *pg, void (*each)(void *context, const struct held *held),
	      void *context);

/* The whole message, to be freed. -ENOENT: there is none of that id. */
int held_message(struct pg *pg, int64_t id, GByteArray **ret_message);

/* The ids (int64_t) of those that wait for a project with this list id; of all, if it is NULL. */
int held_ids(struct pg *pg, const char *list_id, GArray **ret_ids);

/* Delete these; *ret_count tells how many there were. */
int held_drop(struct pg *pg, const GArray *ids, int *ret_count);

#endif
