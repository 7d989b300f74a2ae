/* projects - adds, changes, removes and lists projects; see projects.h */
#include "sql/projects.h"

#include <errno.h>
#include <string.h>

#include "parser/cleanup.h"

/* The columns that `project set` changes, with their settings. */
struct column {
	const char *name;
	size_t offset;
	bool is_switch;
};

#define COLUMN(name, field)                                           \
	{                                                             \
		name, offsetof(struct project_settings, field), false \
	}
#define SWITCH(name, field)                                          \
	{                                                            \
		name, offsetof(struct project_settings, field), true \
	}

static const struct column columns[] = {
	COLUMN("name", name),
	COLUMN("listid", list_id),
	COLUMN("listemail", list_email),
	COLUMN("subject_match", subject_match),
	COLUMN("web_url", web_url),
	COLUMN("scm_url", scm_url),
	COLUMN("webscm_url", webscm_url),
	COLUMN("list_archive_url", list_archive_url),
	COLUMN("list_archive_url_format", list_archive_url_format),
	COLUMN("commit_url_format", commit_url_format),
	SWITCH("use_tags", use_tags),
	SWITCH("send_notifications", send_notifications),
	SWITCH("show_dependencies", show_dependencies),
};

static const char *setting(const struct project_settings *settings, const struct column *column)
{
	return *(const char *const *)(const void *)((const char *)settings + column->offset);
}

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
	int r = ask_one(pg,
			"select count(*) from pg_attribute"
			" where attrelid = 'patchwork_project'::regclass"
			" and attname = 'show_dependencies' and not attisdropped",
			NULL, &count);

	*ret_has = r == 0 && count > 0;
	return r;
}

/*
 * One UPDATE for all, because list id and subject match are unique together and checked after each.
 */
static int set_columns(struct pg *pg, const char *link_name,
		       const struct project_settings *settings)
{
	GString *sql = g_string_new("update patchwork_project set linkname = $1");
	struct pg_query query;
	int r;

	pg_query_init(&query, NULL);
	pg_param_text(&query, view_str(link_name));
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		const char *value = setting(settings, &columns[i]);

		if (value == NULL)
			continue;
		pg_param_text(&query, view_str(value));
		g_string_append_printf(sql, ", %s = $%d%s", columns[i].name, query.count,
				       columns[i].is_switch ? "::boolean" : "");
	}
	g_string_append(sql, " where linkname = $1");
	query.sql = sql->str;
	r = pg_run(pg, &query, NULL);
	g_string_free(sql, TRUE);
	return r;
}

static int insert_project(struct pg *pg, const char *link_name)
{
	static const char *const statements[] = {
		"insert into patchwork_project (linkname, name, listid, listemail,"
		" subject_match, web_url, scm_url, webscm_url, list_archive_url,"
		" list_archive_url_format, commit_url_format, send_notifications, use_tags)"
		" values ($1, $1, ' new ' || left($1, 240), '', '', '', '', '', '', '', '', false, true)",
		"insert into patchwork_project (linkname, name, listid, listemail,"
		" subject_match, web_url, scm_url, webscm_url, list_archive_url,"
		" list_archive_url_format, commit_url_format, send_notifications, use_tags,"
		" show_dependencies)"
		" values ($1, $1, ' new ' || left($1, 240), '', '', '', '', '', '', '', '', false, true, true)",
	};
	struct pg_query query;
	bool newer;
	int r = has_show_dependencies(pg, &newer);

	if (r != 0)
		return r;
	pg_query_init(&query, statements[newer]);
	pg_param_text(&query, view_str(link_name));
	r = pg_run(pg, &query, NULL);
	return r;
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
	int r = ask_one(pg, "select id from patchwork_project where linkname = $1", link_name, &id);

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
	int r = ask_one(pg,
			"select case when exists (select 1 from patchwork_patch"
			" where project_id = p.id) or exists (select 1 from patchwork_cover"
			" where project_id = p.id) or exists (select 1 from patchwork_series"
			" where project_id = p.id) then 1 else 0 end"
			" from patchwork_project p where linkname = $1",
			link_name, &used);

	if (r != 0)
		return r;
	if (used != 0)
		return used < 0 ? -ENOENT : -ENOTEMPTY;
	pg_query_init(&query, "delete from patchwork_project where linkname = $1");
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
	int64_t taken;
	int r = ask_one(pg, "select count(*) from patchwork_project where linkname = $1", label,
			&taken);

	if (strlen(email) <= 200)
		settings.list_email = email;
	if (r != 0)
		return r;
	return projects_add(pg, taken > 0 || *label == '\0' ? longer : label, &settings);
}

int projects_list(struct pg *pg, GString *ret_text)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	pg_query_init(&query, "select linkname, listid, listemail, subject_match"
			      " from patchwork_project order by linkname");
	r = pg_run(pg, &query, &result);
	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		for (int c = 0; c < 4; c++) {
			struct view text = pg_text(result, i, c);
			static const int widths[] = { 24, 40, 40, 0 };

			g_string_append_printf(ret_text, "%-*.*s%s", c < 3 ? widths[c] : 0,
					       (int)text.len, text.ptr, c < 3 ? " " : "");
		}
		while (ret_text->len > 0 && ret_text->str[ret_text->len - 1] == ' ')
			g_string_truncate(ret_text, ret_text->len - 1);
		g_string_append_c(ret_text, '\n');
	}
	pg_result_free(result);
	return r;
}
