/* test_boundary - boundary lines of the open multiparts; see parser/boundary.h */
#include "tests/unit/check.h"

#include <stdio.h>

#include "parser/boundary.h"

#define ROUNDS    20000
#define LEVELS    12
#define TEXT_SIZE 8

/* The rule as specified: each level is compared, the outermost first. */
static struct boundary by_the_rule(const struct boundaries *open, struct view bare)
{
	struct view without;

	while (bare.len > 0 && (bare.ptr[bare.len - 1] == ' ' || bare.ptr[bare.len - 1] == '\t'))
		bare.len--;
	without = view_ends(bare, VIEW("--")) ? view_head(bare, bare.len - 2) : bare;
	for (size_t level = 0; level < open->count; level++) {
		if (view_eq(bare, open->delimiters[level]))
			return (struct boundary){ BOUNDARY_NEXT, level };
		if (view_eq(without, open->delimiters[level]))
			return (struct boundary){ BOUNDARY_END, level };
	}
	return (struct boundary){ BOUNDARY_NONE, open->count };
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

/*
 * `--` and up to four characters of a small set, so that many lines are boundaries and many are
 * similar.
 */
static struct view random_text(unsigned *seed, const char *letters, char text[TEXT_SIZE])
{
	size_t len = 2 + next_random(seed) % 5;

	text[0] = text[1] = '-';
	for (size_t i = 2; i < len; i++)
		text[i] = letters[next_random(seed) % strlen(letters)];
	return view_of(text, len);
}

static void agrees_with_the_rule(void **state)
{
	char texts[LEVELS][TEXT_SIZE], text[TEXT_SIZE];
	struct boundaries open = { .count = 0 };
	unsigned seed = 1, kinds[3] = { 0 };

	(void)state;
	for (size_t i = 0; i < ROUNDS; i++) {
		struct view line = random_text(&seed, "-ab \t", text);
		struct boundary want, is;

		if (open.count < LEVELS && next_random(&seed) % 2 == 0)
			boundaries_push(&open, random_text(&seed, "-ab", texts[open.count]));
		else if (open.count > 0)
			boundaries_pop(&open);
		want = by_the_rule(&open, line);
		is = boundary_of_line(&open, line);
		kinds[is.kind]++;
		if (is.kind != want.kind || is.level != want.level)
			fail_msg("%.*s: kind %d of %zu, want %d of %zu", (int)line.len, line.ptr,
				 (int)is.kind, is.level, (int)want.kind, want.level);
	}
	for (size_t i = 0; i < COUNT(kinds); i++)
		assert_in_range(kinds[i], ROUNDS / 200, ROUNDS);
}

/* One line ends all open multiparts, one after another; it is a boundary of the outermost. */
static void one_line_ends_several_multiparts(void **state)
{
	struct view rest = VIEW("x\n--a\n--b\n--b--\ny"), before;
	struct boundaries open = { .count = 0 };
	struct boundary found;

	(void)state;
	boundaries_push(&open, VIEW("--a"));
	boundaries_push(&open, VIEW("--b"));
	found = boundary_find(&open, &rest, &before);
	assert_int_equal(found.level, 0);
	assert_int_equal(before.len, 2);
	boundaries_pop(&open);
	found = boundary_find(&open, &rest, &before);
	assert_int_equal(found.kind, BOUNDARY_NEXT);
	assert_int_equal(found.level, 0);
	assert_int_equal(before.len, 0);
	boundaries_pop(&open);
	boundaries_push(&open, VIEW("--b"));
	boundaries_push(&open, VIEW("--c"));
	rest = view_skip(rest, 4);
	found = boundary_find(&open, &rest, &before);
	assert_int_equal(found.level, 0);
	assert_int_equal(found.kind, BOUNDARY_NEXT);
	rest = view_skip(rest, 4);
	found = boundary_find(&open, &rest, &before);
	assert_int_equal(found.kind, BOUNDARY_END);
	boundaries_pop(&open);
	boundaries_pop(&open);
	found = boundary_find(&open, &rest, &before);
	assert_int_equal(found.kind, BOUNDARY_NONE);
	assert_true(view_eq(before, VIEW("--b--\ny")));
}

RUN(TEST(agrees_with_the_rule), TEST(one_line_ends_several_multiparts))
