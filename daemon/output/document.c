/* document - writes rows as JSON documents of Patchwork's REST interface; see document.h */
#include "daemon/output/document.h"

#include <string.h>
#include <time.h>

#include "daemon/output/append.h"
#include "daemon/output/decimal.h"
#include "daemon/output/percent.h"
#include "parser/arena.h"
#include "parser/cleanup.h"
#include "parser/header.h"
#include "parser/subject.h"
#include "parser/submission.h"
#include "parser/text.h"

/* The position in the columns of a row, which are in the order of the members. */
struct walk {
	struct emit *emit;
	const struct document_site *site;
	const struct documents *documents;
	const struct pg_result *rows;
	int row;
	int column;
	GString *text; /* for the value that is being written */
};

/* ---- headers: pointers into headers.items, which is in the order of the block */

static gint by_spelling(gconstpointer a, gconstpointer b)
{
	const struct header *x = *(const struct header *const *)a;
	const struct header *y = *(const struct header *const *)b;
	int r = memcmp(x->name.ptr, y->name.ptr, MIN(x->name.len, y->name.len));

	if (r == 0)
		r = (x->name.len > y->name.len) - (x->name.len < y->name.len);
	return r != 0 ? r : (x > y) - (x < y);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	const struct header *x = *(const struct header *const *)a;
	const struct header *y = *(const struct header *const *)b;
	int r = g_ascii_strncasecmp(x->name.ptr, y->name.ptr, MIN(x->name.len, y->name.len));

	if (r == 0)
		r = (x->name.len > y->name.len) - (x->name.len < y->name.len);
	return r != 0 ? r : (x > y) - (x < y);
}

/* The values that are written for a header, if it is the first with its spelling. */
struct values {
	const struct header *const *items;
	size_t count;
	bool is_first;
};

static bool same_name(const struct header *a, const struct header *b, GCompareFunc order)
{
	return order == by_name ? view_ieq(a->name, b->name) : view_eq(a->name, b->name);
}

/* Set the values of all headers of a run of equal names in `sorted`. */
static void find_values(const struct headers *headers, const GPtrArray *sorted, GCompareFunc order,
			struct values *values)
{
	const struct header *const *items = (const struct header *const *)(void *)sorted->pdata;

	for (size_t i = 0, end; i < headers->count; i = end) {
		for (end = i + 1; end < headers->count && same_name(items[i], items[end], order);)
			end++;
		for (size_t k = i; k < end; k++) {
			struct values *of = &values[items[k] - headers->items];

			of->items = &items[i];
			of->count = end - i;
		}
	}
}

static void find_first(const struct headers *headers, const GPtrArray *sorted,
		       struct values *values)
{
	for (size_t i = 0; i < headers->count; i++) {
		const struct header *header = sorted->pdata[i];

		values[header - headers->items].is_first =
			i == 0 || !same_name(sorted->pdata[i - 1], header, by_spelling);
	}
}

static void write_values(struct emit *emit, const struct values *values)
{
	if (values->count > 1)
		emit_begin_list(emit);
	for (size_t i = 0; i < values->count; i++)
		emit_text(emit, values->items[i]->value);
	if (values->count > 1)
		emit_end_list(emit);
}

static void write_headers(struct emit *emit, const struct headers *headers)
{
	bool is_long = headers->count > DOCUMENT_SPELLINGS_HEADERS_MAX;
	struct values *values = g_new0(struct values, headers->count + 1);
	g_autoptr(GPtrArray) spelt = g_ptr_array_new(), named = g_ptr_array_new();

	for (size_t i = 0; i < headers->count; i++)
		g_ptr_array_add(spelt, (gpointer)(uintptr_t)&headers->items[i]);
	g_ptr_array_extend(named, spelt, NULL, NULL);
	g_ptr_array_sort(spelt, by_spelling);
	g_ptr_array_sort(named, by_name);
	find_first(headers, spelt, values);
	if (is_long)
		find_values(headers, spelt, by_spelling, values);
	else
		find_values(headers, named, by_name, values);
	for (size_t i = 0; i < headers->count; i++) {
		if (!values[i].is_first)
			continue;
		emit_name_view(emit, headers->items[i].name);
		write_values(emit, &values[i]);
	}
	g_free(values);
}

