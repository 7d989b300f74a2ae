/* emit - writes JSON without a tree in memory; see emit.h */
#include "daemon/output/emit.h"

#include <string.h>

#include "daemon/output/append.h"
#include "daemon/output/decimal.h"

/*
 * How a byte is escaped: 0 not at all, 'u' in hexadecimal, 'l' as a line end, otherwise by this
 * letter.
 */
static const char escapes[256] = {
	'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b',         't',           'n',          'u',
	'f', 'r', 'u', 'u', 'u', 'u', 'u', 'u', 'u',         'u',           'u',          'u',
	'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', ['"'] = '"', ['\\'] = '\\', [0xE2] = 'l',
};

void emit_init(struct emit *emit, GString *out, int indent)
{
	*emit = (struct emit){ .out = out, .indent = indent, .is_empty = true };
}

/* ---- text */

/* Whether `at`, whose first byte is E2, is U+2028 or U+2029: E2 80 A8 or A9. */
static bool is_line_end(const char *at, const char *end)
{
	return end - at >= 3 && (guchar)at[1] == 0x80 && ((guchar)at[2] & 0xFE) == 0xA8;
}

static void append_text(GString *out, struct view text)
{
	const char *end = text.ptr + text.len, *done = text.ptr, *at = text.ptr;

	g_string_append_c(out, '"');
	while (at < end) {
		char escape = escapes[(guchar)*at];

		if (escape == '\0' || (escape == 'l' && !is_line_end(at, end))) {
			at++;
			continue;
		}
		append_view(out, view_of(done, (size_t)(at - done)));
		if (escape == 'l')
			append_view(out, at[2] == '\xA8' ? VIEW("\\u2028") : VIEW("\\u2029"));
		else if (escape == 'u')
			g_string_append_printf(out, "\\u%04x", (guchar)*at);
		else {
			g_string_append_c(out, '\\');
			g_string_append_c(out, escape);
		}
		at += escape == 'l' ? 3 : 1;
		done = at;
	}
	append_view(out, view_of(done, (size_t)(end - done)));
	g_string_append_c(out, '"');
}

/* ---- structure */

static void new_line(struct emit *emit)
{
	if (emit->indent == 0)
		return;
	g_string_append_c(emit->out, '\n');
	for (int i = 0; i < emit->depth * emit->indent; i++)
		g_string_append_c(emit->out, ' ');
}

/* Write the separator before a member or element; there is none before the value after a name. */
static void separate(struct emit *emit)
{
	bool is_value = emit->is_named;

	emit->is_named = false;
	if (is_value || emit->depth == 0)
		return;
	if (!emit->is_empty)
		g_string_append_c(emit->out, ',');
	emit->is_empty = false;
	new_line(emit);
}

static void begin(struct emit *emit, char bracket)
{
	separate(emit);
	g_string_append_c(emit->out, bracket);
	emit->depth++;
	emit->is_empty = true;
}

static void end(struct emit *emit, char bracket)
{
	emit->depth--;
	if (!emit->is_empty)
		new_line(emit);
	g_string_append_c(emit->out, bracket);
	emit->is_empty = false;
}

void emit_begin_object(struct emit *emit)
{
	begin(emit, '{');
}

void emit_end_object(struct emit *emit)
{
	end(emit, '}');
}

void emit_begin_list(struct emit *emit)
{
	begin(emit, '[');
}

void emit_end_list(struct emit *emit)
{
	end(emit, ']');
}

static void end_name(struct emit *emit)
{
	append_view(emit->out, emit->indent == 0 ? VIEW(":") : VIEW(": "));
	emit->is_named = true;
}

void emit_name(struct emit *emit, const char *name)
{
	size_t len = strlen(name);
	char *quoted;

	separate(emit);
	quoted = append_room(emit->out, len + 2);
	quoted[0] = '"';
	memcpy(quoted + 1, name, len);
	quoted[len + 1] = '"';
	end_name(emit);
}

void emit_name_view(struct emit *emit, struct view name)
{
	separate(emit);
	append_text(emit->out, name);
	end_name(emit);
}

/* ---- values */

void emit_null(struct emit *emit)
{
	separate(emit);
	append_view(emit->out, VIEW("null"));
}

void emit_bool(struct emit *emit, bool value)
{
	separate(emit);
	append_view(emit->out, value ? VIEW("true") : VIEW("false"));
}

void emit_int(struct emit *emit, int64_t value)
{
	separate(emit);
	decimal_append(emit->out, value, 1);
}

void emit_text(struct emit *emit, struct view value)
{
	if (value.ptr == NULL) {
		emit_null(emit);
		return;
	}
	separate(emit);
	append_text(emit->out, value);
}

void emit_named_text(struct emit *emit, const char *name, struct view value)
{
	emit_name(emit, name);
	emit_text(emit, value);
}

void emit_named_int(struct emit *emit, const char *name, int64_t value)
{
	emit_name(emit, name);
	emit_int(emit, value);
}

void emit_named_bool(struct emit *emit, const char *name, bool value)
{
	emit_name(emit, name);
	emit_bool(emit, value);
}
