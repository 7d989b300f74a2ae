/* mentioned_id - message ids that a text names; see mentioned_id.h */
#include "parser/mentioned_id.h"

#include "parser/text.h"
#include "parser/transfer.h"

const char mentioned_segment_ends[] = "/?#&=";

/* The byte that `%XX` at the front of `v` stands for, or -1. */
static int percent_byte(struct view v)
{
	int high, low;

	if (v.len < 3 || v.ptr[0] != '%')
		return -1;
	high = transfer_hex_digit(v.ptr[1]);
	low = transfer_hex_digit(v.ptr[2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* `v` in angle brackets, its percent-encoding undone if `is_encoded`. */
static struct view in_brackets(struct arena *arena, struct view v, bool is_encoded)
{
	struct builder id = builder_init(arena);

	builder_byte(&id, '<');
	while (v.len > 0) {
		int byte = is_encoded ? percent_byte(v) : -1;

		builder_byte(&id, byte > 0 ? (char)byte : v.ptr[0]);
		v = view_skip(v, byte > 0 ? 3 : 1);
	}
	builder_byte(&id, '>');
	return builder_view(&id);
}

bool mentioned_piece(struct view *rest, const char *ends, struct view *ret_piece)
{
	size_t n = 0;

	if (rest->len == 0)
		return false;
	while (n < rest->len && (rest->ptr[n] == '\0' || strchr(ends, rest->ptr[n]) == NULL))
		n++;
	*ret_piece = view_head(*rest, n);
	*rest = view_skip(*rest, n < rest->len ? n + 1 : n);
	return true;
}

struct view mentioned_word(struct view word)
{
	static const char around[] = "<>()[]\"',;.";

	while (word.len > 0 && word.ptr[0] != '\0' && strchr(around, word.ptr[0]) != NULL)
		word = view_skip(word, 1);
	while (word.len > 0 && word.ptr[word.len - 1] != '\0' &&
	       strchr(around, word.ptr[word.len - 1]) != NULL)
		word.len--;
	return word;
}

bool mentioned_is_url(struct view word)
{
	return view_search(word, VIEW("://"), 0) < word.len;
}

bool mentioned_id(struct arena *arena, struct view v, bool is_encoded, struct view *ret_id)
{
	unsigned flaws = 0;
	struct view id;

	if (view_find(v, '@', 0) == v.len && !is_encoded)
		return false;
	id = in_brackets(arena, v, is_encoded);
	*ret_id = text_cut(text_repair(arena, id, 0, &flaws), TEXT_COLUMN_CHARS);
	return ret_id->len > 3 && view_find(*ret_id, '@', 0) < ret_id->len;
}
