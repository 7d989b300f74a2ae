/* fuzz_split - the diff and the comment in a text; see parser/split.h */
#include "tests/fuzz/fuzz.h"

#include "parser/fault.h"
#include "parser/rule.h"
#include "parser/split.h"

/* The sum of the lines' hashes, which does not depend on their order. */
static uint64_t sum_of_lines(struct view text)
{
	uint64_t sum = 0;

	while (text.len > 0) {
		struct view line = fuzz_take_line(&text);
		uint64_t hash = 14695981039346656037u;

		for (size_t i = 0; i < line.len; i++)
			hash = (hash ^ (unsigned char)line.ptr[i]) * 1099511628211u;
		sum += hash;
	}
	return sum;
}

static void check(struct arena *arena, struct view text)
{
	struct builder whole = builder_init(arena);
	struct builder last = builder_init(arena);
	struct view diff, comment, kept, again, rest;
	unsigned flaws = 0, flaws_again = 0;

	builder_add(&whole, text);
	builder_byte(&whole, '\n');
	MUST(split_patch(arena, text, &diff, &comment, &flaws) == 0);
	MUST((flaws & ~(unsigned)(FLAW_CUT_HUNK | RULE_ANY_MARKER)) == 0);

	/* The LF of an empty last line may be missing. */
	kept = comment;
	builder_add(&last, comment);
	builder_byte(&last, '\n');
	if (diff.len + comment.len == text.len)
		comment = builder_view(&last);

	/* Every complete line is in one of the two, and in none twice. */
	MUST(diff.len + comment.len == text.len + 1);
	MUST(diff.len == 0 || view_ends(diff, VIEW("\n")));
	MUST(comment.len == 0 || view_ends(comment, VIEW("\n")));
	MUST(sum_of_lines(diff) + sum_of_lines(comment) == sum_of_lines(builder_view(&whole)));
	MUST(diff.len > 0 || view_eq(comment, builder_view(&whole)));

	/* The same text has the same result. */
	MUST(split_patch(arena, text, &again, &rest, &flaws_again) == 0);
	MUST(view_eq(again, diff) && view_eq(rest, kept) && flaws_again == flaws);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(FUZZ_ARENA_BYTES_MAX);

	check(arena, fuzz_view(data, size));
	arena_free(arena);
	return 0;
}
