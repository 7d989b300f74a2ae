/*
 * account - users that can log in over HTTP
 */
#ifndef SQL_REPORT_ACCOUNT_H
#define SQL_REPORT_ACCOUNT_H

#include "sql/pg/query.h"

struct account {
	int32_t id; /* 0: none was found */
	bool is_active;
	char *password; /* in Django's format; NULL: not loaded */
};

void account_free(struct account *account);

/* Find a user by the key of a token, or by name.  Return 0 or a pg error. */
int account_by_token(struct pg *pg, const char *key, struct account *ret_account);
int account_by_name(struct pg *pg, const char *name, struct account *ret_account);

#endif
