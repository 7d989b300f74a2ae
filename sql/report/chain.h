/*
 * chain - the versions of a series, as patchmda.revision has them
 */
#ifndef SQL_REPORT_CHAIN_H
#define SQL_REPORT_CHAIN_H

#include "sql/pg/query.h"

/* A series of the chain.  Views live as long as the result. */
struct chain_series {
	int32_t id;
	struct view msgid;      /* of the cover letter or, without one, of the first patch */
	struct view name;       /* may be absent */
	int32_t version, minor; /* of `v5.1` these are 5 and 1 */
	struct view date;       /* ISO 8601, UTC */
	int32_t received, total;
	int32_t previous_id;   /* the series that it is the next version of; 0: none */
	struct view rule;      /* by which that was found; absent: none */
	struct view change_id; /* what the series says of itself; may be absent */
	struct view base_commit;
	GArray *prerequisites; /* struct view: `change-id ID`, `message-id <ID>`, `patch-id ID` */
	GArray *required;      /* int64_t: the series that each of them is; 0: it is not known */
	bool is_outdated;      /* there is a later version */
	bool is_part;          /* it has only some patches of a version */
};

/*
 * Read the chain of a series, in the order of dates; nothing if its project records none.
 * *ret_series is a GArray of struct chain_series, which chain_free() frees with the result.
 * Returns 0 or a pg error.
 */
int chain_read(struct pg *pg, int32_t series_id, const char *time_zone, GArray **ret_series,
	       struct pg_result **ret_result);
void chain_free(GArray *series, struct pg_result *result);

#endif
