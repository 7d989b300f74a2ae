/* test_commit_log - commits in the output of git log, read in any pieces; see commit_log.h */
#include "tests/unit/check.h"

#include <errno.h>

#include "daemon/commits/commit_log.h"

#define NONCE "0123456789abcdef0123456789abcdef"
#define MARK  "\0" NONCE "\0"
#define HEAD(id, message) \
	MARK id "\0"      \
		"9\0"     \
		"Ada\0"   \
		"ada@x.org\0" message MARK "\n"
#define DIFF "\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n"

/* The fields of a record, each followed by `|`; after a record a `#`. */
static int add_record(void *context, const struct commit_log_record *record)
{
	struct builder *b = context;

	add_field(b, record->id, '|');
	add_field(b, record->date, '|');
	add_field(b, record->name, '|');
	add_field(b, record->email, '|');
	add_field(b, record->message, '|');
	add_field(b, record->diff, record->is_diff_cut ? '!' : '#');
	return 0;
}

static struct view read_log(struct arena *arena, struct view text, size_t piece)
{
	struct builder b = builder_init(arena);
	struct commit_log *log = commit_log_new(NONCE, add_record, &b);
	int r = 0;

	while (r == 0 && text.len > 0) {
		size_t n = text.len < piece ? text.len : piece;

		r = commit_log_feed(log, view_head(text, n));
		text = view_skip(text, n);
	}
	if (r == 0)
		r = commit_log_end(log);
	if (r != 0)
		builder_add(&b, r == -EPROTO ? VIEW("!proto") : VIEW("!other"));
	commit_log_free(log);
	return builder_view(&b);
}

/* The result is the same for one byte at a time, a few, and all of it. */
static struct view read_any(struct arena *arena, struct view text)
{
	struct view whole = read_log(arena, text, text.len + 1);

	for (size_t piece = 1; piece < 80; piece += 7)
		check_view("in pieces", read_log(arena, text, piece), whole);
	return whole;
}

static const struct check_case logs[] = {
	{ "nothing", V(""), V("") },
	{ "one", V(HEAD("1", "s\n") DIFF), V("1|9|Ada|ada@x.org|s\n|" DIFF "#") },
	{ "two", V(HEAD("1", "s\n") DIFF HEAD("2", "t\n\nx\n") DIFF),
	  V("1|9|Ada|ada@x.org|s\n|" DIFF "#2|9|Ada|ada@x.org|t\n\nx\n|" DIFF "#") },
	{ "without diffs", V(HEAD("1", "s\n") HEAD("2", "t") HEAD("3", "")),
	  V("1|9|Ada|ada@x.org|s\n|#2|9|Ada|ada@x.org|t|#3|9|Ada|ada@x.org||#") },
	{ "a message with a diff", V(HEAD("1", "s\n" DIFF) DIFF),
	  V("1|9|Ada|ada@x.org|s\n" DIFF "|" DIFF "#") },
	{ "a message with NULs, and a head of another nonce",
	  V(HEAD("1", "s\n\0x\0\n\0"
		      "1123456789abcdef0123456789abcdef\0\n\0") DIFF),
	  V("1|9|Ada|ada@x.org|s\n\0x\0\n\0"
	    "1123456789abcdef0123456789abcdef\0\n\0|" DIFF "#") },
	{ "a message with the nonce in the middle of a line", V(HEAD("1", MARK "x\n") DIFF),
	  V("1|9|Ada|ada@x.org|" MARK "x\n|" DIFF "#") },
	{ "a diff with NULs, and a head after a plus sign",
	  V(HEAD("1", "s") DIFF "+\0\0\n+" HEAD("2", "t") " x\n"),
	  V("1|9|Ada|ada@x.org|s|" DIFF "+\0\0\n+" HEAD("2", "t") " x\n#") },
	{ "a diff without a last line end", V(HEAD("1", "s") "\n+x"),
	  V("1|9|Ada|ada@x.org|s|\n+x#") },
	{ "no log", V("fatal: no\n"), V("!proto") },
	{ "another nonce",
	  V("\0"
	    "1123456789abcdef0123456789abcdef\0x\0\n"),
	  V("!proto") },
	{ "fields are missing",
	  V(MARK "1\0"
		 "9\0" MARK "\n"),
	  V("!proto") },
	{ "truncated in a head",
	  V(HEAD("1", "s") DIFF "\0" NONCE "\0"
				"2\0"),
	  V("1|9|Ada|ada@x.org|s|" DIFF "#!proto") },
};

static int count_bytes(void *context, const struct commit_log_record *record)
{
	size_t *counts = context;

	counts[0] = record->message.len;
	counts[1] = record->diff.len;
	counts[2] = record->is_diff_cut;
	return 0;
}

static void feed_much(struct commit_log *log, char byte, size_t bytes)
{
	char piece[65536];

	memset(piece, byte, sizeof(piece));
	for (; bytes > 0; bytes -= sizeof(piece))
		assert_int_equal(commit_log_feed(log, view_of(piece, sizeof(piece))), 0);
}

static void long_parts_are_truncated(void **state)
{
	static const char head[] = MARK "1\0"
					"9\0"
					"Ada\0"
					"ada@x.org\0";
	static const char end[] = MARK "\n\n";
	size_t counts[3] = { 0 };
	struct commit_log *log = commit_log_new(NONCE, count_bytes, counts);

	(void)state;
	assert_int_equal(commit_log_feed(log, view_of(head, sizeof(head) - 1)), 0);
	feed_much(log, 'm', 4 * COMMIT_LOG_MESSAGE_BYTES_MAX);
	assert_int_equal(commit_log_feed(log, view_of(end, sizeof(end) - 1)), 0);
	feed_much(log, '+', 2 * COMMIT_LOG_DIFF_BYTES_MAX);
	assert_int_equal(commit_log_end(log), 0);
	assert_true(counts[0] > COMMIT_LOG_MESSAGE_BYTES_MAX / 2 &&
		    counts[0] <= COMMIT_LOG_MESSAGE_BYTES_MAX);
	assert_int_equal(counts[1], COMMIT_LOG_DIFF_BYTES_MAX);
	assert_true(counts[2]);
	commit_log_free(log);
}

static int refuse(void *context, const struct commit_log_record *record)
{
	(void)context;
	(void)record;
	return -EIO;
}

static void an_error_of_the_callback_is_returned(void **state)
{
	static const char two[] = HEAD("1", "s") HEAD("2", "t");
	struct commit_log *log = commit_log_new(NONCE, refuse, NULL);

	(void)state;
	assert_int_equal(commit_log_feed(log, view_of(two, sizeof(two) - 1)), -EIO);
	commit_log_free(log);
}

RUN(EACH(read_any, logs), TEST(long_parts_are_truncated),
    TEST(an_error_of_the_callback_is_returned))
