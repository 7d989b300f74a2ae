/* effects - relations and states of patches that follow from versions; see effects.h */
#include "sql/revisions/effects.h"

#include <errno.h>

#include "parser/cleanup.h"
#include "parser/decide/revision_effects.h"
#include "parser/title.h"
#include "sql/revisions/statements.h"

/* Limit of the memory for the rows of one call. */
#define ARENA_BYTES_MAX ((size_t)256 << 20)

/* Facts about a patch in addition to struct chain_patch, with the same index. */
struct patch_row {
	int32_t state_id;
	bool is_open;       /* the state requires action */
	bool is_superseded; /* the state is `superseded` */
	int32_t relation_id;
	bool is_of_person; /* the relation was made by a person */
	bool is_added;     /* patchmda has added the patch to it */
	bool is_removed;   /* a person has removed it from one to which patchmda had added it */
	bool is_noted;     /* patchmda has superseded it; its state before: */
	int32_t old_state_id;
};

/* Changes of patches. */
struct changes {
	GArray *ids, *old_values, *new_values; /* int32_t */
};

struct effects {
	struct pg *pg;
	struct arena *arena;
	GPtrArray *results;
	struct pg_result *loaded; /* the patches of all chains */
	GHashTable *first_rows;   /* of each series in it */
	GArray *members;          /* struct chain_member, of one chain */
	GArray *patches;          /* struct chain_patch */
	GArray *rows;             /* struct patch_row */
	GHashTable *committed;    /* ids of patches that have just become commits; or NULL */
	int32_t user_id;          /* who has done that; 0: nobody */
	bool is_superseding;
	bool has_notifications;
	int32_t superseded_id; /* the state `superseded`; 0: there is none */
	struct changes states, relations;
	GHashTable *used;  /* ids of relations that groups have kept */
	int32_t new_count; /* new relations; the first is -1 in `relations` until it has its id */
	GArray *noted, *noted_states, *forgotten; /* int32_t: rows of patchmda.superseded */
	GArray *left; /* int32_t: relations that may have become empty */
};

static GArray *new_ints(void)
{
	return g_array_new(FALSE, FALSE, sizeof(int32_t));
}

static void add_change(struct changes *changes, int32_t id, int32_t old_value, int32_t new_value)
{
	g_array_append_val(changes->ids, id);
	g_array_append_val(changes->old_values, old_value);
	g_array_append_val(changes->new_values, new_value);
}

static int ask(struct effects *e, const char *sql, const GArray *ids, struct pg_result **ret_rows)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql);
	if (ids != NULL)
		pg_param_ints(&query, ids);
	r = pg_run(e->pg, &query, ret_rows);
	if (r == 0)
		g_ptr_array_add(e->results, *ret_rows);
	return r;
}

/* ---- chains */

/* The members of the chain that begins in this row; *row moves to the next chain. */
static void take_members(struct effects *e, const struct pg_result *rows, int *row)
{
	int32_t chain = pg_int(rows, *row, 0);

	g_array_set_size(e->members, 0);
	e->is_superseding = pg_bool(rows, *row, 6);
	for (; *row < pg_rows(rows) && pg_int(rows, *row, 0) == chain; ++*row) {
		struct chain_member member = {
			.id = pg_int(rows, *row, 1),
			.previous_id = pg_int(rows, *row, 2),
			.version = { pg_int(rows, *row, 3), pg_int(rows, *row, 4) },
			.date = pg_bigint(rows, *row, 5),
			.is_ready = pg_bool(rows, *row, 7),
			.is_partial = pg_bool(rows, *row, 8),
		};

		g_array_append_val(e->members, member);
	}
}

static struct revision_keys read_files(struct effects *e, const struct pg_result *rows, int row)
{
	g_autoptr(GArray) paths = g_array_new(FALSE, FALSE, sizeof(struct view));
	int64_t *keys;

	pg_texts(rows, row, 4, paths);
	keys = arena_alloc(e->arena, (paths->len + 1) * sizeof(*keys));
	for (guint i = 0; keys != NULL && i < paths->len; i++)
		keys[i] = title_key(g_array_index(paths, struct view, i));
	if (keys == NULL)
		return (struct revision_keys){ NULL, 0 };
	return (struct revision_keys){ keys, revision_sort_keys(keys, paths->len) };
}

