/* fuzz_sender - a list's address, LF, a header block; see parser/sender.h */
#include "tests/fuzz/fuzz.h"

#include "parser/fault.h"
#include "parser/header.h"
#include "parser/sender.h"

/* The name is trimmed, then cut, so it may end in a blank. */
static void check_name(struct view name)
{
	fuzz_must_be_column(name);
	MUST(view_eq(text_trim_left(name), name));
	MUST(text_length(name) == TEXT_COLUMN_CHARS || view_eq(text_trim(name), name));
}

/* All of the block, as one address. */
static void check_address(struct arena *arena, struct view block)
{
	unsigned flaws = 0;
	struct address address = address_read(arena, header_text(arena, block, &flaws));

	check_name(address.name);
	fuzz_must_be_text(address.email);
}

static void check_sender(const struct address *sender)
{
	check_name(sender->name);
	fuzz_must_be_column(sender->email);
	MUST(view_eq(text_trim(sender->email), sender->email));
	/* An address that was cut may end in a hyphen or a full stop. */
	MUST(text_length(sender->email) == TEXT_COLUMN_CHARS || address_is_valid(sender->email));
}

static void check(struct arena *arena, struct view input)
{
	unsigned flaws = 0;
	struct view list = text_repair(arena, fuzz_take_line(&input), 0, &flaws);
	struct headers headers;
	struct address sender;
	int r;

	check_address(arena, input);
	if (headers_split(arena, input, &headers) != 0)
		return;
	r = sender_find(arena, &headers, list, &sender, &flaws);
	if (r == 0)
		check_sender(&sender);
	else
		MUST(r == FAULT_NO_FROM || r == FAULT_BAD_SENDER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(FUZZ_ARENA_BYTES_MAX);

	check(arena, fuzz_view(data, size));
	arena_free(arena);
	return 0;
}
