/*
 * load - fill a world with what a batch could touch
 *
 * This is the inside of batch_load(), shared by load.c, which has the order of the steps, and the
 * load_*.c, which have the steps.  Steps return 0 or a pg error; records point into results
 * that the batch keeps.
 */
#ifndef SQL_LOAD_H
#define SQL_LOAD_H

#include "sql/batch/batch.h"
#include "sql/batch/keys.h"

/* ---- load_waiting.c: replies that wait for their parents */

/*
 * Make messages of those that wait already under ids of the batch.  *ret_is_awaited: whether there
 * are any, or others wait for these ids.
 */
int load_waiting_here(struct batch *batch, const struct keys *own, bool *ret_is_awaited);

/*
 * Make messages of the replies that wait for what is known to find a place, or to be let go, now;
 * each is read again.  What waits for a reply that has to wait itself stays where it is.
 */
int load_waiting_released(struct batch *batch);

/* ---- load_known.c: what is known of the messages' ids, and of those they refer to */

/* Of the messages of the world from the `from`th on; `msgrefs` as below. */
int load_known(struct batch *batch, guint from, GHashTable *msgrefs);

/* Add the ids of the world's messages. */
void load_own_keys(const struct batch *batch, struct keys *keys);

/*
 * The queries for patches, covers and comments with one of the `keys`; and what they found, where
 * a comment on what is not loaded takes another round trip.
 */
#define LOAD_LOOKUPS 4
void load_ask_lookups(const struct keys *keys, struct pg_query queries[LOAD_LOOKUPS]);
int load_take_lookups(struct batch *batch, const struct keys *keys,
		      struct pg_result *const results[LOAD_LOOKUPS]);

/* The item or comment in a row of which so much is known; `kind` is 'P' or 'C'. */
struct item *load_item(struct batch *batch, enum item_kind kind, int32_t id, int32_t project_id,
		       struct view msgid);
struct comment *load_comment(struct batch *batch, int32_t project_id, struct view msgid, char kind,
			     int32_t id, int32_t parent_id, struct view parent_msgid);

void load_reference(struct batch *batch, int32_t project_id, struct view msgid, int32_t series_id);

/* ---- load_msgrefs.c: stored comments that mention ids of the batch */

/* Of a stored comment that mentions an id of the batch: the parent that it has. */
struct msgref {
	enum item_kind kind;
	int32_t parent_id;
};

/* For each id of the batch, a struct scoped_key, a GArray of them. */
GHashTable *load_msgrefs_new(void);

/* Find them for `keys`, whose ids have to stay. */
int load_msgrefs(struct batch *batch, const struct keys *keys, GHashTable *msgrefs);

/* ---- load_reparented.c: comments that may go elsewhere now */

/*
 * Load the comments that a message may give another parent, those that mention these, and so on,
 * and what they refer to, which is in their stored headers.
 */
int load_reparented(struct batch *batch, GHashTable *msgrefs);

/* ---- load_people.c: who sent them */

/* Each sender's address once, as it is spelt, of the messages from the `from`th on. */
GArray *load_senders(const struct batch *batch, guint from);

/* Take the rows of sql_people. */
void load_take_people(struct batch *batch, const struct pg_result *result);

/* Give every message its person, after those who are known in other letters were asked for. */
int load_people(struct batch *batch);

/* ---- load_components.c: the neighbours of patches and cover letters, and their series */

int load_components(struct batch *batch);

#endif
