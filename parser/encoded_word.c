/* encoded_word - encoded words in a header; see encoded_word.h */
#include "parser/encoded_word.h"

#include "parser/charset.h"
#include "parser/fault.h"
#include "parser/text.h"
#include "parser/transfer.h"

struct encoded_word {
	struct view whole;
	struct view charset;
	char encoding; /* B or Q */
	struct view encoded;
};

/* The end of the character set's name at `at`: the first `?` or white space. */
static size_t charset_end(struct view text, size_t at)
{
	size_t n;

	while (at < text.len && text.ptr[at] != '?' &&
	       !text_is_space(text_char(view_skip(text, at), &n)))
		at += n;
	return at;
}

/* Read the encoded word at `at`, which begins `=?`; false if it is not one. */
static bool word_at(struct view text, size_t at, struct encoded_word *ret_word)
{
	size_t mark = charset_end(text, at + 2), end;
	char encoding;

	if (mark + 2 >= text.len || text.ptr[mark] != '?' || text.ptr[mark + 2] != '?')
		return false;
	encoding = text.ptr[mark + 1];
	end = view_find(text, '?', mark + 3);
	if (end + 1 >= text.len || text.ptr[end + 1] != '=')
		return false;
	if (encoding != 'b' && encoding != 'B' && encoding != 'q' && encoding != 'Q')
		return false;
	ret_word->charset = view_of(text.ptr + at + 2, mark - at - 2);
	ret_word->charset.len = view_find(ret_word->charset, '*', 0);
	ret_word->encoding = encoding == 'b' || encoding == 'B' ? 'B' : 'Q';
	ret_word->encoded = view_of(text.ptr + mark + 3, end - mark - 3);
	ret_word->whole = view_of(text.ptr + at, end + 2 - at);
	return true;
}

/* The first encoded word of `text` at or after `from`. */
static bool find_word(struct view text, size_t from, struct encoded_word *ret_word)
{
	const struct view opening = VIEW("=?");

	for (size_t at = view_search(text, opening, from); at < text.len;
	     at = view_search(text, opening, at + 1))
		if (word_at(text, at, ret_word))
			return true;
	return false;
}

static struct view without_non_ascii(struct arena *arena, struct view v)
{
	struct builder b = builder_init(arena);

	if (text_is_ascii(v))
		return v;
	for (size_t i = 0; i < v.len; i++)
		if ((unsigned char)v.ptr[i] < 0x80)
			builder_byte(&b, v.ptr[i]);
	return builder_view(&b);
}

/* The byte of the escape at `at`, such as `=4F`, or -1. */
static int escaped_byte(struct view encoded, size_t at)
{
	int high, low;

	if (encoded.ptr[at] != '=' || at + 2 >= encoded.len)
		return -1;
	high = transfer_hex_digit(encoded.ptr[at + 1]);
	low = transfer_hex_digit(encoded.ptr[at + 2]);
	return high >= 0 && low >= 0 ? high * 16 + low : -1;
}

/* The Q encoding (RFC 2047, 4.2): quoted-printable with `_` for a blank, on one line. */
static struct view decode_q(struct arena *arena, struct view encoded)
{
	struct builder b = builder_init(arena);

	if (!builder_reserve(&b, encoded.len))
		return VIEW("");
	for (size_t i = 0; i < encoded.len; i++) {
		int byte = escaped_byte(encoded, i);

		if (byte >= 0)
			builder_byte(&b, (char)byte);
		else
			builder_byte(&b, encoded.ptr[i] == '_' ? ' ' : encoded.ptr[i]);
		i += byte >= 0 ? 2 : 0;
	}
	return builder_view(&b);
}

static bool word_bytes(struct arena *arena, const struct encoded_word *word, struct view *ret_bytes)
{
	if (word->encoding == 'B')
		return transfer_decode_base64_word(arena, without_non_ascii(arena, word->encoded),
						   ret_bytes);
	*ret_bytes = decode_q(arena, word->encoded);
	return true;
}

/* Bytes of encoded words in one character set, which are decoded together. */
struct pending {
	struct view charset;
	struct builder bytes;
	bool any;
};

static void flush(struct arena *arena, struct pending *pending, struct builder *out,
		  unsigned *flaws)
{
	struct view bytes = builder_view(&pending->bytes), utf8 = VIEW("");

	if (!pending->any)
		return;
	if (charset_decode(arena, pending->charset, bytes, &utf8) != CHARSET_OK) {
		utf8 = text_repair(arena, bytes, FLAW_BAD_HEADER_BYTES, flaws);
		*flaws |= FLAW_BAD_CHARSET;
	}
	builder_add(out, utf8);
	pending->any = false;
	pending->bytes.len = 0;
}

struct view encoded_words_decode(struct arena *arena, struct view text, unsigned *flaws)
{
	struct builder out = builder_init(arena);
	struct pending pending = { .bytes = builder_init(arena) };
	struct encoded_word word;
	struct view bytes;
	size_t last = 0;

	for (int n = 0; n < ENCODED_WORDS_MAX && find_word(text, last, &word); n++) {
		size_t start = (size_t)(word.whole.ptr - text.ptr);
		struct view between = view_of(text.ptr + last, start - last);
		bool understood = word_bytes(arena, &word, &bytes);

		if (!understood || last == 0 || text_trim(between).len > 0 ||
		    !view_ieq(pending.charset, word.charset))
			flush(arena, &pending, &out, flaws);
		if (!understood || last == 0 || text_trim(between).len > 0)
			builder_add(&out, between);
		if (understood) {
			pending.charset = word.charset;
			pending.any = true;
			builder_add(&pending.bytes, bytes);
		} else {
			builder_add(&out, word.whole);
		}
		last = start + word.whole.len;
	}
	if (last == 0)
		return text;
	flush(arena, &pending, &out, flaws);
	builder_add(&out, view_skip(text, last));
	return builder_view(&out);
}
