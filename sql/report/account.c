/* account - the users that may ask and write over HTTP; see account.h */
#include "sql/report/account.h"

#include "parser/cleanup.h"

void account_free(struct account *account)
{
	g_free(account->password);
	account->password = NULL;
}

static int find(struct pg *pg, const char *sql, const char *text, struct account *ret_account)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	struct view password;
	int r;

	pg_query_init(&query, sql);
	pg_param_text(&query, view_str(text));
	r = pg_run(pg, &query, &result);
	if (r != 0 || pg_rows(result) == 0)
		return r;
	password = pg_text(result, 0, 2);
	ret_account->id = pg_int(result, 0, 0);
	ret_account->is_active = pg_bool(result, 0, 1);
	if (password.ptr != NULL)
		ret_account->password = g_strndup(password.ptr, password.len);
	return 0;
}

int account_by_token(struct pg *pg, const char *key, struct account *ret_account)
{
	return find(pg,
		    "select u.id, u.is_active, null::text from authtoken_token t"
		    " join auth_user u on u.id = t.user_id where t.key = $1",
		    key, ret_account);
}

int account_by_name(struct pg *pg, const char *name, struct account *ret_account)
{
	return find(pg,
		    "select u.id, u.is_active, u.password from auth_user u where u.username = $1",
		    name, ret_account);
}
