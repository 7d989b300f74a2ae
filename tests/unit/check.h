/*
 * check - common parts of the unit tests: tables of texts and expected results
 *
 * A function under test is wrapped into one that returns its result as text, so that a case is a
 * name, a text and the expected result.  A mismatch is reported on standard error with the name of
 * its case, and the other cases are still run; then the test fails.  The state of every test is a
 * new arena.
 */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parser/arena.h"
#include "parser/fault.h"
#include "parser/rule.h"
#include "parser/view.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* Initialisers of views in a static table; V keeps the NUL bytes of the literal. */
#define V(literal)                              \
	{                                       \
		"" literal, sizeof(literal) - 1 \
	}
#define ABSENT          \
	{               \
		NULL, 0 \
	}

#define REPLACED "\xEF\xBF\xBD" /* U+FFFD */

struct check_case {
	const char *name;
	struct view text, want;
};

typedef struct view check_function(struct arena *arena, struct view text);

struct check_table {
	check_function *function;
	const struct check_case *cases;
	size_t count;
};

static int check_failures;

static inline int check_begin(void **state)
{
	check_failures = 0;
	*state = arena_new((size_t)256 << 20);
	return *state != NULL ? 0 : -1;
}

static inline int check_end(void **state)
{
	arena_free(*state);
	return check_failures == 0 ? 0 : -1;
}

/* The part before the `|` of a case with two texts; *ret_second is the part after it. */
static inline struct view check_pair(struct view text, struct view *ret_second)
{
	size_t bar = view_find(text, '|', 0);

	*ret_second = view_skip(text, bar + 1);
	return view_head(text, bar);
}

static inline void check_show(const char *title, struct view v)
{
	print_error("  %s %s%zu bytes: ", title, v.ptr == NULL ? "absent, " : "", v.len);
	for (size_t i = 0; i < v.len && i < 200; i++)
		print_error(v.ptr[i] >= ' ' && v.ptr[i] < 0x7F ? "%c" : "\\x%02X",
			    (unsigned char)v.ptr[i]);
	print_error("\n");
}

/* An absent view differs from an empty one. */
static inline void check_view(const char *name, struct view got, struct view want)
{
	if (view_eq(got, want) && (got.ptr == NULL) == (want.ptr == NULL))
		return;
	check_failures++;
	print_error("%s:\n", name);
	check_show("got ", got);
	check_show("want", want);
}

static inline void check_number(const char *name, const char *what, size_t got, size_t want)
{
	if (got == want)
		return;
	check_failures++;
	print_error("%s: %s: got %td, want %td\n", name, what, (ptrdiff_t)got, (ptrdiff_t)want);
}

static inline void check_each(void **state)
{
	const struct check_table *table = *state;
	struct arena *arena = arena_new((size_t)256 << 20);

	check_failures = 0;
	for (size_t i = 0; i < table->count; i++)
		check_view(table->cases[i].name, table->function(arena, table->cases[i].text),
			   table->cases[i].want);
	arena_free(arena);
	assert_int_equal(check_failures, 0);
}

static inline struct CMUnitTest check_table(const char *name, struct check_table *table)
{
	return (struct CMUnitTest){ name, check_each, NULL, NULL, table };
}

/* The arguments of RUN: a test function, or a function to run for each case of a table. */
#define TEST(function) cmocka_unit_test_setup_teardown(function, check_begin, check_end)
#define EACH(function, cases) \
	check_table(#cases, &(struct check_table){ function, cases, COUNT(cases) })
#define RUN(...)                                                   \
	int main(void)                                             \
	{                                                          \
		const struct CMUnitTest tests[] = { __VA_ARGS__ }; \
		return cmocka_run_group_tests(tests, NULL, NULL);  \
	}

/* `piece`, repeated `count` times. */
static inline struct view repeated(struct arena *arena, struct view piece, size_t count)
{
	struct builder b = builder_init(arena);

	while (count-- > 0)
		builder_add(&b, piece);
	return builder_view(&b);
}

/* Write `v`, or `-` if it is absent, and `close`. */
static inline void add_field(struct builder *b, struct view v, char close)
{
	builder_add(b, v.ptr != NULL ? v : VIEW("-"));
	builder_byte(b, close);
}

/* Write ` !name` for each flaw, and the name of each rule. */
static inline void add_flaws(struct builder *b, unsigned flaws)
{
	for (unsigned bit = 1; flaw_name(bit) != NULL; bit <<= 1) {
		if ((flaws & bit) == 0)
			continue;
		builder_add(b, VIEW(" !"));
		builder_add(b, view_str(flaw_name(bit)));
	}
	for (unsigned i = 0; rule_name(i) != NULL; i++) {
		if (!rule_applies(i, flaws))
			continue;
		builder_byte(b, ' ');
		builder_add(b, view_str(rule_name(i)));
	}
}

#endif