static void take_patch(struct effects *e, const struct pg_result *rows, int row)
{
	int32_t id = pg_int(rows, row, 0);
	struct chain_patch patch = { .id = id,
				     .is_committed = e->committed != NULL &&
						     g_hash_table_contains(e->committed,
									   GINT_TO_POINTER(id)),
				     .series_id = pg_int(rows, row, 1),
				     .title = title_of(e->arena, pg_text(rows, row, 2)),
				     .hash = pg_text(rows, row, 3),
				     .files = read_files(e, rows, row) };
	int32_t relation_id = pg_int(rows, row, 8), added_to = pg_int(rows, row, 12);
	struct patch_row other = { .state_id = pg_int(rows, row, 5),
				   .is_open = pg_bool(rows, row, 6),
				   .is_superseded = pg_bool(rows, row, 7),
				   .relation_id = relation_id,
				   .is_of_person = pg_bool(rows, row, 9),
				   .is_added = added_to != 0 && added_to == relation_id,
				   .is_removed = added_to != 0 && relation_id == 0,
				   .is_noted = pg_bool(rows, row, 10),
				   .old_state_id = pg_int(rows, row, 11) };

	g_array_append_val(e->patches, patch);
	g_array_append_val(e->rows, other);
}

/* The patches of the series of all chains; a series' rows follow each other. */
static int load_patches(struct effects *e, const struct pg_result *members)
{
	g_autoptr(GArray) ids = new_ints();
	int32_t last = 0;
	int r;

	for (int i = 0; i < pg_rows(members); i++) {
		int32_t id = pg_int(members, i, 1);

		g_array_append_val(ids, id);
	}
	r = ask(e, sql_effects_patches, ids, &e->loaded);
	for (int i = 0; r == 0 && i < pg_rows(e->loaded); i++) {
		int32_t id = pg_int(e->loaded, i, 1);

		if (id != last)
			g_hash_table_insert(e->first_rows, GINT_TO_POINTER(id), GINT_TO_POINTER(i));
		last = id;
	}
	return r;
}

/* The patches of the chain's members, in the order of these. */
static int take_patches(struct effects *e)
{
	g_array_set_size(e->patches, 0);
	g_array_set_size(e->rows, 0);
	for (guint i = 0; i < e->members->len; i++) {
		int32_t id = g_array_index(e->members, struct chain_member, i).id;
		gpointer first;

		if (!g_hash_table_lookup_extended(e->first_rows, GINT_TO_POINTER(id), NULL, &first))
			continue;
		for (int row = GPOINTER_TO_INT(first);
		     row < pg_rows(e->loaded) && pg_int(e->loaded, row, 1) == id; row++)
			take_patch(e, e->loaded, row);
	}
	return arena_error(e->arena);
}

static void decide(struct effects *e)
{
	const struct chain_member *members = (const void *)e->members->data;
	struct chain_patch *patches = (void *)e->patches->data;

	chain_group(members, e->members->len, patches, e->patches->len);
	chain_supersede(members, e->members->len, patches, e->patches->len);
}

/* ---- relations */

/* The relations that the patches of a group are in. */
struct group {
	size_t count;         /* of patches whose relation patchmda may change */
	int32_t own_relation; /* the lowest of their relations that patchmda has made; 0: none */
	int32_t persons;      /* a relation that a person has made; 0: none */
	bool has_several;     /* of relations that persons have made */
};

/* Whether a person has put the patch into its relation, or removed it from one. */
static bool is_decided(const struct patch_row *row)
{
	return (row->is_of_person && !row->is_added) || row->is_removed;
}

static void add_to_group(struct group *group, const struct patch_row *row)
{
	if (row->is_removed)
		return;
	if (is_decided(row)) {
		group->has_several = group->has_several ||
				     (group->persons != 0 && group->persons != row->relation_id);
		group->persons = row->relation_id;
		return;
	}
	group->count++;
	if (row->relation_id != 0 && !row->is_of_person &&
	    (group->own_relation == 0 || row->relation_id < group->own_relation))
		group->own_relation = row->relation_id;
}

/* The new relation of the group's patches; 0: none. */
static int32_t choose_relation(struct effects *e, const struct group *group)
{
	if (group->persons != 0 && !group->has_several)
		return group->persons;
	if (group->count < 2)
		return 0;
	/*
	 * A group that was split or joined keeps the relation if no other group uses it, also of
	 * another chain: both may have been one.
	 */
	if (group->own_relation != 0 &&
	    g_hash_table_add(e->used, GINT_TO_POINTER(group->own_relation)))
		return group->own_relation;
	return -++e->new_count;
}

static void relate(struct effects *e, const struct chain_patch *patch, const struct patch_row *row,
		   int32_t relation_id)
{
	if (is_decided(row) || row->relation_id == relation_id)
		return;
	add_change(&e->relations, patch->id, row->relation_id, relation_id);
	if (row->relation_id != 0)
		g_array_append_val(e->left, row->relation_id);
}

