/*
 * search_private - private header of search*.c: the tables of a list, and the struct of a search
 */
#ifndef SQL_REPORT_SEARCH_PRIVATE_H
#define SQL_REPORT_SEARCH_PRIVATE_H

#include "sql/report/search.h"

enum filter_kind {
	FILTER_CHOICE, /* ids of `table`; other values are looked up in its column `text`, if any */
	FILTER_STATE,  /* the same, with spaces for `-` */
	FILTER_ACTOR,  /* the same, by id only; one empty value is no filter */
	FILTER_NOTHING, /* any value gives an empty list */
	FILTER_BOOL,
	FILTER_NUMBER,
	FILTER_TEXT,
	FILTER_HASH,
	FILTER_MSGID,
	FILTER_CATEGORY,
	FILTER_SINCE,
	FILTER_BEFORE,
};

struct filter {
	const char *name;
	enum filter_kind kind;
	const char *column;
	const char *table;
	const char *text;
	enum rest_version since;
};

struct order {
	const char *name;
	const char *column;
	const char *join;  /* SQL that the column needs */
	const char *index; /* with rows in this order; it may be missing.  NULL: there is none */
};

/* The parameter of a condition. */
struct condition_param {
	enum { PARAM_INT, PARAM_BIGINT, PARAM_TEXT, PARAM_INTS, PARAM_TEXTS } kind;
	int64_t number;
	char *text;
	GArray *items; /* of PARAM_INTS int32_t, of PARAM_TEXTS char * */
	const struct filter *filter;
};

/* Parameters of conditions begin after those of put_params() in search.c. */
#define SEARCH_FIRST_PARAM 4

struct search {
	struct search_request request;
	GString *where; /* " and ..." */
	GString *order;
	unsigned order_count; /* of the names in it */
	const char *index;    /* with rows in the order of the first name; NULL: there is none */
	GString *joins;
	GArray *params; /* struct condition_param */
	GString *key;
	bool is_empty;               /* no row can match */
	bool has_words;              /* `q` is one of the conditions */
	const struct filter *filter; /* the one whose condition is being added */
};

/*
 * search_rows.c: whether a value is a whole number, which may have a sign and white space around
 * it.  *ret_id is 0 if no row can have it as its id.
 */
bool search_number(const char *value, int32_t *ret_id);

/* search_filters.c: add the conditions and the order of the request.  Returns 0 or a pg error. */
int search_add_conditions(struct pg *pg, struct search *search);

#endif
