/* account - users that can log in over HTTP; see account.h */
#include "sql/report/account.h"

#include "parser/cleanup.h"
#include "sql/report/statements.h"

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
	return find(pg, sql_account_by_token, key, ret_account);
}

int account_by_name(struct pg *pg, const char *name, struct account *ret_account)
{
	return find(pg, sql_account_by_name, name, ret_account);
}
