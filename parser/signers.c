/* signers - who wrote a patch, by its text; see signers.h */
#include "parser/signers.h"

#include "parser/text.h"

static const char *const keys[] = { "From:", "Signed-off-by:", "Co-developed-by:" };

static bool is_signed(struct view line)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (view_istarts(line, view_str(keys[i])))
			return true;
	return false;
}

/* The address in the last angle brackets of a line; empty if there is none. */
static struct view address_in(struct view line)
{
	size_t to = line.len, from;

	while (to > 0 && line.ptr[to - 1] != '>')
		to--;
	if (to == 0)
		return VIEW("");
	for (from = to - 1; from > 0 && line.ptr[from - 1] != '<';)
		from--;
	return from > 0 ? text_trim(view_of(line.ptr + from, to - 1 - from)) : VIEW("");
}

int signers_read(struct arena *arena, struct view content, const struct view **ret_addresses,
		 size_t *ret_count)
{
	struct view found[SIGNERS_MAX], line, *kept;
	size_t count = 0;

	while (count < SIGNERS_MAX && view_next_line(&content, &line)) {
		struct view address = is_signed(line) ? address_in(line) : VIEW("");

		if (address.len > 0)
			found[count++] = text_lower(arena, text_cut(address, TEXT_COLUMN_CHARS));
	}
	kept = arena_alloc(arena, (count + 1) * sizeof(*kept));
	if (kept == NULL || arena_error(arena) != 0)
		return arena_error(arena);
	if (count > 0)
		memcpy(kept, found, count * sizeof(*kept));
	*ret_addresses = kept;
	*ret_count = count;
	return 0;
}
