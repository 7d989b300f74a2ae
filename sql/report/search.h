/*
 * search - the lists of the REST interface: which rows, in which order, and how many
 *
 * What a list can be asked for by its query string is in tables here: filters, orders, and the
 * columns that words are looked for in.  Parameters that are unknown are passed over; a choice that
 * does not exist gives an empty list.
 */
#ifndef SQL_SEARCH_H
#define SQL_SEARCH_H

#include "sql/pg/query.h"
#include "sql/report/resource.h"

/* Values of one choice, and words that are looked for: more are passed over. */
#define SEARCH_VALUES_MAX 100

/* Writers that commit at the same time mix their events' ids by fewer than this. */
#define SEARCH_EVENTS_APART 5000

struct filter;
struct order;

/* A list: its rows are those of `object`. */
struct resource {
	const char *name; /* in URLs */
	const struct object *object;
	const struct filter *filters;
	const struct order *orders;
	const char *default_order; /* as a client would say it */
	const char *const *texts;  /* columns that `q` looks into; ended by NULL */
	const char *scope; /* a condition that always holds; $2 is the parent, $3 the user */
	const char *scope_until_12; /* another one, before version 1.3 */
};

extern const struct resource search_projects, search_users, search_people, search_patches,
	search_covers, search_series, search_events, search_bundles, search_checks,
	search_patch_comments, search_cover_comments;

/* A parameter of the query string, decoded. */
struct search_param {
	const char *name;
	const char *value;
};

struct search_request {
	const struct resource *resource;
	enum rest_version version;
	const GArray *params; /* struct search_param */
	int32_t parent;       /* whose checks or comments */
	int32_t user_id;      /* who asks; 0: nobody knows */
	const char *time_zone;
};

struct search;

/* Understand a request; looks up what is given by name.  Returns 0 or what pg_run() returns. */
int search_new(struct pg *pg, const struct search_request *request, struct search **ret_search);
void search_free(struct search *search);
void search_free_ptr(struct search **search);

/* The same for all requests for the same rows, in whatever order: to remember their count by. */
const char *search_key(const struct search *search);

int search_count(struct pg *pg, const struct search *search, int64_t *ret_count);

/* The ids (int32_t) of at most `limit` rows behind the first `offset`. */
int search_page(struct pg *pg, const struct search *search, int64_t offset, int64_t limit,
		GArray **ret_ids);

/* ---- single rows */

/* Whether a row of `table` has this id. */
int search_is_there(struct pg *pg, const char *table, int32_t id, bool *ret_is_there);

/* Whether a list's row has this id, belongs to that parent, and may be seen by that user. */
int search_has(struct pg *pg, const struct resource *resource, int32_t id, int32_t parent,
	       int32_t user_id, bool *ret_is_there);

/* The project with that id, or else that link name; 0: there is none. */
int search_project(struct pg *pg, const char *word, int32_t *ret_id);

#endif
