/* worker - a connection to the database, and its session; see worker.h */
#include "daemon/httpd/worker.h"

#include <errno.h>

#include "daemon/httpd/app_private.h"
#include "daemon/log.h"
#include "sql/report/documents.h"
#include "sql/report/read.h"

struct app_worker *app_worker_new(struct app *app)
{
	const struct store_options *store = &app->options->store;
	struct app_worker *worker = g_new0(struct app_worker, 1);

	worker->app = app;
	worker->pg = pg_new(store->conninfo, store->connect_timeout_secs);
	pg_keep_plans(worker->pg);
	return worker;
}

void app_worker_free(struct app_worker *worker)
{
	if (worker == NULL)
		return;
	pg_close(worker->pg);
	g_free(worker);
}

/* JIT compilation takes longer than the queries themselves. */
int app_worker_connect(struct app_worker *worker)
{
	g_autofree char *settings = g_strdup_printf(
		"set jit = off; set statement_timeout = '%us'%s", worker->app->options->query_secs,
		worker->app->options->is_read_only ? "; set default_transaction_read_only = on"
						   : "");
	const char *problem;
	int r = pg_reopen(worker->pg);

	worker->is_ready = false;
	if (r == 0)
		r = pg_script(worker->pg, settings);
	if (r == 0)
		r = documents_ask_dependencies(worker->pg, &worker->has_dependencies);
	if (r != 0)
		return r;
	worker->time_zone = worker->app->options->store.time_zone;
	problem = read_time_zone(worker->pg, &worker->time_zone);
	if (problem != NULL) {
		log_line(LOG_ERR, "%s", problem);
		return -EINVAL;
	}
	worker->is_ready = true;
	return 0;
}
