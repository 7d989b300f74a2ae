/* show - reads stored patches, cover letters and series for printing; see show.h */
#include "sql/report/show.h"

#include "parser/cleanup.h"
#include "parser/tag.h"
#include "sql/report/statements.h"

static int find(struct pg *pg, struct pg_query *query, GArray **ret_found,
		struct pg_result **ret_result)
{
	struct pg_result *result = NULL;
	int r = pg_run(pg, query, &result);

	if (r != 0)
		return r;
	*ret_found = g_array_new(FALSE, FALSE, sizeof(struct shown));
	for (int i = 0; i < pg_rows(result); i++) {
		struct shown shown = { .kind = (enum shown_kind)pg_int(result, i, 0),
				       .id = pg_int(result, i, 1),
				       .series_id = pg_int(result, i, 2),
				       .msgid = pg_text(result, i, 3),
				       .project = pg_text(result, i, 4) };

		g_array_append_val(*ret_found, shown);
	}
	*ret_result = result;
	return 0;
}

int show_find_msgid(struct pg *pg, const char *msgid, const char *project, GArray **ret_found,
		    struct pg_result **ret_result)
{
	g_autofree char *bracketed = g_strconcat("<", msgid, ">", NULL);
	GArray *spellings = g_array_new(FALSE, FALSE, sizeof(struct view));
	struct view as_given = view_str(msgid), with_brackets = view_str(bracketed);
	struct pg_query query;

	g_array_append_val(spellings, as_given);
	g_array_append_val(spellings, with_brackets);
	pg_query_init(&query, sql_show_find_msgid);
	pg_param_texts(&query, spellings);
	pg_param_text(&query, view_str(project));
	g_array_unref(spellings);
	return find(pg, &query, ret_found, ret_result);
}

int show_find_patch(struct pg *pg, int32_t id, GArray **ret_found, struct pg_result **ret_result)
{
	struct pg_query query;

	pg_query_init(&query, sql_show_find_patch);
	pg_param_int(&query, id);
	return find(pg, &query, ret_found, ret_result);
}

int show_series(struct pg *pg, int32_t series_id, GArray **ret_ids, int32_t *ret_total)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	pg_query_init(&query, sql_show_series);
	pg_param_int(&query, series_id);
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	*ret_total = pg_rows(result) > 0 ? pg_int(result, 0, 0) : 0;
	*ret_ids = pg_ints(result, 1);
	pg_result_free(result);
	return 0;
}

static void free_string(gpointer string)
{
	g_string_free(string, TRUE);
}

/* The tags of a patch, to which those of its next comment are appended. */
static GString *tags_to_append(GHashTable *tags, int32_t id)
{
	GString *lines = g_hash_table_lookup(tags, GINT_TO_POINTER(id));

	if (lines == NULL) {
		lines = g_string_new(NULL);
		(void)g_hash_table_insert(tags, GINT_TO_POINTER(id), lines);
	}
	return lines;
}

/* Keep the tags of comments; the rows have the ids of their patches, and the contents. */
static void take_tags(void *context, const struct pg_result *rows)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct view content = pg_text(rows, i, 1), line;

		while (view_next_line(&content, &line)) {
			GString *lines;

			if (tag_name(line).ptr == NULL)
				continue;
			lines = tags_to_append(context, pg_int(rows, i, 0));
			g_string_append_len(lines, line.ptr, (gssize)line.len);
			g_string_append_c(lines, '\n');
		}
	}
}

static struct view tags_of(const struct shown_patches *patches, int32_t id)
{
	const GString *lines = g_hash_table_lookup(patches->tags, GINT_TO_POINTER(id));

	return lines != NULL ? view_of(lines->str, lines->len) : VIEW("");
}

static void take_patches(struct shown_patches *patches)
{
	const struct pg_result *rows = patches->rows;

	for (int i = 0; i < pg_rows(rows); i++) {
		struct shown_patch patch = {
			.id = pg_int(rows, i, 0),
			.headers = pg_text(rows, i, 1),
			.content = pg_text(rows, i, 2),
			.diff = pg_text(rows, i, 3),
			.name = pg_text(rows, i, 4),
			.date = pg_bigint(rows, i, 5),
			.author_name = pg_text(rows, i, 6),
			.author_email = pg_text(rows, i, 7),
			.list_email = pg_text(rows, i, 8),
			.delegate_email = pg_text(rows, i, 9),
			.tags = tags_of(patches, pg_int(rows, i, 0)),
		};

		g_array_append_val(patches->items, patch);
	}
}

/* Add the query of comments; `whose` is its second parameter. */
static void queue_comments(struct pg_queue *queue, const GArray *ids, const char *whose,
			   GHashTable *tags)
{
	struct pg_query *query = pg_queue_add(queue, sql_show_comments);

	pg_param_ints(query, ids);
	pg_param_text(query, view_str(whose));
	pg_take_each(query, take_tags, tags);
}

