/* commits - which stored patches became commits; see commits.h */
#include "sql/commits/commits.h"

#include <errno.h>
#include <string.h>

#include "parser/cleanup.h"
#include "parser/title.h"
#include "sql/batch/batch.h"
#include "sql/batch/statements.h"
#include "sql/commits/statements.h"
#include "sql/patch_keys.h"
#include "sql/schema/zone.h"
#include "sql/transaction.h"

/* What is kept of the patches of one batch. */
#define ARENA_BYTES_MAX ((size_t)256 << 20)

/* A batch is decided again at most so often, for others that write the same patches. */
#define TRIES_MAX 20

struct commits {
	struct pg *pg;
	struct commits_request request;
	GArray *projects; /* int32_t */
	int32_t state_id;
	char *state;
	int32_t actor_id;
	bool has_notifications;
	bool has_hash_index;

	/* Of the batch: */
	struct arena *arena;
	GPtrArray *results;  /* struct pg_result *: patches point into them */
	GHashTable *patches; /* by id: struct commit_patch * */
	GArray *found;       /* struct found */
	GArray *changes;     /* struct change */
};

/* What a look-up brought. */
struct found {
	guint commit;
	int32_t patch_id;
	enum commit_found how;
};

struct change {
	int32_t patch_id, project_id;
	int32_t old_state_id, new_state_id;
	struct view commit_ref; /* absent: it keeps what it has */
};

static void free_result(gpointer result)
{
	pg_result_free(result);
}

static int run_kept(struct commits *c, struct pg_query *query, const struct pg_result **ret_result)
{
	struct pg_result *result = NULL;
	int r = pg_run(c->pg, query, &result);

	if (r != 0)
		return r;
	g_ptr_array_add(c->results, result);
	*ret_result = result;
	return 0;
}

/* ---- begin and end */

static int take_settings(struct commits *c, const struct pg_result *rows, char **ret_problem)
{
	struct view slug = pg_text(rows, 0, 1);

	if (pg_is_null(rows, 0, 0))
		*ret_problem = g_strdup_printf("there is no state '%s'", c->request.state);
	else if (c->request.actor != NULL && pg_is_null(rows, 0, 2))
		*ret_problem = g_strdup_printf("there is no user '%s'", c->request.actor);
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
	_cleanup_(free_array) GArray *names = new_views();
	bool is_all = c->request.projects->len == 0;
	struct pg_query query;
	int r;

	for (guint i = 0; i < c->request.projects->len; i++)
		add_view(names, view_str(c->request.projects->pdata[i]));
	pg_query_init(&query, is_all ? sql_commits_all_projects : sql_commits_projects);
	if (!is_all)
		pg_param_texts(&query, names);
	r = pg_run(c->pg, &query, &rows);
	for (int i = 0; r == 0 && i < pg_rows(rows); i++) {
		if (pg_is_null(rows, i, 0)) {
			*ret_problem = g_strdup_printf("there is no project '%.*s'",
						       (int)pg_text(rows, i, 1).len,
						       pg_text(rows, i, 1).ptr);
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

/* Who may only look, or looks at a standby, looks up what is there. */
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
	c->found = g_array_new(FALSE, FALSE, sizeof(struct found));
	c->changes = g_array_new(FALSE, FALSE, sizeof(struct change));
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

/* ---- look-ups */

/* The keys of a look-up: which commit each is for, and what is looked up. */
struct sought {
	GArray *commits; /* int32_t */
	GArray *texts;   /* struct view */
	GArray *numbers; /* int64_t */
};

static void sought_init(struct sought *keys)
{
	*keys = (struct sought){ new_ints(), new_views(), new_bigints() };
}

static void sought_done(struct sought *keys)
{
	g_array_unref(keys->commits);
	g_array_unref(keys->texts);
	g_array_unref(keys->numbers);
}

static void sought_add(struct sought *keys, size_t commit, struct view text, int64_t number)
{
	add_int(keys->commits, (int32_t)commit);
	add_view(keys->texts, text);
	add_bigint(keys->numbers, number);
}

/* Rows are the number of a key, from 1, and a patch. */
static void take_found(struct commits *c, const struct sought *keys, const struct pg_result *rows,
		       enum commit_found how)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		guint key = (guint)pg_int(rows, i, 0) - 1;
		struct found found = { (guint)g_array_index(keys->commits, int32_t, key),
				       pg_int(rows, i, 1), how };

		g_array_append_val(c->found, found);
	}
}

/* One look-up; the settings go in the same round trip, since they hold for that alone. */
static int look_up(struct commits *c, const char *sql, const struct sought *keys,
		   enum commit_found how)
{
	struct pg_query queries[2];
	struct pg_result *results[2];
	char secs[16];
	int r;

	if (keys->commits->len == 0)
		return 0;
	pg_query_init(&queries[0], sql_lookup_settings);
	g_snprintf(secs, sizeof(secs), "%d", pg_lock_timeout_secs(c->pg));
	pg_param_text(&queries[0], view_str(secs));
	pg_query_init(&queries[1], sql);
	pg_param_texts(&queries[1], keys->texts);
	pg_param_bigints(&queries[1], keys->numbers);
	pg_param_ints(&queries[1], c->projects);
	r = pg_run_all(c->pg, queries, 2, results);
	pg_query_done(&queries[0]);
	pg_query_done(&queries[1]);
	if (r != 0)
		return r;
	take_found(c, keys, results[1], how);
	pg_result_free(results[0]);
	pg_result_free(results[1]);
	return 0;
}

static int look_up_ids(struct commits *c, const struct commit *list, size_t count)
{
	struct sought keys;
	int r;

	sought_init(&keys);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < list[i].msgid_count; k++)
			sought_add(&keys, i, list[i].msgids[k], title_key(list[i].title));
	r = look_up(c, sql_commits_ids, &keys, FOUND_BY_ID);
	if (r == 0)
		r = look_up(c, sql_commits_threads, &keys, FOUND_BY_THREAD);
	sought_done(&keys);
	return r;
}

