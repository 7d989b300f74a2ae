/* fuzz_header - a header block, and its values as text; see parser/header.h */
#include "tests/fuzz/fuzz.h"

#include "parser/header.h"

static void check_block(struct view raw, const struct headers *headers)
{
	size_t at = 0;

	for (size_t i = 0; i < headers->count; i++) {
		const struct header *header = &headers->items[i];

		MUST(header->name.len > 0);
		MUST(header->name.ptr >= raw.ptr + at);
		MUST(header->value.ptr > header->name.ptr + header->name.len - 1);
		at = (size_t)(header->value.ptr + header->value.len - raw.ptr);
		MUST(at <= raw.len);
	}
	MUST(headers->body.ptr >= raw.ptr + at);
	MUST(headers->body.ptr + headers->body.len == raw.ptr + raw.len);
}

/* Decoding a text again may only change it if it looks like encoded words. */
static void check_value(struct arena *arena, struct view value)
{
	unsigned flaws = 0;
	struct view text = header_text(arena, value, &flaws);

	fuzz_must_be_text(text);
	MUST(view_eq(text_trim(text), text));
	MUST(view_search(text, VIEW("  "), 0) == text.len);
	if (view_search(text, VIEW("=?"), 0) == text.len)
		MUST(view_eq(header_text(arena, text, &flaws), text));
}

static void check(struct arena *arena, struct view raw)
{
	struct headers headers;
	unsigned flaws = 0;

	MUST(headers_split(arena, raw, &headers) == 0);
	check_block(raw, &headers);
	for (size_t i = 0; i < headers.count; i++)
		check_value(arena, headers.items[i].value);
	check_value(arena, raw);
	fuzz_must_be_text(headers_stored(arena, &headers, &flaws));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(FUZZ_ARENA_BYTES_MAX);

	check(arena, fuzz_view(data, size));
	MUST(arena_error(arena) == 0);
	arena_free(arena);
	return 0;
}
