/* signers - who wrote a patch, by its text; see signers.h */
#include "parser/signers.h"

#include "parser/text.h"

static const char *const keys[] = { "From:", "Signed-off-by:", "Co-developed-by:" };

/* The text after the key of a line; absent if it is another line. */
static struct view after_key(struct view line)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (view_istarts(line, view_str(keys[i])))
			return view_skip(line, strlen(keys[i]));
	return (struct view){ 0 };
}

/* The address in the last angle brackets, and the text before it; false if there is no address. */
static bool read_signer(struct view text, struct signer *ret_signer)
{
	size_t to = text.len, from;

	while (to > 0 && text.ptr[to - 1] != '>')
		to--;
	if (to == 0)
		return false;
	for (from = to - 1; from > 0 && text.ptr[from - 1] != '<';)
		from--;
	if (from == 0)
		return false;
	ret_signer->name = text_trim(view_head(text, from - 1));
	ret_signer->address = text_trim(view_of(text.ptr + from, to - 1 - from));
	return ret_signer->address.len > 0;
}

int signers_read(struct arena *arena, struct view content, const struct signer **ret_signers,
		 size_t *ret_count)
{
	struct signer found[SIGNERS_MAX], *kept;
	struct view line;
	size_t count = 0;

	while (count < SIGNERS_MAX && view_next_line(&content, &line)) {
		struct view text = after_key(line), address;

		if (text.ptr == NULL || !read_signer(text, &found[count]))
			continue;
		address = text_cut(found[count].address, TEXT_COLUMN_CHARS);
		found[count++].address = text_lower(arena, address);
	}
	kept = arena_alloc(arena, (count + 1) * sizeof(*kept));
	if (kept == NULL || arena_error(arena) != 0)
		return arena_error(arena);
	if (count > 0)
		memcpy(kept, found, count * sizeof(*kept));
	*ret_signers = kept;
	*ret_count = count;
	return 0;
}
