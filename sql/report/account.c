/* account - users that can log in over HTTP; see account.h */
#include "sql/report/account.h"

#include "parser/cleanup.h"
#include "sql/report/statements.h"

void account_free(struct account *account)
{
	g_free(account->password);
	account->password = NULL;
}

static void take(const struct pg_result *result, struct account *ret_account)
{
	struct view password;

	if (pg_rows(result) == 0)
		return;
	password = pg_text(result, 0, 2);
	ret_account->id = pg_int(result, 0, 0);
	ret_account->is_active = pg_bool(result, 0, 1);
	if (password.ptr != NULL)
		ret_account->password = g_strndup(password.ptr, password.len);
}

int account_by_name(struct pg *pg, const char *name, struct account *ret_account)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_account_by_name);
	pg_param_text(&query, view_str(name));
	r = pg_run(pg, &query, &result);
	if (r == 0)
		take(result, ret_account);
	return r;
}

void account_ask_by_token(struct pg *pg, const char *key, struct account_question *ret_question)
{
	struct account_question *question = ret_question;

	question->pg = pg;
	question->result = NULL;
	pg_query_init(&question->query, sql_account_by_token);
	pg_param_text(&question->query, view_str(key));
	pg_run_ahead(pg, &question->query, &question->result);
}

int account_answer(struct account_question *question, struct account *ret_account)
{
	int r = 0;

	pg_end_ahead(question->pg);
	if (question->result == NULL)
		r = pg_run(question->pg, &question->query, &question->result);
	if (r == 0)
		take(question->result, ret_account);
	return r;
}

void account_question_done(struct account_question *question)
{
	if (question->pg == NULL)
		return;
	pg_end_ahead(question->pg);
	pg_query_done(&question->query);
	pg_result_free(question->result);
}
