/*
 * selection_private - what selection, selection_patches and selection_series share
 *
 * Functions with a struct pg return 0 or a pg error.
 */
#ifndef SQL_PAGES_SELECTION_PRIVATE_H
#define SQL_PAGES_SELECTION_PRIVATE_H

#include "sql/pages/selection.h"

/* ---- parameters */

bool selection_has_words(const char *words);

/* The ids, or null. */
void selection_put_ids(struct pg_query *query, const GArray *ids);

/* A number, or null for 0. */
void selection_put_optional(struct pg_query *query, int32_t number);

void selection_put_flag(struct pg_query *query, bool flag);

/* $1 to $9 of the statements that find patches; $7, `extra`, is different in each. */
void selection_put_filter(struct pg_query *query, const struct selection_filter *filter,
			  int32_t extra, int32_t limit);

/* ---- orders */

/* The order of the filter; without one, patches of a series are by number, others newest first. */
const char *selection_order(const struct selection_filter *filter);
bool selection_is_newest_first(const char *order);

/* How many patches or series are looked for, so that the first `wanted` are found. */
int32_t selection_candidates(const struct selection_filter *filter, int64_t wanted);

/* ---- selections */

struct selection selection_new(void);

/*
 * Run a statement, planned for its parameters, and add the ids of its first column and the greatest
 * time of its second.
 */
int selection_run(struct pg *pg, struct pg_query *query, struct selection *selection);

/* Take `offset` ids off the front, and all after `limit` more. */
void selection_cut(GArray *ids, int64_t offset, int32_t limit);

/* ---- patches that match, newest first: selection_patches.c */

/* Patches that match. */
struct matches {
	GArray *ids;    /* int32_t */
	GArray *series; /* int32_t: those of the patches, perhaps more than once */
	int64_t oldest; /* the date of the oldest patch, in seconds since 1970; 0: there is none */
	int32_t count;  /* how many have been found; these are all of them, or those of a page */
};

struct matches matches_new(void);
void matches_done(struct matches *matches);

/* How the patches of one list are found, which is the same for each of its queries. */
struct way {
	bool is_known;
	bool are_few;      /* one of the conditions leaves few patches */
	int64_t enough;    /* the first time of selection_span; INT64_MIN: none */
	int64_t looked_at; /* its second time; the same */
};

/* Find it out, once for a list; *way begins as zeros. */
int way_find(struct pg *pg, const struct selection_filter *filter, int32_t count, struct way *way);

/* From when on the list is complete if fewer than `count` patches have been found. */
int64_t way_since(const struct way *way);

/*
 * Add the newest `count` that match, and perhaps others of the same date as the last one.  They are
 * sorted only if one of the conditions leaves few.
 */
int matches_find(struct pg *pg, const struct selection_filter *filter, int32_t count,
		 const struct way *way, struct matches *matches);

#endif
