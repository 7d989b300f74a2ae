/* test_json_fault - Python's error message for invalid JSON; see daemon/httpd/json_fault.h */
#include "tests/unit/check.h"

#include <glib.h>

#include "daemon/httpd/json_fault.h"

static struct view fault(struct arena *arena, struct view text)
{
	g_autofree char *words = json_fault(text);

	return arena_copy(arena, view_str(words != NULL ? words : "none"));
}

static const struct check_case texts[] = {
	{ "an object", V("{\"a\": [1, -2.5e+3, true, false, null, \"\\u00e9\\n\"], \"b\": {}}"),
	  V("none") },
	{ "a number", V(" 0 "), V("none") },
	{ "an empty list", V("[ ]"), V("none") },
	{ "nothing", V(""), V("Expecting value: line 1 column 1 (char 0)") },
	{ "a word", V("state=new"), V("Expecting value: line 1 column 1 (char 0)") },
	{ "a truncated object", V("{"),
	  V("Expecting property name enclosed in double quotes: line 1 column 2 (char 1)") },
	{ "after a member", V("{\"a\": 1"),
	  V("Expecting ',' delimiter: line 1 column 8 (char 7)") },
	{ "after a comma", V("{\"a\": 1, }"),
	  V("Expecting property name enclosed in double quotes: line 1 column 10 (char 9)") },
	{ "no colon", V("{\"a\" 1}"), V("Expecting ':' delimiter: line 1 column 6 (char 5)") },
	{ "no value", V("{\"a\": }"), V("Expecting value: line 1 column 7 (char 6)") },
	{ "a truncated list", V("[1, 2"), V("Expecting ',' delimiter: line 1 column 6 (char 5)") },
	{ "two values", V("{} {}"), V("Extra data: line 1 column 4 (char 3)") },
	{ "a leading zero", V("01"), V("Extra data: line 1 column 2 (char 1)") },
	{ "a point without digits", V("[1.]"),
	  V("Expecting ',' delimiter: line 1 column 3 (char 2)") },
	{ "a truncated text", V("[\"abc"),
	  V("Unterminated string starting at: line 1 column 2 (char 1)") },
	{ "a line end in a text", V("[\"a\nb\"]"),
	  V("Invalid control character at: line 1 column 4 (char 3)") },
	{ "an invalid escape", V("\"a\\x\""), V("Invalid \\escape: line 1 column 3 (char 2)") },
	{ "half an escape", V("\"\\u12\""), V("Invalid \\uXXXX escape: line 1 column 3 (char 2)") },
	{ "on another line, in characters", V("{\n\"\xC3\xA9\": x}"),
	  V("Expecting value: line 2 column 6 (char 7)") },
	{ "a truncated escape", V("[\"\\"),
	  V("Unterminated string starting at: line 1 column 2 (char 1)") },
	{ "a NUL", V("{}\0"), V("Extra data: line 1 column 3 (char 2)") },
	{ "a byte order mark", V("\xEF\xBB\xBF{}"),
	  V("Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)") },
	{ "NaN", V("[NaN]"), V("Out of range float values are not JSON compliant: 'NaN'") },
	{ "an infinite number", V("-Infinity"),
	  V("Out of range float values are not JSON compliant: '-Infinity'") },
	{ "a byte that begins no character", V("\"\xFF\""),
	  V("'utf-8' codec can't decode byte 0xff in position 1: invalid start byte") },
	{ "a truncated character", V("\"\xE2\x82\""),
	  V("'utf-8' codec can't decode bytes in position 1-2: invalid continuation byte") },
	{ "a surrogate", V("\"\xED\xA0\x80\""),
	  V("'utf-8' codec can't decode byte 0xed in position 1: invalid continuation byte") },
	{ "a character that is too large", V("\"\xF4\x90\x80\x80\""),
	  V("'utf-8' codec can't decode byte 0xf4 in position 1: invalid continuation byte") },
	{ "a character in more bytes than needed", V("\"\xE0\x80\x80\""),
	  V("'utf-8' codec can't decode byte 0xe0 in position 1: invalid continuation byte") },
	{ "the end within a character", V("\"\xF0\x9F\x98"),
	  V("'utf-8' codec can't decode bytes in position 1-3: unexpected end of data") },
};

static void nested_too_deep(void **state)
{
	g_autofree char *deep = g_strnfill(100000, '['), *words = json_fault(view_str(deep));

	assert_non_null(words);
	assert_memory_equal(words, "Too deeply nested", 17);
	(void)state;
}

RUN(EACH(fault, texts), cmocka_unit_test(nested_too_deep))
