/* schema - checks, creates and upgrades the tables; see schema.h */
#include "sql/schema/schema.h"

#include <errno.h>
#include <string.h>

#include "sql/schema/migrations.h"
#include "sql/schema/statements.h"
#include "sql/schema/zone.h"

/* The range of Patchwork's migrations whose tables this program knows. */
#define DJANGO_FIRST 46
#define DJANGO_LAST  48

struct state {
	bool has_patchwork;
	bool has_django;
	int django; /* the number of Patchwork's last migration */
	bool has_patchmda;
	GPtrArray *applied; /* char *: names of applied migrations */
};

static const char make_migration[] =
	"create schema if not exists patchmda;"
	"create table if not exists patchmda.migration"
	" (name text primary key, applied timestamptz not null default now())";

static int ask(struct pg *pg, const char *sql, struct pg_result **ret_result)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql);
	r = pg_run(pg, &query, ret_result);
	return r;
}

static void state_done(struct state *state)
{
	if (state->applied != NULL)
		g_ptr_array_unref(state->applied);
}

static int read_applied(struct pg *pg, struct state *state)
{
	struct pg_result *result = NULL;
	int r = ask(pg, sql_schema_applied, &result);

	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		struct view name = pg_text(result, i, 0);

		g_ptr_array_add(state->applied, g_strndup(name.ptr, name.len));
	}
	pg_result_free(result);
	return r;
}

static int read_state(struct pg *pg, struct state *state)
{
	struct pg_result *result = NULL;
	int r = ask(pg, sql_schema_tables, &result);

	*state = (struct state){ .applied = g_ptr_array_new_with_free_func(g_free) };
	if (r != 0)
		return r;
	state->has_patchwork = pg_bool(result, 0, 0);
	state->has_django = pg_bool(result, 0, 1);
	state->has_patchmda = pg_bool(result, 0, 2);
	pg_result_free(result);
	result = NULL;
	if (state->has_django) {
		r = ask(pg, sql_schema_django, &result);
		if (r == 0)
			state->django = pg_int(result, 0, 0);
		pg_result_free(result);
	}
	if (r == 0 && state->has_patchmda)
		r = read_applied(pg, state);
	return r;
}

bool schema_knows(int django)
{
	return django >= DJANGO_FIRST && django <= DJANGO_LAST;
}

/* Whether the tables are of an unknown version of Patchwork, older or newer. */
static bool is_foreign(const struct state *state, GString *message)
{
	if (!state->has_django || state->django == 0 || schema_knows(state->django))
		return false;
	g_string_printf(message,
			"this database is at Patchwork's migration %04d, and patchmda knows %04d"
			" (Patchwork 3.1 and 3.2) to %04d only",
			state->django, DJANGO_FIRST, DJANGO_LAST);
	return true;
}

static bool is_applied(const struct state *state, const char *name)
{
	for (guint i = 0; i < state->applied->len; i++)
		if (strcmp(state->applied->pdata[i], name) == 0)
			return true;
	return false;
}

static bool has_all(const struct state *state)
{
	for (size_t i = 0; i < migrations_count; i++)
		if (!is_applied(state, migrations[i].name))
			return false;
	return true;
}

static bool is_known(const char *name)
{
	for (size_t i = 0; i < migrations_count; i++)
		if (strcmp(migrations[i].name, name) == 0)
			return true;
	return false;
}

/* Whether a later version of patchmda has upgraded the tables. */
static bool is_newer(const struct state *state, GString *message)
{
	for (guint i = 0; i < state->applied->len; i++) {
		const char *name = state->applied->pdata[i];

		if (!is_known(name)) {
			g_string_printf(message,
					"this database has patchmda's schema %s, which this"
					" version of patchmda does not know",
					name);
			return true;
		}
	}
	return false;
}

const char *migrations_newest(void)
{
	return migrations[migrations_count - 1].name;
}

/* Patchwork's existing rows must be indexed before new mail can be grouped with them. */
static int check_read(struct pg *pg, GString *message)
{
	struct pg_result *result = NULL;
	int r = ask(pg, sql_schema_unread, &result);

	if (r != 0) {
		g_string_assign(message, pg_error(pg));
	} else if (pg_bool(result, 0, 0)) {
		g_string_assign(message, "Patchwork's existing rows have not been fully indexed:"
					 " run 'patchmda init' again");
		r = -ENOSYS;
	}
	pg_result_free(result);
	return r;
}

int schema_check(struct pg *pg, GString *message)
{
	struct state state;
	int r = read_state(pg, &state);

	if (r != 0) {
		g_string_assign(message, pg_error(pg));
	} else if (!state.has_patchwork || !has_all(&state)) {
		g_string_assign(message, state.has_patchwork
						 ? "patchmda's tables are missing or outdated:"
						   " run 'patchmda init'"
						 : "the database has no tables:"
						   " run 'patchmda init'");
		r = -ENOSYS;
	} else if (is_foreign(&state, message) || is_newer(&state, message)) {
		r = -ENOSYS;
	} else {
		r = check_read(pg, message);
	}
	state_done(&state);
	return r;
}

static int apply(struct pg *pg, const struct migration *migration)
{
	struct pg_query query;
	int r = pg_script(pg, migration->sql);

	if (r != 0)
		return r;
	pg_query_init(&query, sql_schema_add_migration);
	pg_param_text(&query, view_str(migration->name));
	r = pg_run(pg, &query, NULL);
	return r;
}

/* The first migration creates Patchwork's tables; if they exist it counts as applied. */
static int apply_missing(struct pg *pg, const struct state *state, int *ret_applied)
{
	*ret_applied = 0;
	for (size_t i = 0; i < migrations_count; i++) {
		struct migration migration = migrations[i];
		int r;

		if (is_applied(state, migration.name))
			continue;
		if (i == 0 && state->has_patchwork)
			migration.sql = "select 1";
		r = apply(pg, &migration);
		if (r != 0)
			return r;
		(*ret_applied)++;
	}
	return 0;
}

static int record_zone(struct pg *pg, const struct state *state, const char *time_zone,
		       GString *message)
{
	/* 0008 makes django_migrations where no Patchwork did. */
	bool is_of_patchwork = state->has_django && !is_applied(state, "0008_django");
	enum zone_tables tables = is_of_patchwork        ? ZONE_PATCHWORK
				  : state->has_patchwork ? ZONE_OLD
							 : ZONE_NEW;

	return zone_record(pg, time_zone, tables, message);
}

int schema_init(struct pg *pg, const char *time_zone, GString *message, int *ret_applied)
{
	struct state state = { 0 };
	/* The key is 'pmdi'.  A second process waits, and then finds nothing to do. */
	int r = pg_script(pg, "begin; select pg_advisory_xact_lock(1886217321, 0)");

	if (r == 0)
		r = read_state(pg, &state);
	if (r == 0 && (is_foreign(&state, message) || is_newer(&state, message))) {
		pg_rollback(pg);
		state_done(&state);
		return -ENOSYS;
	}
	if (r == 0 && !state.has_patchmda)
		r = pg_script(pg, make_migration);
	if (r == 0)
		r = apply_missing(pg, &state, ret_applied);
	if (r == 0)
		r = record_zone(pg, &state, time_zone, message);
	if (r == 0)
		r = pg_commit(pg);
	if (r != 0 && r != -EINVAL)
		g_string_assign(message, pg_error(pg));
	if (r != 0)
		pg_rollback(pg);
	state_done(&state);
	return r;
}
