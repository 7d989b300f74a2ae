/* change - changes over HTTP, except of patches; see change.h */
#include "sql/change/change.h"

#include <errno.h>

#include "sql/change/private.h"
#include "sql/change/statements.h"
#include "sql/statements.h"

/* ---- transactions */

int change_begin(struct pg *pg)
{
	g_autofree char *script = g_strconcat("begin isolation level read committed read write; ",
					      sql_transaction_notify, NULL);

	return pg_script(pg, script);
}

int change_end(struct pg *pg, int r)
{
	if (r != 0) {
		pg_rollback(pg);
		return r;
	}
	r = pg_commit(pg);
	if (r != 0)
		pg_rollback(pg);
	return r == -ENOTCONN ? -EIO : r;
}

int change_run(struct pg *pg, struct pg_query *query)
{
	return pg_run(pg, query, NULL);
}

int change_run_for_id(struct pg *pg, struct pg_query *query, int32_t *ret_id)
{
	return pg_run_int(pg, query, ret_id);
}

void change_param_int(struct pg_query *query, int value)
{
	if (value >= 0)
		pg_param_bigint(query, value);
	else
		pg_param_null_bigint(query);
}

/* A transaction of one statement. */
static int run_alone(struct pg *pg, struct pg_query *query)
{
	int r = change_begin(pg);

	if (r == 0)
		r = change_run(pg, query);
	else
		pg_query_done(query);
	return change_end(pg, r);
}

/* ---- checks and comments */

int change_add_check(struct pg *pg, const struct change_check *check, const char *time_zone,
		     int32_t *ret_id)
{
	struct pg_query query;
	int r = change_begin(pg);

	if (r != 0)
		return r;
	pg_query_init(&query, sql_change_add_check);
	pg_param_text(&query, view_str(time_zone));
	pg_param_int(&query, check->state);
	pg_param_text(&query, view_str(check->target_url));
	pg_param_text(&query, view_str(check->context));
	pg_param_text(&query, view_str(check->description));
	pg_param_int(&query, check->user_id);
	pg_param_int(&query, check->patch_id);
	return change_end(pg, change_run_for_id(pg, &query, ret_id));
}

static int change_comment(struct pg *pg, const char *sql, int32_t id, const int *addressed,
			  const char *time_zone)
{
	struct pg_query query;

	pg_query_init(&query, sql);
	pg_param_text(&query, view_str(time_zone));
	pg_param_int(&query, id);
	pg_param_int(&query, addressed != NULL);
	change_param_int(&query, addressed != NULL ? *addressed : -1);
	return run_alone(pg, &query);
}

int change_patch_comment(struct pg *pg, int32_t id, const int *addressed, const char *time_zone)
{
	return change_comment(pg, sql_change_patch_comment, id, addressed, time_zone);
}

int change_cover_comment(struct pg *pg, int32_t id, const int *addressed, const char *time_zone)
{
	return change_comment(pg, sql_change_cover_comment, id, addressed, time_zone);
}

/* ---- projects and users */

static int update_project(struct pg *pg, int32_t id, const struct change_project *change)
{
	const char *const texts[] = { change->web_url,
				      change->scm_url,
				      change->webscm_url,
				      change->list_archive_url,
				      change->list_archive_url_format,
				      change->commit_url_format };
	struct pg_query query;

	pg_query_init(&query, sql_change_project);
	pg_param_int(&query, id);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		pg_param_text(&query, view_str(texts[i]));
	return change_run(pg, &query);
}

static int update_show_dependencies(struct pg *pg, int32_t id, int show_dependencies)
{
	struct pg_query query;

	pg_query_init(&query, sql_change_show_dependencies);
	pg_param_int(&query, id);
	change_param_int(&query, show_dependencies);
	return change_run(pg, &query);
}

int change_project(struct pg *pg, int32_t id, const struct change_project *change)
{
	int r = change_begin(pg);

	if (r == 0)
		r = update_project(pg, id, change);
	if (r == 0 && change->show_dependencies >= 0)
		r = update_show_dependencies(pg, id, change->show_dependencies);
	return change_end(pg, r);
}

int change_user(struct pg *pg, int32_t id, const struct change_user *change)
{
	struct pg_query query;
	int r = change_begin(pg);

	if (r != 0)
		return r;
	pg_query_init(&query, sql_change_user);
	pg_param_int(&query, id);
	pg_param_text(&query, view_str(change->first_name));
	pg_param_text(&query, view_str(change->last_name));
	r = change_run(pg, &query);
	if (r == 0) {
		pg_query_init(&query, sql_change_user_profile);
		pg_param_int(&query, id);
		change_param_int(&query, change->send_email);
		change_param_int(&query, change->items_per_page);
		change_param_int(&query, change->show_ids);
		r = change_run(pg, &query);
	}
	return change_end(pg, r);
}

/* ---- bundles */

static int insert_bundle(struct pg *pg, const struct change_bundle *change, int32_t *ret_id)
{
	struct pg_query query;

	pg_query_init(&query, sql_change_insert_bundle);
	pg_param_text(&query, view_str(change->name));
	pg_param_int(&query, change->is_public > 0);
	pg_param_int(&query, change->owner_id);
	pg_param_int(&query, change->project_id);
	return change_run_for_id(pg, &query, ret_id);
}

/* No row means that another bundle has the name. */
static int update_bundle(struct pg *pg, const struct change_bundle *change, int32_t *ret_id)
{
	struct pg_query query;

	pg_query_init(&query, sql_change_update_bundle);
	pg_param_int(&query, change->id);
	pg_param_text(&query, view_str(change->name));
	change_param_int(&query, change->is_public);
	change_param_int(&query, change->patches != NULL ? change->project_id : -1);
	return change_run_for_id(pg, &query, ret_id);
}

static int replace_patches(struct pg *pg, int32_t id, const GArray *patches)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_change_empty_bundle);
	pg_param_int(&query, id);
	r = change_run(pg, &query);
	if (r != 0)
		return r;
	pg_query_init(&query, sql_change_fill_bundle);
	pg_param_int(&query, id);
	pg_param_ints(&query, patches);
	return change_run(pg, &query);
}

int change_bundle(struct pg *pg, const struct change_bundle *change, int32_t *ret_id,
		  enum change_outcome *ret_outcome)
{
	int r = change_begin(pg);

	if (r == 0)
		r = change->id == 0 ? insert_bundle(pg, change, ret_id)
				    : update_bundle(pg, change, ret_id);
	/* Without a new name, no row means that the bundle has been deleted meanwhile. */
	*ret_outcome =
		r == 0 && *ret_id == 0 && change->name != NULL ? CHANGE_NAME_TAKEN : CHANGE_DONE;
	if (r == 0 && *ret_id != 0 && change->patches != NULL)
		r = replace_patches(pg, *ret_id, change->patches);
	return change_end(pg, r);
}

int change_delete_bundle(struct pg *pg, int32_t id)
{
	struct pg_query query;
	int r = change_begin(pg);

	if (r != 0)
		return r;
	pg_query_init(&query, sql_change_delete_bundle);
	pg_param_int(&query, id);
	r = change_run(pg, &query);
	if (r == 0) {
		pg_query_init(&query, sql_change_empty_bundle);
		pg_param_int(&query, id);
		r = change_run(pg, &query);
	}
	return change_end(pg, r);
}
