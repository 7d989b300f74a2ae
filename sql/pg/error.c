/* error - classifies errors by SQLSTATE; see private.h */
#include <errno.h>
#include <string.h>

#include "parser/text.h"
#include "sql/pg/private.h"

#define INSUFFICIENT_PRIVILEGE "42501"

static const struct {
	const char *sqlstate; /* or its first characters */
	int error;
} sqlstates[] = {
	{ PG_UNIQUE_VIOLATION, -EAGAIN }, /* another writer was first */
	{ "23503", -EAGAIN },             /* foreign_key_violation: a parent was deleted */
	{ "40001", -EAGAIN },             /* serialization_failure */
	{ "40P01", -EAGAIN },             /* deadlock_detected */
	{ "22", -EILSEQ },                /* data exceptions */
	{ "23514", -EILSEQ }, /* check_violation; the mail does not cause other violations */
	{ "54000", -EILSEQ }, /* program_limit_exceeded: a row or value too large */
	{ "55P03", -EBUSY },  /* lock_not_available */
	{ "53100", -ENOSPC }, /* disk_full */
	{ "53", -EBUSY },     /* out of connections, memory */
	{ "57014", -EBUSY },  /* query_canceled, by statement_timeout */
	{ INSUFFICIENT_PRIVILEGE, -EACCES },
	{ "25006", -EROFS }, /* read_only_sql_transaction */
	{ "08", -ENOTCONN },
	{ "57P", -ENOTCONN },   /* shutdown, crash, starting up */
	{ "25P03", -ENOTCONN }, /* idle_in_transaction_session_timeout */
};

static int error_of(const char *sqlstate)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sqlstates); i++)
		if (g_str_has_prefix(sqlstate, sqlstates[i].sqlstate))
			return sqlstates[i].error;
	return -EIO;
}

/* A message is one line, and may quote mail. */
void pg_keep_message(struct pg *pg, const char *message)
{
	g_autofree char *text = g_utf8_make_valid(message != NULL ? message : "unknown error", -1);
	struct view rest = view_str(g_strchomp(text));
	size_t n;

	g_string_truncate(pg->error, 0);
	for (; rest.len > 0; rest = view_skip(rest, n))
		if (text_is_harmless(text_char(rest, &n)))
			g_string_append_len(pg->error, rest.ptr, (gssize)n);
		else
			g_string_append_c(pg->error, ' ');
}

int pg_connection_error(struct pg *pg)
{
	pg_keep_message(pg, PQerrorMessage(pg->conn));
	pg->sqlstate[0] = '\0';
	/* A failed write does not change the status; reading from the socket does. */
	if (PQstatus(pg->conn) == CONNECTION_OK)
		(void)PQconsumeInput(pg->conn);
	return -ENOTCONN;
}

/* A prepared statement whose tables have changed, or that is missing: reconnecting helps. */
static bool is_stale_statement(const struct pg *pg, const char *sqlstate)
{
	return pg->names != NULL &&
	       (strcmp(sqlstate, "0A000") == 0 || strcmp(sqlstate, "26000") == 0);
}

/* Writers never draw the same id, so a duplicate primary key is not a race. */
static bool is_sequence_behind(const PGresult *result, const char *sqlstate)
{
	const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
	const char *table = PQresultErrorField(result, PG_DIAG_TABLE_NAME);

	return strcmp(sqlstate, PG_UNIQUE_VIOLATION) == 0 && constraint != NULL && table != NULL &&
	       g_str_has_prefix(table, "patchwork_") && strstr(constraint, "_pkey") != NULL;
}

static int result_error(struct pg *pg, const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (sqlstate == NULL)
		return pg_connection_error(pg);
	pg_keep_message(pg, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
	g_strlcpy(pg->sqlstate, sqlstate, sizeof(pg->sqlstate));
	if (PQstatus(pg->conn) == CONNECTION_BAD || is_stale_statement(pg, sqlstate))
		return -ENOTCONN;
	if (is_sequence_behind(result, sqlstate)) {
		g_string_append_printf(
			pg->error,
			": the sequence of %s.id is behind the ids in the table; see setval()",
			PQresultErrorField(result, PG_DIAG_TABLE_NAME));
		return -EIO;
	}
	if (strcmp(sqlstate, INSUFFICIENT_PRIVILEGE) == 0)
		g_string_append_printf(pg->error,
				       ": the role '%s' has no such right (see grants.sql)",
				       PQuser(pg->conn));
	return error_of(sqlstate);
}

int pg_check(struct pg *pg, const PGresult *result)
{
	if (result == NULL)
		return pg_connection_error(pg);
	switch (PQresultStatus(result)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_PIPELINE_SYNC:
		return 0;
	case PGRES_PIPELINE_ABORTED:
		return -EIO; /* the error before it has the message */
	default:
		return result_error(pg, result);
	}
}

void pg_drain(struct pg *pg)
{
	PGresult *result;

	while ((result = PQgetResult(pg->conn)) != NULL)
		PQclear(result);
}

const char *pg_error(const struct pg *pg)
{
	return pg->error->str;
}

const char *pg_sqlstate(const struct pg *pg)
{
	return pg->sqlstate;
}
