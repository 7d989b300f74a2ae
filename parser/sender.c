/* sender - the author of a mail; see sender.h */
#include "parser/sender.h"

#include <stdlib.h>

#include "parser/fault.h"
#include "parser/rule.h"
#include "parser/text.h"

/* The largest number of words in a name, which has at most 255 characters. */
#define NAME_WORDS_MAX 128

#define REPLACEMENT VIEW("\xEF\xBF\xBD")

/*
 * The first `open` in `text` with something inside before its `close`: its position, and the text
 * inside.
 */
static bool find_enclosed(struct view text, char open, char close, size_t from, size_t *ret_open,
			  struct view *ret_inside)
{
	for (size_t at = view_find(text, open, from); at < text.len;
	     at = view_find(text, open, at + 1)) {
		size_t end = view_find(text, close, at + 1);

		if (end == text.len)
			return false;
		if (end > at + 1) {
			*ret_open = at;
			*ret_inside = view_of(text.ptr + at + 1, end - at - 1);
			return true;
		}
	}
	return false;
}

/* The text before a bracket at `end`, without white space, and without quotes at either end. */
static struct view unquoted_before(struct view text, size_t end)
{
	size_t start = text.len > 0 && text.ptr[0] == '"' ? 1 : 0;
	struct view before = text_trim_right(view_head(text, end));

	if (before.len > start && before.ptr[before.len - 1] == '"')
		before.len--;
	return before.len > start ? view_skip(before, start) : VIEW("");
}

static struct view clean_name(struct view name)
{
	return text_cut(text_trim(name), TEXT_COLUMN_CHARS);
}

/* `user at example.org (Name)`, as pipermail writes it. */
static bool read_pipermail(struct arena *arena, struct view text, struct address *ret_address)
{
	struct builder b = builder_init(arena);
	struct view inside;
	size_t at = view_search(text, VIEW(" at "), 0), open;

	if (at == text.len || !find_enclosed(text, '(', ')', at + 4, &open, &inside))
		return false;
	builder_add(&b, view_head(text, at));
	builder_byte(&b, '@');
	builder_add(&b, text_trim_right(view_of(text.ptr + at + 4, open - at - 4)));
	ret_address->name = clean_name(inside);
	ret_address->email = builder_view(&b);
	return true;
}

struct address address_read(struct arena *arena, struct view text)
{
	struct address address = { .email = text };
	struct view inside;
	size_t open;

	if (find_enclosed(text, '<', '>', 0, &open, &inside)) {
		address.name = clean_name(unquoted_before(text, open));
		address.email = inside;
	} else if (read_pipermail(arena, text, &address)) {
		return address;
	} else if (find_enclosed(text, '(', ')', 0, &open, &inside)) {
		address.name = clean_name(inside);
		address.email = unquoted_before(text, open);
	}
	return address;
}

static bool is_local_char(uint32_t c)
{
	return text_is_word(c) || (c < 0x80 && c != 0 && strchr("!#$%&\"*+/=?^`{|}~-'", (int)c));
}

/* Length of the dot-atom at the beginning of `email`; 0 if there is none. */
static size_t local_part_len(struct view email)
{
	size_t at = 0, n;
	bool atom = false;

	while (at < email.len) {
		uint32_t c = text_char(view_skip(email, at), &n);

		if (c == '.' ? !atom : !is_local_char(c))
			break;
		atom = c != '.';
		at += n;
	}
	return atom ? at : 0;
}

static bool is_label(struct view label)
{
	if (label.len == 0 || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
		return false;
	for (size_t i = 0; i < label.len; i++) {
		char c = label.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !view_is_digit(c) &&
		    c != '-')
			return false;
	}
	return true;
}

bool address_is_valid(struct view email)
{
	size_t local = local_part_len(email);
	int labels = 0;

	if (local == 0 || local == email.len || email.ptr[local] != '@')
		return false;
	for (email = view_skip(email, local + 1);; labels++) {
		size_t end = view_find(email, '.', 0);

		if (!is_label(view_head(email, end)))
			return false;
		if (end == email.len)
			return labels >= 1;
		email = view_skip(email, end + 1);
	}
}

/* Position of the last ` via ` of the name, or its length. */
static size_t find_via(struct view name)
{
	const struct view via = VIEW(" via ");
	size_t cut = name.len;

	for (size_t at = view_search(name, via, 0); at < name.len;
	     at = view_search(name, via, at + 1))
		cut = at;
	return cut;
}

/* The author's name in `NAME via LIST`; absent if there is no `via`. */
static struct view name_before_via(struct view name)
{
	size_t cut = find_via(name);

	if (cut == name.len && view_ends(name, VIEW(" via")))
		cut = name.len - 4;
	if (cut == name.len)
		return (struct view){ 0 };
	name = view_head(name, cut);
	while (name.len > 0 && strchr(" \t'", name.ptr[0]) != NULL)
		name = view_skip(name, 1);
	while (name.len > 0 && strchr(" \t'", name.ptr[name.len - 1]) != NULL)
		name.len--;
	return name;
}

/*
 * Whether `mangled` is `name` with each byte of its non-ASCII characters replaced by U+FFFD, as
 * lists do that read their own From header as ASCII.
 */
