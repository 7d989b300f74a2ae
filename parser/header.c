/* header - the header block of a mail, and its values as text; see header.h */
#include "parser/header.h"

#include "parser/encoded_word.h"
#include "parser/fault.h"
#include "parser/text.h"

enum line_kind {
	LINE_BODY,
	LINE_EMPTY,
	LINE_CONTINUATION,
	LINE_FROM,
	LINE_NAMELESS, /* starts with the colon: ignored */
	LINE_HEADER,
};

/* The effects of a line on the block. */
enum {
	ENDS_BLOCK = 1,
	ENDS_HEADER = 2, /* the previous one */
	STARTS_HEADER = 4,
	CONTINUES_HEADER = 8,
	IS_FROM = 16, /* it belongs to the body if the block ends after it */
};

static const unsigned effects[] = {
	[LINE_BODY] = ENDS_HEADER | ENDS_BLOCK, [LINE_EMPTY] = ENDS_HEADER | ENDS_BLOCK,
	[LINE_CONTINUATION] = CONTINUES_HEADER, [LINE_FROM] = ENDS_HEADER | IS_FROM,
	[LINE_NAMELESS] = ENDS_HEADER,          [LINE_HEADER] = ENDS_HEADER | STARTS_HEADER,
};

struct block {
	struct builder items; /* of struct header */
	struct view current;  /* the lines of the last header; absent after its end */
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
	if ((effect & CONTINUES_HEADER) != 0 && block->current.ptr != NULL)
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

struct view header_text(struct arena *arena, struct view value, unsigned *flaws)
{
	struct view text = text_repair(arena, value, FLAW_BAD_HEADER_BYTES, flaws);

	text = encoded_words_decode(arena, text, flaws);
	return text_fold(arena, text_without(arena, text, '\0'));
}

/* At least as many bytes as headers_stored() writes. */
static size_t stored_bytes(const struct headers *headers)
{
	size_t bytes = 0;

	for (size_t i = 0; i < headers->count; i++)
		bytes += headers->items[i].name.len + headers->items[i].value.len + 3;
	return bytes;
}

struct view headers_stored(struct arena *arena, const struct headers *headers, unsigned *flaws)
{
	struct builder b = builder_init(arena);

	(void)builder_reserve(&b, stored_bytes(headers));
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
