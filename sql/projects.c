/* projects - adds, changes, removes and lists projects; see projects.h */
#include "sql/projects.h"

#include <errno.h>
#include <string.h>

#include "parser/cleanup.h"
#include "sql/statements.h"

static int ask_one(struct pg *pg, const char *sql, const char *text, int64_t *ret_value)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	pg_query_init(&query, sql);
	if (text != NULL)
		pg_param_text(&query, view_str(text));
	r = pg_run(pg, &query, &result);
	if (r == 0)
		*ret_value = pg_rows(result) > 0 ? pg_bigint(result, 0, 0) : -1;
	pg_result_free(result);
	return r;
}

/* Patchwork has the column show_dependencies since its migration 0048. */
static int has_show_dependencies(struct pg *pg, bool *ret_has)
{
	int64_t count;
	int r = ask_one(pg, sql_projects_has_show_dependencies, NULL, &count);

	*ret_has = r == 0 && count > 0;
	return r;
}

/* A setting that has a statement of its own. */
static int set_other(struct pg *pg, const char *sql, const char *link_name, const char *value)
{
	struct pg_query query;

	if (value == NULL)
		return 0;
	pg_query_init(&query, sql);
	pg_param_text(&query, view_str(link_name));
	pg_param_text(&query, view_str(value));
	return pg_run(pg, &query, NULL);
}

static int set_columns(struct pg *pg, const char *link_name, const struct project_settings *s)
{
	const char *const values[] = { link_name,
				       s->name,
				       s->list_id,
				       s->list_email,
				       s->subject_match,
				       s->web_url,
				       s->scm_url,
				       s->webscm_url,
				       s->list_archive_url,
				       s->list_archive_url_format,
				       s->commit_url_format,
				       s->use_tags,
				       s->send_notifications };
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_projects_set);
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
		pg_param_text(&query, view_str(values[i]));
	r = pg_run(pg, &query, NULL);
	if (r == 0)
		r = set_other(pg, sql_projects_set_show_dependencies, link_name,
			      s->show_dependencies);
	return r == 0 ? set_other(pg, sql_projects_set_revisions, link_name, s->revisions) : r;
}

static int insert_project(struct pg *pg, const char *link_name)
{
	struct pg_query query;
	bool is_0048;
	int r = has_show_dependencies(pg, &is_0048);

	if (r != 0)
		return r;
	pg_query_init(&query, is_0048 ? sql_projects_insert_0048 : sql_projects_insert);
	pg_param_text(&query, view_str(link_name));
	return pg_run(pg, &query, NULL);
}

/* End a transaction: COMMIT after success, otherwise ROLLBACK. */
static int finish(struct pg *pg, int r)
{
	if (r == 0)
		r = pg_commit(pg);
	if (r != 0)
		pg_rollback(pg);
	return r;
}

int projects_add(struct pg *pg, const char *link_name, const struct project_settings *settings)
{
	int r = pg_script(pg, "begin");

	if (r == 0)
		r = insert_project(pg, link_name);
	if (r == 0)
		r = set_columns(pg, link_name, settings);
	return finish(pg, r);
}

int projects_set(struct pg *pg, const char *link_name, const struct project_settings *settings)
{
	int64_t id;
	int r = ask_one(pg, sql_projects_find, link_name, &id);

	if (r != 0)
		return r;
	if (id < 0)
		return -ENOENT;
	r = pg_script(pg, "begin");
	if (r == 0)
		r = set_columns(pg, link_name, settings);
	return finish(pg, r);
}

int projects_remove(struct pg *pg, const char *link_name)
{
	int64_t used;
	struct pg_query query;
	int r = ask_one(pg, sql_projects_has_mail, link_name, &used);

	if (r != 0)
		return r;
	if (used != 0)
		return used < 0 ? -ENOENT : -ENOTEMPTY;
	pg_query_init(&query, sql_projects_remove);
	pg_param_text(&query, view_str(link_name));
	r = pg_run(pg, &query, NULL);
	return r;
}

int projects_create_for(struct pg *pg, const char *list_id)
{
	const char *dot = strchr(list_id, '.');
	g_autofree char *label =
		dot != NULL ? g_strndup(list_id, (gsize)(dot - list_id)) : g_strdup(list_id);
	g_autofree char *email =
		dot != NULL ? g_strconcat(label, "@", dot + 1, NULL) : g_strdup("");
	g_autofree char *longer = g_strdelimit(g_strdup(list_id), "./ ", '-');
	struct project_settings settings = { .name = list_id, .list_id = list_id };
	int64_t taken_id;
	int r = ask_one(pg, sql_projects_find, label, &taken_id);

	if (strlen(email) <= 200)
		settings.list_email = email;
	if (r != 0)
		return r;
	return projects_add(pg, taken_id >= 0 || *label == '\0' ? longer : label, &settings);
}

int projects_list(struct pg *pg, GString *ret_text)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	pg_query_init(&query, sql_projects_list);
	r = pg_run(pg, &query, &result);
	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		for (int c = 0; c < 5; c++) {
			struct view text = pg_text(result, i, c);
			static const int widths[] = { 24, 40, 40, 9, 0 };

			g_string_append_printf(ret_text, "%-*.*s%s", widths[c], (int)text.len,
					       text.ptr, c < 4 ? " " : "");
		}
		while (ret_text->len > 0 && ret_text->str[ret_text->len - 1] == ' ')
			g_string_truncate(ret_text, ret_text->len - 1);
		g_string_append_c(ret_text, '\n');
	}
	pg_result_free(result);
	return r;
}