/* If `whose` is NULL, no comments are read. */
static int show_mails(struct pg *pg, const char *sql, const char *whose, const GArray *ids,
		      const char *time_zone, struct shown_patches *ret_patches)
{
	struct pg_queue queue = { .count = 0 };
	struct pg_query *query = pg_queue_add(&queue, sql);
	struct pg_result *results[2] = { NULL };
	int r;

	*ret_patches = (struct shown_patches){
		.items = g_array_new(FALSE, FALSE, sizeof(struct shown_patch)),
		.tags = g_hash_table_new_full(NULL, NULL, NULL, free_string),
	};
	pg_param_ints(query, ids);
	pg_param_text(query, view_str(time_zone));
	if (whose != NULL)
		queue_comments(&queue, ids, whose, ret_patches->tags);
	r = pg_run_queue(pg, &queue, results);
	if (r != 0)
		return r;
	pg_result_free(results[1]);
	ret_patches->rows = results[0];
	take_patches(ret_patches);
	return 0;
}

int show_patches(struct pg *pg, const GArray *ids, const char *time_zone, enum shown_tags tags,
		 struct shown_patches *ret_patches)
{
	static const char *const whose[] = {
		[TAGS_OF_NONE] = NULL,
		[TAGS_OF_PATCHES] = "patches",
		[TAGS_OF_SERIES] = "series",
	};

	return show_mails(pg, sql_show_patches, whose[tags], ids, time_zone, ret_patches);
}

int show_patches_within(struct pg *pg, const GArray *ids, int64_t bytes, guint *ret_count)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *sizes = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_show_patch_sizes);
	pg_param_ints(&query, ids);
	r = pg_run(pg, &query, &sizes);
	if (r != 0)
		return r;
	*ret_count = pg_rows_within(sizes, bytes);
	return 0;
}

int show_covers(struct pg *pg, const GArray *ids, const char *time_zone,
		struct shown_patches *ret_patches)
{
	return show_mails(pg, sql_show_covers, "covers", ids, time_zone, ret_patches);
}

void show_patches_free(struct shown_patches *patches)
{
	g_array_unref(patches->items);
	g_hash_table_destroy(patches->tags);
	pg_result_free(patches->rows);
}

/* ---- single mails, series and bundles, by the parts of a URL */

static char *text_of(const struct pg_result *result, int column)
{
	struct view text = pg_text(result, 0, column);

	return text.ptr != NULL ? g_strndup(text.ptr, text.len) : NULL;
}

static int take_mail(struct pg *pg, struct pg_query *query, struct shown_mail *ret_mail)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	int r = pg_run(pg, query, &result);

	*ret_mail = (struct shown_mail){ 0 };
	if (r != 0 || pg_rows(result) == 0)
		return r;
	*ret_mail = (struct shown_mail){ .id = pg_int(result, 0, 0),
					 .series_id = pg_int(result, 0, 1),
					 .number = pg_int(result, 0, 2),
					 .name = text_of(result, 3),
					 .msgid = text_of(result, 4),
					 .project = text_of(result, 5) };
	return 0;
}

void show_mail_done(struct shown_mail *mail)
{
	g_free(mail->name);
	g_free(mail->msgid);
	g_free(mail->project);
}

int show_mail_by_msgid(struct pg *pg, enum shown_kind kind, const char *project, const char *msgid,
		       struct shown_mail *ret_mail)
{
	struct pg_query query;

	pg_query_init(&query,
		      kind == SHOWN_PATCH ? sql_show_patch_by_msgid : sql_show_cover_by_msgid);
	pg_param_text(&query, view_str(project));
	pg_param_text(&query, view_str(msgid));
	return take_mail(pg, &query, ret_mail);
}

/* Of a comment: its parent. */
int show_mail_by_id(struct pg *pg, enum shown_kind kind, int32_t id, struct shown_mail *ret_mail)
{
	static const char *const statements[] = {
		[SHOWN_PATCH] = sql_show_patch_by_id,
		[SHOWN_COVER] = sql_show_cover_by_id,
		[SHOWN_PATCH_COMMENT] = sql_show_patch_of_comment,
		[SHOWN_COVER_COMMENT] = sql_show_cover_of_comment,
	};
	struct pg_query query;

	pg_query_init(&query, statements[kind]);
	pg_param_int(&query, id);
	return take_mail(pg, &query, ret_mail);
}

int show_series_before(struct pg *pg, int32_t series_id, int32_t number, GArray **ret_ids)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_show_series_before);
	pg_param_int(&query, series_id);
	pg_param_int(&query, number);
	r = pg_run(pg, &query, &result);
	if (r == 0)
		*ret_ids = pg_ints(result, 0);
	return r;
}

int show_series_name(struct pg *pg, int32_t series_id, bool *ret_is_there, char **ret_name)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_show_series_name);
	pg_param_int(&query, series_id);
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	*ret_is_there = pg_rows(result) > 0;
	*ret_name = *ret_is_there ? text_of(result, 0) : NULL;
	return 0;
}

int show_bundle(struct pg *pg, const char *owner, const char *name, int32_t user_id,
		int32_t *ret_id, GArray **ret_ids)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_show_bundle);
	pg_param_text(&query, view_str(owner));
	pg_param_text(&query, view_str(name));
	pg_param_int(&query, user_id);
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	*ret_id = pg_rows(result) > 0 ? pg_int(result, 0, 0) : 0;
	*ret_ids = pg_ints(result, 1);
	return 0;
}
