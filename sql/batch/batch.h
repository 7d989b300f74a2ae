/* batch - one attempt to store a batch: what load.c, write.c and store.c share */
#ifndef SQL_BATCH_BATCH_H
#define SQL_BATCH_BATCH_H

#include <errno.h>
#include <glib.h>

#include "sql/archive.h"
#include "sql/batch/keys.h"
#include "sql/batch/people_index.h"
#include "sql/catalog.h"
#include "sql/pg/query.h"
#include "sql/delivery.h"

/* The lock that keeps Patchwork's own parser from creating a series at the same time. */
enum series_lock {
	SERIES_FREE,
	SERIES_LOCKED,         /* no other program looks for a series */
	SERIES_INSERTS_LOCKED, /* no other program creates one, but it may have looked for it */
};

/* After this many lost races the database is reported to be busy. */
#define BATCH_TRIES_MAX 50

struct batch {
	struct pg *pg;
	const struct catalog *catalog;
	const struct store_options *options;
	const char *compression;           /* of large values; NULL: the server's default */
	struct people_index *people_index; /* NULL: there is none */
	struct delivery *deliveries;
	size_t delivery_count;

	struct workset *workset;
	enum series_lock series_lock;
	bool needs_adoption;    /* there are new rows of Patchwork's parser */
	int64_t now_usecs;      /* the server's, after the lock, as events store it */
	bool has_dependents;    /* a stored Depends-on names a message of the batch */
	bool is_thorough;       /* an attempt failed: load also what rarely matters */
	int32_t last_person_id; /* when people were looked up by addresses in any case */
	struct arena *arena;    /* of waiting messages that are parsed again */
	GPtrArray *results;     /* struct pg_result *: the workset's records point into them */
	GPtrArray *messages;    /* struct message * of each delivery; NULL for held ones */
	GHashTable *instants;   /* clock seconds to instant usecs, if the zone is not UTC */
	GHashTable *raws;       /* struct message to struct delivery, of new messages */
	GArray *revisions;      /* struct revisions_change, of series that changed */
};

/* Begin the transaction, lock, and fill the workset with what the batch could affect. */
int batch_load(struct batch *batch);

/* Write the result of decide(). */
int batch_write(struct batch *batch);

/* Then write what belongs into the same transaction. */
int batch_write_notes(struct batch *batch, struct archive_notes *notes);

void batch_init(struct batch *batch, struct pg *pg, const struct catalog *catalog,
		const struct store_options *options);
void batch_done(struct batch *batch);

/* Let other writers finish, after `tries` lost races: 20 ms at most, on average. */
void batch_pause(int tries);

/* ---- what adopt.c uses of load_components.c and write.c */

/* Load the components of the patches and cover letters that the workset's messages become. */
int batch_load_components(struct batch *batch);

/* Write what patchmda's tables record of existing rows: components, references, dates of names. */
int batch_write_adopted(struct batch *batch);

/* ---- batch.c: what the steps share */

/* Run queries and keep the results until batch_done(): records of the workset point into them. */
int batch_run_kept(struct batch *batch, struct pg_query *queries, size_t count,
		   struct pg_result **results);

/* Add a statement with one int[] parameter, unless the array is empty. */
void batch_queue_ids(struct pg_queue *queue, const char *sql, const GArray *ids);

/* Give a message its date: the submission's, or the time of receipt. */
void batch_set_date(struct message *message, int64_t received_usecs);

/* Whether a message becomes an item with related items: a patch or a cover letter. */
bool batch_makes_item(const struct message *message);

/* Add the id of such a message and those that it refers to. */
void batch_item_keys(struct keys *keys, const struct message *message);

/* The record of a series of which only the id is known so far. */
struct series *batch_series_stub(struct batch *batch, int32_t id, int32_t project_id);

/* The record of a person with that id, of whom nothing more may be known. */
struct person *batch_person(struct batch *batch, int32_t id);

/* The time zone in which dates are stored. */
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
