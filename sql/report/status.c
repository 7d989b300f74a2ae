/* status - how a database is, for people and for monitoring; see status.h */
#include "sql/report/status.h"

#include "sql/report/read.h"

enum { SERVER, COUNTS, WAITING, HELD, PROJECTS, PARTS };

static const char server_sql[] =
	"select current_database()::text, current_setting('server_version'),"
	" pg_is_in_recovery(), (select max(name) from patchmda.migration),"
	" to_regclass('django_migrations') is not null, extract(epoch from now())::bigint,"
	" coalesce((select done from patchmda.progress where job = 'commits'), 0)";

static const char django_sql[] =
	"select coalesce(max(substring(name from '^\\d+')::int), 0) from django_migrations"
	" where app = 'patchwork'";

/*
 * Events have no index by date, but ids and dates rise together: the first of today is found
 * by halving, as the least id from which dates are not before midnight.
 */
static const char counts_sql[] =
	"with recursive day as (select date_trunc('day', now() at time zone 'UTC')"
	" at time zone 'UTC' as start),"
	" search(lo, hi) as (select min(id)::bigint, max(id)::bigint + 1 from patchwork_event"
	" union all "
	"select case when e.date < d.start then e.id + 1 else s.lo end,"
	" case when e.date < d.start then s.hi else s.lo + (s.hi - s.lo) / 2 end"
	" from search s, day d, lateral (select id, date from patchwork_event e"
	" where e.id >= s.lo + (s.hi - s.lo) / 2 order by e.id limit 1) e where s.lo < s.hi)"
	" select count(*) filter (where category = 'patch-created'),"
	" count(*) filter (where category = 'cover-created'),"
	" count(*) filter (where category in ('patch-comment-created', 'cover-comment-created')),"
	" count(*) filter (where category = 'series-created')"
	" from patchwork_event where id >= (select max(lo) from search)"
	" and date >= (select start from day)";

/* The oldest message is, nearly always, the one with the least id. */
static const char waiting_sql[] =
	"select count(*), coalesce((select extract(epoch from received)::bigint"
	" from patchmda.waiting order by id limit 1), 0) from patchmda.waiting";

static const char held_sql[] =
	"select kind, count(*), extract(epoch from min(received))::bigint from patchmda.held"
	" group by kind order by kind";

/* Each mail that is stored makes an event with the date of storing. */
static const char projects_sql[] =
	"select j.linkname, extract(epoch from (select e.date from patchwork_event e"
	" where e.project_id = j.id order by e.id desc limit 1))::bigint"
	" from patchwork_project j order by j.linkname";

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
}

/* A query of its own, because only a Patchwork has this table. */
static int ask_django(struct pg *pg, struct status *status)
{
	struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	if (!pg_bool(status->results[SERVER], 0, 4))
		return 0;
	pg_query_init(&query, django_sql);
	r = pg_run(pg, &query, &result);
	if (r == 0)
		status->django = pg_int(result, 0, 0);
	pg_result_free(result);
	return r;
}

int status_ask(struct pg *pg, struct status *ret_status)
{
	static const char *const statements[PARTS] = { server_sql, counts_sql, waiting_sql,
						       held_sql, projects_sql };
	struct pg_query queries[PARTS];
	struct status status = { 0 };
	int r;

	for (int i = 0; i < PARTS; i++)
		pg_query_init(&queries[i], statements[i]);
	r = pg_run_all(pg, queries, PARTS, status.results);
	for (int i = 0; i < PARTS; i++)
		pg_query_done(&queries[i]);
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
	for (int i = 0; i < PARTS; i++)
		pg_result_free(status->results[i]);
}
