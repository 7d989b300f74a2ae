/* text - operations on Unicode text; see text.h */
#include "parser/text.h"

#include <glib.h>

#include "parser/fault.h"

#define REPLACEMENT VIEW("\xEF\xBF\xBD")

/*
 * The well-formed sequences of Unicode 15, table 3-7: lead bytes, the number of bytes, and the
 * range of the second byte.  Later bytes are 80..BF.
 */
static const struct {
	unsigned char first, last, length, second_min, second_max;
} sequences[] = {
	{ 0xC2, 0xDF, 2, 0x80, 0xBF }, { 0xE0, 0xE0, 3, 0xA0, 0xBF }, { 0xE1, 0xEC, 3, 0x80, 0xBF },
	{ 0xED, 0xED, 3, 0x80, 0x9F }, { 0xEE, 0xEF, 3, 0x80, 0xBF }, { 0xF0, 0xF0, 4, 0x90, 0xBF },
	{ 0xF1, 0xF3, 4, 0x80, 0xBF }, { 0xF4, 0xF4, 4, 0x80, 0x8F },
};

static size_t ascii_len(const char *ptr, size_t len)
{
	size_t i = 0;

	for (; i + 8 <= len; i += 8) {
		uint64_t word;

		memcpy(&word, ptr + i, sizeof(word));
		if ((word & 0x8080808080808080u) != 0)
			break;
	}
	while (i < len && ((unsigned char)ptr[i] & 0x80) == 0)
		i++;
	return i;
}

/*
 * Check the sequence at the beginning of `v`, which is not empty and does not begin with ASCII.
 * *ret_len is its length if it is valid, otherwise the length of the maximal invalid piece.
 */
static bool sequence_is_valid(struct view v, size_t *ret_len)
{
	const unsigned char *p = (const unsigned char *)v.ptr;

	for (size_t i = 0; i < G_N_ELEMENTS(sequences); i++) {
		size_t n = 1;

		if (p[0] < sequences[i].first || p[0] > sequences[i].last)
			continue;
		if (n < v.len && p[1] >= sequences[i].second_min && p[1] <= sequences[i].second_max)
			n++;
		while (n > 1 && n < sequences[i].length && n < v.len && (p[n] & 0xC0) == 0x80)
			n++;
		*ret_len = n;
		return n == sequences[i].length;
	}
	*ret_len = 1;
	return false;
}

uint32_t text_char(struct view v, size_t *ret_len)
{
	const unsigned char *p = (const unsigned char *)v.ptr;

	if (p[0] < 0x80) {
		*ret_len = 1;
		return p[0];
	}
	*ret_len = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (*ret_len > v.len)
		*ret_len = v.len;
	return g_utf8_get_char_validated(v.ptr, (gssize)v.len);
}

void text_add_char(struct builder *b, uint32_t c)
{
	char bytes[6];

	if (c < 0x80)
		builder_byte(b, (char)c);
	else
		builder_add(b, view_of(bytes, (size_t)g_unichar_to_utf8(c, bytes)));
}

bool text_is_harmless(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c > 0x10FFFF)
		return false;
	return c != 0x061C && !(c >= 0x200E && c <= 0x200F) && !(c >= 0x2028 && c <= 0x202E) &&
	       !(c >= 0x2066 && c <= 0x2069);
}

bool text_is_space(uint32_t c)
{
	if (c < 0x80)
		return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20);
	return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool text_is_word(uint32_t c)
{
	if (c < 0x80)
		return g_ascii_isalnum((gchar)c) || c == '_';
	return g_unichar_isalnum(c);
}

bool text_is_ascii(struct view v)
{
	return ascii_len(v.ptr, v.len) == v.len;
}

size_t text_valid_len(struct view v)
{
	size_t at = 0, n;

	for (;;) {
		struct view rest = view_skip(v, at);

		at += ascii_len(rest.ptr, rest.len);
		if (at == v.len || !sequence_is_valid(view_skip(v, at), &n))
			return at;
		at += n;
	}
}

struct view text_without(struct arena *arena, struct view v, char c)
{
	struct builder b = builder_init(arena);

	if (view_find(v, c, 0) == v.len || !builder_reserve(&b, v.len))
		return v;
	while (v.len > 0) {
		size_t n = view_find(v, c, 0);

		builder_add(&b, view_head(v, n));
		v = view_skip(v, n < v.len ? n + 1 : n);
	}
	return builder_view(&b);
}

