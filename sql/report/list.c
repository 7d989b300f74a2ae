/* list - the newest series, patches or cover letters; see list.h */
#include "sql/report/list.h"

#include <errno.h>

#include "sql/report/read.h"

/* Expressions about the series s. */
#define RECEIVED "(select count(*) from patchwork_patch q where q.series_id = s.id)::int"
#define STATE                                                       \
	"(select case when count(distinct t.slug) > 1 then 'mixed'" \
	" else min(t.slug) end from patchwork_patch q"              \
	" join patchwork_state t on t.id = q.state_id where q.series_id = s.id)"

/*
 * The parts of the statement for each kind of list.  The innermost select has the conditions and
 * the limit, so that the rest is only looked up for rows that are shown; its alias is x.
 */
static const struct {
	const char *from;    /* of the innermost select */
	const char *series;  /* expression there: the id of the series */
	const char *columns; /* msgid, name, version, number, received, total, state */
	const char *join;    /* of the series s */
} kinds[] = {
	[LIST_SERIES] = { "patchwork_series x", "x.id",
			  "coalesce((select c.msgid from patchwork_cover c where c.id = x.cover_letter_id),"
			  " (select q.msgid from patchwork_patch q where q.series_id = x.id"
			  " order by q.number limit 1)),"
			  " x.name, x.version, 0, " RECEIVED ", x.total, " STATE,
			  "s.id = x.id" },
	[LIST_PATCHES] = { "patchwork_patch x", "x.series_id",
			   "x.msgid, x.name, coalesce(s.version, 1), coalesce(x.number, 0)::int, " RECEIVED
			   ","
			   " coalesce(s.total, 0), (select t.slug from patchwork_state t where t.id = x.state_id)",
			   "s.id = x.series_id" },
	[LIST_COVERS] = { "patchwork_cover x",
			  "(select o.id from patchwork_series o where o.cover_letter_id = x.id)",
			  "x.msgid, x.name, coalesce(s.version, 1), 0, " RECEIVED
			  ", coalesce(s.total, 0), " STATE,
			  "s.cover_letter_id = x.id" },
};

/* The ids of the project, state and people in the filters; null if there is none. */
static const char resolve_sql[] =
	"select (select id from patchwork_project where linkname = $1),"
	" (select id from patchwork_state where slug = $2 or lower(name) = lower($2)"
	" order by slug = $2 desc limit 1),"
	" (select coalesce(array_agg(id), '{}') from patchwork_person"
	" where $3::text is not null and (strpos(lower(email), lower($3)) > 0"
	" or strpos(lower(name), lower($3)) > 0))::text";

/*
 * The ids of people stay text that PostgreSQL reads as an array, because they are only passed back.
 */
struct resolved {
	int32_t project_id;
	int32_t state_id;
	char *people;
};

static int resolve(struct pg *pg, const struct list_filter *filter, struct resolved *ret_resolved,
		   const char **ret_unknown)
{
	struct pg_result *result = NULL;
	struct pg_query query;
	struct view people;
	int r;

	pg_query_init(&query, resolve_sql);
	pg_param_text(&query, view_str(filter->project));
	pg_param_text(&query, view_str(filter->state));
	pg_param_text(&query, view_str(filter->submitter));
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	*ret_unknown = filter->project != NULL && pg_is_null(result, 0, 0) ? "project"
		       : filter->state != NULL && pg_is_null(result, 0, 1) ? "state"
									   : NULL;
	if (*ret_unknown == NULL) {
		people = pg_text(result, 0, 2);
		*ret_resolved =
			(struct resolved){ filter->project != NULL ? pg_int(result, 0, 0) : 0,
					   filter->state != NULL ? pg_int(result, 0, 1) : 0,
					   g_strndup(people.ptr, people.len) };
	}
	pg_result_free(result);
	return *ret_unknown != NULL ? -ENOENT : 0;
}

/* Append a condition with the number of the parameter that was just added. */
static void add_condition(GString *sql, const struct pg_query *query, const char *before,
			  const char *after)
{
	g_string_append_printf(sql, " and %s$%d%s", before, query->count, after);
}

