/* catalog - what the operator sets; see catalog.h */
#include "sql/catalog.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "parser/cleanup.h"
#include "parser/diff.h"
#include "parser/pattern.h"
#include "parser/text.h"
#include "sql/batch/statements.h"
#include "sql/pg/connection.h"
#include "sql/schema/statements.h"
#include "sql/statements.h"
#include "sql/transaction.h"

struct state {
	int32_t id;
	char *name;
};

struct tag {
	int32_t id;
	struct pattern *pattern;
};

struct rule {
	int32_t project_id;
	int32_t user_id;
	char *path;
};

struct user {
	int32_t id;
	char *email;
};

struct catalog {
	gint owners;
	GPtrArray *projects;
	GPtrArray *patterns; /* of each project: struct pattern * or NULL */
	GArray *states;      /* by ordering */
	GArray *tags;
	GArray *rules; /* from high priority to low, then by path */
	GArray *users;
	char *schema; /* the newest of our own files that was applied */
	int django;
	size_t migration_count;
	bool has_unread;
	bool has_dependencies;
	char *time_zone; /* NULL: none is kept */
	GString *warnings;
};

static char *dup_text(const struct pg_result *result, int row, int column)
{
	struct view text = pg_text(result, row, column);

	return g_strndup(text.ptr != NULL ? text.ptr : "", text.len);
}

static void free_project(gpointer pointer)
{
	const struct project *project = pointer;

	g_free((gpointer)(uintptr_t)project->link_name);
	g_free((gpointer)(uintptr_t)project->list_id);
	g_free((gpointer)(uintptr_t)project->list_email);
	g_free((gpointer)(uintptr_t)project->subject_match);
	g_free(pointer);
}

static void clear_state(gpointer pointer)
{
	g_free(((struct state *)pointer)->name);
}

static void clear_tag(gpointer pointer)
{
	pattern_free(((struct tag *)pointer)->pattern);
}

static void clear_rule(gpointer pointer)
{
	g_free(((struct rule *)pointer)->path);
}

static void clear_user(gpointer pointer)
{
	g_free(((struct user *)pointer)->email);
}

static void free_pattern(gpointer pointer)
{
	pattern_free(pointer);
}

static GArray *new_list(size_t size, GDestroyNotify clear)
{
	GArray *list = g_array_new(FALSE, FALSE, (guint)size);

	g_array_set_clear_func(list, clear);
	return list;
}

static struct catalog *catalog_new(void)
{
	struct catalog *catalog = g_new0(struct catalog, 1);

	catalog->owners = 1;
	catalog->projects = g_ptr_array_new_with_free_func(free_project);
	catalog->patterns = g_ptr_array_new_with_free_func(free_pattern);
	catalog->states = new_list(sizeof(struct state), clear_state);
	catalog->tags = new_list(sizeof(struct tag), clear_tag);
	catalog->rules = new_list(sizeof(struct rule), clear_rule);
	catalog->users = new_list(sizeof(struct user), clear_user);
	catalog->warnings = g_string_new(NULL);
	catalog->schema = g_strdup("");
	return catalog;
}

static struct pattern *compile(struct catalog *catalog, const char *what, struct view name,
			       struct view text)
{
	const char *error;
	struct pattern *pattern = pattern_new(text, &error);

	if (pattern == NULL)
		g_string_append_printf(catalog->warnings, "%s of %.*s: %s\n", what, (int)name.len,
				       name.ptr, error);
	return pattern;
}

enum revisions_level revisions_level_named(struct view name)
{
	static const char *const names[] = { "off", "record", "relate", "supersede" };
	int level = REVISIONS_SUPERSEDE;

	if (name.ptr == NULL)
		return REVISIONS_RECORD;
	while (level > REVISIONS_OFF && !view_eq(view_str(names[level]), name))
		level--;
	return (enum revisions_level)level;
}

static void take_projects(struct catalog *catalog, const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++) {
		struct project *project = g_new0(struct project, 1);
		struct view match = pg_text(result, i, 4);

		project->id = pg_int(result, i, 0);
		project->link_name = dup_text(result, i, 1);
		project->list_id = dup_text(result, i, 2);
		project->list_email = dup_text(result, i, 3);
		project->subject_match = dup_text(result, i, 4);
		project->use_tags = pg_bool(result, i, 5);
		project->revisions = revisions_level_named(pg_text(result, i, 6));
		g_ptr_array_add(catalog->projects, project);
		g_ptr_array_add(catalog->patterns, match.len > 0
							   ? compile(catalog, "subject_match",
								     pg_text(result, i, 1), match)
							   : NULL);
	}
}

