/*
 * update_private - the inside of revisions_update(), shared by update.c and the update_*.c
 *
 * Steps return 0, what pg.h lists, or arena_error().
 */
#ifndef SQL_REVISIONS_UPDATE_PRIVATE_H
#define SQL_REVISIONS_UPDATE_PRIVATE_H

#include <glib.h>

#include "sql/pg/query.h"
#include "sql/revisions/facts.h"

/* The rows of the series of one call. */
#define UPDATE_ARENA_BYTES_MAX ((size_t)1 << 30)

/* A series: one that changed, or as its row has it. */
struct known {
	struct revision revision;
	const struct facts *facts; /* of one that changed; NULL: it was deleted */
	GArray *answered;          /* int64_t: the series that its references lead to; or NULL */
	bool is_changed;
	bool is_new;         /* of one that changed: it has no row */
	bool is_naming;      /* it names a message of one that changed */
	bool is_affected;    /* it is decided again, for one that changed may precede it */
	int32_t previous_id; /* in its row; 0: none */
	enum revision_rule rule;
	struct revision stored; /* of one that changed: its row, if it has one */
	int32_t new_previous_id;
	enum revision_rule new_rule;
};

struct update {
	struct pg *pg;
	struct arena *arena;
	GHashTable *known;     /* series id to struct known */
	GPtrArray *all;        /* struct known *, owned */
	GPtrArray *changed;    /* of these: those that changed, */
	GPtrArray *affected;   /* and those that are decided again */
	GPtrArray *results;    /* struct pg_result *: views point into them */
	GHashTable *by_person; /* person id to GPtrArray of struct known * */
	GHashTable *by_change; /* change-id to the same */
	guint indexed;         /* how many of `all` are in these two */
};

/* update_known.c; false: memory is short, and update_end() is to be called all the same */
bool update_begin(struct update *update, struct pg *pg);
void update_end(struct update *update);
struct known *update_find(struct update *update, int32_t series_id);
struct known *update_add(struct update *update, int32_t series_id);

/* update_load.c: read the rows that may precede these, or that these may precede. */
enum update_load { LOAD_FOR_CHANGED, LOAD_FOR_AFFECTED };
int update_load(struct update *update, const GPtrArray *list, enum update_load purpose);

/* update_write.c */
int update_write(struct update *update);

#endif
