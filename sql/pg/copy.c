/* pg_copy - COPY into a table; see pg_copy.h */
#include "sql/pg/copy.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "sql/pg/binary.h"
#include "sql/pg/private.h"

/* What is sent at once: enough to be worth a call, little beside what a batch holds. */
#define COPY_SEND_BYTES ((size_t)64 << 10)

void pg_copy_begin(struct pg_copy *copy, struct pg *pg, const char *sql, int columns)
{
	*copy = (struct pg_copy){
		.pg = pg, .sql = sql, .data = g_byte_array_new(), .columns = columns
	};
}

/* The next of the statements that were sent wants its rows. */
static int expect_copy(struct pg *pg)
{
	PGresult *result = PQgetResult(pg->conn);
	int r = 0;

	if (PQresultStatus(result) != PGRES_COPY_IN) {
		r = pg_check(pg, result);
		r = r != 0 ? r : -EIO;
	}
	PQclear(result);
	return r;
}

/* libpq makes its buffer as large as what it is given, so it is given little. */
static int put_rows(struct pg *pg, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		size_t n = MIN(len, COPY_SEND_BYTES);

		if (PQputCopyData(pg->conn, at, (int)n) != 1)
			return pg_connection_error(pg);
		at += n;
		len -= n;
	}
	return 0;
}

/* The server's verdict on the rows. */
static int end_rows(struct pg *pg)
{
	PGresult *result;
	int r;

	if (PQputCopyEnd(pg->conn, NULL) != 1)
		return pg_connection_error(pg);
	pg->has_copied = true;
	result = PQgetResult(pg->conn);
	r = pg_check(pg, result);
	PQclear(result);
	return r;
}

/* Read what is left of the answer.  On a connection that broke in the middle it has no end. */
static int settle(struct pg *pg, int r)
{
	if (r != -ENOTCONN)
		pg_drain(pg);
	return r;
}

/* ---- rows that are held back */

struct held {
	const char *sql;
	GByteArray *data;
};

static void free_held(gpointer pointer)
{
	struct held *held = pointer;

	g_byte_array_unref(held->data);
	g_free(held);
}

static void hold(struct pg_copy *copy)
{
	struct pg *pg = copy->pg;
	struct held *held = g_new(struct held, 1);

	*held = (struct held){ copy->sql, g_byte_array_ref(copy->data) };
	if (pg->held == NULL)
		pg->held = g_ptr_array_new_with_free_func(free_held);
	g_ptr_array_add(pg->held, held);
	pg->held_bytes += copy->data->len;
}

static int send_statements(struct pg *pg, const char *then)
{
	GString *sql = g_string_new(NULL);
	int sent;

	for (guint i = 0; pg->held != NULL && i < pg->held->len; i++)
		g_string_append_printf(sql, "%s; ", ((struct held *)pg->held->pdata[i])->sql);
	if (then != NULL)
		g_string_append(sql, then);
	sent = PQsendQuery(pg->conn, sql->str);
	g_string_free(sql, TRUE);
	return sent == 1 ? 0 : pg_connection_error(pg);
}

/*
 * Send what is held, a COPY for each table, and `then` (NULL: nothing) in the same message, so that
 * a table costs one round trip.  When 0 is returned the rows are taken, and the results of `then`
 * come next.
 */
static int send_held(struct pg *pg, const char *then)
{
	int r = send_statements(pg, then);

	for (guint i = 0; r == 0 && pg->held != NULL && i < pg->held->len; i++) {
		const struct held *held = pg->held->pdata[i];

		r = expect_copy(pg);
		if (r == 0)
			r = put_rows(pg, held->data->data, held->data->len);
		if (r == 0)
			r = end_rows(pg);
	}
	pg_drop_held(pg);
	return r == 0 ? 0 : settle(pg, r);
}

int pg_copy_flush(struct pg *pg)
{
	int r;

	if (pg->held == NULL)
		return 0;
	r = send_held(pg, NULL);
	return r == 0 ? settle(pg, r) : r;
}

