/* copy - COPY into a table; see copy.h */
#include "sql/pg/copy.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "sql/pg/binary.h"
#include "sql/pg/private.h"

/* Rows are sent in pieces of this size. */
#define COPY_SEND_BYTES ((size_t)64 << 10)

/*
 * A COPY of more is ended, and the rows go on in another one.  Of a binary COPY the server keeps
 * the rows until there are 1,000, whatever their size; it stores large rows faster if they fit into
 * a processor's cache.
 */
#define COPY_BYTES_MAX ((size_t)256 << 10)

void pg_copy_begin(struct pg_copy *copy, struct pg *pg, const char *sql, int columns)
{
	*copy = (struct pg_copy){
		.pg = pg, .sql = sql, .data = g_byte_array_new(), .columns = columns
	};
}

/* Wait until the server has begun the next COPY. */
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

/* In pieces, because libpq enlarges its buffer to the size of a call. */
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

static int end_rows(struct pg *pg)
{
	if (PQputCopyEnd(pg->conn, NULL) != 1)
		return pg_connection_error(pg);
	pg->has_copied = true;
	return 0;
}

/* Wait until the server has stored all rows of the COPY. */
static int read_result(struct pg *pg)
{
	PGresult *result = PQgetResult(pg->conn);
	int r = pg_check(pg, result);

	PQclear(result);
	return r;
}

/* Read the remaining results; on a broken connection they would have no end. */
static int finish_results(struct pg *pg, int r)
{
	if (r != -ENOTCONN)
		pg_drain(pg);
	return r;
}

/* Wait for the COPY that pg_copy_end() has not waited for. */
static int finish_last(struct pg *pg)
{
	if (!pg->is_storing)
		return 0;
	pg->is_storing = false;
	return finish_results(pg, read_result(pg));
}

/* ---- pending rows */

struct pending {
	const char *sql;
	GByteArray *data;
};

static void free_pending(gpointer pointer)
{
	struct pending *pending = pointer;

	g_byte_array_unref(pending->data);
	g_free(pending);
}

static void postpone(struct pg_copy *copy)
{
	struct pg *pg = copy->pg;
	struct pending *pending = g_new(struct pending, 1);

	*pending = (struct pending){ copy->sql, g_byte_array_ref(copy->data) };
	if (pg->pending == NULL)
		pg->pending = g_ptr_array_new_with_free_func(free_pending);
	g_ptr_array_add(pg->pending, pending);
	pg->pending_bytes += copy->data->len;
}

static int send_statements(struct pg *pg, const char *then)
{
	GString *sql = g_string_new(NULL);
	int sent;

	for (guint i = 0; pg->pending != NULL && i < pg->pending->len; i++)
		g_string_append_printf(sql, "%s; ", ((struct pending *)pg->pending->pdata[i])->sql);
	if (then != NULL)
		g_string_append(sql, then);
	sent = PQsendQuery(pg->conn, sql->str);
	g_string_free(sql, TRUE);
	return sent == 1 ? 0 : pg_connection_error(pg);
}

/*
 * Send the pending COPYs and `then` (may be NULL) in one message, to save round trips.  After 0 the
 * rows are stored, and the results of `then` follow.
 */
static int send_pending(struct pg *pg, const char *then)
{
	int r = finish_last(pg);

	if (r == 0)
		r = send_statements(pg, then);
	for (guint i = 0; r == 0 && pg->pending != NULL && i < pg->pending->len; i++) {
		const struct pending *pending = pg->pending->pdata[i];

		r = expect_copy(pg);
		if (r == 0)
			r = put_rows(pg, pending->data->data, pending->data->len);
		if (r == 0)
			r = end_rows(pg);
		if (r == 0)
			r = read_result(pg);
	}
	pg_drop_pending(pg);
	return r == 0 ? 0 : finish_results(pg, r);
}

int pg_copy_flush(struct pg *pg)
{
	int r;

	if (pg->pending == NULL)
		return finish_last(pg);
	r = send_pending(pg, NULL);
	return r == 0 ? finish_results(pg, r) : r;
}

/* ---- the rows of one COPY */

static void send_piece(struct pg_copy *copy, const void *bytes, size_t len)
{
	if (copy->error == 0)
		copy->error = put_rows(copy->pg, bytes, len);
	copy->sent += len;
}

static int start_copy(const struct pg_copy *copy)
{
	int r = send_pending(copy->pg, copy->sql);

	if (r != 0)
		return r;
	r = expect_copy(copy->pg);
	return r == 0 ? 0 : finish_results(copy->pg, r);
}

static void send_rows(struct pg_copy *copy)
{
	if (!copy->is_started && copy->error == 0) {
		copy->error = start_copy(copy);
		copy->is_started = copy->error == 0;
		copy->sent = 0;
	}
	send_piece(copy, copy->data->data, copy->data->len);
	g_byte_array_set_size(copy->data, 0);
}

/* Send the remaining rows; finish_last() reads the result. */
static void end_copy(struct pg_copy *copy)
{
	binary_put_int16(copy->data, -1);
	send_rows(copy);
	if (copy->error == 0)
		copy->error = end_rows(copy->pg);
	copy->pg->is_storing = copy->error == 0;
	copy->is_started = false;
}

/* The header of the format: the signature with NUL, flags and length of the extension, both 0. */
static void put_copy_head(struct pg_copy *copy)
{
	static const guint8 head[19] = "PGCOPY\n\377\r\n";

	g_byte_array_append(copy->data, head, sizeof(head));
}

static bool may_postpone(const struct pg_copy *copy)
{
	return !copy->is_started &&
	       copy->pg->pending_bytes + copy->data->len < PG_COPY_PENDING_BYTES_MAX;
}

void pg_copy_row(struct pg_copy *copy)
{
	if (copy->data->len >= COPY_SEND_BYTES && !may_postpone(copy))
		send_rows(copy);
	if (copy->is_started && copy->sent >= COPY_BYTES_MAX)
		end_copy(copy);
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

/* A large value is sent without being copied. */
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

void pg_copy_bigints(struct pg_copy *copy, const int64_t *items, size_t count)
{
	binary_put_int32(copy->data, (int32_t)(count > 0 ? 20 + 12 * count : 12));
	binary_put_array_head(copy->data, OID_INT8, (guint)count);
	for (size_t i = 0; i < count; i++) {
		binary_put_int32(copy->data, 8);
		binary_put_int64(copy->data, items[i]);
	}
}

void pg_copy_time(struct pg_copy *copy, int64_t instant_usecs)
{
	pg_copy_bigint(copy, instant_usecs - BINARY_EPOCH_SECS * G_USEC_PER_SEC);
}

static int finish_copy(struct pg_copy *copy)
{
	if (may_postpone(copy)) {
		binary_put_int16(copy->data, -1);
		postpone(copy);
		return 0;
	}
	end_copy(copy);
	return copy->error;
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
