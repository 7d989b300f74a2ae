/*
 * batch - one attempt at a batch: what load.c, write.c and store.c share
 */
#ifndef SQL_BATCH_H
#define SQL_BATCH_H

#include <errno.h>
#include <glib.h>

#include "sql/archive.h"
#include "sql/batch/keys.h"
#include "sql/catalog.h"
#include "sql/pg/query.h"
#include "sql/delivery.h"

/* What keeps a Patchwork's own parser from making a series while we do. */
enum series_lock {
	SERIES_FREE,
	SERIES_LOCKED,         /* nobody looks for one */
	SERIES_INSERTS_LOCKED, /* nobody makes one, but may have looked for it */
};

/* Attempts at a batch that loses races, before the database is said to be busy. */
#define BATCH_TRIES_MAX 50

struct batch {
	struct pg *pg;
	const struct catalog *catalog;
	const struct store_options *options;
	const char *compression; /* of large values; NULL is the server's own */
	struct delivery *deliveries;
	size_t delivery_count;

	struct workset *workset;
	enum series_lock series_lock;
	bool needs_adoption;  /* there are rows of a Patchwork's parser that we do not know */
	int64_t now_usecs;    /* the server's, after the lock, as events store it */
	bool has_dependents;  /* something stored names a message of the batch in a Depends-on */
	bool is_thorough;     /* an attempt failed: load also what hardly ever matters */
	struct arena *arena;  /* of waiting messages that were read again */
	GPtrArray *results;   /* struct pg_result *: the world's records point into them */
	GPtrArray *messages;  /* struct message * of each delivery; NULL for held ones */
	GHashTable *instants; /* clock seconds to instant usecs, where the zone is not UTC */
	GHashTable *raws;     /* struct message to struct delivery: of new ones */
};

/* Begin the transaction, lock, and fill the world with what the batch could touch. */
int batch_load(struct batch *batch);

/* Write what decide() made of it. */
int batch_write(struct batch *batch);

/* Then write what belongs into the same transaction. */
int batch_write_notes(struct batch *batch, struct archive_notes *notes);

void batch_init(struct batch *batch, struct pg *pg, const struct catalog *catalog,
		const struct store_options *options);
void batch_done(struct batch *batch);

/* Let other writers finish, after so many attempts that lost a race: 20 ms at most, on average. */
void batch_pause(int tries);

/* ---- what adopt.c takes from load_components.c and write.c */

/* Load the circles of the patches and cover letters that the world's messages make. */
int batch_load_components(struct batch *batch);

/* Write what is kept of rows that were there: circles, mentions, dates of names. */
int batch_write_adopted(struct batch *batch);

/* ---- batch.c: what the steps share */

/* Run queries and keep the results for as long as the batch: its records point into them. */
int batch_run_kept(struct batch *batch, struct pg_query *queries, size_t count,
		   struct pg_result **results);

/* Run what was collected, and empty the queue; no results are kept. */
int batch_run_queue(struct batch *batch, struct pg_queue *queue);

/* Add a statement with one int[] parameter, if there is anything in it. */
void batch_queue_ids(struct pg_queue *queue, const char *sql, const GArray *ids);

/* Give a message its date: the submission's, or the time of receipt. */
void batch_set_date(struct message *message, int64_t received_usecs);

/* Whether a message is, or makes, something that has related items: a patch or a cover letter. */
bool batch_makes_item(const struct message *message);

/* Add the ids that such a message has and refers to. */
void batch_item_keys(struct keys *keys, const struct message *message);

/* The record of a series that is known by id alone so far. */
struct series *batch_series_stub(struct batch *batch, int32_t id, int32_t project_id);

/* The record of a person with that id; he may be known by it alone. */
struct person *batch_person(struct batch *batch, int32_t id);

/* The time zone by whose clock dates are stored. */
const char *batch_time_zone(const struct batch *batch);

/* Sort int32_t ascending, and drop duplicates. */
void batch_sort_ints(GArray *ints);

/* ---- arrays for parameters */

static inline GArray *new_ints(void)
{
	return g_array_new(FALSE, FALSE, sizeof(int32_t));
}

static inline GArray *new_bigints(void)
{
	return g_array_new(FALSE, FALSE, sizeof(int64_t));
}

static inline GArray *new_views(void)
{
	return g_array_new(FALSE, FALSE, sizeof(struct view));
}

static inline void add_int(GArray *array, int32_t value)
{
	g_array_append_val(array, value);
}

static inline void add_bigint(GArray *array, int64_t value)
{
	g_array_append_val(array, value);
}

static inline void add_view(GArray *array, struct view value)
{
	g_array_append_val(array, value);
}

static inline void free_array(GArray **array)
{
	if (*array != NULL)
		g_array_unref(*array);
}

#endif