/* ---- the rows of one COPY */

static void send_piece(struct pg_copy *copy, const void *bytes, size_t len)
{
	if (copy->error == 0)
		copy->error = put_rows(copy->pg, bytes, len);
}

static int start_copy(const struct pg_copy *copy)
{
	int r = send_held(copy->pg, copy->sql);

	if (r != 0)
		return r;
	r = expect_copy(copy->pg);
	return r == 0 ? 0 : settle(copy->pg, r);
}

static void send_rows(struct pg_copy *copy)
{
	if (!copy->is_started && copy->error == 0) {
		copy->error = start_copy(copy);
		copy->is_started = copy->error == 0;
	}
	send_piece(copy, copy->data->data, copy->data->len);
	g_byte_array_set_size(copy->data, 0);
}

/* The head that comes before the first row: NUL ends the signature, then no flags. */
static void put_copy_head(struct pg_copy *copy)
{
	static const guint8 head[19] = "PGCOPY\n\377\r\n";

	g_byte_array_append(copy->data, head, sizeof(head));
}

static bool may_hold(const struct pg_copy *copy)
{
	return !copy->is_started && copy->pg->held_bytes + copy->data->len < PG_COPY_HELD_BYTES_MAX;
}

void pg_copy_row(struct pg_copy *copy)
{
	if (copy->data->len >= COPY_SEND_BYTES && !may_hold(copy))
		send_rows(copy);
	if (copy->data->len == 0 && !copy->is_started && copy->error == 0)
		put_copy_head(copy);
	binary_put_int16(copy->data, (int16_t)copy->columns);
}

void pg_copy_null(struct pg_copy *copy)
{
	binary_put_int32(copy->data, -1);
}

void pg_copy_int(struct pg_copy *copy, int32_t value)
{
	binary_put_int32(copy->data, 4);
	binary_put_int32(copy->data, value);
}

void pg_copy_smallint(struct pg_copy *copy, int16_t value)
{
	binary_put_int32(copy->data, 2);
	binary_put_int16(copy->data, value);
}

void pg_copy_bigint(struct pg_copy *copy, int64_t value)
{
	binary_put_int32(copy->data, 8);
	binary_put_int64(copy->data, value);
}

void pg_copy_bool(struct pg_copy *copy, bool value)
{
	pg_copy_char(copy, value ? 1 : 0);
}

void pg_copy_char(struct pg_copy *copy, char value)
{
	binary_put_int32(copy->data, 1);
	g_byte_array_append(copy->data, (const guint8 *)&value, 1);
}

/* A large value goes from where it is. */
void pg_copy_text(struct pg_copy *copy, struct view value)
{
	if (value.len < COPY_SEND_BYTES) {
		binary_put_view(copy->data, value);
		return;
	}
	binary_put_int32(copy->data, (int32_t)value.len);
	send_rows(copy);
	send_piece(copy, value.ptr, value.len);
}

void pg_copy_texts(struct pg_copy *copy, const struct view *items, size_t count)
{
	guint start = copy->data->len;
	uint32_t length;

	binary_put_int32(copy->data, 0);
	binary_put_array_head(copy->data, OID_TEXT, (guint)count);
	for (size_t i = 0; i < count; i++)
		binary_put_view(copy->data, items[i]);
	length = htobe32(copy->data->len - start - 4);
	memcpy(copy->data->data + start, &length, sizeof(length));
}

void pg_copy_time(struct pg_copy *copy, int64_t instant_usecs)
{
	pg_copy_bigint(copy, instant_usecs - BINARY_EPOCH_SECS * G_USEC_PER_SEC);
}

static int finish_copy(struct pg_copy *copy)
{
	binary_put_int16(copy->data, -1);
	if (may_hold(copy)) {
		hold(copy);
		return 0;
	}
	send_rows(copy);
	return copy->error != 0 ? copy->error : settle(copy->pg, end_rows(copy->pg));
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
