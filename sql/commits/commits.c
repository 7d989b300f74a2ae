/* commits - which stored patches became commits; see commits.h */
#include "sql/commits/commits.h"

#include <errno.h>

#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/commits/private.h"
#include "sql/commits/statements.h"
#include "sql/names.h"
#include "sql/patch_keys.h"
#include "sql/schema/zone.h"

/* Limit of the memory for the patches of one batch. */
#define ARENA_BYTES_MAX ((size_t)256 << 20)

/* Limit of attempts for a batch whose patches other transactions change at the same time. */
#define TRIES_MAX 20

static void free_result(gpointer result)
{
	pg_result_free(result);
}

/* ---- begin and end */

static int take_settings(struct commits *c, const struct pg_result *rows, char **ret_problem)
{
	struct view slug = pg_text(rows, 0, 1);

	if (pg_is_null(rows, 0, 0))
		*ret_problem = names_missing(c->pg, NAMES_STATE, c->request.state);
	else if (c->request.actor != NULL && pg_is_null(rows, 0, 2))
		*ret_problem = names_missing(c->pg, NAMES_USER, c->request.actor);
	if (*ret_problem != NULL)
		return -ENOENT;
	c->state_id = pg_int(rows, 0, 0);
	c->state = g_strndup(slug.ptr, slug.len);
	c->actor_id = c->request.actor != NULL ? pg_int(rows, 0, 2) : 0;
	c->has_notifications = pg_bool(rows, 0, 3);
	return 0;
}

static int ask_settings(struct commits *c, char **ret_problem)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *rows = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_commits_settings);
	pg_param_text(&query, view_str(c->request.state));
	pg_param_text(&query, view_str(c->request.actor));
	r = pg_run(c->pg, &query, &rows);
	return r == 0 ? take_settings(c, rows, ret_problem) : r;
}

static int ask_projects(struct commits *c, char **ret_problem)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *rows = NULL;
	bool is_all = c->request.projects->len == 0;
	struct pg_query query;
	int r;

	pg_query_init(&query, is_all ? sql_commits_all_projects : sql_commits_projects);
	if (!is_all)
		pg_param_strings(&query, c->request.projects);
	r = pg_run(c->pg, &query, &rows);
	for (int i = 0; r == 0 && i < pg_rows(rows); i++) {
		if (pg_is_null(rows, i, 0)) {
			g_autofree char *name =
				g_strndup(pg_text(rows, i, 1).ptr, pg_text(rows, i, 1).len);

			*ret_problem = names_missing(c->pg, NAMES_PROJECT, name);
			return -ENOENT;
		}
		add_int(c->projects, pg_int(rows, i, 0));
	}
	return r;
}

static int ask_zone(struct commits *c, char **ret_problem)
{
	g_autoptr(GString) message = g_string_new(NULL);
	int r = zone_read(c->pg, &c->request.time_zone, message);

	if (r == -EINVAL)
		*ret_problem = g_strdup(message->str);
	return r;
}

/* A dry run of a role that may only read, or on a standby, uses the keys that exist. */
static int update_keys(struct commits *c)
{
	int r = patch_keys_update(c->pg, &c->has_hash_index);

	return c->request.is_dry && (r == -EACCES || r == -EROFS) ? 0 : r;
}

static struct commits *commits_new(struct pg *pg, const struct commits_request *request)
{
	struct commits *c = g_new0(struct commits, 1);

	c->pg = pg;
	c->request = *request;
	c->projects = new_ints();
	c->arena = arena_new(ARENA_BYTES_MAX);
	c->results = g_ptr_array_new_with_free_func(free_result);
	c->patches = g_hash_table_new(NULL, NULL);
	c->found = g_array_new(FALSE, FALSE, sizeof(struct commits_found));
	c->changes = g_array_new(FALSE, FALSE, sizeof(struct commits_change));
	if (c->arena == NULL)
		g_error("out of memory");
	return c;
}

int commits_begin(struct pg *pg, const struct commits_request *request,
		  struct commits **ret_commits, char **ret_problem)
{
	_cleanup_(commits_free_ptr) struct commits *c = commits_new(pg, request);
	int r;

	*ret_problem = NULL;
	r = ask_settings(c, ret_problem);
	if (r == 0)
		r = ask_projects(c, ret_problem);
	if (r == 0)
		r = ask_zone(c, ret_problem);
	if (r == 0)
		r = update_keys(c);
	if (r == 0)
		*ret_commits = TAKE(c);
	return r;
}

void commits_free(struct commits *c)
{
	if (c == NULL)
		return;
	g_hash_table_destroy(c->patches);
	g_ptr_array_unref(c->results);
	arena_free(c->arena);
	g_array_unref(c->projects);
	g_array_unref(c->found);
	g_array_unref(c->changes);
	g_free(c->state);
	g_free(c);
}

void commits_free_ptr(struct commits **commits)
{
	commits_free(*commits);
}

struct view commits_state(const struct commits *commits)
{
	return view_str(commits->state);
}

int commits_end(struct commits *commits)
{
	return pg_script(commits->pg, sql_commits_note);
}

/* ---- a batch */

static void forget(struct commits *c)
{
	g_hash_table_remove_all(c->patches);
	g_ptr_array_set_size(c->results, 0);
	g_array_set_size(c->found, 0);
	g_array_set_size(c->changes, 0);
	arena_reset(c->arena);
}

static int attempt(struct commits *c, const struct commit *list, size_t count,
		   struct commits_outcome *outcomes)
{
	int r;

	forget(c);
	for (size_t i = 0; i < count; i++)
		outcomes[i] = (struct commits_outcome){ .rule = COMMIT_UNMATCHED };
	r = commits_find(c, list, count, outcomes);
	if (r != 0)
		return r;
	for (size_t i = 0; i < count; i++)
		if (outcomes[i].patch != NULL)
			commits_change_patch(c, &list[i], &outcomes[i]);
	return c->request.is_dry || c->changes->len == 0 ? 0 : commits_write(c);
}

int commits_store(struct commits *commits, const struct commit *list, size_t count,
		  struct commits_outcome *ret_outcomes)
{
	int r = -EAGAIN;

	for (int tries = 0; tries < TRIES_MAX && r == -EAGAIN; tries++)
		r = attempt(commits, list, count, ret_outcomes);
	return r;
}
