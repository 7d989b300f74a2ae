/* documents - rows of the tables as the REST interface's documents need them; see documents.h */
#include "sql/report/documents.h"

#include <assert.h>
#include <string.h>

#include "parser/cleanup.h"
#include "sql/report/statements.h"

/* Objects within a document have the members that they have in a list. */
static struct shape inner(const struct shape *shape)
{
	return (struct shape){ .version = shape->version,
			       .has_dependencies = shape->has_dependencies };
}

static bool is_object(const struct member *member)
{
	return member->kind == MEMBER_OBJECT || member->kind == MEMBER_SINGLETON;
}

/* ---- statements */

/* Append SQL with `row` for each @. */
static void append(GString *sql, const char *text, const char *row)
{
	for (const char *at; (at = strchr(text, '@')) != NULL; text = at + 1) {
		g_string_append_len(sql, text, at - text);
		g_string_append(sql, row);
	}
	g_string_append(sql, text);
}

static void append_columns(GString *sql, const struct object *object, const struct shape *shape,
			   const char *row)
{
	struct shape within = inner(shape);

	for (size_t i = 0; i < object->count; i++) {
		const struct member *member = &object->members[i];

		if (!resource_shows(member, shape))
			continue;
		if (is_object(member)) {
			g_autofree char *name = g_strconcat(row, member->suffix, NULL);

			append_columns(sql, member->object, &within, name);
			continue;
		}
		if (member->columns != NULL) {
			g_string_append(sql,
					member->kind == MEMBER_DATE ? ", timezone($1, " : ", ");
			append(sql, member->columns, row);
			g_string_append(sql, member->kind == MEMBER_DATE ? ")" : "");
		}
		if (member->kind == MEMBER_PAYLOAD)
			append_columns(sql, member->object, &within, row);
	}
}

static void append_joins(GString *sql, const struct object *object, const struct shape *shape,
			 const char *row);

static void append_join(GString *sql, const struct member *member, const struct shape *within,
			const char *row)
{
	g_autofree char *name = g_strconcat(row, member->suffix, NULL);

	g_string_append_printf(sql, " left join %s %s on %s.%s = ", member->object->table, name,
			       name, member->key != NULL ? member->key : "id");
	append(sql, member->columns, row);
	append_joins(sql, member->object, within, name);
}

static void append_joins(GString *sql, const struct object *object, const struct shape *shape,
			 const char *row)
{
	struct shape within = inner(shape);

	if (object->joins != NULL) {
		g_string_append_c(sql, ' ');
		append(sql, object->joins, row);
	}
	for (size_t i = 0; i < object->count; i++) {
		const struct member *member = &object->members[i];

		if (!resource_shows(member, shape))
			continue;
		if (member->kind == MEMBER_PAYLOAD)
			append_joins(sql, member->object, &within, row);
		if (is_object(member))
			append_join(sql, member, &within, row);
	}
}

/*
 * $1 is the time zone and $2 the ids, of the documents and of the parents of a list alike; a single
 * one is not an array, so that a plan for one row will do for all.
 */
static char *documents_sql(const struct object *object, const struct shape *shape, bool is_one)
{
	GString *sql = g_string_new("select x.id");

	append_columns(sql, object, shape, "x");
	g_string_append_printf(sql,
			       is_one ? " from %s x"
				      : " from unnest($2::int[]) with ordinality k(id, i)"
					" join %s x on x.id = k.id",
			       object->table);
	append_joins(sql, object, shape, "x");
	g_string_append(sql, is_one ? " where x.id = $2" : " order by k.i");
	return g_string_free(sql, FALSE);
}

static char *list_sql(const struct list *list, const struct shape *shape, bool is_one)
{
	struct shape within = inner(shape);
	GString *sql = g_string_new("select ");

	g_string_append(sql, list->parent);
	append_columns(sql, list->object, &within, "x");
	g_string_append_printf(sql, " from %s", list->from);
	append_joins(sql, list->object, &within, "x");
	g_string_append_printf(sql, " where %s = %s order by %s, %s", list->parent,
			       is_one ? "$2" : "any($2::int[])", list->parent, list->order);
	return g_string_free(sql, FALSE);
}

/* ---- rows */

