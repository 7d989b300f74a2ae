/* result - the rows of a query; see result.h */
#include "sql/pg/result.h"

#include "sql/pg/binary.h"
#include "sql/pg/private.h"

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

void pg_results_free(struct pg_result **results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pg_result_free_ptr(&results[i]);
}

int pg_rows(const struct pg_result *result)
{
	return PQntuples(result->result);
}

GHashTable *pg_index_rows(const struct pg_result *result)
{
	GHashTable *index = g_hash_table_new(NULL, NULL);

	for (int row = pg_rows(result) - 1; row >= 0; row--)
		(void)g_hash_table_insert(index, GINT_TO_POINTER(pg_int(result, row, 0)),
					  GINT_TO_POINTER(row + 1));
	return index;
}

int pg_first_row(GHashTable *index, int32_t number)
{
	return GPOINTER_TO_INT(g_hash_table_lookup(index, GINT_TO_POINTER(number))) - 1;
}

guint pg_rows_within(const struct pg_result *result, int64_t bytes)
{
	int count = 0;

	while (count < pg_rows(result) && bytes >= pg_bigint(result, count, 0))
		bytes -= pg_bigint(result, count++, 0);
	return (guint)MAX(count, 1);
}

bool pg_is_null(const struct pg_result *result, int row, int column)
{
	return PQgetisnull(result->result, row, column) != 0;
}

int64_t pg_bigint(const struct pg_result *result, int row, int column)
{
	int length = PQgetlength(result->result, row, column);

	/* A null has the length 0. */
	return length > 0 ? binary_int(PQgetvalue(result->result, row, column), length) : 0;
}

int32_t pg_int(const struct pg_result *result, int row, int column)
{
	return (int32_t)pg_bigint(result, row, column);
}

int64_t pg_time(const struct pg_result *result, int row, int column)
{
	return pg_bigint(result, row, column) + BINARY_EPOCH_SECS * G_USEC_PER_SEC;
}

bool pg_bool(const struct pg_result *result, int row, int column)
{
	return !pg_is_null(result, row, column) &&
	       PQgetvalue(result->result, row, column)[0] != '\0';
}

struct view pg_text(const struct pg_result *result, int row, int column)
{
	int length = PQgetlength(result->result, row, column);

	if (length == 0 && pg_is_null(result, row, column))
		return (struct view){ 0 };
	return view_of(PQgetvalue(result->result, row, column), (size_t)length);
}

GArray *pg_ints(const struct pg_result *result, int column)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(int32_t));

	for (int row = 0; row < pg_rows(result); row++) {
		int32_t number = pg_int(result, row, column);

		if (!pg_is_null(result, row, column))
			g_array_append_val(numbers, number);
	}
	return numbers;
}

void pg_texts(const struct pg_result *result, int row, int column, GArray *views)
{
	struct view bytes = pg_text(result, row, column);
	int64_t count;

	if (bytes.len < 20)
		return; /* empty: no dimensions */
	count = binary_int(bytes.ptr + 12, 4);
	bytes = view_skip(bytes, 20);
	for (int64_t i = 0; i < count; i++) {
		size_t length = (size_t)binary_int(bytes.ptr, 4);
		struct view element = view_of(bytes.ptr + 4, length);

		g_array_append_val(views, element);
		bytes = view_skip(bytes, 4 + length);
	}
}

void pg_bigints(const struct pg_result *result, int row, int column, GArray *int64s)
{
	struct view bytes = pg_text(result, row, column);
	int64_t count;

	if (bytes.len < 20)
		return; /* empty: no dimensions */
	count = binary_int(bytes.ptr + 12, 4);
	for (int64_t i = 0; i < count; i++) {
		int64_t value = binary_int(bytes.ptr + 20 + i * 12 + 4, 8);

		g_array_append_val(int64s, value);
	}
}
