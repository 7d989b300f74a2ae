/* users - adds, changes and lists the users that log in; see users.h */
#include "sql/change/users.h"

#include <errno.h>
#include <string.h>

#include "parser/cleanup.h"
#include "sql/change/private.h"
#include "sql/change/statements.h"

static int find_user(struct pg *pg, const char *name, int32_t *ret_id)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_users_find);
	pg_param_text(&query, view_str(name));
	r = change_run_for_id(pg, &query, ret_id);
	return r == 0 && *ret_id == 0 ? -ENOENT : r;
}

/* ---- projects */

static int find_unknown(struct pg *pg, const GPtrArray *projects, char **ret_unknown)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	struct view name;
	int r;

	pg_query_init(&query, sql_users_unknown_projects);
	pg_param_strings(&query, projects);
	r = pg_run(pg, &query, &result);
	if (r != 0 || pg_rows(result) == 0)
		return r;
	name = pg_text(result, 0, 0);
	*ret_unknown = g_strndup(name.ptr, name.len);
	return -ENOENT;
}

static int change_maintainer(struct pg *pg, int32_t id, const char *sql, const GPtrArray *projects,
			     char **ret_unknown)
{
	struct pg_query query;
	int r;

	if (projects == NULL || projects->len == 0)
		return 0;
	r = find_unknown(pg, projects, ret_unknown);
	if (r != 0)
		return r;
	pg_query_init(&query, sql);
	pg_param_int(&query, id);
	pg_param_strings(&query, projects);
	return change_run(pg, &query);
}

static int change_projects(struct pg *pg, int32_t id, const struct user_settings *settings,
			   char **ret_unknown)
{
	int r = change_maintainer(pg, id, sql_users_add_maintainer, settings->maintain,
				  ret_unknown);

	if (r != 0)
		return r;
	return change_maintainer(pg, id, sql_users_remove_maintainer, settings->leave, ret_unknown);
}

/* ---- rows of the user */

static int run_for_user(struct pg *pg, const char *sql, int32_t id)
{
	struct pg_query query;

	pg_query_init(&query, sql);
	pg_param_int(&query, id);
	return change_run(pg, &query);
}

static struct view text_or_empty(const char *text)
{
	return view_str(text != NULL ? text : "");
}

static int insert_user(struct pg *pg, const char *name, const struct user_settings *settings,
		       int32_t *ret_id)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_users_insert);
	pg_param_text(&query, view_str(name));
	pg_param_text(&query, text_or_empty(settings->email));
	pg_param_text(&query, text_or_empty(settings->first_name));
	pg_param_text(&query, text_or_empty(settings->last_name));
	pg_param_text(&query, text_or_empty(settings->password));
	r = change_run_for_id(pg, &query, ret_id);
	return r == 0 ? run_for_user(pg, sql_users_insert_profile, *ret_id) : r;
}

static int update_user(struct pg *pg, int32_t id, const struct user_settings *settings)
{
	struct pg_query query;

	pg_query_init(&query, sql_users_update);
	pg_param_int(&query, id);
	pg_param_text(&query, view_str(settings->email));
	pg_param_text(&query, view_str(settings->first_name));
	pg_param_text(&query, view_str(settings->last_name));
	pg_param_text(&query, view_str(settings->password));
	change_param_int(&query,
			 settings->active != NULL ? g_str_equal(settings->active, "on") : -1);
	return change_run(pg, &query);
}

static int insert_token(struct pg *pg, int32_t id, const char *key)
{
	struct pg_query query;

	pg_query_init(&query, sql_users_insert_token);
	pg_param_int(&query, id);
	pg_param_text(&query, view_str(key));
	return change_run(pg, &query);
}

int users_add(struct pg *pg, const char *name, const struct user_settings *settings,
	      const char *token, char **ret_unknown)
{
	int32_t id = 0;
	int r = change_begin(pg);

	if (r == 0)
		r = insert_user(pg, name, settings, &id);
	if (r == 0)
		r = run_for_user(pg, sql_users_link_person, id);
	if (r == 0)
		r = change_projects(pg, id, settings, ret_unknown);
	if (r == 0 && token != NULL)
		r = insert_token(pg, id, token);
	return change_end(pg, r);
}

int users_set(struct pg *pg, const char *name, const struct user_settings *settings,
	      char **ret_unknown)
{
	int32_t id = 0;
	int r = change_begin(pg);

	if (r == 0)
		r = find_user(pg, name, &id);
	if (r == 0)
		r = update_user(pg, id, settings);
	if (r == 0 && settings->email != NULL)
		r = run_for_user(pg, sql_users_link_person, id);
	if (r == 0)
		r = change_projects(pg, id, settings, ret_unknown);
	return change_end(pg, r);
}

/* ---- tokens */

static int find_token(struct pg *pg, int32_t id, char **ret_key)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_users_find_token);
	pg_param_int(&query, id);
	r = pg_run(pg, &query, &result);
	if (r == 0 && pg_rows(result) > 0) {
		struct view key = pg_text(result, 0, 0);

		*ret_key = g_strndup(key.ptr, key.len);
	}
	return r;
}

int users_token(struct pg *pg, const char *name, const char *fresh, bool is_new, char **ret_key)
{
	char *key = NULL;
	int32_t id = 0;
	int r = change_begin(pg);

	if (r == 0)
		r = find_user(pg, name, &id);
	if (r == 0 && is_new)
		r = run_for_user(pg, sql_users_remove_token, id);
	if (r == 0)
		r = find_token(pg, id, &key);
	if (r == 0 && key == NULL) {
		key = g_strdup(fresh);
		r = insert_token(pg, id, fresh);
	}
	r = change_end(pg, r);
	if (r == 0)
		*ret_key = TAKE(key);
	g_free(key);
	return r;
}

int users_remove_token(struct pg *pg, const char *name)
{
	int32_t id = 0;
	int r = change_begin(pg);

	if (r == 0)
		r = find_user(pg, name, &id);
	if (r == 0)
		r = run_for_user(pg, sql_users_remove_token, id);
	return change_end(pg, r);
}

/* ---- list */

static void append_column(GString *text, struct view column, int width)
{
	g_string_append_printf(text, "%-*.*s ", width, (int)column.len, column.ptr);
}

int users_list(struct pg *pg, GString *ret_text)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_users_list);
	r = pg_run(pg, &query, &result);
	for (int row = 0; r == 0 && row < pg_rows(result); row++) {
		struct view projects = pg_text(result, row, 4);

		append_column(ret_text, pg_text(result, row, 0), 24);
		append_column(ret_text, pg_text(result, row, 1), 40);
		append_column(ret_text, view_str(pg_bool(result, row, 2) ? "active" : "inactive"),
			      8);
		append_column(ret_text, view_str(pg_bool(result, row, 3) ? "token" : "-"), 5);
		g_string_append_len(ret_text, projects.ptr, (gssize)projects.len);
		while (ret_text->str[ret_text->len - 1] == ' ')
			g_string_truncate(ret_text, ret_text->len - 1);
		g_string_append_c(ret_text, '\n');
	}
	return r;
}
