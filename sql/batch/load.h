/*
 * load - fills a workset with what a batch could affect
 *
 * The private header of batch_load(), shared by load.c, which has the order of the steps, and the
 * load_*.c, which have the steps. Steps return 0 or a pg error; records point into results that the
 * batch keeps.
 */
#ifndef SQL_BATCH_LOAD_H
#define SQL_BATCH_LOAD_H

#include "sql/batch/batch.h"
#include "sql/batch/keys.h"

/* ---- load_waiting.c: replies that wait for their parents */

/*
 * Add the messages that already wait under ids of the batch. *ret_is_awaited: whether there are
 * any, or others wait for these ids.
 */
int load_waiting_here(struct batch *batch, const struct keys *own, bool *ret_is_awaited);

/*
 * Add the replies that wait for a message which is stored or dropped now; each is parsed again.
 * Replies to a reply that has to wait itself keep waiting.
 */
int load_waiting_released(struct batch *batch);

/* ---- load_known.c: what is known of the messages' ids and of those that they refer to */

/* Load it for the messages of the workset from number `from` on; `msgrefs` as below. */
int load_known(struct batch *batch, guint from, GHashTable *msgrefs);

/* Add the ids of the workset's messages. */
void load_own_keys(const struct batch *batch, struct keys *keys);

/*
 * Make the queries for patches, covers and comments with one of the `keys`, and read their results.
 * A comment on an item that is not loaded takes another round trip.
 */
#define LOAD_LOOKUPS 4
void load_ask_lookups(const struct keys *keys, struct pg_query queries[LOAD_LOOKUPS]);
int load_take_lookups(struct batch *batch, const struct keys *keys,
		      struct pg_result *const results[LOAD_LOOKUPS]);

/* The item or comment with these values, from a row; `kind` is 'P' or 'C'. */
struct item *load_item(struct batch *batch, enum item_kind kind, int32_t id, int32_t project_id,
		       struct view msgid);
struct comment *load_comment(struct batch *batch, int32_t project_id, struct view msgid, char kind,
			     int32_t id, int32_t parent_id, struct view parent_msgid);

void load_reference(struct batch *batch, int32_t project_id, struct view msgid, int32_t series_id);

/* ---- load_msgrefs.c: stored comments that refer to ids of the batch */

/* The parent of a stored comment that refers to an id of the batch. */
struct msgref {
	enum item_kind kind;
	int32_t parent_id;
};

/* A table from each id of the batch, a struct scoped_key, to a GArray of them. */
GHashTable *load_msgrefs_new(void);

/* Find them for `keys`, whose ids must outlive the table. */
int load_msgrefs(struct batch *batch, const struct keys *keys, GHashTable *msgrefs);

/* ---- load_reparented.c: comments that may get another parent */

/*
 * Load the comments that may get another parent because of a message, those that refer to these,
 * and so on, and the ids that they refer to, from their stored headers.
 */
int load_reparented(struct batch *batch, GHashTable *msgrefs);

/* ---- load_people.c: the senders */

/* The addresses of the senders of messages from number `from` on, each spelling once. */
GArray *load_senders(const struct batch *batch, guint from);

/* Read the rows of sql_people. */
void load_take_people(struct batch *batch, const struct pg_result *result);

/*
 * Set the person of every message, after a lookup of those whose address is stored in another
 * case.
 */
int load_people(struct batch *batch);

/* ---- load_components.c: related patches and cover letters, and their series */

int load_components(struct batch *batch);

#endif
