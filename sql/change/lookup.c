/* lookup - what has to be known before something is changed over HTTP; see lookup.h */
#include "sql/change/lookup.h"

#include <string.h>

#include "parser/cleanup.h"

/* ---- states */

/* As Django makes a slug of a name. */
static char *slug_of(const char *text)
{
	GString *slug = g_string_new(NULL);

	for (; *text != '\0'; text++) {
		if (g_ascii_isalnum(*text) || *text == '_' || *text == '-')
			g_string_append_c(slug, g_ascii_tolower(*text));
		else if (*text == ' ')
			g_string_append_c(slug, '-');
	}
	return g_string_free(slug, FALSE);
}

int lookup_state(struct pg *pg, const char *text, int32_t *ret_id, char **ret_known)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autofree char *slug = slug_of(text);
	GString *known = g_string_new(NULL);
	struct pg_query query;
	int r;

	pg_query_init(&query, "select id, slug from patchwork_state order by ordering, id");
	r = pg_run(pg, &query, &result);
	*ret_id = 0;
	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		struct view found = pg_text(result, i, 1);

		if (view_eq(found, view_str(slug)))
			*ret_id = pg_int(result, i, 0);
		g_string_append_printf(known, "%s%.*s", i > 0 ? ", " : "", (int)found.len,
				       found.ptr);
	}
	*ret_known = g_string_free(known, FALSE);
	return r;
}

/* ---- rows and rights */

/* Whether a statement gives a row. */
static int has_row(struct pg *pg, struct pg_query *query, bool *ret_has)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	int r = pg_run(pg, query, &result);

	*ret_has = r == 0 && pg_rows(result) > 0;
	return r;
}

int lookup_row(struct pg *pg, const char *table, int32_t id, bool *ret_is_there)
{
	g_autofree char *sql = g_strdup_printf("select id from %s where id = $1", table);
	struct pg_query query;

	pg_query_init(&query, sql);
	pg_param_int(&query, id);
	return has_row(pg, &query, ret_is_there);
}

/* $1 is the row's id, $2 the user's; p is a patch or cover letter. */
#define MAINTAINS(project)                                                  \
	"exists (select 1 from patchwork_userprofile_maintainer_projects m" \
	" join patchwork_userprofile f on f.id = m.userprofile_id"          \
	" where m.project_id = " project " and f.user_id = $2)"
#define SUBMITTED(row)                                               \
	"exists (select 1 from patchwork_person w where w.id = " row \
	".submitter_id and w.user_id = $2)"

int lookup_right(struct pg *pg, enum right right, int32_t id, int32_t user_id, bool *ret_may)
{
	static const char *const statements[] = {
		[RIGHT_PATCH] = "select 1 from patchwork_patch p where p.id = $1"
				" and (p.delegate_id = $2 or " SUBMITTED("p") " or " MAINTAINS(
					"p.project_id") ")",
		[RIGHT_PATCH_COMMENT] =
			"select 1 from patchwork_patchcomment c"
			" join patchwork_patch p on p.id = c.patch_id where c.id = $1"
			" and (p.delegate_id = $2 or " SUBMITTED("c") " or " SUBMITTED(
				"p") " or " MAINTAINS("p.project_id") ")",
		[RIGHT_COVER_COMMENT] =
			"select 1 from patchwork_covercomment c"
			" join patchwork_cover p on p.id = c.cover_id where c.id = $1"
			" and (" SUBMITTED("c") " or " SUBMITTED("p") " or " MAINTAINS(
				"p.project_id") ")",
		[RIGHT_PROJECT] = "select 1 from patchwork_project p where p.id = $1"
				  " and " MAINTAINS("p.id"),
		[RIGHT_BUNDLE] = "select 1 from patchwork_bundle b where b.id = $1"
				 " and b.owner_id = $2",
	};
	struct pg_query query;

	pg_query_init(&query, statements[right]);
	pg_param_int(&query, id);
	pg_param_int(&query, user_id);
	return has_row(pg, &query, ret_may);
}

int lookup_maintainer(struct pg *pg, int32_t patch_id, int32_t user_id, char **ret_words)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(
		&query,
		"select " MAINTAINS(
			"p.project_id") ", u.username, j.name"
					" from patchwork_patch p"
					" join patchwork_project j on j.id = p.project_id"
					" cross join auth_user u where p.id = $1 and u.id = $2");
	pg_param_int(&query, patch_id);
	pg_param_int(&query, user_id);
	r = pg_run(pg, &query, &result);
	*ret_words = NULL;
	if (r == 0 && pg_rows(result) > 0 && !pg_bool(result, 0, 0)) {
		struct view user = pg_text(result, 0, 1), project = pg_text(result, 0, 2);

		*ret_words =
			g_strdup_printf("User '%.*s' is not a maintainer for project '%.*s'",
					(int)user.len, user.ptr, (int)project.len, project.ptr);
	}
	return r;
}

int lookup_project_of(struct pg *pg, const GArray *patch_ids, int32_t *ret_project,
		      bool *ret_is_one)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, "select distinct project_id from patchwork_patch"
			      " where id = any($1::int[])");
	pg_param_ints(&query, patch_ids);
	r = pg_run(pg, &query, &result);
	*ret_is_one = r == 0 && pg_rows(result) == 1;
	*ret_project = *ret_is_one ? pg_int(result, 0, 0) : 0;
	return r;
}
