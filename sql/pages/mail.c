/* mail - a patch or a cover letter with its checks, comments and related patches; see mail.h */
#include "sql/pages/mail.h"

#include "parser/cleanup.h"
#include "sql/pages/statements.h"

/* ---- the mail */

static int run_for_mail(struct pg *pg, struct pg_query *query, enum mail_kind kind,
			struct mail *ret_mail)
{
	struct pg_result *rows;
	int r;

	*ret_mail = (struct mail){ .kind = kind };
	r = pg_run(pg, query, &rows);
	if (r != 0)
		return r;
	ret_mail->result = rows;
	if (pg_rows(rows) == 0)
		return 0;
	*ret_mail = (struct mail){
		.id = pg_int(rows, 0, 0),
		.kind = kind,
		.name = pg_text(rows, 0, 1),
		.msgid = pg_text(rows, 0, 2),
		.clock = pg_bigint(rows, 0, 3),
		.submitter = { pg_int(rows, 0, 4), pg_text(rows, 0, 5), pg_text(rows, 0, 6) },
		.content = pg_text(rows, 0, 7),
		.diff = pg_text(rows, 0, 8),
		.state = pg_text(rows, 0, 9),
		.is_archived = pg_bool(rows, 0, 10),
		.delegate = pg_text(rows, 0, 11),
		.commit = pg_text(rows, 0, 12),
		.pull_url = pg_text(rows, 0, 13),
		.hash = pg_text(rows, 0, 14),
		.series_id = pg_int(rows, 0, 15),
		.number = pg_int(rows, 0, 16),
		.related_id = pg_int(rows, 0, 17),
		.result = rows,
	};
	return 0;
}

int mail_find(struct pg *pg, enum mail_kind kind, const char *project, const char *msgid,
	      const char *time_zone, struct mail *ret_mail)
{
	struct pg_query query;

	pg_query_init(&query, kind == MAIL_PATCH ? sql_mail_patch : sql_mail_cover);
	pg_param_text(&query, view_str(time_zone));
	pg_param_text(&query, view_str(project));
	pg_param_text(&query, view_str(msgid));
	return run_for_mail(pg, &query, kind, ret_mail);
}

int mail_cover_of(struct pg *pg, int32_t series_id, const char *time_zone, struct mail *ret_mail)
{
	struct pg_query query;

	pg_query_init(&query, sql_mail_cover_of);
	pg_param_text(&query, view_str(time_zone));
	pg_param_int(&query, series_id);
	return run_for_mail(pg, &query, MAIL_COVER, ret_mail);
}

void mail_done(struct mail *mail)
{
	pg_result_free(mail->result);
}

/* ---- checks, comments and related patches */

static void take_comments(const struct pg_result *rows, GArray *comments)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct mail_comment comment = {
			.id = pg_int(rows, i, 0),
			.msgid = pg_text(rows, i, 1),
			.clock = pg_bigint(rows, i, 2),
			.name = pg_text(rows, i, 3),
			.email = pg_text(rows, i, 4),
			.headers = pg_text(rows, i, 5),
			.content = pg_text(rows, i, 6),
			.is_addressed = !pg_is_null(rows, i, 7) && pg_bool(rows, i, 7),
			.is_unaddressed = !pg_is_null(rows, i, 7) && !pg_bool(rows, i, 7),
			.patch_id = pg_int(rows, i, 8),
		};

		g_array_append_val(comments, comment);
	}
}

static void take_checks(const struct pg_result *rows, GArray *checks)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct mail_check check = {
			.state = pg_int(rows, i, 0),
			.context = pg_text(rows, i, 1),
			.description = pg_text(rows, i, 2),
			.url = pg_text(rows, i, 3),
			.user = pg_text(rows, i, 4),
			.clock = pg_bigint(rows, i, 5),
		};

		g_array_append_val(checks, check);
	}
}

static GArray *related_of(const struct pg_result *rows)
{
	GArray *related = g_array_new(FALSE, FALSE, sizeof(struct mail_related));

	for (int i = 0; i < pg_rows(rows); i++) {
		struct mail_related row = {
			.name = pg_text(rows, i, 0),
			.msgid = pg_text(rows, i, 1),
			.project = pg_text(rows, i, 2),
			.clock = pg_bigint(rows, i, 3),
		};

		g_array_append_val(related, row);
	}
	return related;
}

int mail_details(struct pg *pg, const struct mail *mail, const char *time_zone, int64_t page,
		 struct mail_details *ret_details)
{
	struct view zone = view_str(time_zone);
	struct pg_queue queue = { .count = 0 };
	struct pg_query *query;
	int r;