void document_headers(struct emit *emit, struct view stored)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	struct headers headers;

	emit_begin_object(emit);
	if (arena != NULL && stored.len > 0 && headers_split(arena, stored, &headers) == 0)
		write_headers(emit, &headers);
	emit_end_object(emit);
}

/* ---- names, paths and message ids */

void document_prefixes(struct emit *emit, struct view name)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	const struct view *prefixes;
	size_t count;

	emit_begin_list(emit);
	if (arena != NULL && name.ptr != NULL &&
	    subject_name_prefixes(arena, name, &prefixes, &count) == 0)
		for (size_t i = 0; i < count; i++)
			emit_text(emit, prefixes[i]);
	emit_end_list(emit);
}

void document_append_path(GString *out, struct view text)
{
	percent_encode(out, text, "-._~!$&'()*+,;=:@/");
}

static struct view without_brackets(struct view msgid)
{
	while (msgid.len > 0 && strchr("<>", msgid.ptr[0]) != NULL && msgid.ptr[0] != '\0')
		msgid = view_skip(msgid, 1);
	while (msgid.len > 0 && (view_ends(msgid, VIEW("<")) || view_ends(msgid, VIEW(">"))))
		msgid.len--;
	return msgid;
}

/* Patchwork resolves a path after decoding it once, and would take %2F for a slash. */
void document_append_msgid(GString *out, struct view msgid)
{
	struct view rest = without_brackets(msgid);

	while (rest.len > 0) {
		size_t slash = view_find(rest, '/', 0);

		percent_encode(out, view_head(rest, slash), "-._~!$&'()*+,;=:@");
		rest = view_skip(rest, slash);
		if (rest.len > 0) {
			append_view(out, VIEW("%252F"));
			rest = view_skip(rest, 1);
		}
	}
}

/* ---- values */

static int next_int(struct walk *walk)
{
	return pg_int(walk->rows, walk->row, walk->column++);
}

static struct view next_text(struct walk *walk)
{
	return pg_text(walk->rows, walk->row, walk->column++);
}

static void write_int(struct walk *walk)
{
	bool is_null = pg_is_null(walk->rows, walk->row, walk->column);
	int value = next_int(walk);

	if (is_null)
		emit_null(walk->emit);
	else
		emit_int(walk->emit, value);
}

static void write_bool(struct walk *walk)
{
	if (pg_is_null(walk->rows, walk->row, walk->column))
		emit_null(walk->emit);
	else
		emit_bool(walk->emit, pg_bool(walk->rows, walk->row, walk->column));
	walk->column++;
}

static void append_part(GString *to, char before, int number)
{
	g_string_append_c(to, before);
	decimal_append(to, number, 2);
}

static void append_clock(GString *to, const struct tm *tm)
{
	decimal_append(to, tm->tm_year + 1900, 4);
	append_part(to, '-', tm->tm_mon + 1);
	append_part(to, '-', tm->tm_mday);
	append_part(to, 'T', tm->tm_hour);
	append_part(to, ':', tm->tm_min);
	append_part(to, ':', tm->tm_sec);
}

/* A clock reading in ISO 8601 format, with microseconds if they are not 0. */
static void write_date(struct walk *walk)
{
	int column = walk->column++;
	int64_t usecs = pg_time(walk->rows, walk->row, column), rest = usecs % G_USEC_PER_SEC;
	time_t seconds;
	struct tm tm;

	if (rest < 0)
		rest += G_USEC_PER_SEC;
	seconds = (time_t)((usecs - rest) / G_USEC_PER_SEC);
	if (pg_is_null(walk->rows, walk->row, column) || gmtime_r(&seconds, &tm) == NULL) {
		emit_null(walk->emit);
		return;
	}
	g_string_truncate(walk->text, 0);
	append_clock(walk->text, &tm);
	if (rest != 0) {
		g_string_append_c(walk->text, '.');
		decimal_append(walk->text, rest, 6);
	}
	emit_text(walk->emit, view_of(walk->text->str, walk->text->len));
}

