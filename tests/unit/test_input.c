/* test_input - one message, up to a limit; see daemon/input.h */
#include "tests/unit/check.h"

#include <errno.h>

#include "daemon/input.h"

/* More than is read at once, so that the limit is also reached in a later read. */
#define LIMIT ((size_t)150 << 10)

/* A reader of `bytes` bytes, which then returns `end`. */
struct bytes {
	size_t left;
	ssize_t end;
};

static ssize_t give(void *context, char *buffer, size_t size)
{
	struct bytes *bytes = context;
	size_t n = bytes->left < size ? bytes->left : size;

	if (n == 0)
		return bytes->end;
	memset(buffer, 'x', n);
	bytes->left -= n;
	return (ssize_t)n;
}

static const struct {
	const char *name;
	size_t bytes, kept;
	bool is_cut;
} sizes[] = {
	{ "nothing", 0, 0, false },
	{ "one byte", 1, 1, false },
	{ "as large as allowed", LIMIT, LIMIT, false },
	{ "one byte too large", LIMIT + 1, LIMIT, true },
	{ "far too large", 20 * LIMIT, LIMIT, true },
};

static void truncates_at_the_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct bytes bytes = { sizes[i].bytes, 0 };
		struct input input = { 0 };

		assert_int_equal(
			input_read_from((struct input_reader){ give, &bytes }, LIMIT, &input), 0);
		check_number(sizes[i].name, "bytes", input_view(&input).len, sizes[i].kept);
		check_number(sizes[i].name, "cut", input.is_cut, sizes[i].is_cut);
		check_number(sizes[i].name, "bytes that were not read", bytes.left, 0);
		assert_true(input.capacity < 4 * LIMIT);
		input_done(&input);
	}
}

static void returns_errors(void **state)
{
	struct bytes bytes = { LIMIT / 2, -EIO };
	struct input input = { 0 };

	(void)state;
	assert_int_equal(input_read_from((struct input_reader){ give, &bytes }, LIMIT, &input),
			 -EIO);
	input_done(&input);
}

RUN(TEST(truncates_at_the_limit), TEST(returns_errors))
