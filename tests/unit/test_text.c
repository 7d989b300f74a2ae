/* test_text - Unicode: repair, white space, length and case; see parser/text.h */
#include "tests/unit/check.h"

#include "parser/text.h"

#define UE   "\xC3\xA4"         /* a umlaut */
#define EUR  "\xE2\x82\xAC"     /* EURO SIGN */
#define FACE "\xF0\x9F\x98\x80" /* GRINNING FACE */

static struct view repaired(struct arena *arena, struct view raw)
{
	struct builder b = builder_init(arena);
	unsigned flaws = 0;
	struct view utf8 = text_repair(arena, raw, FLAW_BAD_HEADER_BYTES, &flaws);

	assert_true((utf8.ptr == raw.ptr) == (flaws == 0)); /* no unnecessary copy */
	assert_true((text_valid_len(raw) == raw.len) == !(flaws & FLAW_BAD_HEADER_BYTES));
	assert_int_equal(text_valid_len(utf8), utf8.len);
	builder_add(&b, utf8);
	add_flaws(&b, flaws);
	return builder_view(&b);
}

#define BAD " !bad-header-bytes"

static const struct check_case repairs[] = {
	{ "nothing", V(""), V("") },
	{ "ASCII", V("abcdefghij"), V("abcdefghij") },
	{ "two, three and four bytes", V(UE EUR FACE), V(UE EUR FACE) },
	{ "the last character of Unicode", V("\xF4\x8F\xBF\xBF"), V("\xF4\x8F\xBF\xBF") },
	{ "beyond Unicode", V("\xF4\x90\x80\x80"), V(REPLACED REPLACED REPLACED REPLACED BAD) },
	{ "Latin-1 after eight bytes", V("12345678\xE4z"), V("12345678" REPLACED "z" BAD) },
	{ "two of three bytes are one piece", V("\xE2\x82"), V(REPLACED BAD) },
	{ "three of four bytes are one piece",
	  V("\xF0\x9F\x98"
	    "a"),
	  V(REPLACED "a" BAD) },
	{ "surrogate", V("\xED\xA0\x80"), V(REPLACED REPLACED REPLACED BAD) },
	{ "lead byte after a lead byte", V("\xC3" UE), V(REPLACED UE BAD) },
	{ "NUL is removed", V("a\0b\0"), V("ab !nul") },
	{ "NUL and invalid bytes", V("\0\xFF"), V(REPLACED BAD " !nul") },
};

static void measures_the_valid_bytes(void **state)
{
	(void)state;
	assert_int_equal(text_valid_len(VIEW("ab" UE "\xE2\x82")), 4);
}

static struct view trim(struct arena *arena, struct view v)
{
	(void)arena;
	assert_true(view_eq(text_trim(v), text_trim_left(text_trim_right(v))));
	assert_true(view_eq(text_trim(v), text_trim_right(text_trim_left(v))));
	return text_trim(v);
}

static struct view cut_3(struct arena *arena, struct view v)
{
	(void)arena;
	return text_cut(v, 3);
}

static struct view without_nul(struct arena *arena, struct view v)
{
	return text_without(arena, v, '\0');
}

static const struct check_case trims[] = {
	{ "all kinds", V("\t\n\v\f\r\x1C\x1D\x1E\x1F a b\x1F\n"), V("a b") },
	{ "Unicode's",
	  V("\xC2\xA0\xC2\x85\xE1\x9A\x80"
	    "a\xE3\x80\x80"),
	  V("a") },
	{ "ZERO WIDTH SPACE is not white space", V("\xE2\x80\x8B"), V("\xE2\x80\x8B") },
	{ "only white space", V(" \t"), V("") },
	{ "after a wide character", V(FACE " "), V(FACE) },
};

static const struct check_case folds[] = {
	{ "runs",
	  V("  a \t\r\n b\xC2\xA0\xC2\xA0"
	    "c "),
	  V("a b c") },
	{ "a tab", V("a\tb"), V("a b") },
	{ "two blanks", V("a  b"), V("a b") },
	{ "folded already", V(" a " UE), V("a " UE) },
	{ "an empty text", V(""), V("") },
};

static const struct check_case nuls[] = {
	{ "NUL in all places", V("\0a\0\0b\0"), V("ab") },
	{ "only NUL", V("\0\0"), V("") },
};

static const struct check_case line_ends[] = {
	{ "CR LF", V("a\r\nb\r\n"), V("a\nb\n") },
	{ "a single CR is kept", V("a\rb\r"), V("a\rb\r") },
	{ "one CR of two", V("\r\r\n\n\r"), V("\r\n\n\r") },
};

static const struct check_case letters[] = {
	{ "ASCII", V("Text/PLAIN-1"), V("text/plain-1") },
	{ "other letters", V("\xC3\x84\xD0\x96"), V(UE "\xD0\xB6") },
	{ "an empty text", V(""), V("") },
};

static const struct check_case cuts[] = {
	{ "characters, not bytes", V(UE EUR FACE "x"), V(UE EUR FACE) },
	{ "the largest length", V("abc"), V("abc") },
	{ "one character longer", V("abcd"), V("abc") },
	{ "more bytes, and fewer characters", V(UE UE), V(UE UE) },
};

/* `same` if the two texts, separated by `|`, differ in case only. */
static struct view compared(struct arena *arena, struct view text)
{
	struct view b, a = check_pair(text, &b);

	(void)arena;
	assert_int_equal(text_ieq(a, b), text_ieq(b, a));
	return text_ieq(a, b) ? VIEW("same") : VIEW("");
}

static const struct check_case pairs[] = {
	{ "ASCII", V("Patch|pATCH"), V("same") },
	{ "not the same", V("patch|patsh"), V("") },
	{ "the beginning of the other text", V("patch|pat"), V("") },
	{ "umlauts", V("\xC3\x84h|" UE "H"), V("same") },
	{ "umlaut and letter", V("\xC3\x84|A"), V("") },
	{ "the other text is longer", V("\xD0\x96|\xD0\xB6z"), V("") },
	{ "nothing", V("|"), V("same") },
	{ "an empty text and a letter", V("|" UE), V("") },
};

/* For each character its length, `w` for a word character, `s` for white space. */
static struct view classes(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);

	assert_int_equal(text_is_ascii(text), text_length(text) == text.len);
	for (size_t n = 0; text.len > 0; text = view_skip(text, n)) {
		uint32_t c = text_char(text, &n);

		builder_byte(&b, (char)('0' + n));
		if (text_is_word(c) || text_is_space(c))
			builder_byte(&b, text_is_space(c) ? 's' : 'w');
	}
	return builder_view(&b);
}

static const struct check_case characters[] = {
	{ "ASCII", V("aZ7_-\0 \x1B\x1C\x1F\x7F"), V("1w1w1w1w111s11s1s1") },
	{ "two and three bytes", V(UE "\xD9\xA1" EUR "\xE2\x80\xA8"), V("2w2w33s") },
	{ "four bytes", V(FACE "\xF0\xA0\x80\x80"), V("44w") },
	{ "nothing", V(""), V("") },
};

RUN(EACH(repaired, repairs), TEST(measures_the_valid_bytes), EACH(trim, trims),
    EACH(text_fold, folds), EACH(without_nul, nuls), EACH(text_unix_lines, line_ends),
    EACH(text_lower, letters), EACH(cut_3, cuts), EACH(compared, pairs), EACH(classes, characters))