static void write_check_state(struct walk *walk)
{
	int state = next_int(walk);
	bool is_known = state >= 0 && state < RESOURCE_CHECK_STATES;

	emit_text(walk->emit, view_str(is_known ? resource_check_states[state] : NULL));
}

/* Patchwork does not percent-encode the message id here. */
static void write_archive_url(struct walk *walk)
{
	struct view format = next_text(walk), msgid = without_brackets(next_text(walk)), hole;
	g_autoptr(GString) url = g_string_new(NULL);

	if (format.len == 0) {
		emit_null(walk->emit);
		return;
	}
	while (hole.ptr = format.ptr, hole.len = view_search(format, VIEW("{}"), 0),
	       hole.len < format.len) {
		append_view(url, hole);
		append_view(url, msgid);
		format = view_skip(format, hole.len + 2);
	}
	append_view(url, format);
	emit_text(walk->emit, view_of(url->str, url->len));
}

/* If a column is null, the URL is null: the row has no such page. */
static void write_url(struct walk *walk, const struct member *member)
{
	bool is_api = member->kind == MEMBER_API_URL, is_null = false;
	GString *url = g_string_truncate(walk->text, 0);

	append_view(url, view_str(walk->site->base));
	if (is_api) {
		append_view(url, VIEW("/api"));
		append_view(url, view_str(walk->site->version));
	}
	for (const char *p = member->path, *hole; *p != '\0'; p = hole + 1) {
		hole = p + strcspn(p, "#%&");
		append_view(url, view_of(p, (size_t)(hole - p)));
		if (*hole == '\0')
			break;
		is_null |= pg_is_null(walk->rows, walk->row, walk->column);
		if (*hole == '#')
			decimal_append(url, next_int(walk), 1);
		else if (*hole == '%')
			document_append_path(url, next_text(walk));
		else
			document_append_msgid(url, next_text(walk));
	}
	if (is_api)
		append_view(url, view_str(walk->site->suffix));
	emit_text(walk->emit, is_null ? (struct view){ 0 } : view_of(url->str, url->len));
}

static void write_members(struct walk *walk, const struct object *object,
			  const struct shape *shape);

static struct shape inner_shape(const struct walk *walk)
{
	struct shape shape = walk->documents->shape;

	shape.is_alone = false;
	shape.is_self = false;
	return shape;
}

/* A joined row, which is absent if its first column, the id, is null. */
static void write_object(struct walk *walk, const struct member *member)
{
	struct shape within = inner_shape(walk);
	bool is_absent = pg_is_null(walk->rows, walk->row, walk->column);
	bool is_list = member->kind == MEMBER_SINGLETON;

	if (is_list)
		emit_begin_list(walk->emit);
	if (is_absent)
		walk->column += documents_width(member->object, &within);
	else
		write_members(walk, member->object, &within);
	if (is_list)
		emit_end_list(walk->emit);
	else if (is_absent)
		emit_null(walk->emit);
}

static void write_list(struct walk *walk, const struct list *list)
{
	const struct document_list *found = walk->documents->lists;
	int32_t parent = pg_int(walk->rows, walk->row, 0);
	struct shape within = inner_shape(walk);
	struct walk inner = *walk;
	int row;

	while (found->list != list)
		found++;
	row = pg_first_row(found->index, parent);
	inner.rows = found->rows;
	emit_begin_list(walk->emit);
	for (; row >= 0 && row < pg_rows(found->rows) && pg_int(found->rows, row, 0) == parent;
	     row++) {
		inner.row = row;
		inner.column = 1;
		write_members(&inner, list->object, &within);
	}
	emit_end_list(walk->emit);
}

/* Whether the list `only` contains the category. */
static bool is_for(const char *only, struct view category)
{
	struct view rest = view_str(only);

	while (rest.len > 0) {
		size_t end = view_find(rest, ' ', 0);

		if (view_eq(view_head(rest, end), category))
			return true;
		rest = view_skip(rest, MIN(end + 1, rest.len));
	}
	return only == NULL;
}

static void write_member(struct walk *walk, const struct member *member);

