/*
 * account - users that can log in over HTTP
 */
#ifndef SQL_REPORT_ACCOUNT_H
#define SQL_REPORT_ACCOUNT_H

#include "sql/pg/query.h"

/* For account_ask_by_token(); account_question_done() also accepts a zeroed one. */
struct account_question {
	struct pg *pg;
	struct pg_query query;
	struct pg_result *result;
};

struct account {
	int32_t id; /* 0: none was found */
	bool is_active;
	char *password; /* in Django's format; NULL: not loaded */
};

void account_free(struct account *account);

/* Find a user by name.  Returns 0 or a pg error. */
int account_by_name(struct pg *pg, const char *name, struct account *ret_account);

/*
 * Find a user by the key of a token together with the next query of the connection, which returns
 * the errors of both.  account_answer() asks itself if there was no query, and returns 0 or a pg
 * error.
 */
void account_ask_by_token(struct pg *pg, const char *key, struct account_question *ret_question);
int account_answer(struct account_question *question, struct account *ret_account);
void account_question_done(struct account_question *question);

#endif