	*ret_details = (struct mail_details){
		.comments = g_array_new(FALSE, FALSE, sizeof(struct mail_comment)),
		.checks = g_array_new(FALSE, FALSE, sizeof(struct mail_check)),
	};
	query = pg_queue_add(&queue, mail->kind == MAIL_PATCH ? sql_mail_patch_comments
							      : sql_mail_cover_comments);
	pg_param_text(query, zone);
	pg_param_int(query, mail->id);
	pg_param_bigint(query, page);
	pg_param_int(query, MAIL_COMMENTS_MAX);
	pg_param_bigint(query, MAIL_COMMENTS_BYTES);
	if (mail->kind == MAIL_PATCH) {
		query = pg_queue_add(&queue, sql_mail_checks);
		pg_param_text(query, zone);
		pg_param_int(query, mail->id);
		query = pg_queue_add(&queue, sql_mail_related);
		pg_param_text(query, zone);
		pg_param_int(query, mail->related_id);
		pg_param_int(query, mail->id);
	}
	r = pg_run_queue(pg, &queue, ret_details->results);
	if (r != 0)
		return r;
	take_comments(ret_details->results[MAIL_COMMENTS], ret_details->comments);
	ret_details->has_more_comments = ret_details->comments->len > 0 &&
					 pg_bool(ret_details->results[MAIL_COMMENTS], 0, 9);
	if (mail->kind == MAIL_PATCH) {
		take_checks(ret_details->results[MAIL_CHECKS], ret_details->checks);
		ret_details->related = related_of(ret_details->results[MAIL_RELATED]);
	}
	return 0;
}

void mail_details_done(struct mail_details *details)
{
	if (details->comments == NULL)
		return;
	g_array_unref(details->comments);
	g_array_unref(details->checks);
	if (details->related != NULL)
		g_array_unref(details->related);
	pg_results_free(details->results, MAIL_PARTS);
}

int mail_series_comments(struct pg *pg, int32_t series_id, const char *time_zone,
			 GArray **ret_comments, bool *ret_has_more, struct pg_result **ret_result)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_mail_series_comments);
	pg_param_text(&query, view_str(time_zone));
	pg_param_int(&query, series_id);
	pg_param_int(&query, MAIL_COMMENTS_MAX);
	pg_param_bigint(&query, MAIL_COMMENTS_BYTES);
	r = pg_run(pg, &query, ret_result);
	if (r != 0)
		return r;
	*ret_comments = g_array_new(FALSE, FALSE, sizeof(struct mail_comment));
	take_comments(*ret_result, *ret_comments);
	*ret_has_more = (*ret_comments)->len > 0 &&
			pg_bigint(*ret_result, 0, 9) > (int64_t)(*ret_comments)->len;
	return 0;
}

int mail_comment_page(struct pg *pg, enum mail_kind kind, int32_t id, int64_t *ret_page)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, kind == MAIL_PATCH ? sql_mail_patch_comment_page
						 : sql_mail_cover_comment_page);
	pg_param_int(&query, id);
	pg_param_int(&query, MAIL_COMMENTS_MAX);
	pg_param_bigint(&query, MAIL_COMMENTS_BYTES);
	r = pg_run(pg, &query, &result);
	*ret_page = r == 0 && pg_rows(result) > 0 ? pg_bigint(result, 0, 0) : 0;
	return r;
}

/* ---- searches */

int mail_like(struct pg *pg, int32_t project_id, const char *msgid, GArray **ret_rows,
	      struct pg_result **ret_result)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_find_like);
	pg_param_int(&query, project_id);
	if (project_id == 0)
		pg_param_null(&query);
	pg_param_text(&query, view_str(msgid));
	/* The planner removes the condition on a null project if it knows the value. */
	query.is_unprepared = true;
	r = pg_run(pg, &query, ret_result);
	if (r == 0)
		*ret_rows = related_of(*ret_result);
	return r;
}

int mail_of_commit(struct pg *pg, const char *commit, GArray **ret_rows,
		   struct pg_result **ret_result)
{
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_find_commit);
	pg_param_text(&query, view_str(commit));
	pg_param_int(&query, MAIL_COMMIT_SEARCHED);
	/* The planner uses the index if it knows the first characters. */
	query.is_unprepared = true;
	r = pg_run(pg, &query, ret_result);
	if (r == 0)
		*ret_rows = related_of(*ret_result);
	return r;
}
