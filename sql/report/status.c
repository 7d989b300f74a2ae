/* status - how a database is, for people and for monitoring; see status.h */
#include "sql/report/status.h"

#include "sql/report/statements.h"
#include "sql/schema/statements.h"
#include "sql/schema/zone.h"

enum { SERVER, COUNTS, WAITING, HELD, PROJECTS, FOLLOWED, PARTS };

static void take_held(struct status *status)
{
	const struct pg_result *rows = status->results[HELD];

	status->held = g_array_new(FALSE, FALSE, sizeof(struct status_held));
	for (int i = 0; i < pg_rows(rows); i++) {
		struct status_held held = { pg_text(rows, i, 0), pg_bigint(rows, i, 1) };
		int64_t oldest = pg_bigint(rows, i, 2);

		if (status->held_oldest == 0 || oldest < status->held_oldest)
			status->held_oldest = oldest;
		g_array_append_val(status->held, held);
	}
}

static void take_projects(struct status *status)
{
	const struct pg_result *rows = status->results[PROJECTS];

	status->projects = g_array_new(FALSE, FALSE, sizeof(struct status_project));
	for (int i = 0; i < pg_rows(rows); i++) {
		bool has_mail = !pg_is_null(rows, i, 1);
		struct status_project project = {
			.name = pg_text(rows, i, 0),
			.has_mail = has_mail,
			.newest = has_mail ? pg_bigint(rows, i, 1) : 0,
		};

		g_array_append_val(status->projects, project);
	}
}

static void take_followed(struct status *status)
{
	const struct pg_result *rows = status->results[FOLLOWED];

	status->followed = g_array_new(FALSE, FALSE, sizeof(struct status_followed));
	for (int i = 0; i < pg_rows(rows); i++) {
		struct status_followed followed = {
			.source = pg_text(rows, i, 0),
			.succeeded = pg_is_null(rows, i, 1) ? 0 : pg_bigint(rows, i, 1),
			.failures = pg_int(rows, i, 2),
			.error = pg_text(rows, i, 3),
			.commit = pg_text(rows, i, 4),
			.committed = pg_is_null(rows, i, 5) ? 0 : pg_bigint(rows, i, 5),
		};

		g_array_append_val(status->followed, followed);
	}
}

static void take_all(struct status *status)
{
	const struct pg_result *server = status->results[SERVER];
	const struct pg_result *counts = status->results[COUNTS];
	const struct pg_result *waiting = status->results[WAITING];

	status->database = pg_text(server, 0, 0);
	status->server = pg_text(server, 0, 1);
	status->is_standby = pg_bool(server, 0, 2);
	status->schema = pg_text(server, 0, 3);
	status->now = pg_bigint(server, 0, 5);
	status->commits = pg_bigint(server, 0, 6);
	status->patches = pg_bigint(counts, 0, 0);
	status->covers = pg_bigint(counts, 0, 1);
	status->comments = pg_bigint(counts, 0, 2);
	status->series = pg_bigint(counts, 0, 3);
	status->waiting = pg_bigint(waiting, 0, 0);
	status->waiting_oldest = pg_bigint(waiting, 0, 1);
	take_held(status);
	take_projects(status);
	take_followed(status);
}

/* A query of its own, because only a database of Patchwork has this table. */
static int ask_django(struct pg *pg, struct status *status)
{
	struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	if (!pg_bool(status->results[SERVER], 0, 4))
		return 0;
	pg_query_init(&query, sql_schema_django);
	r = pg_run(pg, &query, &result);
	if (r == 0)
		status->django = pg_int(result, 0, 0);
	pg_result_free(result);
	return r;
}

static int ask_parts(struct pg *pg, const char *time_zone, struct status *status)
{
	static const char *const statements[PARTS] = { sql_status_server,   sql_status_counts,
						       sql_status_waiting,  sql_status_held,
						       sql_status_projects, sql_status_followed };
	struct pg_queue queue = { .count = 0 };

	for (int i = 0; i < PARTS; i++)
		(void)pg_queue_add(&queue, statements[i]);
	pg_param_text(&queue.queries[COUNTS], view_str(time_zone));
	pg_param_text(&queue.queries[PROJECTS], view_str(time_zone));
	return pg_run_queue(pg, &queue, status->results);
}

int status_ask(struct pg *pg, struct status *ret_status)
{
	g_autoptr(GString) message = g_string_new(NULL);
	struct status status = { 0 };
	const char *time_zone = NULL;
	int r = zone_read(pg, &time_zone, message);

	if (r == 0)
		r = ask_parts(pg, time_zone, &status);
	if (r != 0)
		return r;
	take_all(&status);
	r = ask_django(pg, &status);
	if (r == 0)
		*ret_status = status;
	else
		status_done(&status);
	return r;
}

void status_done(struct status *status)
{
	if (status->held != NULL)
		g_array_unref(status->held);
	if (status->projects != NULL)
		g_array_unref(status->projects);
	if (status->followed != NULL)
		g_array_unref(status->followed);
	pg_results_free(status->results, PARTS);
}
