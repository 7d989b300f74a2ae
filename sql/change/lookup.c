/* lookup - lookups before a change over HTTP; see lookup.h */
#include "sql/change/lookup.h"

#include <string.h>

#include "parser/cleanup.h"
#include "sql/change/statements.h"

/* ---- states */

/*
 * The slug of a name: ASCII letters in lower case, without accents, digits, and within them
 * underscores and one hyphen for each run of hyphens and white space.
 */
static char *slug_of(const char *text)
{
	g_autofree char *split = g_utf8_normalize(text, -1, G_NORMALIZE_ALL);
	GString *slug = g_string_new(NULL);
	bool has_gap = false;

	for (const char *p = split != NULL ? split : ""; *p != '\0'; p++) {
		if (*p == '-' || g_ascii_isspace(*p)) {
			has_gap = true;
		} else if (g_ascii_isalnum(*p) || (*p == '_' && slug->len > 0)) {
			g_string_append(slug, has_gap && slug->len > 0 ? "-" : "");
			g_string_append_c(slug, g_ascii_tolower(*p));
			has_gap = false;
		}
	}
	while (slug->len > 0 && strchr("-_", slug->str[slug->len - 1]) != NULL)
		g_string_truncate(slug, slug->len - 1);
	return g_string_free(slug, FALSE);
}

int lookup_state(struct pg *pg, const char *text, int32_t *ret_id, char **ret_problem)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autofree char *slug = slug_of(text);
	g_autoptr(GString) known = g_string_new(NULL);
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_lookup_states);
	r = pg_run(pg, &query, &result);
	*ret_id = 0;
	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		struct view found = pg_text(result, i, 1);

		if (view_eq(found, view_str(slug)))
			*ret_id = pg_int(result, i, 0);
		g_string_append_printf(known, "%s%.*s", i > 0 ? ", " : "", (int)found.len,
				       found.ptr);
	}
	*ret_problem = NULL;
	if (r == 0 && *ret_id == 0)
		*ret_problem =
			g_strdup_printf("Invalid state %s. Expected one of: %s.", slug, known->str);
	return r;
}

/* ---- rows and permissions */

/* Whether a statement returns a row. */
static int has_row(struct pg *pg, struct pg_query *query, bool *ret_has)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	int r = pg_run(pg, query, &result);

	*ret_has = r == 0 && pg_rows(result) > 0;
	return r;
}

int lookup_right(struct pg *pg, enum right right, int32_t id, int32_t user_id, bool *ret_may)
{
	static const char *const statements[] = {
		[RIGHT_PATCH] = sql_lookup_patch_right,
		[RIGHT_PATCH_COMMENT] = sql_lookup_patch_comment_right,
		[RIGHT_COVER_COMMENT] = sql_lookup_cover_comment_right,
		[RIGHT_PROJECT] = sql_lookup_project_right,
		[RIGHT_BUNDLE] = sql_lookup_bundle_right,
	};
	struct pg_query query;

	pg_query_init(&query, statements[right]);
	pg_param_int(&query, id);
	pg_param_int(&query, user_id);
	return has_row(pg, &query, ret_may);
}

int lookup_maintainer(struct pg *pg, int32_t patch_id, int32_t user_id, char **ret_problem)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_lookup_maintainer);
	pg_param_int(&query, patch_id);
	pg_param_int(&query, user_id);
	r = pg_run(pg, &query, &result);
	*ret_problem = NULL;
	if (r == 0 && pg_rows(result) > 0 && !pg_bool(result, 0, 0)) {
		struct view user = pg_text(result, 0, 1), project = pg_text(result, 0, 2);

		*ret_problem =
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

	pg_query_init(&query, sql_lookup_projects_of);
	pg_param_ints(&query, patch_ids);
	r = pg_run(pg, &query, &result);
	*ret_is_one = r == 0 && pg_rows(result) == 1;
	*ret_project = *ret_is_one ? pg_int(result, 0, 0) : 0;
	return r;
}
