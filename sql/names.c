/* names - messages about names that do not exist; see names.h */
#include "sql/names.h"

#include <errno.h>
#include <inttypes.h>

#include "parser/cleanup.h"
#include "sql/statements.h"

static const struct kind {
	const char *one, *several;
	const char *sql;
} kinds[] = {
	[NAMES_PROJECT] = { "project", "projects", sql_names_projects },
	[NAMES_STATE] = { "state", "states", sql_names_states },
	[NAMES_USER] = { "user", "users", sql_names_users },
};

static void append_names(GString *message, const struct kind *kind, const struct pg_result *names)
{
	int count = pg_rows(names);
	int64_t others = count > 0 ? pg_bigint(names, 0, 1) - count : 0;

	if (count == 0) {
		g_string_append_printf(message, "; there are no %s yet", kind->several);
		return;
	}
	g_string_append_printf(message, "; the %s are ", kind->several);
	for (int i = 0; i < count; i++) {
		struct view name = pg_text(names, i, 0);

		g_string_append(message, i > 0 ? ", " : "");
		g_string_append_len(message, name.ptr, (gssize)name.len);
	}
	if (others > 0)
		g_string_append_printf(message, " and %" PRId64 " more", others);
}

char *names_missing(struct pg *pg, enum names_kind kind, const char *name)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *names = NULL;
	GString *message = g_string_new(NULL);
	struct pg_query query;

	g_string_append_printf(message, "there is no %s '%s'", kinds[kind].one, name);
	pg_query_init(&query, kinds[kind].sql);
	pg_param_int(&query, NAMES_MAX);
	if (pg_run(pg, &query, &names) == 0)
		append_names(message, &kinds[kind], names);
	return g_string_free(message, FALSE);
}

int names_check_project(struct pg *pg, const char *link_name, char **ret_message)
{
	struct pg_query query;
	int32_t id;
	int r;

	pg_query_init(&query, sql_projects_find);
	pg_param_text(&query, view_str(link_name));
	r = pg_run_int(pg, &query, &id);
	if (r != 0 || id != 0)
		return r;
	*ret_message = names_missing(pg, NAMES_PROJECT, link_name);
	return -ENOENT;
}
