/*
 * worker - a connection to the database, and its session
 *
 * Each thread that answers requests has one, and the stream of events has one.
 */
#ifndef DAEMON_HTTPD_WORKER_H
#define DAEMON_HTTPD_WORKER_H

struct app;
struct app_worker;

/* A worker that is not connected. */
struct app_worker *app_worker_new(struct app *app);
void app_worker_free(struct app_worker *worker);

/*
 * Connect or reconnect.  Returns 0, a pg error, or -EINVAL after logging that the time zone is
 * wrong.
 */
int app_worker_connect(struct app_worker *worker);

#endif
