/* msgid - the message ids in the headers of a mail; see msgid.h */
#include "parser/msgid.h"

#include <glib.h>

#include "parser/fault.h"
#include "parser/rule.h"
#include "parser/text.h"
#include "parser/viewkey.h"

/* The first `<...>` with something inside, at or after *at, which moves to the end of it. */
static bool next_bracketed(struct view text, size_t *at, struct view *ret_id)
{
	for (size_t open = view_find(text, '<', *at); open < text.len;
	     open = view_find(text, '<', open + 1)) {
		size_t close = view_find(text, '>', open + 1);

		if (close == text.len)
			return false;
		if (close == open + 1)
			continue;
		*ret_id = view_of(text.ptr + open, close + 1 - open);
		*at = close + 1;
		return true;
	}
	return false;
}

/*
 * Whether `text` is a message id without its brackets, as some mail programs write it: no blank or
 * bracket, and one `@` inside.
 */
static bool is_bare_id(struct view text)
{
	size_t at = view_find(text, '@', 0), n;

	if (at == 0 || at + 1 >= text.len || view_find(text, '@', at + 1) < text.len)
		return false;
	for (size_t i = 0; i < text.len; i += n)
		if (text.ptr[i] == '<' || text.ptr[i] == '>' ||
		    text_is_space(text_char(view_skip(text, i), &n)))
			return false;
	return true;
}

/* Allocates exactly the bytes that are needed, because a mail may have half a million such ids. */
static struct view with_brackets(struct arena *arena, struct view id, unsigned *flaws)
{
	char *made = arena_alloc(arena, id.len + 2);

	if (made == NULL)
		return VIEW("");
	*flaws |= RULE_BARE_ID;
	made[0] = '<';
	memcpy(made + 1, id.ptr, id.len);
	made[id.len + 1] = '>';
	return view_of(made, id.len + 2);
}

static struct view first_id(struct arena *arena, struct view text, unsigned *flaws)
{
	struct view id;
	size_t at = 0;

	if (next_bracketed(text, &at, &id))
		return id;
	return is_bare_id(text) ? with_brackets(arena, text, flaws) : text;
}

struct view msgid_read(struct arena *arena, const struct headers *headers, unsigned *flaws)
{
	struct view value = headers_find(headers, VIEW("Message-Id"));

	if (value.ptr != NULL)
		value = header_text(arena, value, flaws);
	return text_cut(first_id(arena, value, flaws), TEXT_COLUMN_CHARS);
}

/* Message ids in the order in which they are looked up, each once. */
struct id_list {
	struct view items[MSGID_REFERENCES_MAX];
	size_t count;
	GHashTable *seen; /* of struct view, by content */
	size_t repeated;  /* number of ids that the full list had already */
	bool overflow;
};

/*
 * A sender can make ids that are each compared with all others in the list, so the number of
 * searches in a full list is limited.
 */
static void add_id(struct id_list *ids, struct view id)
{
	bool is_full = ids->count == MSGID_REFERENCES_MAX;

	if (id.len == 0 || ids->overflow)
		return;
	if (is_full && ids->repeated == MSGID_REFERENCES_MAX) {
		ids->overflow = true;
		return;
	}
	if (g_hash_table_contains(ids->seen, &id)) {
		ids->repeated += is_full;
		return;
	}
	if (is_full) {
		ids->overflow = true;
		return;
	}
	ids->items[ids->count] = id;
	(void)g_hash_table_add(ids->seen, &ids->items[ids->count]);
	ids->count++;
}

/* Find the words of `text` that are ids without brackets, and add the brackets. */
static void find_bare_ids(struct arena *arena, struct view text, struct builder *found,
			  unsigned *flaws)
{
	while (text.len > 0) {
		size_t blank = view_find(text, ' ', 0);
		struct view word = view_head(text, blank);

		if (is_bare_id(word)) {
			word = with_brackets(arena, word, flaws);
			builder_add(found, view_of((const char *)&word, sizeof(word)));
		}
		text = view_skip(text, blank < text.len ? blank + 1 : blank);
	}
}

/* All `<...>` of a References value, or all ids if none has brackets, the last first. */
static void add_reversed(struct arena *arena, struct id_list *ids, struct view text,
			 unsigned *flaws)
{
	struct builder found = builder_init(arena);
	const struct view *items;
	struct view id;
	size_t at = 0;

	while (next_bracketed(text, &at, &id))
		builder_add(&found, view_of((const char *)&id, sizeof(id)));
	if (found.len == 0)
		find_bare_ids(arena, text, &found, flaws);
	items = (const struct view *)(const void *)found.ptr;
	for (size_t i = found.len / sizeof(id); i > 0; i--)
		add_id(ids, items[i - 1]);
}

int msgid_references(struct arena *arena, const struct headers *headers,
		     const struct view **ret_references, size_t *ret_count, unsigned *flaws)
{
	struct id_list ids;
	struct view value, *kept;
	size_t index = 0;

	ids.count = 0;
	ids.repeated = 0;
	ids.overflow = false;
	ids.seen = g_hash_table_new(viewkey_hash, viewkey_equal);
	while ((value = headers_next(headers, VIEW("In-Reply-To"), &index)).ptr != NULL)
		add_id(&ids, first_id(arena, header_text(arena, value, flaws), flaws));
	index = 0;
	while ((value = headers_next(headers, VIEW("References"), &index)).ptr != NULL)
		add_reversed(arena, &ids, header_text(arena, value, flaws), flaws);
	g_hash_table_destroy(ids.seen);
	if (ids.overflow)
		*flaws |= FLAW_TOO_MANY_REFERENCES;
	kept = arena_alloc(arena, (ids.count + 1) * sizeof(*kept));
	if (kept == NULL)
		return arena_error(arena);
	for (size_t i = 0; i < ids.count; i++)
		kept[i] = text_cut(ids.items[i], TEXT_COLUMN_CHARS);
	*ret_references = kept;
	*ret_count = ids.count;
	return arena_error(arena);
}