/* Only conditions that apply are written, so that the planner knows them. */
static void add_conditions(GString *sql, struct pg_query *query, enum list_kind kind,
			   const struct list_filter *filter, const struct resolved *resolved)
{
	const char *series = kinds[kind].series;

	if (filter->project != NULL) {
		pg_param_int(query, resolved->project_id);
		add_condition(sql, query, "x.project_id = ", "");
	}
	if (filter->submitter != NULL) {
		pg_param_text(query, view_str(resolved->people));
		add_condition(sql, query, "x.submitter_id = any(", "::text::int[])");
	}
	if (filter->has_since) {
		pg_param_bigint(query, filter->since);
		add_condition(sql, query, "x.date >= (timestamp '1970-01-01' + ",
			      " * interval '1 second') at time zone $1");
	}
	if (filter->state != NULL && kind == LIST_PATCHES) {
		pg_param_int(query, resolved->state_id);
		add_condition(sql, query, "x.state_id = ", "");
	} else if (filter->state != NULL) {
		g_string_append_printf(
			sql, " and exists (select 1 from patchwork_patch q where q.series_id = %s",
			series);
		pg_param_int(query, resolved->state_id);
		add_condition(sql, query, "q.state_id = ", ")");
	}
	if (filter->incomplete)
		g_string_append_printf(
			sql,
			" and exists (select 1 from patchwork_series o where o.id = %s"
			" and o.total > (select count(*) from patchwork_patch q"
			" where q.series_id = o.id))",
			series);
}

static void add_statement(GString *sql, struct pg_query *query, enum list_kind kind,
			  const struct list_filter *filter, const struct resolved *resolved)
{
	g_string_append_printf(
		sql,
		"select x.id, j.linkname, patchmda.clock_reading(x.date, $1),"
		" extract(epoch from (now() at time zone 'UTC') - (x.date at time zone $1))::bigint,"
		" w.name, w.email, %s"
		" from (select x.* from %s where true",
		kinds[kind].columns, kinds[kind].from);
	add_conditions(sql, query, kind, filter, resolved);
	pg_param_int(query, filter->limit);
	g_string_append_printf(sql,
			       " order by x.id desc limit $%d) x"
			       " left join patchwork_project j on j.id = x.project_id"
			       " join patchwork_person w on w.id = x.submitter_id"
			       " left join patchwork_series s on %s order by x.id desc",
			       query->count, kinds[kind].join);
}

static GArray *take_rows(const struct pg_result *result)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct listed));

	for (int i = 0; i < pg_rows(result); i++) {
		struct listed row = {
			.id = pg_int(result, i, 0),
			.project = pg_text(result, i, 1),
			.date = pg_text(result, i, 2),
			.age_secs = pg_bigint(result, i, 3),
			.submitter_name = pg_text(result, i, 4),
			.submitter_email = pg_text(result, i, 5),
			.msgid = pg_text(result, i, 6),
			.name = pg_text(result, i, 7),
			.version = pg_int(result, i, 8),
			.number = pg_int(result, i, 9),
			.received = pg_int(result, i, 10),
			.total = pg_int(result, i, 11),
			.state = pg_text(result, i, 12),
		};

		g_array_append_val(rows, row);
	}
	return rows;
}

int list_ask(struct pg *pg, enum list_kind kind, const struct list_filter *filter,
	     const char *time_zone, GArray **ret_rows, struct pg_result **ret_result,
	     const char **ret_unknown)
{
	g_autoptr(GString) sql = g_string_new(NULL);
	struct resolved resolved = { 0 };
	struct pg_query query;
	int r = resolve(pg, filter, &resolved, ret_unknown);

	if (r != 0)
		return r;
	pg_query_init(&query, NULL);
	pg_param_text(&query, view_str(time_zone));
	add_statement(sql, &query, kind, filter, &resolved);
	query.sql = sql->str;
	r = pg_run(pg, &query, ret_result);
	if (r == 0)
		*ret_rows = take_rows(*ret_result);
	g_free(resolved.people);
	return r;
}