static void relate_groups(struct effects *e)
{
	const struct chain_patch *patches = (const void *)e->patches->data;
	const struct patch_row *rows = (const void *)e->rows->data;
	g_autofree struct group *groups = g_new0(struct group, e->patches->len);
	g_autofree int32_t *relations = g_new(int32_t, e->patches->len);

	for (guint i = 0; i < e->patches->len; i++)
		add_to_group(&groups[patches[i].group], &rows[i]);
	for (guint i = 0; i < e->patches->len; i++)
		if (patches[i].group == i)
			relations[i] = choose_relation(e, &groups[i]);
	for (guint i = 0; i < e->patches->len; i++)
		relate(e, &patches[i], &rows[i], relations[patches[i].group]);
}

static int add_new_relations(struct effects *e)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *rows = NULL;
	GArray *values = e->relations.new_values;
	struct pg_query query;
	int r;

	if (e->new_count == 0)
		return 0;
	pg_query_init(&query, sql_effects_new_relations);
	pg_param_int(&query, e->new_count);
	r = pg_run(e->pg, &query, &rows);
	for (guint i = 0; r == 0 && i < values->len; i++) {
		int32_t *value = &g_array_index(values, int32_t, i);

		if (*value < 0)
			*value = pg_int(rows, -*value - 1, 0);
	}
	return r;
}

/* ---- states */

/* The state that a patch gets back if the later version turns out to be none; 0: it is kept. */
static void add_superseded(struct effects *e, const struct chain_patch *patch,
			   const struct patch_row *row)
{
	int32_t old_state_id = patch->is_superseded ? row->state_id : 0;

	add_change(&e->states, patch->id, row->state_id, e->superseded_id);
	g_array_append_val(e->noted, patch->id);
	g_array_append_val(e->noted_states, old_state_id);
}

static void supersede(struct effects *e)
{
	for (guint i = 0; e->superseded_id != 0 && i < e->patches->len; i++) {
		const struct chain_patch *patch = &g_array_index(e->patches, struct chain_patch, i);
		const struct patch_row *row = &g_array_index(e->rows, struct patch_row, i);

		if ((patch->is_superseded || patch->is_replaced) && row->is_open &&
		    !row->is_noted) {
			add_superseded(e, patch, row);
		} else if (!patch->is_superseded && row->is_noted && row->is_superseded &&
			   row->old_state_id != 0) {
			/*
			 * The later version turned out to be none, so the patch gets its old state.
			 */
			add_change(&e->states, patch->id, row->state_id, row->old_state_id);
			g_array_append_val(e->forgotten, patch->id);
		}
	}
}

/* ---- writing */

static void queue_pairs(struct pg_queue *queue, const char *sql, const GArray *ids,
			const GArray *values)
{
	struct pg_query *query = pg_queue_add(queue, sql);

	pg_param_ints(query, ids);
	pg_param_ints(query, values);
}

static void queue_notifications(const struct effects *e, struct pg_queue *queue, const char *sql)
{
	struct pg_query *query = pg_queue_add(queue, sql);

	pg_param_ints(query, e->states.ids);
	pg_param_ints(query, e->states.old_values);
	pg_param_ints(query, e->states.new_values);
}

static void queue_set(const struct effects *e, struct pg_queue *queue)
{
	struct pg_query *query = pg_queue_add(queue, sql_effects_set);

	pg_param_ints(query, e->states.ids);
	pg_param_ints(query, e->states.old_values);
	pg_param_ints(query, e->states.new_values);
	pg_param_ints(query, e->relations.ids);
	pg_param_ints(query, e->relations.old_values);
	pg_param_ints(query, e->relations.new_values);
	pg_param_int(query, e->user_id);
}

static guint count_changes(const struct effects *e)
{
	return e->states.ids->len + e->relations.ids->len;
}

static void queue_all(const struct effects *e, struct pg_queue *queue)
{
	if (count_changes(e) > 0)
		queue_set(e, queue);
	if (e->relations.ids->len > 0) {
		queue_pairs(queue, sql_effects_note_related, e->relations.ids,
			    e->relations.new_values);
		queue_pairs(queue, sql_effects_forget_related, e->relations.ids,
			    e->relations.new_values);
	}
	if (e->left->len > 0)
		pg_param_ints(pg_queue_add(queue, sql_effects_delete_relations), e->left);
	if (e->states.ids->len > 0 && e->has_notifications) {
		queue_notifications(e, queue, sql_effects_notify);
		queue_notifications(e, queue, sql_effects_notify_no_more);
	}
	if (e->noted->len > 0)
		queue_pairs(queue, sql_effects_note_superseded, e->noted, e->noted_states);
	if (e->forgotten->len > 0)
		pg_param_ints(pg_queue_add(queue, sql_effects_forget_superseded), e->forgotten);
}

