/* pg - a connection to PostgreSQL; see pg.h */
#include "sql/pg.h"

#include <endian.h>
#include <errno.h>
#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Types by their fixed ids (pg_type.dat). */
enum {
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_BYTEA_ARRAY = 1001,
	OID_INT4_ARRAY = 1007,
	OID_TEXT_ARRAY = 1009,
	OID_INT8_ARRAY = 1016,
};

/* 2000-01-01 in seconds since 1970: where PostgreSQL counts from. */
#define POSTGRES_EPOCH_SECS INT64_C(946684800)

struct pg {
	PGconn *conn;
	char *conninfo;
	int timeout_secs;
	atomic_int socket; /* for pg_break() in another thread; -1: there is none */
	GString *error;
	char sqlstate[6];
	bool warned; /* by a notice since the last COMMIT was sent */
	bool keeps_plans;
	GHashTable
		*names; /* of statements that were prepared, by text; NULL: none is */
};

struct pg_result {
	PGresult *result;
};

static const struct {
	const char *sqlstate; /* or the class: its front */
	int error;
} sqlstates[] = {
	{ "23505", -EAGAIN }, /* unique_violation: somebody else made it */
	{ "23503", -EAGAIN }, /* foreign_key_violation: a parent was deleted */
	{ "40001", -EAGAIN }, /* serialization_failure */
	{ "40P01", -EAGAIN }, /* deadlock_detected */
	{ "22", -EILSEQ },    /* data exceptions */
	{ "23514", -EILSEQ }, /* check_violation; other constraints are not the mail's fault */
	{ "54000", -EILSEQ }, /* program_limit_exceeded: a row or value too large */
	{ "55P03", -EBUSY },  /* lock_not_available */
	{ "53100", -ENOSPC }, /* disk_full */
	{ "53", -EBUSY },     /* out of connections, memory */
	{ "57014", -EBUSY },  /* query_canceled, by statement_timeout */
	{ "42501", -EACCES }, /* insufficient_privilege */
	{ "25006", -EROFS },  /* read_only_sql_transaction */
	{ "08", -ENOTCONN },    { "57P", -ENOTCONN }, /* shutdown, crash, starting up */
	{ "25P03", -ENOTCONN }, /* idle_in_transaction_session_timeout */
};

/* ---- errors */

static int error_of(const char *sqlstate)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sqlstates); i++)
		if (g_str_has_prefix(sqlstate, sqlstates[i].sqlstate))
			return sqlstates[i].error;
	return -EIO;
}

static void keep_words(struct pg *pg, const char *words)
{
	g_string_assign(pg->error, words != NULL ? words : "unknown error");
	while (pg->error->len > 0 && pg->error->str[pg->error->len - 1] == '\n')
		g_string_truncate(pg->error, pg->error->len - 1);
	for (gsize i = 0; i < pg->error->len; i++)
		if ((unsigned char)pg->error->str[i] < ' ')
			pg->error->str[i] = ' ';
}

static int connection_error(struct pg *pg)
{
	keep_words(pg, PQerrorMessage(pg->conn));
	pg->sqlstate[0] = '\0';
	/* A write that failed leaves the status as it was; a look at the socket does not. */
	if (PQstatus(pg->conn) == CONNECTION_OK)
		(void)PQconsumeInput(pg->conn);
	return -ENOTCONN;
}

/* A kept plan of tables that are others now, or a name that is gone: another connection helps. */
static bool is_stale_name(const struct pg *pg, const char *sqlstate)
{
	return pg->names != NULL &&
	       (strcmp(sqlstate, "0A000") == 0 || strcmp(sqlstate, "26000") == 0);
}