static int look_up_hashes(struct commits *c, const struct commit *list, size_t count)
{
	struct sought keys;
	int r;

	sought_init(&keys);
	for (size_t i = 0; i < count; i++)
		if (list[i].hash[0] != '\0')
			sought_add(&keys, i, view_str(list[i].hash),
				   patch_key_of_hash(view_str(list[i].hash)));
	r = look_up(c, c->has_hash_index ? sql_commits_hashes : sql_commits_hash_keys, &keys,
		    FOUND_BY_HASH);
	sought_done(&keys);
	return r;
}

/* For commits that nothing better was found for. */
static int look_up_titles(struct commits *c, const struct commit *list, size_t count,
			  const struct commits_outcome *outcomes)
{
	struct sought keys;
	int r;

	sought_init(&keys);
	for (size_t i = 0; i < count; i++)
		if (outcomes[i].patch == NULL && list[i].title.len > 0)
			sought_add(&keys, i, list[i].title, title_key(list[i].title));
	r = look_up(c, sql_commits_titles, &keys, FOUND_BY_TITLE);
	sought_done(&keys);
	return r;
}

/* ---- patches */

static struct commit_patch *patch_of(const struct commits *c, int32_t id)
{
	return g_hash_table_lookup(c->patches, GINT_TO_POINTER(id));
}

static int take_patch(struct commits *c, const struct pg_result *rows, int i)
{
	struct commit_patch *patch = arena_alloc(c->arena, sizeof(*patch));

	if (patch == NULL)
		return -ENOMEM;
	*patch = (struct commit_patch){
		.id = pg_int(rows, i, 0),
		.project_id = pg_int(rows, i, 1),
		.msgid = pg_text(rows, i, 2),
		.name = pg_text(rows, i, 3),
		.title = title_of(c->arena, pg_text(rows, i, 3)),
		.hash = pg_text(rows, i, 4),
		.submitter = { pg_text(rows, i, 5), pg_text(rows, i, 6) },
		.date = pg_bigint(rows, i, 8),
		.version = pg_int(rows, i, 9),
		.state_id = pg_is_null(rows, i, 10) ? 0 : pg_int(rows, i, 10),
		.state = pg_text(rows, i, 11),
		.is_open = !pg_is_null(rows, i, 12) && pg_bool(rows, i, 12),
		.commit_ref = pg_text(rows, i, 13),
	};
	patch->has_from = commit_in_body_from(c->arena, pg_text(rows, i, 7), &patch->from);
	g_hash_table_insert(c->patches, GINT_TO_POINTER(patch->id), patch);
	return arena_error(c->arena) == 0 ? 0 : -ENOMEM;
}

