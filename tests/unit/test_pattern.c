/* test_pattern - regular expressions from the database; see parser/pattern.h */
#include "tests/unit/check.h"

#include <stdio.h>
#include <time.h>

#include "parser/pattern.h"

/*
 * The number of matches for `pattern|subject`, with `!` before it if pattern_matches() disagrees.
 */
static struct view count(struct arena *arena, struct view text)
{
	struct view subject, regex = check_pair(text, &subject);
	struct builder b = builder_init(arena);
	const char *error = NULL;
	struct pattern *pattern = pattern_new(regex, &error);
	char number[32];
	size_t matches;

	if (pattern == NULL)
		return error != NULL && *error != '\0' ? VIEW("none") : VIEW("none, no words");
	matches = pattern_count(pattern, subject);
	if (pattern_matches(pattern, subject) != (matches > 0))
		builder_byte(&b, '!');
	(void)snprintf(number, sizeof(number), "%zu", matches);
	builder_add(&b, view_str(number));
	pattern_free(pattern);
	return builder_view(&b);
}

#define ACKED "^Acked-by:|"

static const struct check_case tags[] = {
	{ "at the beginning", V(ACKED "Acked-by: A\n"), V("1") },
	{ "on each line", V(ACKED "Acked-by: A\nx\nAcked-by: B"), V("2") },
	{ "any case", V(ACKED "ACKED-BY: A\nacked-by: B"), V("2") },
	{ "not within a line", V(ACKED "> Acked-by: A\n Acked-by: B"), V("0") },
	{ "after an empty line", V(ACKED "\nAcked-by: A"), V("1") },
	{ "not after a bare CR", V(ACKED "x\rAcked-by: A"), V("0") },
	{ "nor after U+2028 or U+0085",
	  V(ACKED "x\u2028Acked-by: A\xC2\x85"
		  "Acked-by: A"),
	  V("0") },
	{ "after CR LF", V(ACKED "x\r\nAcked-by: A\r\n"), V("1") },
	{ "no text", V(ACKED), V("0") },
	{ "a NUL", V(ACKED "x\0\nAcked-by: A"), V("1") },
};

/* The counts are those of Python's re.findall() with MULTILINE and IGNORECASE. */
static const struct check_case patterns[] = {
	{ "not overlapping", V("aa|aaaaa"), V("2") },
	{ "$ before the last line end and at the end", V("b$|b\nb"), V("2") },
	{ "a dot does not match a line end", V("a.b|a\nb a\rb axb"), V("2") },
	{ "other letters in any case", V("Ä|ä Ä"), V("2") },
	{ "a word of other letters", V("^\\w+$|über"), V("1") },
	{ "other digits", V("\\d|\u0663"), V("1") },
	{ "a character of several bytes", V("^.$|\U0001F600"), V("1") },
	{ "empty matches, one at each place", V("x*|aé"), V("3") },
	{ "empty, and then not", V("x*|ax"), V("3") },
	{ "empty lines", V("^$|a\n\nb\n"), V("2") },
	{ "the empty pattern", V("|ab"), V("3") },
	{ "the empty pattern and no text", V("|"), V("1") },
	{ "look-behind", V("(?<=a)b|ab b"), V("1") },
	{ "an open parenthesis", V("(|a"), V("none") },
	{ "an open class", V("[a|a"), V("none") },
	{ "only a star", V("*|a"), V("none") },
	{ "not UTF-8", V("\xff|a"), V("none") },
	{ "only in part", V("net(-next)?\\b|[PATCH NET-next] internet"), V("2") },
};