static int result_error(struct pg *pg, const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (sqlstate == NULL)
		return connection_error(pg);
	keep_words(pg, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
	g_strlcpy(pg->sqlstate, sqlstate, sizeof(pg->sqlstate));
	if (PQstatus(pg->conn) == CONNECTION_BAD || is_stale_name(pg, sqlstate))
		return -ENOTCONN;
	return error_of(sqlstate);
}

static void take_notice(void *context, const PGresult *result)
{
	struct pg *pg = context;
	const char *severity =
		PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

	if (severity != NULL && strcmp(severity, "WARNING") == 0) {
		pg->warned = true;
		keep_words(pg, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
	}
}

/* ---- connection */

/* The number goes first: it may soon be somebody else's. */
static void disconnect(struct pg *pg)
{
	atomic_store(&pg->socket, -1);
	PQfinish(pg->conn);
	pg->conn = NULL;
	g_clear_pointer(&pg->names, g_hash_table_destroy);
}

/*
 * A pooler (pgbouncer) hands each transaction to another backend, which does not know the names
 * that one before it was told.  It gives itself away: the process id that it shows is none of
 * the server's.
 */
static bool speaks_to_backend(struct pg *pg)
{
	PGresult *result = PQexec(pg->conn, "select pg_backend_pid()");
	bool is_same =
		PQresultStatus(result) == PGRES_TUPLES_OK &&
		strtol(PQgetvalue(result, 0, 0), NULL, 10) == PQbackendPID(pg->conn);

	PQclear(result);
	return is_same;
}

/*
 * Our defaults stand before the caller's settings, so that those win: notice a host that
 * vanished within seconds, and a read-only server in a list of hosts.
 */
static int connect_now(struct pg *pg)
{
	char timeout[16];
	const char *const keys[] = {
		"connect_timeout",  "keepalives_idle",  "keepalives_interval",
		"keepalives_count", "tcp_user_timeout", "application_name",
		"client_encoding",  "dbname",           NULL
	};
	const char *const values[] = { timeout,    "10",   "5",          "3", "20000",
				       "patchmda", "UTF8", pg->conninfo, NULL };

	g_snprintf(timeout, sizeof(timeout), "%d", pg->timeout_secs);
	disconnect(pg);
	pg->conn = PQconnectdbParams(keys, values, 1);
	if (PQstatus(pg->conn) != CONNECTION_OK) {
		(void)connection_error(pg);
		return -ENOTCONN;
	}
	(void)PQsetNoticeReceiver(pg->conn, take_notice, pg);
	if (pg->keeps_plans && speaks_to_backend(pg))
		pg->names =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	atomic_store(&pg->socket, PQsocket(pg->conn));
	return 0;
}

struct pg *pg_new(const char *conninfo, int timeout_secs)
{
	struct pg *pg = g_new0(struct pg, 1);

	pg->conninfo = g_strdup(conninfo != NULL ? conninfo : "");
	pg->timeout_secs = timeout_secs;
	atomic_init(&pg->socket, -1);
	pg->error = g_string_new(NULL);
	return pg;
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

const char *pg_error(const struct pg *pg)
{
	return pg->error->str;
}

const char *pg_sqlstate(const struct pg *pg)
{
	return pg->sqlstate;
}

void pg_break(struct pg *pg)
{
	int fd = atomic_load(&pg->socket);

	if (fd >= 0)
		(void)shutdown(fd, SHUT_RDWR);
}

/* ---- parameters */

void pg_query_init(struct pg_query *query, const char *sql)
{
	*query = (struct pg_query){ .sql = sql, .values = g_byte_array_new() };
}

void pg_query_done(struct pg_query *query)
{
	if (query->values != NULL)
		g_byte_array_unref(query->values);
	query->values = NULL;
}

static void put_int32(GByteArray *bytes, int32_t value)
{
	uint32_t big = htobe32((uint32_t)value);

	g_byte_array_append(bytes, (const guint8 *)&big, sizeof(big));
}

static void put_int64(GByteArray *bytes, int64_t value)
{
	uint64_t big = htobe64((uint64_t)value);

	g_byte_array_append(bytes, (const guint8 *)&big, sizeof(big));
}

static void put_view(GByteArray *bytes, struct view v)
{
	if (v.ptr == NULL) {
		put_int32(bytes, -1);
		return;
	}
	put_int32(bytes, (int32_t)v.len);
	if (v.len > 0)
		g_byte_array_append(bytes, (const guint8 *)v.ptr, (guint)v.len);
}

static void begin_param(struct pg_query *query, uint32_t type)
{
	g_assert(query->count < PG_PARAMS_MAX);
	query->types[query->count] = type;
	query->offsets[query->count] = (int)query->values->len;
}

static void end_param(struct pg_query *query)
{
	query->lengths[query->count] =
		(int)query->values->len - query->offsets[query->count];
	query->count++;
}

void pg_param_int(struct pg_query *query, int32_t value)
{
	begin_param(query, OID_INT4);
	put_int32(query->values, value);
	end_param(query);
}

void pg_param_bigint(struct pg_query *query, int64_t value)
{
	begin_param(query, OID_INT8);
	put_int64(query->values, value);
	end_param(query);
}

void pg_param_null_bigint(struct pg_query *query)
{
	pg_param_bigint(query, 0);
	query->offsets[query->count - 1] = -1;
}

static void add_view_param(struct pg_query *query, uint32_t type, struct view value)
{
	begin_param(query, type);
	if (value.len > 0)
		g_byte_array_append(query->values, (const guint8 *)value.ptr,
				    (guint)value.len);
	end_param(query);
	if (value.ptr == NULL)
		query->offsets[query->count - 1] = -1;
}

void pg_param_text(struct pg_query *query, struct view value)
{
	add_view_param(query, OID_TEXT, value);
}

void pg_param_bytes(struct pg_query *query, struct view value)
{
	add_view_param(query, OID_BYTEA, value);
}

/* An array's binary form: dimensions, nulls or not, type; then length and lower bound. */
static void put_array_head(GByteArray *bytes, uint32_t element, guint count)
{
	put_int32(bytes, count > 0 ? 1 : 0);
	put_int32(bytes, 1);
	put_int32(bytes, (int32_t)element);
	if (count == 0)
		return;
	put_int32(bytes, (int32_t)count);
	put_int32(bytes, 1);
}

void pg_param_ints(struct pg_query *query, const GArray *int32s)
{
	begin_param(query, OID_INT4_ARRAY);
	put_array_head(query->values, OID_INT4, int32s->len);
	for (guint i = 0; i < int32s->len; i++) {
		put_int32(query->values, 4);
		put_int32(query->values, g_array_index(int32s, int32_t, i));
	}
	end_param(query);
}

void pg_param_bigints(struct pg_query *query, const GArray *int64s)
{
	begin_param(query, OID_INT8_ARRAY);
	put_array_head(query->values, OID_INT8, int64s->len);
	for (guint i = 0; i < int64s->len; i++) {
		put_int32(query->values, 8);
		put_int64(query->values, g_array_index(int64s, int64_t, i));
	}
	end_param(query);
}

static void add_views(struct pg_query *query, uint32_t type, uint32_t element,
		      const GArray *views)
{
	begin_param(query, type);
	put_array_head(query->values, element, views->len);
	for (guint i = 0; i < views->len; i++)
		put_view(query->values, g_array_index(views, struct view, i));
	end_param(query);
}

void pg_param_texts(struct pg_query *query, const GArray *views)
{
	add_views(query, OID_TEXT_ARRAY, OID_TEXT, views);
}

void pg_param_blobs(struct pg_query *query, const GArray *views)
{
	add_views(query, OID_BYTEA_ARRAY, OID_BYTEA, views);
}

/* ---- running */

static int check_result(struct pg *pg, const PGresult *result)
{
	if (result == NULL)
		return connection_error(pg);
	switch (PQresultStatus(result)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_PIPELINE_SYNC:
		return 0;
	case PGRES_PIPELINE_ABORTED:
		return -EIO; /* the failure before it has the words */
	default:
		return result_error(pg, result);
	}
}

static const char *name_of(const struct pg *pg, const struct pg_query *query)
{
	return pg->names != NULL ? g_hash_table_lookup(pg->names, query->sql) : NULL;
}

/* Give a statement its name, on a connection that keeps plans. */
static int prepare(struct pg *pg, const struct pg_query *query)
{
	Oid types[PG_PARAMS_MAX];
	char name[32];
	PGresult *result;
	int r;

	if (pg->names == NULL || query->is_planned_anew || name_of(pg, query) != NULL)
		return 0;
	for (int i = 0; i < query->count; i++)
		types[i] = query->types[i];
	g_snprintf(name, sizeof(name), "p%u", g_hash_table_size(pg->names));
	result = PQprepare(pg->conn, name, query->sql, query->count, types);
	r = check_result(pg, result);
	PQclear(result);
	if (r == 0)
		g_hash_table_insert(pg->names, g_strdup(query->sql), g_strdup(name));
	return r;
}

static int send_query(struct pg *pg, const struct pg_query *query)
{
	const char *values[PG_PARAMS_MAX];
	int formats[PG_PARAMS_MAX];
	Oid types[PG_PARAMS_MAX];
	const char *name;
	int r;

	for (int i = 0; i < query->count; i++) {
		types[i] = query->types[i];
		formats[i] = 1;
		values[i] = query->offsets[i] < 0 ? NULL
						  : (const char *)query->values->data +
							    query->offsets[i];
		if (values[i] == NULL && query->offsets[i] >= 0)
			values[i] =
				""; /* an empty parameter before anything was added */
	}
	name = name_of(pg, query);
	r = name != NULL ? PQsendQueryPrepared(pg->conn, name, query->count, values,
					       query->lengths, formats, 1)
			 : PQsendQueryParams(pg->conn, query->sql, query->count, types,
					     values, query->lengths, formats, 1);
	return r == 1 ? 0 : connection_error(pg);
}

/* Collect one query's result in a pipeline. */
static int collect(struct pg *pg, struct pg_result **ret_result)
{
	PGresult *result = PQgetResult(pg->conn);
	int r = check_result(pg, result);

	if (r != 0 || ret_result == NULL) {
		PQclear(result);
	} else {
		*ret_result = g_new0(struct pg_result, 1);
		(*ret_result)->result = result;
	}
	if (result != NULL)
		while ((result = PQgetResult(pg->conn)) != NULL)
			PQclear(result);
	return r;
}

static int collect_all(struct pg *pg, size_t count, struct pg_result **ret_results)
{
	int first = 0;

	for (size_t i = 0; i < count; i++) {
		int r = collect(pg, &ret_results[i]);

		if (first == 0)
			first = r;
		if (r == -ENOTCONN)
			return first;
	}
	/* The sync point. */
	PQclear(PQgetResult(pg->conn));
	return first;
}

int pg_run_all(struct pg *pg, struct pg_query *queries, size_t count,
	       struct pg_result **ret_results)
{
	int r = 0;

	for (size_t i = 0; i < count; i++)
		ret_results[i] = NULL;
	for (size_t i = 0; i < count && r == 0; i++)
		r = prepare(pg, &queries[i]);
	if (r != 0)
		return r;
	if (PQenterPipelineMode(pg->conn) != 1)
		return connection_error(pg);
	for (size_t i = 0; i < count && r == 0; i++)
		r = send_query(pg, &queries[i]);
	if (r == 0 && PQpipelineSync(pg->conn) != 1)
		r = connection_error(pg);
	if (r == 0)
		r = collect_all(pg, count, ret_results);
	if (PQexitPipelineMode(pg->conn) != 1 && r == 0)
		r = connection_error(pg);
	if (r == 0)
		return 0;
	for (size_t i = 0; i < count; i++)
		pg_result_free_ptr(&ret_results[i]);
	return r;
}

int pg_run(struct pg *pg, struct pg_query *query, struct pg_result **ret_result)
{
	PGresult *result;
	int r = prepare(pg, query);

	if (r == 0)
		r = send_query(pg, query);
	if (r != 0)
		return r;
	result = PQgetResult(pg->conn);
	r = check_result(pg, result);
	if (r == 0 && ret_result != NULL) {
		*ret_result = g_new0(struct pg_result, 1);
		(*ret_result)->result = result;
	} else {
		PQclear(result);
	}
	while ((result = PQgetResult(pg->conn)) != NULL)
		PQclear(result);
	return r;
}

int pg_script(struct pg *pg, const char *sql)
{
	PGresult *result = PQexec(pg->conn, sql);
	int r = check_result(pg, result);

	PQclear(result);
	return r;
}

/* COMMIT waits for the log if the transaction wrote to it, and not for its id alone.  Who wrote
 * nothing leaves a message there that nobody reads. */
static const char write_and_commit[] =
	"select case when pg_current_xact_id_if_assigned() is null"
	" then pg_logical_emit_message(true, 'patchmda', '') end; commit";

int pg_commit(struct pg *pg)
{
	PGresult *result;
	int r;

	pg->warned = false;
	result = PQexec(pg->conn, write_and_commit);
	r = check_result(pg, result);
	if (r == 0 && strcmp(PQcmdStatus(result), "COMMIT") != 0) {
		keep_words(pg, "the transaction was rolled back");
		r = -EAGAIN;
	} else if (r == 0 && pg->warned) {
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

void pg_rollback(struct pg *pg)
{
	PGresult *result;

	if (PQtransactionStatus(pg->conn) == PQTRANS_IDLE)
		return;
	result = PQexec(pg->conn, "ROLLBACK");
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		disconnect(pg);
	}
	PQclear(result);
}

/* ---- results */

void pg_result_free(struct pg_result *result)
{
	if (result == NULL)
		return;
	PQclear(result->result);
	g_free(result);
}

void pg_result_free_ptr(struct pg_result **result)
{
	pg_result_free(*result);
	*result = NULL;
}

int pg_rows(const struct pg_result *result)
{
	return PQntuples(result->result);
}

bool pg_is_null(const struct pg_result *result, int row, int column)
{
	return PQgetisnull(result->result, row, column) != 0;
}

static int64_t read_big(const char *bytes, int length)
{
	uint32_t four;
	uint64_t eight;

	if (length == 2)
		return (int16_t)((unsigned char)bytes[0] << 8 |
				 (unsigned char)bytes[1]);
	if (length == 4) {
		memcpy(&four, bytes, sizeof(four));
		return (int32_t)be32toh(four);
	}
	g_assert(length == 8);
	memcpy(&eight, bytes, sizeof(eight));
	return (int64_t)be64toh(eight);
}

int64_t pg_bigint(const struct pg_result *result, int row, int column)
{
	if (pg_is_null(result, row, column))
		return 0;
	return read_big(PQgetvalue(result->result, row, column),
			PQgetlength(result->result, row, column));
}

int32_t pg_int(const struct pg_result *result, int row, int column)
{
	return (int32_t)pg_bigint(result, row, column);
}

bool pg_bool(const struct pg_result *result, int row, int column)
{
	return !pg_is_null(result, row, column) &&
	       PQgetvalue(result->result, row, column)[0] != '\0';
}

struct view pg_text(const struct pg_result *result, int row, int column)
{
	if (pg_is_null(result, row, column))
		return (struct view){ 0 };
	return view_of(PQgetvalue(result->result, row, column),
		       (size_t)PQgetlength(result->result, row, column));
}

void pg_texts(const struct pg_result *result, int row, int column, GArray *views)
{
	struct view bytes = pg_text(result, row, column);
	int64_t count;

	if (bytes.len < 20)
		return; /* empty: no dimensions */
	count = read_big(bytes.ptr + 12, 4);
	bytes = view_skip(bytes, 20);
	for (int64_t i = 0; i < count; i++) {
		size_t length = (size_t)read_big(bytes.ptr, 4);
		struct view element = view_of(bytes.ptr + 4, length);

		g_array_append_val(views, element);
		bytes = view_skip(bytes, 4 + length);
	}
}

/* ---- COPY */

/* What is sent at once: enough to be worth a call, little beside what a batch holds. */
#define COPY_SEND_BYTES ((size_t)64 << 10)

void pg_copy_begin(struct pg_copy *copy, struct pg *pg, const char *sql, int columns)
{
	*copy = (struct pg_copy){
		.pg = pg, .sql = sql, .data = g_byte_array_new(), .columns = columns
	};
}

static int start_copy(struct pg *pg, const char *sql)
{
	PGresult *result = PQexec(pg->conn, sql);
	int r = 0;

	if (PQresultStatus(result) != PGRES_COPY_IN) {
		r = check_result(pg, result);
		r = r != 0 ? r : -EIO;
	}
	PQclear(result);
	return r;
}

/* libpq makes its buffer as large as what it is given, so it is given little. */
static void send_piece(struct pg_copy *copy, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0 && copy->error == 0) {
		size_t n = MIN(len, COPY_SEND_BYTES);

		if (PQputCopyData(copy->pg->conn, at, (int)n) != 1)
			copy->error = connection_error(copy->pg);
		at += n;
		len -= n;
	}
}

static void send_rows(struct pg_copy *copy)
{
	if (!copy->is_started && copy->error == 0) {
		copy->error = start_copy(copy->pg, copy->sql);
		copy->is_started = copy->error == 0;
	}
	send_piece(copy, copy->data->data, copy->data->len);
	g_byte_array_set_size(copy->data, 0);
}

static void put_int16(GByteArray *bytes, int16_t value)
{
	uint16_t big = htobe16((uint16_t)value);

	g_byte_array_append(bytes, (const guint8 *)&big, sizeof(big));
}

/* The head that comes before the first row: NUL ends the signature, then no flags. */
static void put_copy_head(struct pg_copy *copy)
{
	static const guint8 head[19] = "PGCOPY\n\377\r\n";

	g_byte_array_append(copy->data, head, sizeof(head));
}

void pg_copy_row(struct pg_copy *copy)
{
	if (copy->data->len >= COPY_SEND_BYTES)
		send_rows(copy);
	if (copy->data->len == 0 && !copy->is_started && copy->error == 0)
		put_copy_head(copy);
	put_int16(copy->data, (int16_t)copy->columns);
}

void pg_copy_null(struct pg_copy *copy)
{
	put_int32(copy->data, -1);
}

void pg_copy_int(struct pg_copy *copy, int32_t value)
{
	put_int32(copy->data, 4);
	put_int32(copy->data, value);
}

void pg_copy_smallint(struct pg_copy *copy, int16_t value)
{
	put_int32(copy->data, 2);
	put_int16(copy->data, value);
}

void pg_copy_bigint(struct pg_copy *copy, int64_t value)
{
	put_int32(copy->data, 8);
	put_int64(copy->data, value);
}

void pg_copy_bool(struct pg_copy *copy, bool value)
{
	pg_copy_char(copy, value ? 1 : 0);
}

void pg_copy_char(struct pg_copy *copy, char value)
{
	put_int32(copy->data, 1);
	g_byte_array_append(copy->data, (const guint8 *)&value, 1);
}

/* A large value goes from where it is. */
void pg_copy_text(struct pg_copy *copy, struct view value)
{
	if (value.len < COPY_SEND_BYTES) {
		put_view(copy->data, value);
		return;
	}
	put_int32(copy->data, (int32_t)value.len);
	send_rows(copy);
	send_piece(copy, value.ptr, value.len);
}

void pg_copy_texts(struct pg_copy *copy, const struct view *items, size_t count)
{
	guint start = copy->data->len;
	uint32_t length;

	put_int32(copy->data, 0);
	put_array_head(copy->data, OID_TEXT, (guint)count);
	for (size_t i = 0; i < count; i++)
		put_view(copy->data, items[i]);
	length = htobe32(copy->data->len - start - 4);
	memcpy(copy->data->data + start, &length, sizeof(length));
}

void pg_copy_time(struct pg_copy *copy, int64_t instant_usecs)
{
	pg_copy_bigint(copy, instant_usecs - POSTGRES_EPOCH_SECS * G_USEC_PER_SEC);
}

/* The server's verdict on the rows. */
static int finish_copy(struct pg_copy *copy)
{
	struct pg *pg = copy->pg;
	PGresult *result;
	int r;

	put_int16(copy->data, -1);
	send_rows(copy);
	if (copy->error != 0)
		return copy->error;
	if (PQputCopyEnd(pg->conn, NULL) != 1)
		return connection_error(pg);
	result = PQgetResult(pg->conn);
	r = check_result(pg, result);
	PQclear(result);
	while ((result = PQgetResult(pg->conn)) != NULL)
		PQclear(result);
	return r;
}

int pg_copy_end(struct pg_copy *copy)
{
	int r = copy->error;

	if (r == 0 && (copy->is_started || copy->data->len > 0))
		r = finish_copy(copy);
	g_byte_array_unref(copy->data);
	copy->data = NULL;
	return r;
}