/* Sort, and keep one of each. */
static GArray *sort_once(GArray *ints)
{
	guint n = 0;

	batch_sort_ints(ints);
	for (guint i = 0; i < ints->len; i++) {
		int32_t value = g_array_index(ints, int32_t, i);

		if (n == 0 || value != g_array_index(ints, int32_t, n - 1))
			g_array_index(ints, int32_t, n++) = value;
	}
	return g_array_set_size(ints, n);
}

/* Load the patches that were found and are not there yet. */
static int load_patches(struct commits *c)
{
	_cleanup_(free_array) GArray *ids = new_ints();
	const struct pg_result *rows;
	struct pg_query query;
	int r;

	for (guint i = 0; i < c->found->len; i++) {
		int32_t id = g_array_index(c->found, struct found, i).patch_id;

		if (patch_of(c, id) == NULL)
			add_int(ids, id);
	}
	if (ids->len == 0)
		return 0;
	pg_query_init(&query, sql_commits_patches);
	pg_param_ints(&query, sort_once(ids));
	pg_param_ints(&query, c->projects);
	pg_param_text(&query, view_str(c->request.time_zone));
	r = run_kept(c, &query, &rows);
	for (int i = 0; r == 0 && i < pg_rows(rows); i++)
		r = take_patch(c, rows, i);
	return r;
}

/* ---- deciding */

static gint compare_found(gconstpointer a, gconstpointer b)
{
	const struct found *x = a, *y = b;

	return (x->commit > y->commit) - (x->commit < y->commit);
}

/* Give each commit that has none its patch, of those that were found for it. */
static void match(struct commits *c, const struct commit *list, struct commits_outcome *outcomes)
{
	g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(struct commit_candidate));

	g_array_sort(c->found, compare_found);
	for (guint i = 0; i < c->found->len;) {
		guint commit = g_array_index(c->found, struct found, i).commit;
		const struct found *found;

		g_array_set_size(candidates, 0);
		for (; i < c->found->len; i++) {
			struct commit_candidate candidate;

			found = &g_array_index(c->found, struct found, i);
			if (found->commit != commit)
				break;
			candidate = (struct commit_candidate){ patch_of(c, found->patch_id),
							       found->how };
			if (candidate.patch != NULL)
				g_array_append_val(candidates, candidate);
		}
		outcomes[commit].patch = commit_match(
			&list[commit],
			(const struct commit_candidate *)(const void *)candidates->data,
			candidates->len, &outcomes[commit].rule);
	}
	g_array_set_size(c->found, 0);
}

/* Say what changes, and let later commits see it. */
static void change(struct commits *c, const struct commit *commit, struct commits_outcome *outcome)
{
	struct commit_patch *patch = patch_of(c, outcome->patch->id);
	struct change change = { .patch_id = patch->id,
				 .project_id = patch->project_id,
				 .old_state_id = patch->state_id,
				 .new_state_id = patch->state_id };

	outcome->old_state = patch->state;
	outcome->changes = commit_changes(patch, c->state_id, c->request.is_forced);
	if (outcome->changes == 0)
		return;
	if ((outcome->changes & COMMIT_SETS_STATE) != 0) {
		change.new_state_id = c->state_id;
		patch->state_id = c->state_id;
		patch->state = view_str(c->state);
	}
	if ((outcome->changes & COMMIT_SETS_REF) != 0) {
		change.commit_ref = commit->id;
		patch->commit_ref = commit->id;
	}
	g_array_append_val(c->changes, change);
}

/* ---- writing */

static gint compare_changes(gconstpointer a, gconstpointer b)
{
	const struct change *x = a, *y = b;

	return (x->patch_id > y->patch_id) - (x->patch_id < y->patch_id);
}

/* Projects of the changes, in the order in which all take the locks. */
static GArray *changed_projects(const struct commits *c)
{
	GArray *projects = new_ints();

	for (guint i = 0; i < c->changes->len; i++)
		add_int(projects, g_array_index(c->changes, struct change, i).project_id);
	return sort_once(projects);
}

