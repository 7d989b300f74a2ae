/* mails - the facts about stored series; see mails.h */
#include "sql/revisions/mails.h"

#include <errno.h>

#include "parser/cleanup.h"
#include "parser/stored.h"
#include "parser/title.h"
#include "sql/revisions/statements.h"

/* Columns of sql_revisions_mails. */
enum {
	MAIL_SERIES,
	MAIL_PROJECT,
	MAIL_PERSON,
	MAIL_DATE,
	MAIL_VERSION,
	MAIL_IS_COVER,
	MAIL_MSGID,
	MAIL_NAME,
	MAIL_CONTENT,
	MAIL_HASH,
	MAIL_FILES,
	MAIL_REFS,
	MAIL_EMAIL,
	MAIL_HEADERS,
};

static const struct view *read_texts(struct arena *arena, const struct pg_result *result, int row,
				     int column, size_t *ret_count)
{
	g_autoptr(GArray) views = g_array_new(FALSE, FALSE, sizeof(struct view));
	struct view *kept;

	pg_texts(result, row, column, views);
	*ret_count = views->len;
	kept = arena_alloc(arena, (views->len + 1) * sizeof(*kept));
	if (kept != NULL && views->len > 0)
		memcpy(kept, views->data, views->len * sizeof(*kept));
	return kept;
}

static int read_mail(struct arena *arena, const struct pg_result *result, int row,
		     struct facts_mail *ret_mail)
{
	struct view headers = pg_text(result, row, MAIL_HEADERS);
	struct facts_mail mail = { .is_cover = pg_bool(result, row, MAIL_IS_COVER),
				   .msgid = pg_text(result, row, MAIL_MSGID),
				   .name = pg_text(result, row, MAIL_NAME),
				   .content = pg_text(result, row, MAIL_CONTENT),
				   .hash = pg_text(result, row, MAIL_HASH) };

	mail.title = title_of(arena, mail.name);
	mail.paths = read_texts(arena, result, row, MAIL_FILES, &mail.path_count);
	mail.refs = read_texts(arena, result, row, MAIL_REFS, &mail.ref_count);
	*ret_mail = mail;
	return headers.ptr != NULL ? stored_from(arena, headers, &ret_mail->from) : 0;
}

/* Read the series whose first mail is in this row; *row moves to the next series. */
static int read_series(struct arena *arena, const struct pg_result *result, int *row,
		       struct facts *facts)
{
	g_autoptr(GArray) mails = g_array_new(FALSE, FALSE, sizeof(struct facts_mail));
	struct facts_series series = {
		pg_int(result, *row, MAIL_SERIES),  pg_int(result, *row, MAIL_PROJECT),
		pg_int(result, *row, MAIL_PERSON),  pg_int(result, *row, MAIL_VERSION),
		pg_bigint(result, *row, MAIL_DATE), pg_text(result, *row, MAIL_EMAIL)
	};

	for (; *row < pg_rows(result) && pg_int(result, *row, MAIL_SERIES) == series.id; ++*row) {
		struct facts_mail mail;
		int r = read_mail(arena, result, *row, &mail);

		if (r != 0)
			return r;
		g_array_append_val(mails, mail);
	}
	return facts_read(arena, &series, (const struct facts_mail *)(const void *)mails->data,
			  mails->len, facts);
}

static int read_all(struct arena *arena, const struct pg_result *result, GPtrArray *ret_facts)
{
	int row = 0, r = 0;

	while (r == 0 && row < pg_rows(result)) {
		struct facts *facts = arena_alloc(arena, sizeof(*facts));

		r = facts != NULL ? read_series(arena, result, &row, facts) : arena_error(arena);
		if (r == 0)
			g_ptr_array_add(ret_facts, facts);
	}
	return r;
}

int mails_read_facts(struct pg *pg, struct arena *arena, const GArray *ids, GPtrArray *results,
		     GPtrArray **ret_facts)
{
	struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	*ret_facts = g_ptr_array_new();
	if (ids->len == 0)
		return 0;
	pg_query_init(&query, sql_revisions_mails);
	pg_param_ints(&query, ids);
	r = pg_run(pg, &query, &result);
	if (r != 0)
		return r;
	g_ptr_array_add(results, result);
	return read_all(arena, result, *ret_facts);
}
