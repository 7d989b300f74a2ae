/* held - held mail; see held.h */
#include "sql/held.h"

#include <errno.h>

#include "sql/statements.h"

const char *const held_kinds[HELD_KINDS_END] = {
	[HOLD_INVALID] = "invalid", [HOLD_NO_PROJECT] = "no-project", [HOLD_CUT] = "cut",
	[HOLD_POISON] = "suspect",  [HOLD_REFUSED] = "refused",
};

int held_list(struct pg *pg, void (*each)(void *context, const struct held *held), void *context)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	pg_query_init(&query, sql_held_list);
	r = pg_run(pg, &query, &result);
	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		struct held held = {
			.id = pg_bigint(result, i, 0),
			.bytes = pg_bigint(result, i, 1),
			.received = pg_text(result, i, 2),
			.expires = pg_text(result, i, 3),
			.kind = pg_text(result, i, 4),
			.reason = pg_text(result, i, 5),
			.msgid = pg_text(result, i, 6),
			.list_ids = pg_text(result, i, 7),
			.location = pg_text(result, i, 8),
		};

		each(context, &held);
	}
	pg_result_free(result);
	return r;
}

int held_mail(struct pg *pg, int64_t id, struct held_mail *ret_mail)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	struct view message;
	g_autofree char *list_ids = NULL;
	int r;

	pg_query_init(&query, sql_held_mail);
	pg_param_bigint(&query, id);
	r = pg_run(pg, &query, &result);
	if (r == 0 && pg_rows(result) == 0)
		r = -ENOENT;
	if (r == 0) {
		message = pg_text(result, 0, 0);
		ret_mail->message = g_byte_array_new();
		g_byte_array_append(ret_mail->message, (const guint8 *)message.ptr,
				    (guint)message.len);
		ret_mail->is_cut = pg_bool(result, 0, 1);
		list_ids = g_strndup(pg_text(result, 0, 2).ptr, pg_text(result, 0, 2).len);
		ret_mail->list_ids = g_strsplit(list_ids, "\n", -1);
	}
	pg_result_free(result);
	return r;
}

void held_mail_done(struct held_mail *mail)
{
	g_byte_array_unref(mail->message);
	g_strfreev(mail->list_ids);
}

int held_dropped(struct pg *pg, int64_t *ret_count)
{
	struct pg_query query;

	pg_query_init(&query, sql_held_dropped);
	return pg_run_bigint(pg, &query, ret_count);
}

int held_ids(struct pg *pg, const char *list_id, GArray **ret_ids)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	pg_query_init(&query, sql_held_ids);
	pg_param_text(&query, view_str(list_id));
	r = pg_run(pg, &query, &result);
	if (r == 0)
		*ret_ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		int64_t id = pg_bigint(result, i, 0);

		g_array_append_val(*ret_ids, id);
	}
	pg_result_free(result);
	return r;
}

int held_drop(struct pg *pg, const GArray *ids, int *ret_count)
{
	struct pg_query query;

	pg_query_init(&query, sql_held_drop);
	pg_param_bigints(&query, ids);
	return pg_run_int(pg, &query, ret_count);
}
