/* json_fault - the error message for a text that is not JSON; see json_fault.h */
#include "daemon/httpd/json_fault.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "parser/text.h"

/* Some faults concern no place. */
#define NOWHERE SIZE_MAX

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

/* Read the rest of an escape, after its backslash, in the string that starts at `begin`. */
static bool read_escape(struct reading *r, size_t begin)
{
	size_t at = r->at - 1;
	char c = peek(r);

	if (r->at >= r->text.len)
		return fail(r, "Unterminated string starting at", begin);
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
		if (c == '\\' && !read_escape(r, begin))
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

#define NOT_COMPLIANT "Out of range float values are not JSON compliant: "

static bool read_word(struct reading *r)
{
	static const struct {
		const char *word, *fault;
	} words[] = {
		{ "null", NULL },
		{ "true", NULL },
		{ "false", NULL },
		{ "NaN", NOT_COMPLIANT "'NaN'" },
		{ "Infinity", NOT_COMPLIANT "'Infinity'" },
		{ "-Infinity", NOT_COMPLIANT "'-Infinity'" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (!view_starts(view_skip(r->text, r->at), view_str(words[i].word)))
			continue;
		r->at += strlen(words[i].word);
		return words[i].fault == NULL || fail(r, words[i].fault, NOWHERE);
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

/* ---- UTF-8 (RFC 3629) */

/* Whether `byte` may be the one at `index` of a character that begins with `lead`. */
static bool continues(unsigned char lead, unsigned char byte, size_t index)
{
	unsigned char least = 0x80, greatest = 0xBF;

	if (index == 1 && lead == 0xE0)
		least = 0xA0;
	if (index == 1 && lead == 0xED)
		greatest = 0x9F;
	if (index == 1 && lead == 0xF0)
		least = 0x90;
	if (index == 1 && lead == 0xF4)
		greatest = 0x8F;
	return byte >= least && byte <= greatest;
}

/* `at` is where the valid text ends. */
static char *utf8_fault(struct view text, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)text.ptr + at;
	size_t left = text.len - at, wanted = 0, length = 1;
	const char *reason = "invalid continuation byte";

	if (bytes[0] >= 0xC2 && bytes[0] <= 0xF4)
		wanted = bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
	while (length < wanted && length < left && continues(bytes[0], bytes[length], length))
		length++;
	if (wanted == 0)
		reason = "invalid start byte";
	else if (length == left)
		reason = "unexpected end of data";
	if (length > 1)
		return g_strdup_printf("'utf-8' codec can't decode bytes in position %zu-%zu: %s",
				       at, at + length - 1, reason);
	return g_strdup_printf("'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
			       bytes[0], at, reason);
}

/* ---- the message */

static char *fault_at(struct view text, const char *fault, size_t at)
{
	size_t line = 1, begin = 0;

	for (size_t i = 0; i < at; i++) {
		if (text.ptr[i] == '\n') {
			line++;
			begin = i + 1;
		}
	}
	return g_strdup_printf("%s: line %zu column %zu (char %zu)", fault, line,
			       text_length(view_of(text.ptr + begin, at - begin)) + 1,
			       text_length(view_head(text, at)));
}

char *json_fault(struct view text)
{
	struct reading r = { .text = text };
	size_t valid = text_valid_len(text);

	if (valid < text.len)
		return utf8_fault(text, valid);
	if (view_starts(text, VIEW("\xEF\xBB\xBF")))
		return fault_at(text, "Unexpected UTF-8 BOM (decode using utf-8-sig)", 0);
	skip_blanks(&r);
	if (read_value(&r)) {
		skip_blanks(&r);
		if (r.at == text.len)
			return NULL;
		(void)fail(&r, "Extra data", r.at);
	}
	return r.fault_at == NOWHERE ? g_strdup(r.fault) : fault_at(text, r.fault, r.fault_at);
}
