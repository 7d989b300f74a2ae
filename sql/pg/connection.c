/* connection - a connection to PostgreSQL; see connection.h */
#include "sql/pg/connection.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "sql/pg/private.h"
#include "sql/pg/copy.h"

static void take_notice(void *context, const PGresult *result)
{
	struct pg *pg = context;
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

	if (severity != NULL && strcmp(severity, "WARNING") == 0) {
		pg->has_warning = true;
		pg_keep_message(pg, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
	}
}

/* ---- connection */

/* Clears `socket` before closing it: another thread could open a file with the same number. */
static void disconnect(struct pg *pg)
{
	atomic_store(&pg->socket, -1);
	pg_drop_pending(pg);
	pg->has_copied = false;
	PQfinish(pg->conn);
	pg->conn = NULL;
	g_clear_pointer(&pg->names, g_hash_table_destroy);
}

/*
 * Whether there is no pooler in between.  pgbouncer may run each transaction on another backend,
 * which does not have the prepared statements of the last one.  It reports a process id that is not
 * the backend's.
 */
static bool is_direct(struct pg *pg)
{
	PGresult *result = PQexec(pg->conn, "select pg_backend_pid()");
	bool is_same = PQresultStatus(result) == PGRES_TUPLES_OK &&
		       strtol(PQgetvalue(result, 0, 0), NULL, 10) == PQbackendPID(pg->conn);

	PQclear(result);
	return is_same;
}

/* Keepalives detect a host that vanished within half a minute. */
static const struct setting {
	const char *name, *value; /* NULL: the timeout of pg_new() */
} defaults[] = {
	{ "connect_timeout", NULL },     { "keepalives_idle", "10" },
	{ "keepalives_interval", "5" },  { "keepalives_count", "3" },
	{ "tcp_user_timeout", "20000" }, { "application_name", "patchmda" },
};

static bool has_value(const PQconninfoOption *options, const char *name)
{
	for (; options != NULL && options->keyword != NULL; options++)
		if (strcmp(options->keyword, name) == 0)
			return options->val != NULL;
	return false;
}

/*
 * A setting is taken from the connection string, then the service, then the environment, then our
 * defaults.  A default is passed only if it is not set elsewhere, because libpq prefers parameters
 * to the service and the environment.
 */
static PGconn *connect_with_defaults(const struct pg *pg)
{
	const char *names[G_N_ELEMENTS(defaults) + 3], *values[G_N_ELEMENTS(defaults) + 3];
	PQconninfoOption *known = PQconndefaults();
	char timeout[16];
	size_t n = 0;

	g_snprintf(timeout, sizeof(timeout), "%d", pg->timeout_secs);
	for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++) {
		if (has_value(known, defaults[i].name))
			continue;
		names[n] = defaults[i].name;
		values[n++] = defaults[i].value != NULL ? defaults[i].value : timeout;
	}
	PQconninfoFree(known);
	names[n] = "client_encoding"; /* overrides the environment */
	values[n++] = "UTF8";
	names[n] = "dbname";
	values[n++] = pg->conninfo;
	names[n] = values[n] = NULL;
	return PQconnectdbParams(names, values, 1);
}

/* Transactions set their own timeouts; a statement outside of one waits for locks, too. */
static void limit_waiting(struct pg *pg)
{
	g_autofree char *sql = g_strdup_printf("set lock_timeout = '%ds'", pg->lock_timeout_secs);

	PQclear(PQexec(pg->conn, sql));
}

static int connect_now(struct pg *pg)
{
	disconnect(pg);
	pg->conn = connect_with_defaults(pg);
	if (PQstatus(pg->conn) != CONNECTION_OK) {
		(void)pg_connection_error(pg);
		return -ENOTCONN;
	}
	(void)PQsetNoticeReceiver(pg->conn, take_notice, pg);
	if (pg->keeps_plans && is_direct(pg)) {
		pg->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
		limit_waiting(pg);
	}
	atomic_store(&pg->socket, PQsocket(pg->conn));
	return 0;
}

