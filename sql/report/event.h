/*
 * event - events that are new, in the order of their ids
 *
 * Transactions that run at the same time draw ids from one sequence, and an id is drawn before the
 * row can be seen.  A reader that remembers the last id it has seen would miss the rows that are
 * committed later with lower ids; the snapshots tell when no such row can come any more.
 */
#ifndef SQL_REPORT_EVENT_H
#define SQL_REPORT_EVENT_H

#include "sql/pg/query.h"

#define EVENT_CATEGORY_BYTES 26 /* with NUL */

struct event_row {
	int32_t id;
	int32_t project_id, series_id, patch_id, cover_id, actor_id; /* 0: null */
	int64_t usecs; /* the clock reading of the date */
	char category[EVENT_CATEGORY_BYTES];
};

/* Transactions with a lower number than `oldest` have ended, and new ones have at least `next`. */
struct event_snapshot {
	int64_t oldest;
	int64_t next;
};

/*
 * The first `limit` events with ids above `after` (struct event_row).  Returns 0 or a pg error.
 * Without an event *ret_snapshot is not set.
 */
int event_read(struct pg *pg, int32_t after, int limit, const char *time_zone, GArray **ret_events,
	       struct event_snapshot *ret_snapshot);

/* The greatest id; 0: none. */
int event_last(struct pg *pg, int32_t *ret_id);

/* The channel of NOTIFY, and the lock that tells writers that there is a reader (see event.sql). */
int event_listen(struct pg *pg);

#endif
