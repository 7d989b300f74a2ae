/* header - the header block of a mail, and what its values say; see header.h */
#include "parser/header.h"

#include <assert.h>

#include "parser/boundary.h"
#include "parser/charset.h"
#include "parser/fault.h"
#include "parser/text.h"
#include "parser/transfer.h"

enum line_kind {
	LINE_BODY,
	LINE_EMPTY,
	LINE_CONTINUATION,
	LINE_FROM,
	LINE_NAMELESS, /* starts with the colon: passed over */
	LINE_HEADER,
};

/* What a line does to the block. */
enum {
	ENDS_BLOCK = 1,
	ENDS_HEADER = 2, /* the one before it */
	STARTS_HEADER = 4,
	GOES_ON = 8,
	IS_FROM = 16, /* it belongs to the body if the block ends behind it */
};

static const unsigned effects[] = {
	[LINE_BODY] = ENDS_HEADER | ENDS_BLOCK, [LINE_EMPTY] = ENDS_HEADER | ENDS_BLOCK,
	[LINE_CONTINUATION] = GOES_ON,          [LINE_FROM] = ENDS_HEADER | IS_FROM,
	[LINE_NAMELESS] = ENDS_HEADER,          [LINE_HEADER] = ENDS_HEADER | STARTS_HEADER,
};

struct block {
	struct builder items; /* of struct header */
	struct view current;  /* the lines of the last header; absent if it has ended */
	struct view from;
};

static enum line_kind classify(const struct boundaries *open, struct view line)
{
	size_t i = 0;

	if (boundary_of_line(open, line).kind != BOUNDARY_NONE)
		return LINE_BODY;
	if (line.len == 0)
		return LINE_EMPTY;
	if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
		return LINE_CONTINUATION;
	if (view_starts(line, VIEW("From ")))
		return LINE_FROM;
	while (i < line.len && line.ptr[i] > 0x20 && line.ptr[i] < 0x7F && line.ptr[i] != ':')
		i++;
	if (i == line.len || line.ptr[i] != ':')
		return LINE_BODY;
	return i == 0 ? LINE_NAMELESS : LINE_HEADER;
}

static struct header header_of(struct view lines)
{
	size_t colon = view_find(lines, ':', 0);
	struct view value = view_skip(lines, colon + 1);

	while (value.len > 0 && (value.ptr[0] == ' ' || value.ptr[0] == '\t'))
		value = view_skip(value, 1);
	while (value.len > 0 &&
	       (value.ptr[value.len - 1] == '\n' || value.ptr[value.len - 1] == '\r'))
		value.len--;
	return (struct header){ view_head(lines, colon), value };
}

static void end_header(struct block *block)
{
	struct header header;

	if (block->current.ptr == NULL)
		return;
	header = header_of(block->current);
	builder_add(&block->items, view_of((const char *)&header, sizeof(header)));
	block->current = (struct view){ 0 };
}

static void take_line(struct block *block, struct view line, unsigned effect)
{
	if ((effect & ENDS_HEADER) != 0)
		end_header(block);
	if ((effect & STARTS_HEADER) != 0)
		block->current = line;
	if ((effect & GOES_ON) != 0 && block->current.ptr != NULL)
		block->current.len += line.len;
	if ((effect & ENDS_BLOCK) == 0)
		block->from = (effect & IS_FROM) != 0 ? line : (struct view){ 0 };
}

int headers_split_part(struct arena *arena, struct view raw, const struct boundaries *open,
		       bool may_start_with_from, struct headers *ret_headers)
{
	struct block block = { .items = builder_init(arena) };
	struct view rest = raw, before, line = { 0 }, bare;
	enum line_kind kind;

	do {
		before = rest;
		kind = view_next_mail_line(&rest, &line, &bare) ? classify(open, bare) : LINE_BODY;
		if (kind == LINE_FROM && may_start_with_from && before.ptr == raw.ptr)
			kind = LINE_NAMELESS;
		if ((effects[kind] & ENDS_BLOCK) == 0 &&
		    (size_t)(rest.ptr - raw.ptr) > HEADER_BLOCK_BYTES_MAX)
			return FAULT_HEADERS_TOO_LARGE;
		take_line(&block, line, effects[kind]);
	} while ((effects[kind] & ENDS_BLOCK) == 0);
	ret_headers->items = (const struct header *)(const void *)block.items.ptr;
	ret_headers->count = block.items.len / sizeof(struct header);
	ret_headers->from = block.from;
	ret_headers->body = kind == LINE_BODY ? before : rest;
	return arena_error(arena);
}

int headers_split(struct arena *arena, struct view raw, struct headers *ret_headers)
{
	static const struct boundaries none;

	return headers_split_part(arena, raw, &none, true, ret_headers);
}

struct view headers_next(const struct headers *headers, struct view name, size_t *index)
{
	while (*index < headers->count) {
		const struct header *header = &headers->items[(*index)++];

		if (view_ieq(header->name, name))
			return header->value;
	}
	return (struct view){ 0 };
}

struct view headers_find(const struct headers *headers, struct view name)
{
	size_t index = 0;

	return headers_next(headers, name, &index);
}

struct encoded_word {
	struct view whole;
	struct view charset;
	char encoding; /* B or Q */
	struct view encoded;
};

/* Where the character set of a word ends that is named at `at`: at the first `?` or white space. */
static size_t charset_end(struct view text, size_t at)
{
	size_t n;

	while (at < text.len && text.ptr[at] != '?' &&
	       !text_is_space(text_char(view_skip(text, at), &n)))
		at += n;
	return at;
}

/* Read the encoded word at `at`, where `=?` stands; false if it is none. */
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

/* The first encoded word of `text` at or behind `from`. */
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

/* The byte that the escape `=4F` at `at` stands for, or -1. */
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

/* Bytes of encoded words that share a character set and are waiting to be decoded together. */
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

static struct view decode_words(struct arena *arena, struct view text, unsigned *flaws)
{
	struct builder out = builder_init(arena);
	struct pending pending = { .bytes = builder_init(arena) };
	struct encoded_word word;
	struct view bytes;
	size_t last = 0;

	for (int n = 0; n < HEADER_WORDS_MAX && find_word(text, last, &word); n++) {
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

struct view header_text(struct arena *arena, struct view value, unsigned *flaws)
{
	struct view text = text_repair(arena, value, FLAW_BAD_HEADER_BYTES, flaws);

	text = decode_words(arena, text, flaws);
	return text_fold(arena, text_without(arena, text, '\0'));
}

struct view headers_stored(struct arena *arena, const struct headers *headers, unsigned *flaws)
{
	struct builder b = builder_init(arena);

	for (size_t i = 0; i < headers->count; i++) {
		if (i > 0)
			builder_byte(&b, '\n');
		builder_add(&b, headers->items[i].name);
		builder_add(&b, VIEW(": "));
		builder_add(&b, headers->items[i].value);
	}
	return text_repair(arena, text_unix_lines(arena, builder_view(&b)), FLAW_BAD_HEADER_BYTES,
			   flaws);
}