struct view text_repair(struct arena *arena, struct view raw, unsigned flaw_invalid,
			unsigned *flaws)
{
	struct builder b = builder_init(arena);
	struct view rest = raw;
	size_t good = text_valid_len(raw), bad;

	if (view_find(raw, '\0', 0) < raw.len)
		*flaws |= FLAW_NUL;
	if (good == raw.len)
		return text_without(arena, raw, '\0');
	*flaws |= flaw_invalid;
	while (rest.len > 0) {
		good = text_valid_len(rest);
		builder_add(&b, view_head(rest, good));
		rest = view_skip(rest, good);
		if (rest.len == 0)
			break;
		(void)sequence_is_valid(rest, &bad);
		builder_add(&b, REPLACEMENT);
		rest = view_skip(rest, bad);
	}
	return text_without(arena, builder_view(&b), '\0');
}

struct view text_unix_lines(struct arena *arena, struct view v)
{
	struct builder b = builder_init(arena);

	if (view_search(v, VIEW("\r\n"), 0) == v.len)
		return v;
	while (v.len > 0) {
		size_t n = view_search(v, VIEW("\r\n"), 0);

		builder_add(&b, view_head(v, n));
		v = view_skip(v, n < v.len ? n + 1 : n);
	}
	return builder_view(&b);
}

struct view text_trim_left(struct view v)
{
	while (v.len > 0) {
		size_t n;

		if (!text_is_space(text_char(v, &n)))
			break;
		v = view_skip(v, n);
	}
	return v;
}

struct view text_trim_right(struct view v)
{
	while (v.len > 0) {
		size_t n = 1, step;

		while (n < v.len && n < 4 && ((unsigned char)v.ptr[v.len - n] & 0xC0) == 0x80)
			n++;
		if (!text_is_space(text_char(view_skip(v, v.len - n), &step)))
			break;
		v.len -= n;
	}
	return v;
}

struct view text_trim(struct view v)
{
	return text_trim_left(text_trim_right(v));
}

static bool is_folded(struct view v)
{
	for (size_t i = 0; i < v.len; i++) {
		unsigned char c = (unsigned char)v.ptr[i];

		if (c >= 0x80)
			return false;
		if (text_is_space(c) && (c != ' ' || (i + 1 < v.len && v.ptr[i + 1] == ' ')))
			return false;
	}
	return true;
}

struct view text_fold(struct arena *arena, struct view v)
{
	struct builder b = builder_init(arena);
	bool pending = false;

	v = text_trim(v);
	if (is_folded(v))
		return v;
	if (!builder_reserve(&b, v.len))
		return VIEW("");
	while (v.len > 0) {
		size_t n;
		bool space = text_is_space(text_char(v, &n));

		if (pending && !space)
			builder_byte(&b, ' ');
		if (!space)
			builder_add(&b, view_head(v, n));
		pending = space;
		v = view_skip(v, n);
	}
	return builder_view(&b);
}

struct view text_cut(struct view v, size_t chars)
{
	size_t at = 0, n;

	if (v.len <= chars)
		return v;
	for (size_t i = 0; i < chars && at < v.len; i++) {
		(void)text_char(view_skip(v, at), &n);
		at += n;
	}
	return view_head(v, at);
}

size_t text_length(struct view v)
{
	size_t chars = 0;

	for (size_t i = 0; i < v.len; i++)
		chars += ((unsigned char)v.ptr[i] & 0xC0) != 0x80;
	return chars;
}

bool text_ieq(struct view a, struct view b)
{
	if (view_ieq(a, b))
		return true;
	if (text_is_ascii(a) && text_is_ascii(b))
		return false;
	while (a.len > 0 && b.len > 0) {
		size_t n, m;

		if (g_unichar_tolower(text_char(a, &n)) != g_unichar_tolower(text_char(b, &m)))
			return false;
		a = view_skip(a, n);
		b = view_skip(b, m);
	}
	return a.len == 0 && b.len == 0;
}

struct view text_lower(struct arena *arena, struct view v)
{
	struct builder b = builder_init(arena);
	size_t n;

	for (; v.len > 0; v = view_skip(v, n))
		text_add_char(&b, g_unichar_tolower(text_char(v, &n)));
	return builder_view(&b);
}
