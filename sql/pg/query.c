/* query - statements with parameters, several in one round trip; see query.h */
#include "sql/pg/query.h"

#include <assert.h>
#include <errno.h>

#include "sql/pg/binary.h"
#include "sql/pg/private.h"
#include "sql/pg/copy.h"

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

static void begin_param(struct pg_query *query, uint32_t type)
{
	g_assert(query->count < PG_PARAMS_MAX);
	query->types[query->count] = type;
	query->offsets[query->count] = (int)query->values->len;
}

static void end_param(struct pg_query *query)
{
	query->lengths[query->count] = (int)query->values->len - query->offsets[query->count];
	query->count++;
}

void pg_param_int(struct pg_query *query, int32_t value)
{
	begin_param(query, OID_INT4);
	binary_put_int32(query->values, value);
	end_param(query);
}

void pg_param_bigint(struct pg_query *query, int64_t value)
{
	begin_param(query, OID_INT8);
	binary_put_int64(query->values, value);
	end_param(query);
}

void pg_param_null_bigint(struct pg_query *query)
{
	pg_param_bigint(query, 0);
	query->offsets[query->count - 1] = -1;
}

void pg_param_null(struct pg_query *query)
{
	query->offsets[query->count - 1] = -1;
}

static void add_view_param(struct pg_query *query, uint32_t type, struct view value)
{
	begin_param(query, type);
	if (value.len > 0)
		g_byte_array_append(query->values, (const guint8 *)value.ptr, (guint)value.len);
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

void pg_param_ints(struct pg_query *query, const GArray *int32s)
{
	begin_param(query, OID_INT4_ARRAY);
	binary_put_array_head(query->values, OID_INT4, int32s->len);
	for (guint i = 0; i < int32s->len; i++) {
		binary_put_int32(query->values, 4);
		binary_put_int32(query->values, g_array_index(int32s, int32_t, i));
	}
	end_param(query);
}

void pg_param_bigints(struct pg_query *query, const GArray *int64s)
{
	begin_param(query, OID_INT8_ARRAY);
	binary_put_array_head(query->values, OID_INT8, int64s->len);
	for (guint i = 0; i < int64s->len; i++) {
		binary_put_int32(query->values, 8);
		binary_put_int64(query->values, g_array_index(int64s, int64_t, i));
	}
	end_param(query);
}

void pg_param_texts(struct pg_query *query, const GArray *views)
{
	begin_param(query, OID_TEXT_ARRAY);
	binary_put_array_head(query->values, OID_TEXT, views->len);
	for (guint i = 0; i < views->len; i++)
		binary_put_view(query->values, g_array_index(views, struct view, i));
	end_param(query);
}

void pg_param_strings(struct pg_query *query, const GPtrArray *strings)
{
	begin_param(query, OID_TEXT_ARRAY);
	binary_put_array_head(query->values, OID_TEXT, strings->len);
	for (guint i = 0; i < strings->len; i++)
		binary_put_view(query->values, view_str(strings->pdata[i]));
	end_param(query);
}

/* ---- running */

void pg_take_each(struct pg_query *query, pg_take_rows *take, void *context)
{
	query->take = take;
	query->context = context;
}

/*
 * Set the name of a statement if the connection keeps plans.  A new one is prepared by the same
 * message that runs it.
 */
static void name_statement(struct pg *pg, struct pg_query *query)
{
	char *name;

	query->name = NULL;
	query->is_prepared_first = false;
	if (pg->names == NULL || query->is_unprepared)
		return;
	query->name = g_hash_table_lookup(pg->names, query->sql);
	if (query->name != NULL)
		return;
	name = g_strdup_printf("p%u", pg->names_given++);
	g_hash_table_insert(pg->names, g_strdup(query->sql), name);
	query->name = name;
	query->is_prepared_first = true;
}

/* The bytes of a parameter; NULL is null. */
static const char *value_of(const struct pg_query *query, int i)
{
	if (query->offsets[i] < 0)
		return NULL;
	/* If all parameters are empty, no memory is allocated. */
	return query->values->data != NULL ? (const char *)query->values->data + query->offsets[i]
					   : "";
}

static int send_query(struct pg *pg, struct pg_query *query)
{
	const char *values[PG_PARAMS_MAX];
	int formats[PG_PARAMS_MAX];
	Oid types[PG_PARAMS_MAX];
	int r = 1;

	name_statement(pg, query);
	for (int i = 0; i < query->count; i++) {
		types[i] = query->types[i];
		formats[i] = 1;
		values[i] = value_of(query, i);
	}
	if (query->is_prepared_first)
		r = PQsendPrepare(pg->conn, query->name, query->sql, query->count, types);
	if (r == 1 && query->name != NULL)
		r = PQsendQueryPrepared(pg->conn, query->name, query->count, values, query->lengths,
					formats, 1);
	else if (r == 1)
		r = PQsendQueryParams(pg->conn, query->sql, query->count, types, values,
				      query->lengths, formats, 1);
	return r == 1 ? 0 : pg_connection_error(pg);
}

/* Pass rows to a query's function while there are some; returns the result that has none. */
static PGresult *pass_rows(struct pg *pg, const struct pg_query *query)
{
	PGresult *result;

	/* In the single-row mode, each result has one row. */
	(void)PQsetSingleRowMode(pg->conn);
	while (result = PQgetResult(pg->conn), PQntuples(result) > 0) {
		struct pg_result rows = { .result = result };

		query->take(query->context, &rows);
		PQclear(result);
	}
	return result;
}

/* Read whether the statement is prepared. */
static int collect_prepared(struct pg *pg, const struct pg_query *query)
{
	PGresult *result = PQgetResult(pg->conn);
	int r = pg_check(pg, result);

	if (r != 0)
		g_hash_table_remove(pg->names, query->sql);
	if (result == NULL)
		return r;
	PQclear(result);
	pg_drain(pg);
	return r;
}

/* Read the result of one query. */
static int collect(struct pg *pg, const struct pg_query *query, struct pg_result **ret_result)
{
	int prepared = query->is_prepared_first ? collect_prepared(pg, query) : 0, r;
	PGresult *result;

	if (prepared == -ENOTCONN)
		return prepared;
	result = query->take != NULL ? pass_rows(pg, query) : PQgetResult(pg->conn);
	r = pg_check(pg, result);
	if (result == NULL)
		return r;
	if (r == 0) {
		*ret_result = g_new0(struct pg_result, 1);
		(*ret_result)->result = result;
	} else {
		PQclear(result);
	}
	pg_drain(pg);
	return prepared != 0 ? prepared : r;
}

static int collect_all(struct pg *pg, const struct pg_query *ahead, const struct pg_query *queries,
		       size_t count, struct pg_result **ret_results)
{
	int first = ahead != NULL ? collect(pg, ahead, pg->ahead_result) : 0, r = first;

	for (size_t i = 0; i < count && r != -ENOTCONN; i++) {
		r = collect(pg, &queries[i], &ret_results[i]);
		if (first == 0)
			first = r;
	}
	if (r == -ENOTCONN)
		return first;
	/* The sync point. */
	PQclear(PQgetResult(pg->conn));
	return first;
}

static int send_all(struct pg *pg, struct pg_query *ahead, struct pg_query *queries, size_t count)
{
	int r = ahead != NULL ? send_query(pg, ahead) : 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = send_query(pg, &queries[i]);
	return r == 0 && PQpipelineSync(pg->conn) != 1 ? pg_connection_error(pg) : r;
}

int pg_run_all(struct pg *pg, struct pg_query *queries, size_t count,
	       struct pg_result **ret_results)
{
	struct pg_query *ahead = g_steal_pointer(&pg->ahead);
	int r = pg_copy_flush(pg);

	for (size_t i = 0; i < count; i++)
		ret_results[i] = NULL;
	if (r != 0)
		return r;
	if (PQenterPipelineMode(pg->conn) != 1)
		return pg_connection_error(pg);
	r = send_all(pg, ahead, queries, count);
	if (r == 0)
		r = collect_all(pg, ahead, queries, count, ret_results);
	if (PQexitPipelineMode(pg->conn) != 1 && r == 0)
		r = pg_connection_error(pg);
	if (r == 0)
		return 0;
	if (ahead != NULL)
		pg_result_free_ptr(pg->ahead_result);
	pg_results_free(ret_results, count);
	return r;
}

void pg_run_ahead(struct pg *pg, struct pg_query *query, struct pg_result **ret_result)
{
	assert(pg->ahead == NULL);
	pg->ahead = query;
	pg->ahead_result = ret_result;
}

void pg_end_ahead(struct pg *pg)
{
	pg->ahead = NULL;
}

struct pg_query *pg_queue_add(struct pg_queue *queue, const char *sql)
{
	assert(queue->count < PG_QUEUE_MAX);
	pg_query_init(&queue->queries[queue->count], sql);
	return &queue->queries[queue->count++];
}

int pg_run_queue(struct pg *pg, struct pg_queue *queue, struct pg_result **ret_results)
{
	struct pg_result *results[PG_QUEUE_MAX];
	struct pg_result **collected = ret_results != NULL ? ret_results : results;
	int r = queue->count > 0 ? pg_run_all(pg, queue->queries, queue->count, collected) : 0;

	for (size_t i = 0; i < queue->count; i++)
		pg_query_done(&queue->queries[i]);
	if (ret_results == NULL)
		pg_results_free(results, queue->count);
	return r;
}

int pg_run(struct pg *pg, struct pg_query *query, struct pg_result **ret_result)
{
	struct pg_result *result;
	int r = pg_run_all(pg, query, 1, &result);

	pg_query_done(query);
	if (r == 0 && ret_result != NULL)
		*ret_result = result;
	else
		pg_result_free(result);
	return r;
}

int pg_run_bigint(struct pg *pg, struct pg_query *query, int64_t *ret_number)
{
	struct pg_result *result = NULL;
	int r = pg_run(pg, query, &result);

	*ret_number = r == 0 && pg_rows(result) > 0 ? pg_bigint(result, 0, 0) : 0;
	pg_result_free(result);
	return r;
}

int pg_run_int(struct pg *pg, struct pg_query *query, int32_t *ret_number)
{
	int64_t number;
	int r = pg_run_bigint(pg, query, &number);

	*ret_number = (int32_t)number;
	return r;
}
