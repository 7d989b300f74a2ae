/* test_flowed - text with format=flowed; see parser/flowed.h */
#include "tests/unit/check.h"

#include "parser/flowed.h"

static struct view undone(struct arena *arena, struct view text)
{
	return flowed_undo(arena, text, false);
}

static struct view undone_delsp(struct arena *arena, struct view text)
{
	return flowed_undo(arena, text, true);
}

static const struct check_case texts[] = {
	{ "nothing", V(""), V("") },
	{ "fixed lines", V("a\nb\n"), V("a\nb\n") },
	{ "a line that continues", V("a \nb\nc\n"), V("a b\nc\n") },
	{ "two lines that continue", V("a \nb \nc\n"), V("a b c\n") },
	{ "stuffed", V(" a\n  b\n"), V("a\n b\n") },
	{ "stuffed and continued", V("  a \n b\n"), V(" a b\n") },
	{ "a blank alone is an empty line", V("a\n \nb\n"), V("a\n\nb\n") },
	{ "two continue", V("  \nb\n"), V(" b\n") },
	{ "CR LF", V("a \r\n b\r\nc\r\n"), V("a b\r\nc\r\n") },
	{ "a CR within", V("a \rb\n"), V("a \rb\n") },
	{ "signature", V("a\n-- \nb \nc\n"), V("a\n-- \nb c\n") },
	{ "signature with CR LF", V("a\r\n-- \r\nb\r\n"), V("a\r\n-- \r\nb\r\n") },
	{ "stuffed, it is not a signature", V(" -- \nb\n"), V("-- b\n") },
	{ "the last continues", V("a\nb "), V("a\nb ") },
	{ "the last has no LF", V("a\n b"), V("a\nb") },
	{ "quotes are not interpreted", V("> a \n> b\n"), V("> a > b\n") },
};

static const struct check_case deleting[] = {
	{ "without the blank", V("a \nb\n"), V("ab\n") },
	{ "of two blanks one is kept", V("a  \nb\n"), V("a b\n") },
	{ "the last continues", V("b "), V("b") },
	{ "signature", V("-- \nb\n"), V("-- \nb\n") },
};

/* Time is linear, whatever a sender repeats. */
static void is_quick_with_long_texts(void **state)
{
	struct view text = repeated(*state, VIEW("  a \n"), 400000);

	check_number("long", "bytes", flowed_undo(*state, text, false).len, 3 * 400000);
}

RUN(EACH(undone, texts), EACH(undone_delsp, deleting), TEST(is_quick_with_long_texts))