static void take_states(struct catalog *catalog, const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++) {
		struct state state = { pg_int(result, i, 0), dup_text(result, i, 1) };

		g_array_append_val(catalog->states, state);
	}
}

static void take_tags(struct catalog *catalog, const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++) {
		struct tag tag = { pg_int(result, i, 0),
				   compile(catalog, "pattern of tag", pg_text(result, i, 1),
					   pg_text(result, i, 2)) };

		if (tag.pattern != NULL)
			g_array_append_val(catalog->tags, tag);
	}
}

static void take_rules(struct catalog *catalog, const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++) {
		struct rule rule = { pg_int(result, i, 0), pg_int(result, i, 1),
				     dup_text(result, i, 2) };

		g_array_append_val(catalog->rules, rule);
	}
}

static void take_users(struct catalog *catalog, const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++) {
		struct user user = { pg_int(result, i, 0), dup_text(result, i, 1) };

		g_array_append_val(catalog->users, user);
	}
}

static void take_schema(struct catalog *catalog, const struct pg_result *result)
{
	catalog->migration_count = (size_t)pg_rows(result);
	for (int i = 0; i < pg_rows(result); i++) {
		g_autofree char *name = dup_text(result, i, 0);

		if (strcmp(catalog->schema, name) < 0) {
			g_free(catalog->schema);
			catalog->schema = TAKE(name);
		}
		catalog->django = pg_int(result, i, 1);
		catalog->has_dependencies = pg_bool(result, i, 2);
	}
}

static void take_unread(struct catalog *catalog, const struct pg_result *result)
{
	catalog->has_unread = pg_bool(result, 0, 0);
}

static void take_time_zone(struct catalog *catalog, const struct pg_result *result)
{
	if (pg_rows(result) > 0)
		catalog->time_zone = dup_text(result, 0, 0);
}

static const struct table {
	void (*take)(struct catalog *catalog, const struct pg_result *result);
	const char *sql;
} tables[] = {
	{ take_projects, sql_catalog_projects },
	{ take_tags, sql_catalog_tags },
	{ take_schema, sql_catalog_schema },
	{ take_unread, sql_schema_unread },
	{ take_time_zone, sql_zone },
	{ take_states, sql_catalog_states },
	{ take_rules, sql_catalog_rules },
	{ take_users, sql_catalog_users },
};

int catalog_load(struct pg *pg, struct catalog **ret_catalog)
{
	struct catalog *catalog = catalog_new();
	struct pg_queue queue = { .count = 0 };
	struct pg_result *results[PG_QUEUE_MAX];
	size_t first;
	int r;

	transaction_ask(pg, &queue);
	first = queue.count;
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
		(void)pg_queue_add(&queue, tables[i].sql);
	(void)pg_queue_add(&queue, sql_commit);
	r = pg_run_queue(pg, &queue, results);
	for (size_t i = 0; r == 0 && i < G_N_ELEMENTS(tables); i++)
		tables[i].take(catalog, results[first + i]);
	pg_results_free(results, queue.count);
	if (r == 0) {
		*ret_catalog = catalog;
		return 0;
	}
	if (r != -ENOTCONN)
		pg_rollback(pg);
	catalog_free(catalog);
	return r;
}

struct catalog *catalog_ref(struct catalog *catalog)
{
	g_atomic_int_inc(&catalog->owners);
	return catalog;
}

void catalog_free(struct catalog *catalog)
{
	if (catalog == NULL || !g_atomic_int_dec_and_test(&catalog->owners))
		return;
	g_ptr_array_unref(catalog->projects);
	g_ptr_array_unref(catalog->patterns);
	g_array_unref(catalog->states);
	g_array_unref(catalog->tags);
	g_array_unref(catalog->rules);
	g_array_unref(catalog->users);
	g_free(catalog->schema);
	g_free(catalog->time_zone);
	g_string_free(catalog->warnings, TRUE);
	g_free(catalog);
}

void catalog_free_ptr(struct catalog **catalog)
{
	catalog_free(*catalog);
}