static int column_count(const struct member *member)
{
	int count = 0;

	switch (member->kind) {
	case MEMBER_NOTHING:
	case MEMBER_NULL:
	case MEMBER_OBJECT:
	case MEMBER_SINGLETON:
		return 0;
	case MEMBER_LIST:
		return member->columns != NULL;
	case MEMBER_ARCHIVE_URL:
		return 2;
	case MEMBER_URL:
	case MEMBER_API_URL:
		for (const char *p = member->path; *p != '\0'; p++)
			count += *p == '#' || *p == '%' || *p == '&';
		return count;
	case MEMBER_INT:
	case MEMBER_BOOL:
	case MEMBER_TEXT:
	case MEMBER_DATE:
	case MEMBER_CHECK_STATE:
	case MEMBER_HEADERS:
	case MEMBER_PREFIXES:
	case MEMBER_SUBJECT:
	case MEMBER_PAYLOAD:
		break;
	}
	return 1;
}

int documents_width(const struct object *object, const struct shape *shape)
{
	struct shape within = inner(shape);
	int width = 0;

	for (size_t i = 0; i < object->count; i++) {
		const struct member *member = &object->members[i];

		if (!resource_shows(member, shape))
			continue;
		width += column_count(member);
		if (member->kind == MEMBER_PAYLOAD || is_object(member))
			width += documents_width(member->object, &within);
	}
	return width;
}

static void find_lists(struct documents *documents)
{
	for (size_t i = 0; i < documents->object->count; i++) {
		const struct member *member = &documents->object->members[i];

		if (member->kind != MEMBER_LIST || !resource_shows(member, &documents->shape))
			continue;
		assert(documents->list_count < DOCUMENTS_LISTS_MAX);
		documents->lists[documents->list_count++].list = member->list;
	}
}

int documents_ask_dependencies(struct pg *pg, bool *ret_has_dependencies)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, sql_documents_dependencies);
	r = pg_run(pg, &query, &result);
	if (r == 0)
		*ret_has_dependencies = pg_bool(result, 0, 0);
	return r;
}

int documents_fetch(struct pg *pg, const struct object *object, const struct shape *shape,
		    const GArray *ids, const char *time_zone, struct documents *ret_documents)
{
	struct documents documents = { .object = object, .shape = *shape };
	struct pg_queue queue = { .count = 0 };
	struct pg_result *results[1 + DOCUMENTS_LISTS_MAX];
	char *statements[1 + DOCUMENTS_LISTS_MAX];
	bool is_one = ids->len == 1;
	size_t count;
	int r;

	find_lists(&documents);
	count = 1 + documents.list_count;
	for (size_t i = 0; i < count; i++) {
		struct pg_query *query;

		statements[i] = i == 0 ? documents_sql(object, shape, is_one)
				       : list_sql(documents.lists[i - 1].list, shape, is_one);
		query = pg_queue_add(&queue, statements[i]);
		pg_param_text(query, view_str(time_zone));
		if (is_one)
			pg_param_int(query, g_array_index(ids, int32_t, 0));
		else
			pg_param_ints(query, ids);
	}
	r = pg_run_queue(pg, &queue, results);
	for (size_t i = 0; i < count; i++)
		g_free(statements[i]);
	documents.rows = results[0];
	for (size_t i = 0; i < documents.list_count && r == 0; i++) {
		documents.lists[i].rows = results[i + 1];
		documents.lists[i].index = pg_index_rows(results[i + 1]);
	}
	*ret_documents = documents;
	return r;
}

int documents_within(struct pg *pg, const struct object *object, const GArray *ids, int64_t bytes,
		     guint *ret_count)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *sizes = NULL;
	g_autofree char *sql = NULL;
	struct pg_query query;
	int r;

	*ret_count = ids->len;
	if (object->bytes == NULL || ids->len <= 1)
		return 0;
	sql = g_strdup_printf("select coalesce((select %s from %s x where x.id = k.id), 0)::bigint"
			      " from unnest($1::int[]) with ordinality k(id, i) order by k.i",
			      object->bytes, object->table);
	pg_query_init(&query, sql);
	pg_param_ints(&query, ids);
	r = pg_run(pg, &query, &sizes);
	if (r != 0)
		return r;
	*ret_count = pg_rows_within(sizes, bytes);
	return 0;
}

void documents_take_lists(struct documents *documents, struct documents *from)
{
	for (size_t i = 0; i < documents->list_count && i < from->list_count; i++) {
		struct document_list own = documents->lists[i];

		if (from->lists[i].list != own.list || pg_rows(from->lists[i].rows) == 0)
			continue;
		documents->lists[i] = from->lists[i];
		from->lists[i] = own;
	}
}

void documents_done(struct documents *documents)
{
	pg_result_free_ptr(&documents->rows);
	for (size_t i = 0; i < documents->list_count; i++) {
		pg_result_free_ptr(&documents->lists[i].rows);
		g_clear_pointer(&documents->lists[i].index, g_hash_table_unref);
	}
	documents->list_count = 0;
}
