/* depends - the dependency in a `Depends-on:` line; see depends.h */
#include "parser/depends.h"

#include "parser/text.h"

/* The part of `text` after `key`, up to one of `ends`; absent if `text` does not contain `key`. */
static struct view between(struct view text, struct view key, const char *ends)
{
	size_t at = view_search(text, key, 0), end;

	if (at == text.len)
		return (struct view){ 0 };
	text = view_skip(text, at + key.len);
	for (end = 0; end < text.len && strchr(ends, text.ptr[end]) == NULL; end++)
		;
	return view_head(text, end);
}

static struct view in_brackets(struct arena *arena, struct view id)
{
	struct builder b = builder_init(arena);

	builder_byte(&b, '<');
	builder_add(&b, id);
	builder_byte(&b, '>');
	return text_cut(builder_view(&b), TEXT_COLUMN_CHARS);
}

static bool read_url(struct arena *arena, struct view url, struct depends *depends)
{
	static const char *const series_keys[] = { "?series=", "&series=", "/series/" };
	static const char *const message_keys[] = { "/patch/", "/cover/" };
	int64_t id;

	for (size_t i = 0; i < 3; i++) {
		struct view number = between(url, view_str(series_keys[i]), "/&#");

		if (number.ptr != NULL && view_number(number, INT32_MAX, &id)) {
			depends->kind = DEPENDS_ON_SERIES;
			depends->series_id = (int32_t)id;
			return true;
		}
	}
	for (size_t i = 0; i < 2; i++) {
		struct view msgid = between(url, view_str(message_keys[i]), "/?#");

		if (msgid.len > 0) {
			depends->kind = DEPENDS_ON_MESSAGE;
			depends->msgid = in_brackets(arena, msgid);
			return true;
		}
	}
	return false;
}

bool depends_read(struct arena *arena, struct view value, struct depends *ret_depends)
{
	struct depends depends = { .kind = DEPENDS_ON_MESSAGE };
	struct view inside = between(value, VIEW("<"), ">");

	value = view_head(value, view_find(value, ' ', 0));
	if (view_search(value, VIEW("://"), 0) < value.len) {
		if (!read_url(arena, value, &depends))
			return false;
	} else if (inside.len > 0) {
		depends.msgid = in_brackets(arena, inside);
	} else if (view_find(value, '@', 0) < value.len) {
		depends.msgid = in_brackets(arena, value);
	} else {
		return false;
	}
	*ret_depends = depends;
	return true;
}