/* The row has the columns of all categories; those of other categories are usually null. */
static void write_payload(struct walk *walk, const struct object *object)
{
	struct shape within = inner_shape(walk);
	struct view category = next_text(walk);

	emit_begin_object(walk->emit);
	for (size_t i = 0; i < object->count; i++) {
		const struct member *member = &object->members[i];
		const struct object single = { .members = member, .count = 1 };

		if (!resource_shows(member, &within))
			continue;
		if (!is_for(member->only, category)) {
			walk->column += documents_width(&single, &within);
			continue;
		}
		emit_name(walk->emit, member->name);
		write_member(walk, member);
	}
	emit_end_object(walk->emit);
}

static void write_subject(struct walk *walk)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	struct view stored = next_text(walk), subject = { 0 };
	struct headers headers;

	if (arena != NULL && stored.len > 0 && headers_split(arena, stored, &headers) == 0)
		subject = headers_find(&headers, VIEW("Subject"));
	emit_text(walk->emit, subject.ptr != NULL ? subject : VIEW(""));
}

/* Write a member that is a value of the next columns. */
static void write_value(struct walk *walk, enum member_kind kind)
{
	if (kind == MEMBER_INT)
		write_int(walk);
	else if (kind == MEMBER_BOOL)
		write_bool(walk);
	else if (kind == MEMBER_DATE)
		write_date(walk);
	else if (kind == MEMBER_CHECK_STATE)
		write_check_state(walk);
	else if (kind == MEMBER_SUBJECT)
		write_subject(walk);
	else if (kind == MEMBER_ARCHIVE_URL)
		write_archive_url(walk);
	else if (kind == MEMBER_HEADERS)
		document_headers(walk->emit, next_text(walk));
	else if (kind == MEMBER_PREFIXES)
		document_prefixes(walk->emit, next_text(walk));
	else
		emit_text(walk->emit, next_text(walk));
}

static void write_member(struct walk *walk, const struct member *member)
{
	switch (member->kind) {
	case MEMBER_INT:
	case MEMBER_BOOL:
	case MEMBER_TEXT:
	case MEMBER_DATE:
	case MEMBER_CHECK_STATE:
	case MEMBER_HEADERS:
	case MEMBER_PREFIXES:
	case MEMBER_SUBJECT:
	case MEMBER_ARCHIVE_URL:
		write_value(walk, member->kind);
		break;
	case MEMBER_NULL:
		emit_null(walk->emit);
		break;
	case MEMBER_PAYLOAD:
		write_payload(walk, member->object);
		break;
	case MEMBER_NOTHING:
		emit_begin_object(walk->emit);
		emit_end_object(walk->emit);
		break;
	case MEMBER_URL:
	case MEMBER_API_URL:
		write_url(walk, member);
		break;
	case MEMBER_OBJECT:
	case MEMBER_SINGLETON:
		write_object(walk, member);
		break;
	case MEMBER_LIST:
		write_list(walk, member->list);
		break;
	}
}

/* Whether a list is omitted, because its condition, the next column, is false. */
static bool is_left_out(struct walk *walk, const struct member *member)
{
	if (member->kind != MEMBER_LIST || member->columns == NULL)
		return false;
	return !pg_bool(walk->rows, walk->row, walk->column++);
}

static void write_members(struct walk *walk, const struct object *object, const struct shape *shape)
{
	if (object->count == 1 && object->members[0].name == NULL) {
		write_member(walk, &object->members[0]);
		return;
	}
	emit_begin_object(walk->emit);
	for (size_t i = 0; i < object->count; i++) {
		const struct member *member = &object->members[i];

		if (!resource_shows(member, shape) || is_left_out(walk, member))
			continue;
		emit_name(walk->emit, member->name);
		write_member(walk, member);
	}
	emit_end_object(walk->emit);
}

void document_write(struct emit *emit, const struct document_site *site,
		    const struct documents *documents, int row)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct walk walk = { .emit = emit,
			     .site = site,
			     .documents = documents,
			     .rows = documents->rows,
			     .row = row,
			     .column = 1,
			     .text = text };

	write_members(&walk, documents->object, &documents->shape);
}
