/*
 * selection - which patches or series a list has, and in which order
 *
 * The newest come first, series by their own date, which is also what `before` limits.  A list of
 * many patches of which few match is not searched to its end: the result says from when on it is
 * complete.  There a series is found by the dates of its patches that match: one of which all are
 * more than a day away from its own date may be missing.  Functions return 0 or a pg error.
 */
#ifndef SQL_PAGES_SELECTION_H
#define SQL_PAGES_SELECTION_H

#include "sql/pg/query.h"

/* Limit of the patches that are searched for those that match; by statistics, so not exactly. */
#define SELECTION_READ_MAX 100000

/* Orders other than that of dates sort at most this many of the newest patches that match. */
#define SELECTION_SORTED_MAX 5000

/* All patches of a person, a project or a series are read if there are no more than this. */
#define SELECTION_FEW 5000

/* Words are looked for in the names of this many series, by id. */
#define SELECTION_NAMES 200000

struct selection_filter {
	int32_t project_id;   /* 0: any */
	const GArray *states; /* int32_t; NULL here and below: any */
	enum { SELECTION_ANY, SELECTION_NOT_ARCHIVED, SELECTION_ARCHIVED } archive;
	const GArray *submitters; /* int32_t */
	int32_t delegate;         /* 0: any; -1: none */
	int32_t series;           /* of patches, by number; 0: any */
	bool has_old_versions;    /* of series: also those of which a later version is there */
	/* Each has to be in the name, of a series or of a patch; between commas or white space. */
	const char *words;
	const char *order; /* date, name, submitter, delegate or state, perhaps after `-` */
	int64_t before;    /* only what is older: seconds since 1970; 0: all */
	int32_t limit;
	int64_t offset;
};

struct selection {
	GArray *ids; /* int32_t */
	/* Only patches of this time (seconds since 1970) or later have been read; 0: all. */
	int64_t since;
	/* More than SELECTION_SORTED_MAX match, and only the newest are sorted. */
	bool is_partly_sorted;
};

int selection_patches(struct pg *pg, const struct selection_filter *filter,
		      struct selection *ret_selection);
int selection_series(struct pg *pg, const struct selection_filter *filter,
		     struct selection *ret_selection);
void selection_done(struct selection *selection);

/*
 * The time, for `before`, of the list that continues this one, newest first; 0: it has no rows.
 * Rows of one second may be in both.
 */
int selection_further(struct pg *pg, const struct selection_filter *filter,
		      const struct selection *selection, bool is_of_patches, int64_t *ret_before);

#endif
