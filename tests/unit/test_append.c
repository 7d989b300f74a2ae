/* test_append - appending to a string; see daemon/output/append.h */
#include "tests/unit/check.h"

#include "daemon/output/append.h"

/* A string has room for the NUL behind it, whatever the length is at which it grows. */
static void lengths(void **state)
{
	for (size_t n = 0; n < 300; n++) {
		GString *to = g_string_new("before "), *wanted = g_string_new("before ");
		g_autofree char *bytes = g_strnfill(n, 'x');

		append_view(to, view_of(bytes, n));
		g_string_append(wanted, bytes);
		assert_true(to->len < to->allocated_len);
		assert_int_equal(to->len, wanted->len);
		assert_string_equal(to->str, wanted->str);
		g_string_free(to, TRUE);
		g_string_free(wanted, TRUE);
	}
	(void)state;
}

static void absent(void **state)
{
	GString *to = g_string_new("before");

	append_view(to, (struct view){ 0 });
	assert_string_equal(to->str, "before");
	g_string_free(to, TRUE);
	(void)state;
}

RUN(cmocka_unit_test(lengths), cmocka_unit_test(absent))
