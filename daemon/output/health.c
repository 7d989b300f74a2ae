/* health - the state of the database and the daemon; see health.h */
#include "daemon/output/health.h"

#include <errno.h>

#include "parser/cleanup.h"
#include "sql/report/read.h"
#include "sql/schema/schema.h"

/* The state by the result of a probe. */
static enum daemon_state state_of(int r, bool is_default)
{
	if (r == 0)
		return DAEMON_UP;
	if (r == -ENOENT && is_default)
		return DAEMON_NONE;
	return r == -EACCES && is_default ? DAEMON_UNKNOWN : DAEMON_DOWN;
}

static void check_daemon(const char *socket, int timeout_secs, struct health *health)
{
	const char *address = socket != NULL ? socket : HEALTH_SOCKET_DEFAULT;

	health->daemon =
		state_of(probe_lmtp(address, timeout_secs, health->greeting), socket == NULL);
}

static void check_http(const char *http, int timeout_secs, struct health *health)
{
	const char *address = http != NULL ? http : HEALTH_HTTP_DEFAULT;
	g_autoptr(GString) metrics = NULL;

	health->http = state_of(probe_http(address, timeout_secs, &metrics, health->http_message),
				http == NULL);
	if (health->http == DAEMON_UP)
		g_string_assign(health->http_metrics, metrics->str);
}

static int limit_time(struct pg *pg, int timeout_secs)
{
	g_autofree char *sql = g_strdup_printf("set local statement_timeout = '%ds'", timeout_secs);

	return pg_script(pg, sql);
}

static void check_database(const char *conninfo, int timeout_secs, struct health *health)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;

	if (read_open(conninfo, timeout_secs, &pg) != 0 || limit_time(pg, timeout_secs) != 0) {
		g_string_assign(health->message, pg_error(pg));
		return;
	}
	health->reached = true;
	if (schema_check(pg, health->message) != 0)
		return;
	if (status_ask(pg, &health->status) == 0)
		health->has_tables = true;
	else
		g_string_assign(health->message, read_message(pg));
}

/* ---- time limit */

/*
 * A check runs in its own thread, because some calls, such as resolving a name, have no timeout.
 * The thread and the one that waits for it have a reference each.
 */
struct check {
	void (*run)(const char *where, int timeout_secs, struct health *health);
	const char *where;
	int timeout_secs;
	struct health health;
	GAsyncQueue *done; /* gets the check when it has ended */
};

static void free_check(void *data)
{
	struct check *check = data;

	g_async_queue_unref(check->done);
	health_done(&check->health);
}

static void *run_check(void *argument)
{
	struct check *check = argument;

	check->run(check->where, check->timeout_secs, &check->health);
	g_async_queue_push(check->done, check);
	g_atomic_rc_box_release_full(check, free_check);
	return NULL;
}

static struct health new_health(const char *message)
{
	struct health health = { .message = g_string_new(message),
				 .daemon = DAEMON_DOWN,
				 .http = DAEMON_DOWN,
				 .http_metrics = g_string_new(NULL) };

	(void)g_strlcpy(health.greeting, message, sizeof(health.greeting));
	(void)g_strlcpy(health.http_message, message, sizeof(health.http_message));
	return health;
}

static void swap(struct health *a, struct health *b)
{
	struct health kept = *a;

	*a = *b;
	*b = kept;
}

/* A thread that is not waited for any longer goes on until its check or the program ends. */
static struct health check_in_time(struct check check)
{
	g_autofree char *late = g_strdup_printf("no answer within %d s", check.timeout_secs);
	guint64 usecs = (guint64)(check.timeout_secs + 1) * G_USEC_PER_SEC;
	struct check *own = g_atomic_rc_box_dup(sizeof(check), &check);
	struct health health = new_health(late);

	own->health = new_health("");
	own->done = g_async_queue_new();
	g_thread_unref(g_thread_new("check", run_check, g_atomic_rc_box_acquire(own)));
	if (g_async_queue_timeout_pop(own->done, usecs) != NULL)
		swap(&own->health, &health);
	g_atomic_rc_box_release_full(own, free_check);
	return health;
}

void health_find(const char *conninfo, const char *socket, const char *http, int timeout_secs,
		 struct health *ret_health)
{
	const struct check database = { .run = check_database,
					.where = conninfo,
					.timeout_secs = timeout_secs };
	const struct check daemon = { .run = check_daemon,
				      .where = socket,
				      .timeout_secs = timeout_secs };
	const struct check web = { .run = check_http, .where = http, .timeout_secs = timeout_secs };
	struct health mail = check_in_time(daemon), pages = check_in_time(web);

	*ret_health = check_in_time(database);
	ret_health->socket = socket != NULL ? socket : HEALTH_SOCKET_DEFAULT;
	ret_health->daemon = mail.daemon;
	(void)g_strlcpy(ret_health->greeting, mail.greeting, sizeof(mail.greeting));
	ret_health->http_address = http != NULL ? http : HEALTH_HTTP_DEFAULT;
	ret_health->http = pages.http;
	(void)g_strlcpy(ret_health->http_message, pages.http_message, sizeof(pages.http_message));
	g_string_assign(ret_health->http_metrics, pages.http_metrics->str);
	health_done(&mail);
	health_done(&pages);
}

void health_done(struct health *health)
{
	if (health->has_tables)
		status_done(&health->status);
	g_string_free(health->message, TRUE);
	g_string_free(health->http_metrics, TRUE);
}
