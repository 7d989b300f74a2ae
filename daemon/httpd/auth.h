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

struct asker {
	int32_t id;        /* 0: nobody */
	bool has_password; /* not a token, so a browser may have sent it by itself */
};

/*
 * Find out.  Returns 0 or what pg_run() returns; *ret_problem is NULL, or what is wrong with the
 * credentials in words for the client, and *ret_status the status of that answer, 403 or 503.
 */
int auth_find(struct pg *pg, struct passwords *passwords, const struct http_request *request,
	      struct asker *ret_asker, const char **ret_problem, unsigned *ret_status);

#endif
