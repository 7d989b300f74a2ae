/*
 * app_private - private header of app.c, worker.c and the functions of routes
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
	bool is_ready;         /* connected, with the settings of the session */
	const char *time_zone; /* of the dates in the database */
	bool has_dependencies; /* the database has them, since Patchwork's migration 0048 */
};

#endif