/* Returns -EAGAIN if a person has changed one of the patches after they were loaded. */
static int write_all(const struct effects *e)
{
	struct pg_queue queue = { .count = 0 };
	struct pg_result *results[PG_QUEUE_MAX];
	bool is_late = false;
	int r;

	queue_all(e, &queue);
	r = pg_run_queue(e->pg, &queue, results);
	if (r == 0 && count_changes(e) > 0)
		is_late = (guint)pg_rows(results[0]) != count_changes(e);
	pg_results_free(results, queue.count);
	return is_late ? -EAGAIN : r;
}

/* ---- calls */

static void free_result(gpointer result)
{
	pg_result_free(result);
}

static void begin(struct effects *e, struct pg *pg)
{
	*e = (struct effects){
		.pg = pg,
		.arena = arena_new(ARENA_BYTES_MAX),
		.results = g_ptr_array_new_with_free_func(free_result),
		.first_rows = g_hash_table_new(NULL, NULL),
		.used = g_hash_table_new(NULL, NULL),
		.members = g_array_new(FALSE, FALSE, sizeof(struct chain_member)),
		.patches = g_array_new(FALSE, FALSE, sizeof(struct chain_patch)),
		.rows = g_array_new(FALSE, FALSE, sizeof(struct patch_row)),
		.states = { new_ints(), new_ints(), new_ints() },
		.relations = { new_ints(), new_ints(), new_ints() },
		.noted = new_ints(),
		.noted_states = new_ints(),
		.forgotten = new_ints(),
		.left = new_ints(),
	};
}

static void end(struct effects *e)
{
	GArray *const arrays[] = { e->members,
				   e->patches,
				   e->rows,
				   e->states.ids,
				   e->states.old_values,
				   e->states.new_values,
				   e->relations.ids,
				   e->relations.old_values,
				   e->relations.new_values,
				   e->noted,
				   e->noted_states,
				   e->forgotten,
				   e->left };

	for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
		g_array_unref(arrays[i]);
	g_hash_table_destroy(e->first_rows);
	g_hash_table_destroy(e->used);
	g_ptr_array_unref(e->results);
	arena_free(e->arena);
}

static int apply_chain(struct effects *e, const struct pg_result *rows, int *row)
{
	int r;

	take_members(e, rows, row);
	r = take_patches(e);
	if (r != 0)
		return r;
	decide(e);
	relate_groups(e);
	if (e->is_superseding)
		supersede(e);
	return 0;
}

static int apply(struct effects *e, const GArray *series_ids)
{
	struct pg_result *rows, *settings;
	int row = 0, r = ask(e, sql_effects_members, series_ids, &rows);

	if (r == 0)
		r = ask(e, sql_effects_settings, NULL, &settings);
	if (r == 0) {
		e->superseded_id = pg_int(settings, 0, 0);
		e->has_notifications = pg_bool(settings, 0, 1);
	}
	if (r == 0)
		r = load_patches(e, rows);
	while (r == 0 && row < pg_rows(rows))
		r = apply_chain(e, rows, &row);
	if (r == 0)
		r = add_new_relations(e);
	return r == 0 ? write_all(e) : r;
}

int effects_apply(struct pg *pg, const GArray *series_ids, size_t *changed)
{
	struct effects e;
	int r;

	if (series_ids->len == 0)
		return 0;
	begin(&e, pg);
	r = e.arena != NULL ? apply(&e, series_ids) : -ENOMEM;
	if (r == 0)
		*changed += count_changes(&e);
	end(&e);
	return r;
}

static int apply_commits(struct effects *e, const GArray *patch_ids)
{
	g_autoptr(GArray) series_ids = new_ints();
	struct pg_result *rows;
	int r = ask(e, sql_effects_series, patch_ids, &rows);

	for (int i = 0; r == 0 && i < pg_rows(rows); i++) {
		int32_t id = pg_int(rows, i, 0);

		g_array_append_val(series_ids, id);
	}
	return r == 0 && series_ids->len > 0 ? apply(e, series_ids) : r;
}

int effects_apply_commits(struct pg *pg, const GArray *patch_ids, int32_t user_id)
{
	g_autoptr(GHashTable) committed = g_hash_table_new(NULL, NULL);
	struct effects e;
	int r;

	for (guint i = 0; i < patch_ids->len; i++)
		g_hash_table_add(committed, GINT_TO_POINTER(g_array_index(patch_ids, int32_t, i)));
	begin(&e, pg);
	e.committed = committed;
	e.user_id = user_id;
	r = e.arena != NULL ? apply_commits(&e, patch_ids) : -ENOMEM;
	end(&e);
	return r;
}