/* A search that would take years is ended, and counts as no match. */
static void limits_hold(void **state)
{
	static const char *const slow[] = { "^(a+)+$",
					    "(a|a)*b",
					    "(.*.*)*=x",
					    "^(?:a?){64}a{64}$",
					    "(?:a|b|ab)*(?:a|b|ab)*$c",
					    "\\w+@d:",
					    "a+yd:",
					    "[a-z]*[0-9]d:" };
	struct view text = repeated(*state, VIEW("a"), 100000);
	clock_t started = clock();

	for (size_t i = 0; i < COUNT(slow); i++) {
		const char *error;
		struct pattern *pattern = pattern_new(view_str(slow[i]), &error);
		struct builder b = builder_init(*state);

		assert_non_null(pattern);
		builder_add(&b, text);
		builder_add(&b, VIEW("xd: "));
		(void)pattern_matches(pattern, builder_view(&b));
		(void)pattern_count(pattern, builder_view(&b));
		pattern_free(pattern);
	}
	assert_true((clock() - started) / CLOCKS_PER_SEC < 20);
}

/*
 * From each blank, the search reads on to the `x`: 800 million bytes, of which 20 million are
 * allowed.
 */
static void long_text_has_a_limit_of_bytes(void **state)
{
	const char *error;
	struct pattern *pattern = pattern_new(VIEW("\\s*ad:"), &error);
	struct builder b = builder_init(*state);

	builder_add(&b, VIEW("ad:"));
	builder_add(&b, repeated(*state, VIEW(" "), 40000));
	builder_add(&b, VIEW("x ad:"));
	assert_true(pattern_matches(pattern, builder_view(&b)));
	assert_int_equal(pattern_count(pattern, builder_view(&b)), 1);
	assert_int_equal(pattern_count(pattern, VIEW("ad:  x ad:")), 2);
	pattern_free(pattern);
}

static void absent_is_empty(void **state)
{
	const char *error;
	struct pattern *pattern = pattern_new(VIEW("^$"), &error);

	(void)state;
	assert_true(pattern_matches(pattern, (struct view){ 0 }));
	assert_int_equal(pattern_count(pattern, (struct view){ 0 }), 0);
	pattern_free(pattern);
	pattern_free(NULL);
}

static void text_of_megabytes(void **state)
{
	const char *error;
	struct view text = repeated(*state, VIEW("Acked-by: A\nnothing\n"), 500000);
	struct pattern *pattern = pattern_new(VIEW("^Acked-by:"), &error);

	assert_int_equal(pattern_count(pattern, text), 500000);
	assert_true(pattern_matches(pattern, text));
	pattern_free(pattern);
}

/*
 * Each of these matches if it may take enough steps or memory; PCRE2's own limits are at least ten
 * times ours.  JIT code has no limits of depth and heap, so two patterns are interpreted.
 */
static void plain_text_has_limits(void **state)
{
	static const struct {
		const char *name;
		const char *front;    /* of the pattern */
		const char *repeated; /* repeated 200 times */
		size_t few, many;     /* numbers of characters within the limit and beyond it */
	} limits[] = {
		{ "steps", "^(?:(?:a+)+b|a*$)", "", 12, 22 },
		{ "depth", "(*NO_JIT)^(?:a|c)*$", "", 2000, 7000 },
		{ "heap", "(*NO_JIT)^(?:a|c)*$", "(x)?", 1000, 4500 },
	};

	for (size_t i = 0; i < COUNT(limits); i++) {
		struct builder b = builder_init(*state);
		struct pattern *pattern;
		const char *error;

		builder_add(&b, view_str(limits[i].front));
		builder_add(&b, repeated(*state, view_str(limits[i].repeated), 200));
		pattern = pattern_new(builder_view(&b), &error);
		assert_non_null(pattern);
		if (!pattern_matches(pattern, repeated(*state, VIEW("a"), limits[i].few)))
			fail_msg("%s: too little is allowed", limits[i].name);
		if (pattern_matches(pattern, repeated(*state, VIEW("a"), limits[i].many)))
			fail_msg("%s: there is no limit", limits[i].name);
		pattern_free(pattern);
	}
}

RUN(EACH(count, tags), EACH(count, patterns), TEST(limits_hold), TEST(plain_text_has_limits),
    TEST(long_text_has_a_limit_of_bytes), TEST(absent_is_empty), TEST(text_of_megabytes))
