/*
 * search - the lists of the REST interface: filters, orders and counts
 *
 * Tables have the parameters of a list's query string: filters, orders, and the columns of the full
 * text search.  Unknown parameters are ignored; an unknown value gives an empty list.
 */
#ifndef SQL_REPORT_SEARCH_H
#define SQL_REPORT_SEARCH_H

#include "sql/pg/query.h"
#include "sql/report/event.h"
#include "sql/report/resource.h"

/* Limit of the values of a filter, and of the words of a search; further ones are ignored. */
#define SEARCH_VALUES_MAX 100

/* Concurrent writers interleave the ids of their events by less than this. */
#define SEARCH_EVENTS_APART 5000

/* If a filter leaves no more rows than this, all of them are read and sorted. */
#define SEARCH_FEW 5000

/*
 * For a row of a page, so many rows of the table are looked at first, in the order of the list: if
 * one in ten matches, this is enough.
 */
#define SEARCH_NEAR 20

struct filter;
struct order;

/* A list: its rows are those of `object`. */
struct resource {
	const char *name; /* in URLs */
	const struct object *object;
	const struct filter *filters;
	const struct order *orders;
	const char *default_order;  /* a value of the parameter */
	const char *const *texts;   /* the columns that `q` searches; ends with NULL */
	const char *scope;          /* an additional condition; $2 is the parent, $3 the user */
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
	int32_t parent;       /* the patch or cover letter of checks or comments */
	int32_t user_id;      /* the user that sent the request; 0: not logged in */
	const char *time_zone;
};

struct search;

/* Parse a request, and look up names in it.  Returns 0 or a pg error. */
int search_new(struct pg *pg, const struct search_request *request, struct search **ret_search);
void search_free(struct search *search);
void search_free_ptr(struct search **search);

/* A key for caching the count: it is the same for all requests for the same rows, in any order. */
const char *search_key(const struct search *search);

int search_count(struct pg *pg, const struct search *search, int64_t *ret_count);

/*
 * Get the ids (int32_t) of at most `limit` rows after the first `offset`.  `count` is about the
 * number of rows, for the choice of a plan.
 */
int search_page(struct pg *pg, const struct search *search, int64_t count, int64_t offset,
		int64_t limit, GArray **ret_ids);

/* Whether an event is a row of this list of events, by its filters and version. */
bool search_has_event(const struct search *search, const struct event_row *event);

/* ---- single rows */

/* Check whether a row of `table` has this id. */
int search_is_there(struct pg *pg, const char *table, int32_t id, bool *ret_is_there);

/*
 * Find which of these ids (int32_t) rows of `table` have.  *ret_found, which the caller frees, is a
 * set of GINT_TO_POINTER(id).
 */
int search_ids(struct pg *pg, const char *table, const GArray *ids, GHashTable **ret_found);

/* Check whether a row of a list has this id and parent, and is visible to the user. */
int search_has(struct pg *pg, const struct resource *resource, int32_t id, int32_t parent,
	       int32_t user_id, bool *ret_is_there);

/* Find a project by id, as a filter takes it, or otherwise by link name; 0: none. */
int search_project(struct pg *pg, const char *word, int32_t *ret_id);

#endif
