/* health - the state of the database and the daemon; see health.h */
#include "daemon/output/health.h"

#include <errno.h>

#include "parser/cleanup.h"
#include "sql/report/read.h"
#include "sql/schema/schema.h"

static void look_at_daemon(const char *socket, int timeout_secs, struct health *health)
{
	int r;

	health->socket = socket != NULL ? socket : HEALTH_SOCKET_DEFAULT;
	r = probe_lmtp(health->socket, timeout_secs, health->greeting);
	if (r == 0)
		health->daemon = DAEMON_UP;
	else if (r == -ENOENT && socket == NULL)
		health->daemon = DAEMON_NONE;
	else if (r == -EACCES && socket == NULL)
		health->daemon = DAEMON_UNKNOWN;
	else
		health->daemon = DAEMON_DOWN;
}

static int limit_time(struct pg *pg, int timeout_secs)
{
	g_autofree char *sql = g_strdup_printf("set local statement_timeout = '%ds'", timeout_secs);

	return pg_script(pg, sql);
}

static void look_at_database(const char *conninfo, int timeout_secs, struct health *health)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;

	health->words = g_string_new(NULL);
	if (read_open(conninfo, timeout_secs, &pg) != 0 || limit_time(pg, timeout_secs) != 0) {
		g_string_assign(health->words, pg_error(pg));
		return;
	}
	health->reached = true;
	if (schema_check(pg, health->words) != 0)
		return;
	if (status_ask(pg, &health->status) == 0)
		health->has_tables = true;
	else
		g_string_assign(health->words, read_message(pg));
}

void health_find(const char *conninfo, const char *socket, int timeout_secs,
		 struct health *ret_health)
{
	*ret_health = (struct health){ 0 };
	look_at_database(conninfo, timeout_secs, ret_health);
	look_at_daemon(socket, timeout_secs, ret_health);
}

void health_done(struct health *health)
{
	if (health->has_tables)
		status_done(&health->status);
	g_string_free(health->words, TRUE);
}
