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
	LINE_NAMELESS, /* starts with the colon */
	LINE_HEADER,
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

static void add_header(struct builder *items, struct view *lines)
{
	struct header header;

	if (lines->ptr == NULL)
		return;
	header = header_of(*lines);
	builder_add(items, view_of((const char *)&header, sizeof(header)));
	*lines = (struct view){ 0 };
}

int headers_split_part(struct arena *arena, struct view raw, const struct boundaries *open,
		       bool may_start_with_from, struct headers *ret_headers)
{
	struct builder items = builder_init(arena);
	struct view rest = raw, line, bare, current = { 0 }, from = { 0 };
	enum line_kind kind = LINE_CONTINUATION;

	for (bool first = may_start_with_from; kind != LINE_BODY && kind != LINE_EMPTY;
	     first = false) {
		struct view before = rest;

		kind = view_next_mail_line(&rest, &line, &bare) ? classify(open, bare) : LINE_BODY;
		if (kind == LINE_BODY) /* it has no header's end before it */
			rest = before;
		else if (kind != LINE_EMPTY &&
			 (size_t)(rest.ptr - raw.ptr) > HEADER_BLOCK_BYTES_MAX)
			return FAULT_HEADERS_TOO_LARGE;
		if (kind == LINE_CONTINUATION && current.ptr != NULL)
			current.len += line.len;
		if (kind != LINE_CONTINUATION)
			add_header(&items, &current);
		if (kind == LINE_HEADER)
			current = line;
		if (kind == LINE_FROM && !first)
			from = line;
		else if (kind != LINE_BODY && kind != LINE_EMPTY)
			from = (struct view){ 0 };
	}
	ret_headers->items = (const struct header *)(const void *)items.ptr;
	ret_headers->count = items.len / sizeof(struct header);
	ret_headers->from = from;
	ret_headers->body = rest;
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

/* The first encoded word of `text` at or behind `from`. */
static bool find_word(struct view text, size_t from, struct encoded_word *ret_word)
{
	for (;; from++) {
		size_t at = view_search(text, VIEW("=?"), from), end, n;
		size_t mark = at + 2;

		if (at == text.len)
			return false;
		from = at;
		while (mark < text.len && text.ptr[mark] != '?' &&
		       !text_is_space(text_char(view_skip(text, mark), &n)))
			mark += n;
		if (mark + 2 >= text.len || text.ptr[mark] != '?' || text.ptr[mark + 2] != '?' ||
		    strchr("bBqQ", text.ptr[mark + 1]) == NULL)
			continue;
		end = view_find(text, '?', mark + 3);
		if (end + 1 >= text.len || text.ptr[end + 1] != '=')
			continue;
		ret_word->charset = view_of(text.ptr + at + 2, mark - at - 2);
		ret_word->charset.len = view_find(ret_word->charset, '*', 0);
		ret_word->encoding =
			text.ptr[mark + 1] == 'b' || text.ptr[mark + 1] == 'B' ? 'B' : 'Q';
		ret_word->encoded = view_of(text.ptr + mark + 3, end - mark - 3);
		ret_word->whole = view_of(text.ptr + at, end + 2 - at);
		return true;
	}
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

/* The Q encoding (RFC 2047, 4.2): quoted-printable with `_` for a blank, on one line. */
static struct view decode_q(struct arena *arena, struct view encoded)
{
	static const char digits[] = "0123456789ABCDEFabcdef";
	struct builder b = builder_init(arena);

	for (size_t i = 0; i < encoded.len; i++) {
		char c = encoded.ptr[i];

		if (c == '=' && i + 2 < encoded.len + 0 && encoded.ptr[i + 1] != '\0' &&
		    encoded.ptr[i + 2] != '\0' && strchr(digits, encoded.ptr[i + 1]) != NULL &&
		    strchr(digits, encoded.ptr[i + 2]) != NULL) {
			struct view byte = transfer_decode_qp(arena, view_of(encoded.ptr + i, 3));

			builder_add(&b, byte);
			i += 2;
		} else {
			builder_byte(&b, c == '_' ? ' ' : c);
		}
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
	pending->bytes = builder_init(arena);
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
