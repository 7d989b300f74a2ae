/*
 * versions - which series are versions of one another, as patchmda has recorded it
 *
 * Views live as long as the result.  Functions return 0 or a pg error.
 */
#ifndef SQL_PAGES_VERSIONS_H
#define SQL_PAGES_VERSIONS_H

#include "sql/pg/query.h"

struct version {
	int32_t of; /* the series whose versions were asked for */
	int32_t series_id;
	int32_t number;
	int32_t minor; /* 1 for `v5.1`, otherwise 0 */
	int64_t clock; /* date: seconds since 1970 of the UTC clock reading */
};

/*
 * The versions of each of these series (int32_t), oldest first, including the series itself.
 * *ret_versions is a GArray of struct version, sorted by the order of `ids`.
 */
int versions_of(struct pg *pg, const GArray *ids, const char *time_zone, GArray **ret_versions,
		struct pg_result **ret_result);

struct version_details {
	struct version version;
	int32_t total; /* patches that it should have; 0: unknown */
	int32_t patches, comments;
	struct view base_commit; /* absent if it has none */
	/* Only of the series that was asked for; see chain.h */
	GArray *prerequisites; /* struct view */
	GArray *required;      /* int64_t */
};

/*
 * The same of one series; *ret_versions is a GArray of struct version_details, which frees theirs.
 */
int versions_details(struct pg *pg, int32_t series_id, const char *time_zone, GArray **ret_versions,
		     struct pg_result **ret_result);

#endif
