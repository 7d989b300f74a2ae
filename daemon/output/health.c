/* health - the state of the database and the daemon; see health.h */
#include "daemon/output/health.h"

#include <errno.h>

#include "parser/cleanup.h"
#include "sql/report/read.h"
#include "sql/schema/schema.h"

static void look_at_daemon(const char *socket, int timeout_secs, struct health *health)
{
	const char *address = socket != NULL ? socket : HEALTH_SOCKET_DEFAULT;
	int r = probe_lmtp(address, timeout_secs, health->greeting);

	if (r == 0)
		health->daemon = DAEMON_UP;
	else if (r == -ENOENT && socket == NULL)
		health->daemon = DAEMON_NONE;
	else if (r == -EACCES && socket == NULL)
		health->daemon = DAEMON_UNKNOWN;
}

static int limit_time(struct pg *pg, int timeout_secs)
{
	g_autofree char *sql = g_strdup_printf("set local statement_timeout = '%ds'", timeout_secs);

	return pg_script(pg, sql);
}

static void look_at_database(const char *conninfo, int timeout_secs, struct health *health)
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

/* A check runs in its own thread, because some calls, such as resolving a name, have no timeout. */
struct look {
	void (*at)(const char *where, int timeout_secs, struct health *health);
	const char *where;
	int timeout_secs;
	struct health health;
	GAsyncQueue *done; /* gets the look when it is over */
};

static void *run_look(void *argument)
{
	struct look *look = argument;

	look->at(look->where, look->timeout_secs, &look->health);
	g_async_queue_push(look->done, look);
	return NULL;
}

static struct health new_health(const char *message)
{
	struct health health = { .message = g_string_new(message), .daemon = DAEMON_DOWN };

	(void)g_strlcpy(health.greeting, message, sizeof(health.greeting));
	return health;
}

/* The thread that is not waited for any longer keeps its look until the program ends. */
static struct health look_in_time(struct look look)
{
	g_autofree char *late = g_strdup_printf("no answer within %d s", look.timeout_secs);
	guint64 usecs = (guint64)(look.timeout_secs + 1) * G_USEC_PER_SEC;
	struct look *own = g_new(struct look, 1);
	struct health health;

	*own = look;
	own->health = new_health("");
	own->done = g_async_queue_new();
	g_thread_unref(g_thread_new("look", run_look, own));
	if (g_async_queue_timeout_pop(own->done, usecs) == NULL)
		return new_health(late);
	health = own->health;
	g_async_queue_unref(own->done);
	g_free(own);
	return health;
}

void health_find(const char *conninfo, const char *socket, int timeout_secs,
		 struct health *ret_health)
{
	const struct look database = { .at = look_at_database,
				       .where = conninfo,
				       .timeout_secs = timeout_secs };
	const struct look daemon = { .at = look_at_daemon,
				     .where = socket,
				     .timeout_secs = timeout_secs };
	struct health other = look_in_time(daemon);

	*ret_health = look_in_time(database);
	ret_health->socket = socket != NULL ? socket : HEALTH_SOCKET_DEFAULT;
	ret_health->daemon = other.daemon;
	(void)g_strlcpy(ret_health->greeting, other.greeting, sizeof(other.greeting));
	health_done(&other);
}

void health_done(struct health *health)
{
	if (health->has_tables)
		status_done(&health->status);
	g_string_free(health->message, TRUE);
}
