/* json_fault - the error message for a text that is not JSON; see json_fault.h */
#include "daemon/httpd/json_fault.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

struct reading {
	struct view text;
	size_t at;
	const char *fault; /* NULL: none found yet */
	size_t fault_at;
	int depth;
};

static bool fail(struct reading *r, const char *fault, size_t at)
{
	if (r->fault == NULL) {
		r->fault = fault;
		r->fault_at = at;
	}
	return false;
}

static char peek(const struct reading *r)
{
	return r->at < r->text.len ? r->text.ptr[r->at] : '\0';
}

static void skip_blanks(struct reading *r)
{
	while (r->at < r->text.len && strchr(" \t\n\r", r->text.ptr[r->at]) != NULL &&
	       r->text.ptr[r->at] != '\0')
		r->at++;
}

static bool take(struct reading *r, char c)
{
	if (peek(r) != c || r->at >= r->text.len)
		return false;
	r->at++;
	return true;
}

/* Read the rest of an escape, after its backslash. */
static bool read_escape(struct reading *r)
{
	size_t at = r->at - 1;
	char c = peek(r);

	if (r->at >= r->text.len)
		return fail(r, "Unterminated string starting at", at);
	r->at++;
	if (c != 'u')
		return c != '\0' && strchr("\"\\/bfnrt", c) != NULL
			       ? true
			       : fail(r, "Invalid \\escape", at);
	for (int i = 0; i < 4; i++, r->at++)
		if (!g_ascii_isxdigit(peek(r)))
			return fail(r, "Invalid \\uXXXX escape", at + 1);
	return true;
}

/* Read the rest of a string, after its quote. */
static bool read_string(struct reading *r)
{
	size_t begin = r->at - 1;

	while (r->at < r->text.len) {
		char c = r->text.ptr[r->at++];

		if (c == '"')
			return true;
		if ((guchar)c < 0x20)
			return fail(r, "Invalid control character at", r->at - 1);
		if (c == '\\' && !read_escape(r))
			return false;
	}
	return fail(r, "Unterminated string starting at", begin);
}

static void skip_digits(struct reading *r)
{
	while (g_ascii_isdigit(peek(r)))
		r->at++;
}

static bool read_number(struct reading *r)
{
	size_t begin = r->at;

	(void)take(r, '-');
	if (!g_ascii_isdigit(peek(r)))
		return fail(r, "Expecting value", begin);
	if (!take(r, '0'))
		skip_digits(r);
	if (peek(r) == '.' && r->at + 1 < r->text.len && g_ascii_isdigit(r->text.ptr[r->at + 1])) {
		r->at++;
		skip_digits(r);
	}
	if (peek(r) == 'e' || peek(r) == 'E') {
		size_t before = r->at++;

		if (peek(r) == '+' || peek(r) == '-')
			r->at++;
		if (!g_ascii_isdigit(peek(r)))
			r->at = before;
		else
			skip_digits(r);
	}
	return true;
}

static bool read_value(struct reading *r);

/* Read the rest of a list, after its bracket. */
static bool read_list(struct reading *r)
{
	skip_blanks(r);
	if (take(r, ']'))
		return true;
	for (;;) {
		if (!read_value(r))
			return false;
		skip_blanks(r);
		if (take(r, ']'))
			return true;
		if (!take(r, ','))
			return fail(r, "Expecting ',' delimiter", r->at);
		skip_blanks(r);
	}
}

static bool read_member(struct reading *r)
{
	if (!take(r, '"'))
		return fail(r, "Expecting property name enclosed in double quotes", r->at);
	if (!read_string(r))
		return false;
	skip_blanks(r);
	if (!take(r, ':'))
		return fail(r, "Expecting ':' delimiter", r->at);
	skip_blanks(r);
	return read_value(r);
}

/* Read the rest of an object, after its brace. */
static bool read_object(struct reading *r)
{
	skip_blanks(r);
	if (take(r, '}'))
		return true;
	for (;;) {
		if (!read_member(r))
			return false;
		skip_blanks(r);
		if (take(r, '}'))
			return true;
		if (!take(r, ','))
			return fail(r, "Expecting ',' delimiter", r->at);
		skip_blanks(r);
	}
}

static bool read_word(struct reading *r)
{
	static const char *const words[] = { "null", "true", "false" };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (view_starts(view_skip(r->text, r->at), view_str(words[i]))) {
			r->at += strlen(words[i]);
			return true;
		}
	}
	return read_number(r);
}

static bool read_value(struct reading *r)
{
	bool is_good;

	if (++r->depth > JSON_FAULT_DEPTH_MAX)
		return fail(r, "Too deeply nested", r->at);
	if (take(r, '"'))
		is_good = read_string(r);
	else if (take(r, '{'))
		is_good = read_object(r);
	else if (take(r, '['))
		is_good = read_list(r);
	else
		is_good = read_word(r);
	r->depth--;
	return is_good;
}

char *json_fault(struct view text)
{
	struct reading r = { .text = text };
	glong line = 1, column, position;
	const char *begin = text.ptr;

	if (!g_utf8_validate_len(text.ptr, text.len, NULL))
		return g_strdup("it is not UTF-8");
	skip_blanks(&r);
	if (read_value(&r)) {
		skip_blanks(&r);
		if (r.at == text.len)
			return NULL;
		(void)fail(&r, "Extra data", r.at);
	}
	for (size_t i = 0; i < r.fault_at; i++) {
		if (text.ptr[i] != '\n')
			continue;
		line++;
		begin = text.ptr + i + 1;
	}
	column = g_utf8_strlen(begin, text.ptr + r.fault_at - begin) + 1;
	position = g_utf8_strlen(text.ptr, (gssize)r.fault_at);
	return g_strdup_printf("%s: line %ld column %ld (char %ld)", r.fault, line, column,
			       position);
}
