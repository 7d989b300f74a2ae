/*
 * app_private - the inside of app.h, shared by app.c and the resources
 */
#ifndef DAEMON_HTTPD_APP_PRIVATE_H
#define DAEMON_HTTPD_APP_PRIVATE_H

#include "daemon/httpd/app.h"
#include "daemon/httpd/counts.h"
#include "daemon/httpd/password.h"
#include "daemon/httpd/route.h"

struct stream;

struct app {
	const struct app_options *options;
	struct counts *counts;
	struct passwords *passwords;
	struct stream *stream;
};

struct app_worker {
	struct app *app;
	struct pg *pg;
	bool is_ready;         /* connected, and the session is set up */
	const char *time_zone; /* whose clock the dates are read by */
	bool has_dependencies; /* of the database, since 0048 */
};

#endif