static bool is_mangled(struct view mangled, struct view name)
{
	if (view_search(mangled, REPLACEMENT, 0) == mangled.len)
		return false;
	while (name.len > 0) {
		bool ascii = (unsigned char)name.ptr[0] < 0x80;
		struct view want = ascii ? view_head(name, 1) : REPLACEMENT;

		if (!view_starts(mangled, want))
			return false;
		mangled = view_skip(mangled, want.len);
		name = view_skip(name, 1);
	}
	return mangled.len == 0;
}

static bool fits(struct view stripped, struct address candidate)
{
	if ((stripped.ptr == NULL) != (candidate.name.ptr == NULL))
		return false;
	return view_eq(stripped, candidate.name) ||
	       (candidate.name.len > 0 && is_mangled(stripped, candidate.name));
}

/* The first address in the headers called `header` whose name is the author's. */
static bool find_author(struct arena *arena, const struct headers *headers, struct view header,
			struct view stripped, struct address *ret_author, unsigned *flaws)
{
	struct view value;
	size_t index = 0;

	while ((value = headers_next(headers, header, &index)).ptr != NULL) {
		struct view rest = header_text(arena, value, flaws);

		while (rest.len > 0) {
			size_t comma = view_find(rest, ',', 0);
			struct view one = text_trim(view_head(rest, comma));
			struct address candidate = address_read(arena, one);

			rest = view_skip(rest, comma < rest.len ? comma + 1 : comma);
			if (one.len > 0 && fits(stripped, candidate)) {
				*ret_author = candidate;
				return true;
			}
		}
	}
	return false;
}

/* ---- the words of a name */

struct words {
	struct view items[NAME_WORDS_MAX];
	size_t count;
};

static int compare_words(const void *a, const void *b)
{
	const struct view *x = a, *y = b;
	int order = memcmp(x->ptr, y->ptr, x->len < y->len ? x->len : y->len);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* Add the words of a text without parentheses. */
static void add_words(struct words *words, struct view text)
{
	size_t from = 0, n;

	for (size_t at = 0; at <= text.len; at += n) {
		uint32_t c = at < text.len ? text_char(view_skip(text, at), &n) : 0;

		if (at < text.len && c != '_' && text_is_word(c))
			continue;
		if (at > from && words->count < NAME_WORDS_MAX)
			words->items[words->count++] = view_of(text.ptr + from, at - from);
		if (at == text.len)
			return;
		from = at + n;
	}
}

struct view sender_name_words(struct arena *arena, struct view name)
{
	struct builder joined = builder_init(arena);
	struct words words = { .count = 0 };

	name = text_cut(name, TEXT_COLUMN_CHARS);
	name = text_lower(arena, view_head(name, find_via(name)));
	while (name.len > 0) {
		size_t open = view_find(name, '(', 0), close = view_find(name, ')', open);

		add_words(&words, view_head(name, close < name.len ? open : name.len));
		name = view_skip(name, close < name.len ? close + 1 : name.len);
	}
	if (words.count < 2)
		return VIEW("");
	qsort(words.items, words.count, sizeof(*words.items), compare_words);
	for (size_t i = 0; i < words.count; i++) {
		if (i > 0)
			builder_byte(&joined, ' ');
		builder_add(&joined, words.items[i]);
	}
	return arena_error(arena) == 0 ? builder_view(&joined) : VIEW("");
}

/* ---- authors whose address was replaced */

/* Whether X-Original-From has an address: if so, it is the sender's, whose name is `name`. */
static bool take_original(struct arena *arena, const struct headers *headers, struct view name,
			  struct address *sender, unsigned *flaws)
{
	struct view original = headers_find(headers, VIEW("X-Original-From"));
	struct address author;

	if (original.ptr == NULL)
		return false;
	author = address_read(arena, header_text(arena, original, flaws));
	if (!address_is_valid(text_trim(author.email)))
		return false;
	sender->name = name;
	sender->email = author.email;
	return true;
}

static void unmunge(struct arena *arena, const struct headers *headers, struct address *sender,
		    unsigned *flaws)
{
	struct view stripped = name_before_via(sender->name);

	if (take_original(arena, headers, stripped, sender, flaws))
		return;
	if (!find_author(arena, headers, VIEW("Reply-To"), stripped, sender, flaws))
		(void)find_author(arena, headers, VIEW("Cc"), stripped, sender, flaws);
}

int sender_read(struct arena *arena, const struct headers *headers, struct view from,
		struct view list_address, struct address *ret_sender, unsigned *flaws)
{
	struct address sender;

	if (from.len == 0)
		return FAULT_NO_FROM;
	sender = address_read(arena, from);
	if (list_address.len > 0 && text_ieq(text_trim(sender.email), list_address))
		unmunge(arena, headers, &sender, flaws);
	else if (find_via(sender.name) < sender.name.len &&
		 take_original(arena, headers, name_before_via(sender.name), &sender, flaws))
		*flaws |= RULE_ORIGINAL_FROM;
	sender.email = text_trim(sender.email);
	if (!address_is_valid(sender.email))
		return FAULT_BAD_SENDER;
	sender.email = text_cut(sender.email, TEXT_COLUMN_CHARS);
	*ret_sender = sender;
	return arena_error(arena);
}

int sender_find(struct arena *arena, const struct headers *headers, struct view list_address,
		struct address *ret_sender, unsigned *flaws)
{
	struct view from = headers_find(headers, VIEW("From"));

	if (from.ptr != NULL)
		from = header_text(arena, from, flaws);
	return sender_read(arena, headers, from, list_address, ret_sender, flaws);
}
