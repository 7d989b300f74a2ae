/* test_view - searching and comparing bytes, walking lines; see parser/view.h */
#include "tests/unit/check.h"

#include <inttypes.h>
#include <stdio.h>

static const struct {
	const char *name;
	struct view text, needle;
	size_t from, want;
} searches[] = {
	{ "the first of two", V("abcabc"), V("c"), 0, 2 },
	{ "the second of two", V("abcabc"), V("c"), 3, 5 },
	{ "nowhere is the length", V("abc"), V("d"), 0, 3 },
	{ "from beyond the end", V("abc"), V("c"), 9, 3 },
	{ "NUL is a byte", V("a\0b"), V("\0"), 0, 1 },
	{ "in an empty text", V(""), V("a"), 0, 0 },
	{ "in the absent view", ABSENT, V("a"), 0, 0 },
	{ "longer than the text", V("ab"), V("abc"), 0, 2 },
};

static void finds_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(searches); i++) {
		struct view text = searches[i].text, needle = searches[i].needle;

		check_number(searches[i].name, "view_search",
			     view_search(text, needle, searches[i].from), searches[i].want);
		if (needle.len == 1)
			check_number(searches[i].name, "view_find",
				     view_find(text, needle.ptr[0], searches[i].from),
				     searches[i].want);
	}
}

/* The relations that hold between two texts, separated by `|`. */
static struct view compared(struct arena *arena, struct view text)
{
	struct builder c = builder_init(arena);
	struct view b, a = check_pair(text, &b);

	builder_add(&c, view_eq(a, b) ? VIEW("eq ") : VIEW(""));
	builder_add(&c, view_ieq(a, b) ? VIEW("ieq ") : VIEW(""));
	builder_add(&c, view_starts(a, b) ? VIEW("starts ") : VIEW(""));
	builder_add(&c, view_istarts(a, b) ? VIEW("istarts ") : VIEW(""));
	builder_add(&c, view_ends(a, b) ? VIEW("ends ") : VIEW(""));
	return builder_view(&c);
}

static const struct check_case comparisons[] = {
	{ "the same", V("ab|ab"), V("eq ieq starts istarts ends ") },
	{ "other case", V("aB|Ab"), V("ieq istarts ") },
	{ "the beginning", V("abc|ab"), V("starts istarts ") },
	{ "the beginning in other case", V("abc|AB"), V("istarts ") },
	{ "the end", V("abc|bc"), V("ends ") },
	{ "a longer text", V("ab|abc"), V("") },
	{ "different after NUL", V("a\0b|a\0c"), V("") },
	{ "an empty text in a letter", V("a|"), V("starts istarts ends ") },
	{ "two empty texts", V("|"), V("eq ieq starts istarts ends ") },
	{ "not ASCII", V("\xC3\x84|\xC3\xA4"), V("") },
};

static void accepts_absent_views(void **state)
{
	const struct view absent = view_str(NULL);

	(void)state;
	assert_true(absent.ptr == NULL && absent.len == 0);
	assert_true(view_eq(absent, VIEW("")) && view_ieq(absent, VIEW("")));
	assert_true(view_starts(absent, VIEW("")) && view_ends(absent, VIEW("")));
	assert_false(view_istarts(absent, VIEW("a")) || view_eq(absent, VIEW("a")));
}

/* Each line followed by `|`. */
static struct view lines_of(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);
	struct view line;

	while (view_next_line(&text, &line))
		add_field(&b, line, '|');
	return builder_view(&b);
}

static struct view mail_lines_of(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena), whole = builder_init(arena);
	struct view rest = text, line, bare;

	while (view_next_mail_line(&rest, &line, &bare)) {
		builder_add(&whole, line);
		add_field(&b, bare, '|');
	}
	assert_true(view_eq(builder_view(&whole), text));
	return builder_view(&b);
}

static const struct check_case lines[] = {
	{ "the absent view has no line", ABSENT, V("") },
	{ "a line without its end", V("a"), V("a|") },
	{ "empty lines, and no line after the last LF", V("\n\na\n"), V("||a|") },
	{ "CR is a byte", V("a\r\nb\rc\r"), V("a\r|b\rc\r|") },
	{ "NUL does not end a line", V("a\0b\nc"), V("a\0b|c|") },
};

static const struct check_case mail_lines[] = {
	{ "an empty text has no line", V(""), V("") },
	{ "the absent view has no line", ABSENT, V("") },
	{ "LF", V("\na\nb"), V("|a|b|") },
	{ "CR LF", V("a\r\n\r\nb\r\n"), V("a||b|") },
	{ "lone CR", V("a\rb\nc\r"), V("a|b|c|") },
	{ "CR before CR LF", V("a\r\r\nb"), V("a||b|") },
	{ "NUL does not end a line", V("a\0b\nc"), V("a\0b|c|") },
};

static struct view chomp(struct arena *arena, struct view text)
{
	(void)arena;
	return view_chomp(text);
}

static const struct check_case chomps[] = {
	{ "LF", V("a\n"), V("a") },
	{ "CR LF", V("a\r\n"), V("a") },
	{ "CR", V("a\r"), V("a") },
	{ "one LF of two", V("a\n\n"), V("a\n") },
	{ "one CR LF of two", V("\r\n\r\n"), V("\r\n") },
	{ "LF CR is two ends", V("a\n\r"), V("a\n") },
	{ "none at the end", V("a\nb"), V("a\nb") },
	{ "nothing", V(""), V("") },
};

static struct view number_of(struct arena *arena, struct view text)
{
	int64_t number = -1;
	char digits[32];

	if (!view_number(text, INT64_MAX, &number)) {
		assert_int_equal(number, -1); /* set on success only */
		return (struct view){ NULL, 0 };
	}
	assert_true(view_number(text, number, &number));
	assert_true(number == 0 || !view_number(text, number - 1, &number));
	(void)snprintf(digits, sizeof(digits), "%" PRId64, number);
	return arena_copy(arena, view_str(digits));
}

static const struct check_case numbers[] = {
	{ "zero", V("0"), V("0") },
	{ "leading zeros", V("0007"), V("7") },
	{ "the largest", V("9223372036854775807"), V("9223372036854775807") },
	{ "one too large", V("9223372036854775808"), ABSENT },
	{ "far too large", V("99999999999999999999999999"), ABSENT },
	{ "nothing", V(""), ABSENT },
	{ "absent", ABSENT, ABSENT },
	{ "sign", V("-1"), ABSENT },
	{ "blank", V(" 1"), ABSENT },
	{ "letter after", V("1a"), ABSENT },
	{ "NUL after", V("1\0"), ABSENT },
	{ "ARABIC-INDIC DIGIT ONE", V("\xD9\xA1"), ABSENT },
};

RUN(TEST(finds_bytes), EACH(compared, comparisons), EACH(lines_of, lines),
    EACH(mail_lines_of, mail_lines), EACH(chomp, chomps), EACH(number_of, numbers),
    TEST(accepts_absent_views))
