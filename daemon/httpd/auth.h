/*
 * auth - the user of a request, by a token or a name and a password in the Authorization header
 *
 * A request without that header, or with an unknown scheme, is anonymous.  Wrong credentials are an
 * error for every resource, even if an anonymous request would be answered.
 */
#ifndef DAEMON_HTTPD_AUTH_H
#define DAEMON_HTTPD_AUTH_H

#include "daemon/httpd/http.h"
#include "daemon/httpd/password.h"
#include "sql/report/account.h"

struct auth_user {
	int32_t id;        /* 0: the request is anonymous */
	bool has_password; /* and no token: a browser may have added it to the request */
};

/*
 * Find the user.  Returns 0 or a pg error.  *ret_problem is NULL, or the error message for a client
 * with wrong credentials, whose status is *ret_status, 403 or 503.
 */
int auth_find(struct pg *pg, struct passwords *passwords, const struct http_request *request,
	      struct auth_user *ret_user, const char **ret_problem, unsigned *ret_status);

/*
 * Ask for the user of a token together with the next query of the connection (account.h).  False:
 * the request has no token, and nothing is asked.
 */
bool auth_ask(struct pg *pg, const struct http_request *request,
	      struct account_question *ret_question);

/* The answer to that.  Returns the same as auth_find(); the status is 403. */
int auth_take(struct account_question *question, struct auth_user *ret_user,
	      const char **ret_problem);

#endif
