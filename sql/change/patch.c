/* patch - changes of patches over HTTP; see change.h */
#include "sql/change/change.h"

#include "parser/cleanup.h"
#include "sql/change/private.h"
#include "sql/change/statements.h"

/* The patch before the change, locked. */
struct before {
	int32_t state_id, delegate_id, related_id, project_id; /* 0: null */
	bool notifies;
};

static int lock_patch(struct pg *pg, int32_t id, struct before *ret_before)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_patch_lock);
	pg_param_int(&query, id);
	r = pg_run(pg, &query, &result);
	*ret_before = (struct before){ 0 };
	if (r == 0 && pg_rows(result) > 0)
		*ret_before = (struct before){ .state_id = pg_int(result, 0, 0),
					       .delegate_id = pg_int(result, 0, 1),
					       .related_id = pg_int(result, 0, 2),
					       .project_id = pg_int(result, 0, 3),
					       .notifies = pg_bool(result, 0, 4) };
	return r;
}

static int update_columns(struct pg *pg, const struct change_patch *change)
{
	struct pg_query query;

	pg_query_init(&query, sql_patch_update);
	pg_param_int(&query, change->id);
	change_param_int(&query, change->state_id != 0 ? change->state_id : -1);
	pg_param_int(&query, change->has_delegate);
	change_param_int(&query, change->delegate_id != 0 ? change->delegate_id : -1);
	change_param_int(&query, change->has_archived ? change->archived : -1);
	pg_param_int(&query, change->commit_ref.is_given);
	pg_param_text(&query, view_str(change->commit_ref.text));
	pg_param_int(&query, change->pull_url.is_given);
	pg_param_text(&query, view_str(change->pull_url.text));
	return change_run(pg, &query);
}

/* ---- events */

/* Parameters $4 and $5 are the values before and after the change. */
static int add_event(struct pg *pg, const char *sql, const struct change_patch *change,
		     int32_t before, int32_t now, const char *time_zone)
{
	struct pg_query query;

	pg_query_init(&query, sql);
	pg_param_text(&query, view_str(time_zone));
	pg_param_int(&query, change->id);
	pg_param_int(&query, change->actor_id);
	change_param_int(&query, before != 0 ? before : -1);
	change_param_int(&query, now != 0 ? now : -1);
	return change_run(pg, &query);
}

static int add_state_event(struct pg *pg, const struct change_patch *change,
			   const struct before *before, const char *time_zone)
{
	if (change->state_id == 0 || change->state_id == before->state_id)
		return 0;
	return add_event(pg, sql_patch_state_event, change, before->state_id, change->state_id,
			 time_zone);
}

static int add_delegate_event(struct pg *pg, const struct change_patch *change,
			      const struct before *before, const char *time_zone)
{
	if (!change->has_delegate || change->delegate_id == before->delegate_id)
		return 0;
	return add_event(pg, sql_patch_delegate_event, change, before->delegate_id,
			 change->delegate_id, time_zone);
}

/*
 * Patchwork's mails about changes of state need one row for a patch, which is deleted when the
 * patch has its first state again.
 */
static int note_change(struct pg *pg, const struct change_patch *change,
		       const struct before *before, const char *time_zone)
{
	struct pg_query query;
	int r;

	if (!before->notifies || change->state_id == 0 || before->state_id == 0 ||
	    change->state_id == before->state_id)
		return 0;
	pg_query_init(&query, sql_patch_notify);
	pg_param_text(&query, view_str(time_zone));
	pg_param_int(&query, change->id);
	pg_param_int(&query, before->state_id);
	r = change_run(pg, &query);
	if (r != 0)
		return r;
	pg_query_init(&query, sql_patch_notify_no_more);
	pg_param_int(&query, change->id);
	pg_param_int(&query, change->state_id);
	return change_run(pg, &query);
}

/* ---- relations */

/* The affected patches: this one, the named ones, and those that are related to any of them. */
struct related {
	GArray *ids;        /* int32_t: all, which are locked */
	GArray *outside;    /* those of them that are in no relation yet */
	int32_t relation;   /* a relation of one of them; 0: there is none */
	size_t relations;   /* number of their relations */
	bool is_maintained; /* the user maintains the projects of all */
};

static void related_clear(struct related *related)
{
	g_array_set_size(related->ids, 0);
	g_array_set_size(related->outside, 0);
	related->relation = 0;
	related->relations = 0;
	related->is_maintained = true;
}

