/* test_header - the header block and its values; see parser/header.h */
#include "tests/unit/check.h"

#include "parser/encoded_word.h"
#include "parser/header.h"

/* All headers as `name=value|`, then the body. */
static struct view split(struct arena *arena, struct view raw)
{
	struct builder b = builder_init(arena);
	struct headers headers;

	assert_int_equal(headers_split(arena, raw, &headers), 0);
	for (size_t i = 0; i < headers.count; i++) {
		add_field(&b, headers.items[i].name, '=');
		add_field(&b, headers.items[i].value, '|');
	}
	builder_add(&b, headers.body);
	return builder_view(&b);
}

/* Python's email package ends the blocks at the same places. */
static const struct check_case blocks[] = {
	{ "empty line", V("A: 1\nB: 2\n\nbody\n"), V("A=1|B=2|body\n") },
	{ "CR LF", V("A: 1\r\nB: 2\r\n\r\nbody\r\n"), V("A=1|B=2|body\r\n") },
	{ "lone CR", V("A: 1\rB: 2\r\rbody"), V("A=1|B=2|body") },
	{ "last line without its end", V("A: 1"), V("A=1|") },
	{ "nothing", V(""), V("") },
	{ "other lines start the body", V("A: 1\nno\n\nB: 2\n"), V("A=1|no\n\nB: 2\n") },
	{ "a blank before the colon starts the body", V("A: 1\nB : 2\n"), V("A=1|B : 2\n") },
	{ "a quoted From line starts the body", V("A: 1\n>From a\n\n"), V("A=1|>From a\n\n") },
	{ "folded values stay folded", V("A:\n 1\n\t2\r\n 3\nB: 4\n\n"),
	  V("A=\n 1\n\t2\r\n 3|B=4|") },
	{ "blanks around a value", V("A: \t 1 \n\n"), V("A=1 |") },
	{ "Unix From line", V("From a@b Thu Jan  1\nA: 1\n\nbody"), V("A=1|body") },
	{ "continuation of nothing", V(" a\nB: 2\n\nbody"), V("B=2|body") },
	{ "NUL and high bytes", V("A: 1\0\xE4\n\n"), V("A=1\0\xE4|") },
};

static const struct {
	const char *name;
	const char *line;
	size_t bytes;
	bool fits;
} sizes[] = {
	{ "many headers", "A: 456789012345\n", HEADER_BLOCK_BYTES_MAX - 16, true },
	{ "too many headers", "A: 456789012345\n", HEADER_BLOCK_BYTES_MAX + 16, false },
	{ "a long folded header", " 12345678901234\n", HEADER_BLOCK_BYTES_MAX - 16, true },
	{ "a longer folded header", " 12345678901234\n", HEADER_BLOCK_BYTES_MAX + 16, false },
	{ "a large body", "\nbody body body\n", 2 * HEADER_BLOCK_BYTES_MAX, true },
};

static void a_large_block_is_refused(void **state)
{
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct builder b = builder_init(*state);
		struct headers headers;

		builder_add(&b, VIEW("S: 1\n"));
		builder_add(&b, repeated(*state, view_str(sizes[i].line), sizes[i].bytes / 16));
		check_number(sizes[i].name, "headers_split",
			     (size_t)headers_split(*state, builder_view(&b), &headers),
			     sizes[i].fits ? 0 : FAULT_HEADERS_TOO_LARGE);
	}
}

static void finds_by_name(void **state)
{
	static const struct view found[] = { V("1"), V(""), V("3"), ABSENT, ABSENT };
	struct headers headers;
	size_t index = 0;

	assert_int_equal(headers_split(*state, VIEW("cc: 1\nX: 2\nCC: \nCc: 3\n\n"), &headers), 0);
	for (size_t i = 0; i < COUNT(found); i++)
		check_view("each Cc in turn", headers_next(&headers, VIEW("Cc"), &index), found[i]);
	check_view("the first, in any case", headers_find(&headers, VIEW("cC")), VIEW("1"));
	check_view("none", headers_find(&headers, VIEW("C")), (struct view){ NULL, 0 });
}

