/* auth - the user of a request; see auth.h */
#include "daemon/httpd/auth.h"

#include "daemon/httpd/credentials.h"
#include "parser/cleanup.h"

struct finding {
	struct pg *pg;
	struct passwords *passwords;
	const struct http_request *request;
	struct auth_user *user;
	const char *problem;
	unsigned status;
};

static int find_token(struct finding *f, const char *key)
{
	_cleanup_(account_question_done) struct account_question question;

	account_ask_by_token(f->pg, key, &question);
	return auth_take(&question, f->user, &f->problem);
}

static int find_password(struct finding *f, const char *name, const char *password)
{
	_cleanup_(account_free) struct account account = { 0 };
	int r = account_by_name(f->pg, name, &account);

	if (r != 0)
		return r;
	f->problem = CREDENTIALS_WRONG;
	switch (passwords_check(f->passwords, name, password, account.password,
				f->request->origin)) {
	case PASSWORD_RIGHT:
		if (account.is_active) {
			f->problem = NULL;
			f->user->id = account.id;
			f->user->has_password = true;
		}
		break;
	case PASSWORD_WRONG:
		break;
	case PASSWORD_LATER:
		f->problem = "Too many passwords were wrong. Try again in a minute.";
		f->status = 503;
		break;
	case PASSWORD_BUSY:
		f->problem = "Too many passwords are being checked. Try again.";
		f->status = 503;
		break;
	}
	return 0;
}

int auth_find(struct pg *pg, struct passwords *passwords, const struct http_request *request,
	      struct auth_user *ret_user, const char **ret_problem, unsigned *ret_status)
{
	_cleanup_(credentials_done) struct credentials credentials;
	struct finding f = { .pg = pg,
			     .passwords = passwords,
			     .request = request,
			     .user = ret_user,
			     .status = 403 };
	int r = 0;

	*ret_user = (struct auth_user){ 0 };
	credentials_read(request->headers[HTTP_AUTHORIZATION], &credentials);
	f.problem = credentials.problem;
	if (credentials.token != NULL)
		r = find_token(&f, credentials.token);
	else if (credentials.name != NULL)
		r = find_password(&f, credentials.name, credentials.password);
	*ret_problem = f.problem;
	*ret_status = f.status;
	return r;
}

bool auth_ask(struct pg *pg, const struct http_request *request,
	      struct account_question *ret_question)
{
	_cleanup_(credentials_done) struct credentials credentials;

	credentials_read(request->headers[HTTP_AUTHORIZATION], &credentials);
	if (credentials.token == NULL)
		return false;
	account_ask_by_token(pg, credentials.token, ret_question);
	return true;
}

int auth_take(struct account_question *question, struct auth_user *ret_user,
	      const char **ret_problem)
{
	_cleanup_(account_free) struct account account = { 0 };
	int r = account_answer(question, &account);

	*ret_user = (struct auth_user){ 0 };
	*ret_problem = NULL;
	if (r != 0)
		return r;
	if (account.id == 0)
		*ret_problem = "Invalid token.";
	else if (!account.is_active)
		*ret_problem = "User inactive or deleted.";
	else
		ret_user->id = account.id;
	return 0;
}
