/* test_emit - writing JSON; see daemon/output/emit.h */
#include "tests/unit/check.h"

#include "daemon/output/emit.h"

static struct view text(struct arena *arena, struct view value)
{
	GString *out = g_string_new(NULL);
	struct emit emit;
	struct view result;

	emit_init(&emit, out, 0);
	emit_text(&emit, value);
	result = arena_copy(arena, view_of(out->str, out->len));
	g_string_free(out, TRUE);
	return result;
}

static const struct check_case texts[] = {
	{ "plain", V("plain / <text> & 'more'"), V("\"plain / <text> & 'more'\"") },
	{ "empty", V(""), V("\"\"") },
	{ "absent", ABSENT, V("null") },
	{ "quotes and backslashes", V("a\"b\\c"), V("\"a\\\"b\\\\c\"") },
	{ "short escapes", V("\b\t\n\f\r"), V("\"\\b\\t\\n\\f\\r\"") },
	{ "control characters", V("\0\1\x1f\x7f"), V("\"\\u0000\\u0001\\u001f\x7f\"") },
	{ "beyond ASCII", V("gr\xC3\xBC\xC3\x9F\xF0\x9F\x98\x80"),
	  V("\"gr\xC3\xBC\xC3\x9F\xF0\x9F\x98\x80\"") },
	{ "line ends of JavaScript",
	  V("a\xE2\x80\xA8"
	    "b\xE2\x80\xA9"),
	  V("\"a\\u2028b\\u2029\"") },
	{ "bytes that are similar to them", V("\xE2\x80\xA7\xE2\x80\xAA\xE2\x81\xA8\xE2\x80"),
	  V("\"\xE2\x80\xA7\xE2\x80\xAA\xE2\x81\xA8\xE2\x80\"") },
};

/*
 * A program with one byte for each call: { } [ ] open and close, a letter is a name, 0 to 9 a
 * number, N null, T true, F false; a leading blank indents by two.
 */
static struct view run(struct arena *arena, struct view program)
{
	bool is_indented = view_starts(program, VIEW(" "));
	GString *out = g_string_new("before ");
	struct emit emit;
	struct view result;

	emit_init(&emit, out, is_indented ? 2 : 0);
	for (size_t i = is_indented; i < program.len; i++) {
		char c = program.ptr[i];

		if (c == '{')
			emit_begin_object(&emit);
		else if (c == '}')
			emit_end_object(&emit);
		else if (c == '[')
			emit_begin_list(&emit);
		else if (c == ']')
			emit_end_list(&emit);
		else if (c == 'N')
			emit_null(&emit);
		else if (c == 'T' || c == 'F')
			emit_bool(&emit, c == 'T');
		else if (view_is_digit(c))
			emit_int(&emit, c - '0');
		else
			emit_name_view(&emit, view_of(&program.ptr[i], 1));
	}
	result = arena_copy(arena, view_skip(view_of(out->str, out->len), 7));
	g_string_free(out, TRUE);
	return result;
}

static const struct check_case programs[] = {
	{ "only a number", V("7"), V("7") },
	{ "empty objects and lists", V("[{}[]{}]"), V("[{},[],{}]") },
	{ "members and elements", V("{a1b[2NTF]c{dN}eT}"),
	  V("{\"a\":1,\"b\":[2,null,true,false],\"c\":{\"d\":null},\"e\":true}") },
	{ "indented", V(" {a1b[2{}]c{}d[]}"),
	  V("{\n  \"a\": 1,\n  \"b\": [\n    2,\n    {}\n  ],\n  \"c\": {},\n  \"d\": []\n}") },
};

RUN(EACH(text, texts), EACH(run, programs))