static int lock_related(struct pg *pg, const struct change_patch *change, const GArray *named,
			struct related *related)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_patch_lock_related);
	pg_param_ints(&query, named);
	pg_param_int(&query, change->actor_id);
	r = pg_run(pg, &query, &result);
	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		int32_t id = pg_int(result, i, 0), relation = pg_int(result, i, 1);

		g_array_append_val(related->ids, id);
		if (relation == 0)
			g_array_append_val(related->outside, id);
		else if (relation != related->relation)
			related->relations++;
		if (relation != 0)
			related->relation = relation;
		related->is_maintained &= pg_bool(result, i, 2);
	}
	return r;
}

/*
 * Lock the affected patches, and then read them again: while the locks were waited for, one of them
 * may have got a relation, the other patches of which are affected, too.
 */
static int find_related(struct pg *pg, const struct change_patch *change, struct related *related)
{
	g_autoptr(GArray) named = g_array_new(FALSE, FALSE, sizeof(int32_t));
	int r = 0;

	g_array_append_val(named, change->id);
	g_array_append_vals(named, change->related->data, change->related->len);
	for (int i = 0; r == 0 && i < 2; i++) {
		related_clear(related);
		r = lock_related(pg, change, named, related);
	}
	return r;
}

/*
 * Add patches to a relation, with an event for each, without an actor as in Patchwork; this patch
 * is last.
 */
static int relate(struct pg *pg, const struct change_patch *change, const GArray *ids,
		  int32_t relation, const char *time_zone)
{
	struct pg_query query;

	pg_query_init(&query, sql_patch_relate);
	pg_param_text(&query, view_str(time_zone));
	pg_param_ints(&query, ids);
	pg_param_int(&query, change->id);
	pg_param_int(&query, relation);
	return change_run(pg, &query);
}

/* Delete a relation that would have a single patch.  Patchwork adds no events for this. */
static int dissolve(struct pg *pg, int32_t relation)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_patch_empty_relation);
	pg_param_int(&query, relation);
	r = change_run(pg, &query);
	if (r != 0)
		return r;
	pg_query_init(&query, sql_patch_delete_relation);
	pg_param_int(&query, relation);
	return change_run(pg, &query);
}

/* Remove this patch from its relation. */
static int leave(struct pg *pg, const struct change_patch *change, const struct related *related,
		 const char *time_zone)
{
	struct pg_query query;

	if (related->relation == 0)
		return 0;
	if (related->ids->len <= 2)
		return dissolve(pg, related->relation);
	pg_query_init(&query, sql_patch_leave_relation);
	pg_param_text(&query, view_str(time_zone));
	pg_param_int(&query, change->id);
	pg_param_int(&query, change->actor_id);
	return change_run(pg, &query);
}

static int join(struct pg *pg, const struct change_patch *change, struct related *related,
		const char *time_zone)
{
	int r = 0;

	if (related->relation == 0) {
		struct pg_query query;

		pg_query_init(&query, sql_patch_make_relation);
		r = change_run_for_id(pg, &query, &related->relation);
	}
	if (r == 0 && related->outside->len > 0)
		r = relate(pg, change, related->outside, related->relation, time_zone);
	return r;
}

/* Check the permission, and add the named patches to the relation of this one. */
static int change_related(struct pg *pg, const struct change_patch *change, struct related *related,
			  const char *time_zone, enum change_outcome *ret_outcome)
{
	if (!related->is_maintained)
		*ret_outcome = CHANGE_NOT_MAINTAINED;
	else if (change->related->len > 0 && related->relations > 1)
		*ret_outcome = CHANGE_TWO_RELATIONS;
	else if (change->related->len > 0)
		return join(pg, change, related, time_zone);
	return 0;
}

/* ---- all columns */

int change_patch(struct pg *pg, const struct change_patch *change, const char *time_zone,
		 enum change_outcome *ret_outcome)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	g_autoptr(GArray) outside = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct related related = { .ids = ids, .outside = outside };
	struct before before;
	int r = change_begin(pg);

	*ret_outcome = CHANGE_DONE;
	if (r == 0 && change->related != NULL)
		r = find_related(pg, change, &related);
	if (r == 0)
		r = lock_patch(pg, change->id, &before);
	if (r == 0 && change->related != NULL)
		r = change_related(pg, change, &related, time_zone, ret_outcome);
	if (r == 0 && *ret_outcome != CHANGE_DONE) {
		pg_rollback(pg);
		return 0;
	}
	if (r == 0)
		r = update_columns(pg, change);
	if (r == 0)
		r = add_state_event(pg, change, &before, time_zone);
	if (r == 0)
		r = add_delegate_event(pg, change, &before, time_zone);
	/* As in Patchwork, the events of added patches are before these, those of leaving after. */
	if (r == 0 && change->related != NULL && change->related->len == 0)
		r = leave(pg, change, &related, time_zone);
	if (r == 0)
		r = note_change(pg, change, &before, time_zone);
	return change_end(pg, r);
}
