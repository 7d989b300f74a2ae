/*
 * account - the users that may ask and write over HTTP
 */
#ifndef SQL_ACCOUNT_H
#define SQL_ACCOUNT_H

#include "sql/pg/query.h"

struct account {
	int32_t id; /* 0: there is none */
	bool is_active;
	char *password; /* as Django keeps it; NULL: not asked for */
};

void account_free(struct account *account);

/* By the key of a token, or by name.  Return 0 or what pg_run() returns. */
int account_by_token(struct pg *pg, const char *key, struct account *ret_account);
int account_by_name(struct pg *pg, const char *name, struct account *ret_account);

#endif
