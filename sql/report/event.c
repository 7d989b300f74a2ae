/* event - events that are new, in the order of their ids; see event.h */
#include "sql/report/event.h"

#include <string.h>

#include "parser/cleanup.h"
#include "sql/report/statements.h"

static struct event_row event_of(const struct pg_result *rows, int row)
{
	struct event_row event = {
		.id = pg_int(rows, row, 0),
		.project_id = pg_int(rows, row, 2),
		.series_id = pg_int(rows, row, 3),
		.patch_id = pg_int(rows, row, 4),
		.cover_id = pg_int(rows, row, 5),
		.actor_id = pg_int(rows, row, 6),
		.usecs = pg_bigint(rows, row, 7),
	};
	struct view category = pg_text(rows, row, 1);

	memcpy(event.category, category.ptr, MIN(category.len, sizeof(event.category) - 1));
	return event;
}

int event_read(struct pg *pg, int32_t after, int limit, const char *time_zone, GArray **ret_events,
	       struct event_snapshot *ret_snapshot)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *rows = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_event_read);
	pg_param_text(&query, view_str(time_zone));
	pg_param_int(&query, after);
	pg_param_int(&query, limit);
	r = pg_run(pg, &query, &rows);
	if (r != 0)
		return r;
	*ret_events = g_array_new(FALSE, FALSE, sizeof(struct event_row));
	for (int row = 0; row < pg_rows(rows); row++) {
		struct event_row event = event_of(rows, row);

		g_array_append_val(*ret_events, event);
		*ret_snapshot = (struct event_snapshot){ .oldest = pg_bigint(rows, row, 8),
							 .next = pg_bigint(rows, row, 9) };
	}
	return 0;
}

int event_last(struct pg *pg, int32_t *ret_id)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *rows = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_event_last);
	r = pg_run(pg, &query, &rows);
	if (r == 0)
		*ret_id = pg_int(rows, 0, 0);
	return r;
}

int event_listen(struct pg *pg)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *rows = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_event_lock);
	r = pg_run(pg, &query, &rows);
	/* The row is absent on a standby, where LISTEN is an error. */
	if (r == 0 && pg_rows(rows) > 0)
		r = pg_script(pg, "listen patchmda_event");
	return r;
}
