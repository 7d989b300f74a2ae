/*
 * compare - which patches of a version of a series are those of another version
 *
 * Patches are paired as for relations: equal diffs, then equal titles, then the most similar
 * files (parser/decide/revision_effects.h).  Views live as long as the struct that holds their
 * results.
 */
#ifndef SQL_PAGES_COMPARE_H
#define SQL_PAGES_COMPARE_H

#include "sql/pg/query.h"

/* Limits of the patches of a series, and of the series that are read at once. */
#define COMPARE_PATCHES_MAX 250
#define COMPARE_SERIES_MAX  11

struct compare_patch {
	int32_t id, series_id;
	struct view name, msgid, project;
	struct view hash; /* of its diff; absent if it has none */
	GArray *files;    /* struct view */
};

struct compare {
	GArray *patches; /* struct compare_patch, by series and number */
	struct pg_result *result;
};

/*
 * Read the patches of these series (int32_t), at most COMPARE_PATCHES_MAX + 1 of each.  Returns 0
 * or a pg error.
 */
int compare_read(struct pg *pg, const GArray *series_ids, struct compare *ret_compare);
void compare_done(struct compare *compare);

/* Whether a series has so many patches that it is not compared. */
bool compare_is_too_large(const struct compare *compare, int32_t series_id);

enum compare_change { COMPARE_SAME_DIFF, COMPARE_CHANGED, COMPARE_NEW, COMPARE_DROPPED };

struct compare_pair {
	const struct compare_patch *newer, *older; /* one of them may be NULL */
	enum compare_change change;
};

/*
 * Pair the patches of two series (struct compare_pair): first those of the newer series, by number,
 * then the dropped ones of the older series.  The caller frees the result, which is NULL without
 * memory.
 */
GArray *compare_pairs(const struct compare *compare, int32_t newer, int32_t older);

#endif
