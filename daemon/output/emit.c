/* emit - writes JSON without a tree in memory; see emit.h */
#include "daemon/output/emit.h"

#include <inttypes.h>

/* How a byte below 0x60 is escaped: 'u' in hexadecimal, 0 not at all, otherwise by this letter. */
static const char escapes[0x60] = {
	'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b',          't',           'n', 'u',
	'f', 'r', 'u', 'u', 'u', 'u', 'u', 'u', 'u',          'u',           'u', 'u',
	'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', [0x22] = '"', [0x5C] = '\\',
};

void emit_init(struct emit *emit, GString *out, int indent)
{
	*emit = (struct emit){ .out = out, .indent = indent, .is_empty = true };
}

/* ---- text */

/* Whether `at` is U+2028 or U+2029: E2 80 A8 or A9. */
static bool is_line_end(const char *at, const char *end)
{
	return (guchar)*at == 0xE2 && end - at >= 3 && (guchar)at[1] == 0x80 &&
	       ((guchar)at[2] & 0xFE) == 0xA8;
}

static void append_text(GString *out, struct view text)
{
	const char *end = text.ptr + text.len, *done = text.ptr, *at = text.ptr;

	g_string_append_c(out, '"');
	while (at < end) {
		guchar c = (guchar)*at;
		char escape = c < sizeof(escapes) ? escapes[c] : '\0';
		bool is_end = c == 0xE2 && is_line_end(at, end);

		if (escape == '\0' && !is_end) {
			at++;
			continue;
		}
		g_string_append_len(out, done, at - done);
		if (is_end)
			g_string_append(out, at[2] == '\xA8' ? "\\u2028" : "\\u2029");
		else if (escape == 'u')
			g_string_append_printf(out, "\\u%04x", c);
		else {
			g_string_append_c(out, '\\');
			g_string_append_c(out, escape);
		}
		at += is_end ? 3 : 1;
		done = at;
	}
	g_string_append_len(out, done, end - done);
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

void emit_name(struct emit *emit, const char *name)
{
	emit_name_view(emit, view_str(name));
}

void emit_name_view(struct emit *emit, struct view name)
{
	separate(emit);
	append_text(emit->out, name);
	g_string_append(emit->out, emit->indent == 0 ? ":" : ": ");
	emit->is_named = true;
}

/* ---- values */

void emit_null(struct emit *emit)
{
	separate(emit);
	g_string_append(emit->out, "null");
}

void emit_bool(struct emit *emit, bool value)
{
	separate(emit);
	g_string_append(emit->out, value ? "true" : "false");
}

void emit_int(struct emit *emit, int64_t value)
{
	separate(emit);
	g_string_append_printf(emit->out, "%" PRId64, value);
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
