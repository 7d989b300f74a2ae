/* shifted - character sets that switch; see shifted.h */
#include "parser/shifted.h"

#include "parser/text.h"
#include "parser/transfer.h"

/* UTF-16 in base64, as it comes, six bits at a time. */
struct utf16 {
	uint32_t bits;
	unsigned bit_count;
	uint32_t high; /* a surrogate without its other half so far, or 0 */
};

static bool take_unit(struct utf16 *state, struct builder *b, uint32_t unit)
{
	bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;

	if (is_low != (state->high != 0))
		return false;
	if (unit >= 0xD800 && unit <= 0xDBFF) {
		state->high = unit;
		return true;
	}
	if (is_low)
		unit = 0x10000 + ((state->high - 0xD800) << 10) + (unit - 0xDC00);
	state->high = 0;
	text_add_char(b, unit);
	return true;
}

static bool take_digit(struct utf16 *state, struct builder *b, int digit)
{
	uint32_t unit;

	state->bits = state->bits << 6 | (uint32_t)digit;
	state->bit_count += 6;
	if (state->bit_count < 16)
		return true;
	state->bit_count -= 16;
	unit = state->bits >> state->bit_count;
	state->bits &= (1u << state->bit_count) - 1;
	return take_unit(state, b, unit);
}

/* Decode the text between a `+` and the first byte that is not base64; *ret_len is its length. */
static bool take_base64(struct builder *b, struct view raw, size_t *ret_len)
{
	struct utf16 state = { 0 };
	size_t n = 0;

	for (; n < raw.len && transfer_base64_digit(raw.ptr[n]) >= 0; n++)
		if (!take_digit(&state, b, transfer_base64_digit(raw.ptr[n])))
			return false;
	*ret_len = n;
	return state.bit_count < 6 && state.bits == 0 && state.high == 0;
}

/* Decode the text after a `+`; *ret_len is the number of bytes that were decoded. */
static bool take_shift(struct builder *b, struct view raw, size_t *ret_len)
{
	if (view_starts(raw, VIEW("-"))) {
		builder_byte(b, '+');
		*ret_len = 1;
		return true;
	}
	if (!take_base64(b, raw, ret_len))
		return false;
	if (*ret_len == 0)
		return raw.len == 0;
	if (view_starts(view_skip(raw, *ret_len), VIEW("-")))
		(*ret_len)++;
	return true;
}

bool shifted_decode_utf7(struct arena *arena, struct view raw, struct view *ret_utf8)
{
	struct builder b = builder_init(arena);

	if (!text_is_ascii(raw))
		return false;
	while (raw.len > 0) {
		size_t plus = view_find(raw, '+', 0), n;

		builder_add(&b, view_head(raw, plus));
		if (plus == raw.len)
			break;
		raw = view_skip(raw, plus + 1);
		if (!take_shift(&b, raw, &n))
			return false;
		raw = view_skip(raw, n);
	}
	*ret_utf8 = builder_view(&b);
	return true;
}

/* Decode a tilde and the byte `c` after it: `~~`, a continued line, or a switch of the mode. */
static bool take_tilde(struct builder *b, char c, bool *wide)
{
	if (c == (*wide ? '}' : '{')) {
		*wide = !*wide;
		return true;
	}
	if (*wide)
		return false;
	if (c == '~')
		builder_byte(b, '~');
	return c == '~' || c == '\n';
}

bool shifted_decode_hz(struct arena *arena, struct view raw, struct view *ret_gb2312)
{
	struct builder b = builder_init(arena);
	bool wide = false;

	if (!text_is_ascii(raw))
		return false;
	while (raw.len > 0) {
		size_t n = wide || raw.ptr[0] == '~' ? 2 : 1;

		if (n > raw.len)
			return false;
		if (raw.ptr[0] == '~') {
			if (!take_tilde(&b, raw.ptr[1], &wide))
				return false;
		} else {
			for (size_t i = 0; i < n; i++)
				builder_byte(&b, (char)(raw.ptr[i] | (wide ? 0x80 : 0)));
		}
		raw = view_skip(raw, n);
	}
	*ret_gb2312 = builder_view(&b);
	return true;
}

/* The state of ISO-2022-KR: whether its designator was seen, and whether the text is shifted. */
struct korean {
	bool has_designator;
	bool is_shifted;
};

/* The length of an escape sequence at the beginning of `raw` (`ESC $ ) C`, `ESC ( B`), or 0. */
static size_t take_designator(struct korean *state, struct view raw)
{
	if (view_starts(raw, VIEW("\x1B(B")))
		return 3;
	if (!view_starts(raw, VIEW("\x1B$)C")))
		return 0;
	state->has_designator = true;
	return 4;
}

/* Decode the beginning of `raw`, which is not an escape sequence; returns its length, or 0. */
static size_t take_korean(struct korean *state, struct builder *b, struct view raw)
{
	bool wide = state->is_shifted && state->has_designator && raw.ptr[0] >= ' ';

	if (raw.ptr[0] == '\x0E' || raw.ptr[0] == '\x0F') {
		state->is_shifted = raw.ptr[0] == '\x0E';
		return 1;
	}
	if (raw.ptr[0] == '\n')
		state->is_shifted = false;
	if (wide && (raw.len < 2 || raw.ptr[0] == ' '))
		return 0;
	for (size_t i = 0; i < (wide ? 2 : 1); i++)
		builder_byte(b, (char)(raw.ptr[i] | (wide ? 0x80 : 0)));
	return wide ? 2 : 1;
}

bool shifted_decode_korean(struct arena *arena, struct view raw, struct view *ret_euc)
{
	struct builder b = builder_init(arena);
	struct korean state = { 0 };

	if (!text_is_ascii(raw))
		return false;
	while (raw.len > 0) {
		size_t n = raw.ptr[0] == '\x1B' ? take_designator(&state, raw)
						: take_korean(&state, &b, raw);

		if (n == 0)
			return false;
		raw = view_skip(raw, n);
	}
	*ret_euc = builder_view(&b);
	return true;
}

bool shifted_is_iso_2022(struct view raw)
{
	bool wide = false;

	for (size_t at = 0; at < raw.len; at++) {
		char c = raw.ptr[at];

		if (c == '\x1B' && at + 2 < raw.len) {
			wide = raw.ptr[at + 1] == '$';
			at += wide && raw.ptr[at + 2] == '(' ? 3 : 2;
		} else if (wide && (c == ' ' || c == '\x7F')) {
			return false;
		} else if (wide && (unsigned char)c > ' ') {
			at++;
		}
	}
	return true;
}
