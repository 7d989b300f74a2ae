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
	{ "a list of none", V("[ ]"), V("none") },
	{ "nothing", V(""), V("Expecting value: line 1 column 1 (char 0)") },
	{ "a word", V("state=new"), V("Expecting value: line 1 column 1 (char 0)") },
	{ "an object that is cut", V("{"),
	  V("Expecting property name enclosed in double quotes: line 1 column 2 (char 1)") },
	{ "after a member", V("{\"a\": 1"),
	  V("Expecting ',' delimiter: line 1 column 8 (char 7)") },
	{ "after a comma", V("{\"a\": 1, }"),
	  V("Expecting property name enclosed in double quotes: line 1 column 10 (char 9)") },
	{ "no colon", V("{\"a\" 1}"), V("Expecting ':' delimiter: line 1 column 6 (char 5)") },
	{ "no value", V("{\"a\": }"), V("Expecting value: line 1 column 7 (char 6)") },
	{ "a list that is cut", V("[1, 2"),
	  V("Expecting ',' delimiter: line 1 column 6 (char 5)") },
	{ "more than one", V("{} {}"), V("Extra data: line 1 column 4 (char 3)") },
	{ "a zero before", V("01"), V("Extra data: line 1 column 2 (char 1)") },
	{ "a point without digits", V("[1.]"),
	  V("Expecting ',' delimiter: line 1 column 3 (char 2)") },
	{ "a text that is cut", V("[\"abc"),
	  V("Unterminated string starting at: line 1 column 2 (char 1)") },
	{ "a line end in a text", V("[\"a\nb\"]"),
	  V("Invalid control character at: line 1 column 4 (char 3)") },
	{ "an invalid escape", V("\"a\\x\""), V("Invalid \\escape: line 1 column 3 (char 2)") },
	{ "half an escape", V("\"\\u12\""), V("Invalid \\uXXXX escape: line 1 column 3 (char 2)") },
	{ "on another line, in characters", V("{\n\"\xC3\xA9\": x}"),
	  V("Expecting value: line 2 column 6 (char 7)") },
	{ "no UTF-8", V("\"\xC3\""), V("it is not UTF-8") },
};

static void nested_too_deep(void **state)
{
	g_autofree char *deep = g_strnfill(100000, '['), *words = json_fault(view_str(deep));

	assert_non_null(words);
	assert_memory_equal(words, "Too deeply nested", 17);
	(void)state;
}

RUN(EACH(fault, texts), cmocka_unit_test(nested_too_deep))