static void add_update(const struct commits *c, struct pg_queue *queue)
{
	_cleanup_(free_array) GArray *ids = new_ints(), *olds = new_ints(), *news = new_ints(),
				     *refs = new_views();
	struct pg_query *query = pg_queue_add(queue, sql_commits_update);

	for (guint i = 0; i < c->changes->len; i++) {
		const struct change *change = &g_array_index(c->changes, struct change, i);

		add_int(ids, change->patch_id);
		add_int(olds, change->old_state_id);
		add_int(news, change->new_state_id);
		add_view(refs, change->commit_ref);
	}
	pg_param_ints(query, ids);
	pg_param_ints(query, olds);
	pg_param_ints(query, news);
	pg_param_texts(query, refs);
}

/* What goes with a change of state: patches, their projects, states before. */
static void add_changed_states(const struct commits *c, struct pg_queue *queue, const char *sql)
{
	_cleanup_(free_array) GArray *ids = new_ints(), *projects = new_ints(), *olds = new_ints();
	struct pg_query *query = pg_queue_add(queue, sql);

	for (guint i = 0; i < c->changes->len; i++) {
		const struct change *change = &g_array_index(c->changes, struct change, i);

		if (change->old_state_id == change->new_state_id)
			continue;
		add_int(ids, change->patch_id);
		add_int(projects, change->project_id);
		add_int(olds, change->old_state_id);
	}
	pg_param_ints(query, ids);
	pg_param_ints(query, projects);
	pg_param_ints(query, olds);
	pg_param_int(query, c->state_id);
	pg_param_int(query, c->actor_id);
}

/* Returns -EAGAIN where a patch is not what it was when it was looked at. */
static int run_changes(struct commits *c, struct pg_queue *queue, size_t update)
{
	struct pg_result *results[PG_QUEUE_MAX];
	int r = pg_run_all(c->pg, queue->queries, queue->count, results);

	for (size_t i = 0; i < queue->count; i++)
		pg_query_done(&queue->queries[i]);
	if (r != 0)
		return r;
	if (pg_rows(results[update]) != (int)c->changes->len)
		r = -EAGAIN;
	for (size_t i = 0; i < queue->count; i++)
		pg_result_free(results[i]);
	return r;
}

static int write_changes(struct commits *c)
{
	g_autoptr(GArray) projects = changed_projects(c);
	struct pg_queue queue = { .count = 0 };
	size_t update;
	int r;

	g_array_sort(c->changes, compare_changes);
	transaction_ask(c->pg, &queue);
	(void)pg_queue_add(&queue, sql_warnings);
	pg_param_ints(pg_queue_add(&queue, sql_lock_projects), projects);
	update = queue.count;
	add_update(c, &queue);
	add_changed_states(c, &queue, sql_commits_events);
	if (c->has_notifications) {
		add_changed_states(c, &queue, sql_commits_notify);
		add_changed_states(c, &queue, sql_commits_notify_no_more);
	}
	r = run_changes(c, &queue, update);
	if (r == 0)
		r = pg_commit(c->pg);
	if (r != 0)
		pg_rollback(c->pg);
	return r;
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

static int find(struct commits *c, const struct commit *list, size_t count,
		struct commits_outcome *outcomes)
{
	int r = look_up_ids(c, list, count);

	if (r == 0)
		r = look_up_hashes(c, list, count);
	if (r == 0)
		r = load_patches(c);
	if (r != 0)
		return r;
	match(c, list, outcomes);
	r = look_up_titles(c, list, count, outcomes);
	if (r == 0)
		r = load_patches(c);
	if (r == 0)
		match(c, list, outcomes);
	return r;
}

static int attempt(struct commits *c, const struct commit *list, size_t count,
		   struct commits_outcome *outcomes)
{
	int r;

	forget(c);
	for (size_t i = 0; i < count; i++)
		outcomes[i] = (struct commits_outcome){ .rule = COMMIT_UNMATCHED };
	r = find(c, list, count, outcomes);
	if (r != 0)
		return r;
	for (size_t i = 0; i < count; i++)
		if (outcomes[i].patch != NULL)
			change(c, &list[i], &outcomes[i]);
	return c->request.is_dry || c->changes->len == 0 ? 0 : write_changes(c);
}

int commits_store(struct commits *commits, const struct commit *list, size_t count,
		  struct commits_outcome *ret_outcomes)
{
	int r = -EAGAIN;

	for (int tries = 0; tries < TRIES_MAX && r == -EAGAIN; tries++)
		r = attempt(commits, list, count, ret_outcomes);
	return r;
}