static struct view decoded(struct arena *arena, struct view value)
{
	struct builder b = builder_init(arena);
	unsigned flaws = 0;

	builder_add(&b, header_text(arena, value, &flaws));
	add_flaws(&b, flaws);
	return builder_view(&b);
}

#define K  "K\xC3\xA4se"
#define UE "\xC3\xA4"

static const struct check_case values[] = {
	{ "nothing", V(""), V("") },
	{ "folded", V("\r\n a\r\n\t b  c \n"), V("a b c") },
	{ "raw UTF-8", V(K), V(K) },
	{ "raw Latin-1", V("K\xE4se"), V("K" REPLACED "se !bad-header-bytes") },
	{ "NUL", V("a\0b"), V("ab !nul") },
	{ "q in lower case", V("=?ISO-8859-1?q?K=E4se?="), V(K) },
	{ "Q without hex digits", V("=?utf-8?q?a=zz=4?="), V("a=zz=4") },
	{ "B without its padding", V("=?UTF-8?B?YQ?="), V("a") },
	{ "invalid B stays", V("a =?UTF-8?B?abcde?= b"), V("a =?UTF-8?B?abcde?= b") },
	{ "empty word", V("a =?utf-8?Q?\?= b"), V("a b") },
	{ "two are joined", V("=?utf-8?Q?a?=\r\n  =?utf-8?B?Yg==?="), V("ab") },
	{ "of different character sets, too", V("=?utf-8?Q?=C3=A4?= =?latin1?Q?=E4?="), V(UE UE) },
	{ "character in two words", V("=?utf-8?Q?=C3?= =?UTF-8?Q?=A4?="), V(UE) },
	{ "unknown set", V("=?x-none?Q?K=C3=A4se?="), V(K " !bad-charset") },
	{ "wrong set", V("=?us-ascii?Q?K=C3=A4se?="), V(K " !bad-charset") },
	{ "encoded white space is folded", V("=?utf-8?Q?_a=0A=20b_?="), V("a b") },
	{ "not closed", V("=?utf-8?Q?abc"), V("=?utf-8?Q?abc") },
	{ "truncated", V("=?utf-8?"), V("=?utf-8?") },
	{ "neither B nor Q", V("=?utf-8?X?abc?="), V("=?utf-8?X?abc?=") },
	{ "a blank in the set", V("=?utf 8?Q?abc?="), V("=?utf 8?Q?abc?=") },
	{ "openings", V("=?=?=?utf-8?Q?a?="), V("=?=?a") },
};

static void words_beyond_the_limit_are_not_decoded(void **state)
{
	struct view words = repeated(*state, VIEW("=?utf-8?Q?a?= "), ENCODED_WORDS_MAX + 1), text;
	unsigned flaws = 0;

	text = header_text(*state, words, &flaws);
	assert_int_equal(text.len, ENCODED_WORDS_MAX + strlen(" =?utf-8?Q?a?="));
	assert_true(view_ends(text, VIEW("a =?utf-8?Q?a?=")));
}

static struct view stored(struct arena *arena, struct view raw)
{
	struct headers headers;
	unsigned flaws = 0;

	assert_int_equal(headers_split(arena, raw, &headers), 0);
	return headers_stored(arena, &headers, &flaws);
}

static const struct check_case stored_blocks[] = {
	{ "continued", V("A: 1\r\n\t2\r\nB:\n  3\r\n\r\n"), V("A: 1\n\t2\nB: \n  3") },
	{ "encoded words stay", V("A: =?utf-8?Q?a?=\n\n"), V("A: =?utf-8?Q?a?=") },
	{ "bytes made UTF-8", V("A: \xC3\xA4\xE4\0z\n\n"), V("A: \xC3\xA4" REPLACED "z") },
	{ "a From line is not a header", V("From a b\nA: 1\n\n"), V("A: 1") },
	{ "none", V("\nbody"), V("") },
};

RUN(EACH(split, blocks), TEST(a_large_block_is_refused), TEST(finds_by_name), EACH(decoded, values),
    TEST(words_beyond_the_limit_are_not_decoded), EACH(stored, stored_blocks))