bool catalog_has_dependencies(const struct catalog *catalog)
{
	return catalog->has_dependencies;
}

const char *catalog_schema(const struct catalog *catalog)
{
	return catalog->schema;
}

size_t catalog_migration_count(const struct catalog *catalog)
{
	return catalog->migration_count;
}

int catalog_django(const struct catalog *catalog)
{
	return catalog->django;
}

bool catalog_has_unread(const struct catalog *catalog)
{
	return catalog->has_unread;
}

const char *catalog_time_zone(const struct catalog *catalog)
{
	return catalog->time_zone;
}

const GPtrArray *catalog_projects(const struct catalog *catalog)
{
	return catalog->projects;
}

const struct project *catalog_project(const struct catalog *catalog, int32_t id)
{
	for (guint i = 0; i < catalog->projects->len; i++) {
		const struct project *project = catalog->projects->pdata[i];

		if (project->id == id)
			return project;
	}
	return NULL;
}

static const struct project *choose_by_list_id(const struct catalog *catalog, struct view list_id,
					       struct view subject)
{
	const struct project *fallback = NULL;

	for (guint i = 0; i < catalog->projects->len; i++) {
		const struct project *project = catalog->projects->pdata[i];
		const struct pattern *pattern = catalog->patterns->pdata[i];

		if (!view_eq(view_str(project->list_id), list_id))
			continue;
		if (project->subject_match[0] == '\0')
			fallback = project;
		else if (pattern != NULL && pattern_matches(pattern, subject))
			return project;
	}
	return fallback;
}

const struct project *catalog_choose(const struct catalog *catalog,
				     const struct submission *submission)
{
	for (size_t i = 0; i < submission->list_id_count; i++) {
		const struct project *project = choose_by_list_id(catalog, submission->list_ids[i],
								  submission->subject_text);

		if (project != NULL)
			return project;
	}
	return NULL;
}

int32_t catalog_state(const struct catalog *catalog, struct view name)
{
	for (guint i = 0; name.ptr != NULL && i < catalog->states->len; i++) {
		const struct state *state = &g_array_index(catalog->states, struct state, i);

		if (text_ieq(view_str(state->name), name))
			return state->id;
	}
	return catalog->states->len > 0 ? g_array_index(catalog->states, struct state, 0).id : 0;
}

static int32_t user_for_file(const struct catalog *catalog, int32_t project_id, const char *file)
{
	for (guint i = 0; i < catalog->rules->len; i++) {
		const struct rule *rule = &g_array_index(catalog->rules, struct rule, i);

		if (rule->project_id == project_id && fnmatch(rule->path, file, FNM_NOESCAPE) == 0)
			return rule->user_id;
	}
	return 0;
}

static bool has_rules(const struct catalog *catalog, int32_t project_id)
{
	for (guint i = 0; i < catalog->rules->len; i++)
		if (g_array_index(catalog->rules, struct rule, i).project_id == project_id)
			return true;
	return false;
}

int32_t catalog_delegate(const struct catalog *catalog, int32_t project_id, struct view email,
			 struct view diff)
{
	struct view rest = diff, file;
	int32_t all = 0;

	for (guint i = 0; email.ptr != NULL && i < catalog->users->len; i++) {
		const struct user *user = &g_array_index(catalog->users, struct user, i);

		if (text_ieq(view_str(user->email), email))
			return user->id;
	}
	if (!has_rules(catalog, project_id))
		return 0;
	while (diff_next_file(&rest, &file)) {
		char *name = g_strndup(file.ptr, file.len);
		int32_t user = user_for_file(catalog, project_id, name);

		g_free(name);
		if (user == 0 || (all != 0 && user != all))
			return 0;
		all = user;
	}
	return all;
}

size_t catalog_tag_count(const struct catalog *catalog)
{
	return catalog->tags->len;
}

int32_t catalog_tag_id(const struct catalog *catalog, size_t tag)
{
	return g_array_index(catalog->tags, struct tag, tag).id;
}

size_t catalog_count_tag(const struct catalog *catalog, size_t tag, struct view text)
{
	return pattern_count(g_array_index(catalog->tags, struct tag, tag).pattern, text);
}

const char *catalog_warnings(const struct catalog *catalog)
{
	return catalog->warnings->len > 0 ? catalog->warnings->str : NULL;
}
