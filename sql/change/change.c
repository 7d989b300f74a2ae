/* change - what people change over HTTP, but for patches; see change.h */
#include "sql/change/change.h"

#include "parser/cleanup.h"
#include "sql/change/private.h"

/* ---- transactions */

int change_begin(struct pg *pg)
{
	return pg_script(pg, "begin isolation level read committed read write");
}

int change_end(struct pg *pg, int r)
{
	if (r == 0)
		r = pg_commit(pg);
	if (r != 0)
		pg_rollback(pg);
	return r;
}

int change_run(struct pg *pg, struct pg_query *query)
{
	return pg_run(pg, query, NULL);
}

int change_run_for_id(struct pg *pg, struct pg_query *query, int32_t *ret_id)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	int r = pg_run(pg, query, &result);

	*ret_id = r == 0 && pg_rows(result) > 0 ? pg_int(result, 0, 0) : 0;
	return r;
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
	pg_query_init(&query,
		      "with c as (insert into patchwork_check"
		      " (date, state, target_url, context, description, user_id, patch_id)"
		      " values (" CHANGE_NOW
		      ", $2::int, $3, $4, $5, $6, $7) returning id, patch_id, user_id),"
		      " e as (insert into patchwork_event"
		      " (category, date, project_id, actor_id, patch_id, created_check_id)"
		      " select 'check-created', " CHANGE_NOW ", p.project_id, c.user_id, p.id, c.id"
		      " from c join patchwork_patch p on p.id = c.patch_id)"
		      " select id from c");
	pg_param_text(&query, view_str(time_zone));
	pg_param_int(&query, check->state);
	pg_param_text(&query, view_str(check->target_url));
	pg_param_text(&query, view_str(check->context));
	pg_param_text(&query, view_str(check->description));
	pg_param_int(&query, check->user_id);
	pg_param_int(&query, check->patch_id);
	return change_end(pg, change_run_for_id(pg, &query, ret_id));
}

/* A Patchwork says that the comment was made whenever it is saved; readers may rely on it. */
#define COMMENT_SQL(kind)                                                                 \
	"with c as (update patchwork_" kind "comment"                                     \
	" set addressed = case when $3::int = 1 then $4::int::boolean else addressed end" \
	" where id = $2 returning id, " kind "_id)"                                       \
	" insert into patchwork_event (category, date, project_id, " kind "_id, " kind    \
	"_comment_id) select '" kind "-comment-created', " CHANGE_NOW                     \
	", p.project_id, p.id, c.id from c join patchwork_" kind " p on p.id = c." kind "_id"

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
	return change_comment(pg, COMMENT_SQL("patch"), id, addressed, time_zone);
}

int change_cover_comment(struct pg *pg, int32_t id, const int *addressed, const char *time_zone)
{
	return change_comment(pg, COMMENT_SQL("cover"), id, addressed, time_zone);
}

/* ---- projects and users */

int change_project(struct pg *pg, int32_t id, const struct change_project *change)
{
	const char *const texts[] = { change->web_url,
				      change->scm_url,
				      change->webscm_url,
				      change->list_archive_url,
				      change->list_archive_url_format,
				      change->commit_url_format };
	struct pg_query query;

	/* A database before 0048 has no such column. */
	pg_query_init(&query,
		      change->show_dependencies < 0
			      ? "update patchwork_project set web_url = coalesce($2, web_url),"
				" scm_url = coalesce($3, scm_url),"
				" webscm_url = coalesce($4, webscm_url),"
				" list_archive_url = coalesce($5, list_archive_url),"
				" list_archive_url_format = coalesce($6, list_archive_url_format),"
				" commit_url_format = coalesce($7, commit_url_format)"
				" where id = $1"
			      : "update patchwork_project set web_url = coalesce($2, web_url),"
				" scm_url = coalesce($3, scm_url),"
				" webscm_url = coalesce($4, webscm_url),"
				" list_archive_url = coalesce($5, list_archive_url),"
				" list_archive_url_format = coalesce($6, list_archive_url_format),"
				" commit_url_format = coalesce($7, commit_url_format),"
				" show_dependencies = $8::int::boolean where id = $1");
	pg_param_int(&query, id);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		pg_param_text(&query, view_str(texts[i]));
	if (change->show_dependencies >= 0)
		change_param_int(&query, change->show_dependencies);
	return run_alone(pg, &query);
}

int change_user(struct pg *pg, int32_t id, const struct change_user *change)
{
	struct pg_query query;
	int r = change_begin(pg);

	if (r != 0)
		return r;
	pg_query_init(&query, "update auth_user set first_name = coalesce($2, first_name),"
			      " last_name = coalesce($3, last_name) where id = $1");
	pg_param_int(&query, id);
	pg_param_text(&query, view_str(change->first_name));
	pg_param_text(&query, view_str(change->last_name));
	r = change_run(pg, &query);
	if (r == 0) {
		pg_query_init(
			&query,
			"update patchwork_userprofile set"
			" send_email = coalesce($2::int::boolean, send_email),"
			" items_per_page = coalesce($3::int, items_per_page),"
			" show_ids = coalesce($4::int::boolean, show_ids) where user_id = $1");
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

	/* Whoever is told by a constraint that the name is taken has lost a transaction by it. */
	pg_query_init(&query, "insert into patchwork_bundle (name, public, owner_id, project_id)"
			      " values ($1, $2::int::boolean, $3, $4)"
			      " on conflict (owner_id, name) do nothing returning id");
	pg_param_text(&query, view_str(change->name));
	pg_param_int(&query, change->is_public > 0);
	pg_param_int(&query, change->owner_id);
	pg_param_int(&query, change->project_id);
	return change_run_for_id(pg, &query, ret_id);
}

/* No row: the name is another bundle's. */
static int update_bundle(struct pg *pg, const struct change_bundle *change, int32_t *ret_id)
{
	struct pg_query query;

	pg_query_init(&query, "update patchwork_bundle b set name = coalesce($2, name),"
			      " public = coalesce($3::int::boolean, public),"
			      " project_id = coalesce($4::int, project_id) where id = $1"
			      " and not exists (select 1 from patchwork_bundle o"
			      " where o.owner_id = b.owner_id and o.name = $2 and o.id <> b.id)"
			      " returning id");
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

	pg_query_init(&query, "delete from patchwork_bundlepatch where bundle_id = $1");
	pg_param_int(&query, id);
	r = change_run(pg, &query);
	if (r != 0)
		return r;
	pg_query_init(&query, "insert into patchwork_bundlepatch (\"order\", bundle_id, patch_id)"
			      " select i, $1, id from unnest($2::int[]) with ordinality k(id, i)"
			      " order by i");
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
	*ret_outcome = r == 0 && *ret_id == 0 ? CHANGE_NAME_TAKEN : CHANGE_DONE;
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
	pg_query_init(&query, "delete from patchwork_bundlepatch where bundle_id = $1");
	pg_param_int(&query, id);
	r = change_run(pg, &query);
	if (r == 0) {
		pg_query_init(&query, "delete from patchwork_bundle where id = $1");
		pg_param_int(&query, id);
		r = change_run(pg, &query);
	}
	return change_end(pg, r);
}
