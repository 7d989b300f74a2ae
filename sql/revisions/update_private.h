/*
 * update_private - the steps of revisions_update(), shared by update.c and update_*.c
 *
 * Steps return 0, a pg error, or arena_error().
 */
#ifndef SQL_REVISIONS_UPDATE_PRIVATE_H
#define SQL_REVISIONS_UPDATE_PRIVATE_H

#include <glib.h>

#include "sql/pg/query.h"
#include "sql/revisions/facts.h"

/* Limit of the memory for the rows of one call. */
#define UPDATE_ARENA_BYTES_MAX ((size_t)1 << 30)

/* A series: a changed one, or one that was loaded from its row. */
struct known {
	struct revision revision;
	const struct facts *facts; /* of a changed series; NULL: it was deleted */
	GArray *answered;          /* int64_t: the series to which its references belong; or NULL */
	GArray *linked;            /* the same of its links */
	bool is_changed;
	bool is_new;         /* a changed series without a row */
	bool is_all_new;     /* so are all its patches; those of another one are in a chain */
	bool is_naming;      /* it refers to a message of a changed series */
	bool is_affected;    /* it is decided again, since a changed series may precede it */
	int32_t previous_id; /* in its row; 0: none */
	enum revision_rule rule;
	struct revision stored; /* the row of a changed series, if it has one */
	int32_t new_previous_id;
	enum revision_rule new_rule;
};

struct update {
	struct pg *pg;
	struct arena *arena;
	GHashTable *known;     /* series id to struct known */
	GPtrArray *all;        /* struct known *, owned */
	GPtrArray *changed;    /* series of `all` that have changed */
	GPtrArray *affected;   /* series of `all` that are decided again */
	GPtrArray *results;    /* struct pg_result *: views point into them */
	GHashTable *by_person; /* person id to GPtrArray of struct known * */
	GHashTable *by_change; /* change-id to the same */
	GHashTable *by_sender; /* key of the sender's address to the same */
	GHashTable *by_name;   /* key of the sender's name to the same */
	GHashTable *by_signer; /* key of the address or name of a signer of later versions to it */
	guint indexed;         /* number of `all` that are in these tables */
};

/* update_known.c: false if there is not enough memory; also then the caller calls update_end() */
bool update_begin(struct update *update, struct pg *pg);
void update_end(struct update *update);
struct known *update_find(const struct update *update, int32_t series_id);
struct known *update_add(struct update *update, int32_t series_id);

/* update_load.c: read the rows of possible predecessors, or of possible successors. */
enum update_load { LOAD_FOR_CHANGED, LOAD_FOR_AFFECTED };
int update_load(struct update *update, const GPtrArray *list, enum update_load purpose);

/* update_write.c */
int update_write(struct update *update);

#endif