/* PQconndefaults() reads the service of PGSERVICE. */
void pg_name_service(const char *conninfo)
{
	PQconninfoOption *options = PQconninfoParse(conninfo != NULL ? conninfo : "", NULL);

	for (const PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
		if (strcmp(o->keyword, "service") == 0 && o->val != NULL &&
		    g_strcmp0(g_getenv("PGSERVICE"), o->val) != 0)
			(void)g_setenv("PGSERVICE", o->val, TRUE);
	PQconninfoFree(options);
}

struct pg *pg_new(const char *conninfo, int timeout_secs)
{
	struct pg *pg = g_new0(struct pg, 1);

	pg->conninfo = g_strdup(conninfo != NULL ? conninfo : "");
	pg->timeout_secs = timeout_secs;
	atomic_init(&pg->socket, -1);
	pg->error = g_string_new(NULL);
	pg_name_service(pg->conninfo);
	pg_set_timeouts(pg, PG_LOCK_TIMEOUT_SECS, PG_IDLE_TIMEOUT_SECS);
	return pg;
}

/* SET takes no parameters. */
void pg_set_timeouts(struct pg *pg, int lock_secs, int idle_secs)
{
	pg->lock_timeout_secs = lock_secs;
	g_snprintf(pg->set_lock_timeout, sizeof(pg->set_lock_timeout),
		   "set local lock_timeout = '%ds'", lock_secs);
	g_snprintf(pg->set_idle_timeout, sizeof(pg->set_idle_timeout),
		   "set local idle_in_transaction_session_timeout = '%ds'", idle_secs);
}

int pg_lock_timeout_secs(const struct pg *pg)
{
	return pg->lock_timeout_secs;
}

const char *pg_set_lock_timeout(const struct pg *pg)
{
	return pg->set_lock_timeout;
}

const char *pg_set_idle_timeout(const struct pg *pg)
{
	return pg->set_idle_timeout;
}

int pg_open(const char *conninfo, int timeout_secs, struct pg **ret_pg)
{
	*ret_pg = pg_new(conninfo, timeout_secs);
	return connect_now(*ret_pg);
}

void pg_close(struct pg *pg)
{
	if (pg == NULL)
		return;
	disconnect(pg);
	g_free(pg->conninfo);
	g_string_free(pg->error, TRUE);
	g_free(pg);
}

void pg_close_ptr(struct pg **pg)
{
	pg_close(*pg);
}

int pg_reopen(struct pg *pg)
{
	return connect_now(pg);
}

void pg_keep_plans(struct pg *pg)
{
	pg->keeps_plans = true;
}

bool pg_is_open(const struct pg *pg)
{
	return PQstatus(pg->conn) == CONNECTION_OK;
}

void pg_break(struct pg *pg)
{
	int fd = atomic_load(&pg->socket);

	if (fd >= 0)
		(void)shutdown(fd, SHUT_RDWR);
}

/* ---- transactions */

int pg_script(struct pg *pg, const char *sql)
{
	PGresult *result;
	int r = pg_copy_flush(pg);

	if (r != 0)
		return r;
	result = PQexec(pg->conn, sql);
	r = pg_check(pg, result);
	PQclear(result);
	return r;
}

/*
 * COMMIT waits for the WAL only if the transaction has written to it.  A transaction that has not
 * therefore writes a logical message, which has no reader.  After COPY there is nothing to check.
 */
static const char write_and_commit[] =
	"select case when pg_current_xact_id_if_assigned() is null"
	" then pg_logical_emit_message(true, 'patchmda', '') end; commit";

/*
 * COMMIT is sent separately from the rows: libpq reports warnings before results, so a warning
 * could otherwise belong to any statement.
 */
int pg_commit(struct pg *pg)
{
	int r = pg_copy_flush(pg);
	PGresult *result;

	if (r != 0)
		return r;
	pg->has_warning = false;
	result = PQexec(pg->conn, pg->has_copied ? "commit" : write_and_commit);
	pg->has_copied = false;
	r = pg_check(pg, result);
	if (r == 0 && strcmp(PQcmdStatus(result), "COMMIT") != 0) {
		pg_keep_message(pg, "the transaction was rolled back");
		r = -EAGAIN;
	} else if (r == 0 && pg->has_warning) {
		disconnect(pg);
		r = -ENOTCONN;
	}
	PQclear(result);
	return r;
}

int pg_sync(struct pg *pg)
{
	int r = pg_script(pg, "begin; set local synchronous_commit = on;"
			      " set local client_min_messages = warning");

	return r == 0 ? pg_commit(pg) : r;
}

bool pg_in_transaction(const struct pg *pg)
{
	PGTransactionStatusType status = PQtransactionStatus(pg->conn);

	return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

void pg_rollback(struct pg *pg)
{
	PGresult *result;

	pg_drop_pending(pg);
	pg->has_copied = false;
	if (PQtransactionStatus(pg->conn) == PQTRANS_IDLE)
		return;
	result = PQexec(pg->conn, "ROLLBACK");
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		disconnect(pg);
	PQclear(result);
}

/* Returns whether there were any. */
static bool discard_notifications(struct pg *pg)
{
	PGnotify *notification;
	bool found = false;

	while ((notification = PQnotifies(pg->conn)) != NULL) {
		PQfreemem(notification);
		found = true;
	}
	return found;
}

int pg_wait(struct pg *pg, int wake_fd, int timeout_ms)
{
	struct pollfd fds[] = { { .fd = PQsocket(pg->conn), .events = POLLIN },
				{ .fd = wake_fd, .events = POLLIN } };

	/* They came with the result of a query, perhaps after its snapshot. */
	if (discard_notifications(pg))
		return 0;
	if (poll(fds, 2, timeout_ms) < 0 && errno != EINTR)
		return -errno;
	if (PQconsumeInput(pg->conn) == 0)
		return pg_connection_error(pg);
	(void)discard_notifications(pg);
	return 0;
}
