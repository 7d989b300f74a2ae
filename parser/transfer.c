/* transfer - content transfer encodings; see transfer.h */
#include "parser/transfer.h"

#include <limits.h>

#include "parser/text.h"

struct base64 {
	unsigned group;    /* the bits of the current group of four characters */
	unsigned in_group; /* number of characters of the group so far */
	unsigned pads;
	bool done; /* a padding has ended the text */
};

int transfer_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Each digit of base64 (RFC 4648, table 1) plus 1; 0: no digit. */
static const unsigned char base64_digits[UCHAR_MAX + 1] = {
	['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,
	['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14,
	['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21,
	['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,
	['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35,
	['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49,
	['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
	['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63,
	['/'] = 64,
};

int transfer_base64_digit(char c)
{
	return base64_digits[(unsigned char)c] - 1;
}

/* Decode the text at `at`, just after an `=`; returns how many bytes of it were used. */
static size_t decode_escape(struct builder *b, struct view raw, size_t at)
{
	int high, low;

	if (at == raw.len)
		return 0;
	if (raw.ptr[at] == '\n' || raw.ptr[at] == '\r') {
		size_t lf = view_find(raw, '\n', at);

		return (lf < raw.len ? lf + 1 : lf) - at;
	}
	builder_byte(b, '=');
	if (raw.ptr[at] == '=')
		return 1;
	high = transfer_hex_digit(raw.ptr[at]);
	low = at + 1 < raw.len ? transfer_hex_digit(raw.ptr[at + 1]) : -1;
	if (high < 0 || low < 0)
		return 0;
	if (b->len > 0)
		b->ptr[b->len - 1] = (char)(high * 16 + low);
	return 2;
}

struct view transfer_decode_qp(struct arena *arena, struct view raw)
{
	struct builder b = builder_init(arena);

	if (view_find(raw, '=', 0) == raw.len)
		return raw;
	if (!builder_reserve(&b, raw.len))
		return VIEW("");
	for (size_t at = 0; at < raw.len;) {
		size_t escape = view_find(raw, '=', at);

		builder_add(&b, view_of(raw.ptr + at, escape - at));
		if (escape == raw.len)
			break;
		at = escape + 1 + decode_escape(&b, raw, escape + 1);
	}
	return builder_view(&b);
}

static void decode_digits(struct base64 *state, struct builder *b, struct view raw)
{
	for (size_t i = 0; i < raw.len && !state->done; i++) {
		int digit = transfer_base64_digit(raw.ptr[i]);

		if (raw.ptr[i] == '=') {
			if (state->in_group >= 2 && state->in_group + ++state->pads >= 4)
				state->done = true;
			continue;
		}
		if (digit < 0)
			continue;
		state->pads = 0;
		state->group = (state->group << 6 | (unsigned)digit) & 0xFFFFFF;
		state->in_group = (state->in_group + 1) % 4;
		if (state->in_group != 1)
			b->ptr[b->len++] =
				(char)(state->group >> (2 * ((4 - state->in_group) % 4)));
	}
}

/*
 * Text that cannot be decoded is kept, but in one line, because the reference joins the lines
 * first.
 */
static struct view without_line_ends(struct arena *arena, struct view raw)
{
	struct builder b = builder_init(arena);

	for (size_t i = 0; i < raw.len; i++)
		if (raw.ptr[i] != '\n' && raw.ptr[i] != '\r')
			builder_byte(&b, raw.ptr[i]);
	return builder_view(&b);
}

struct view transfer_decode_base64(struct arena *arena, struct view raw)
{
	struct builder b = builder_init(arena);
	struct base64 state = { 0 };

	if (!builder_reserve(&b, raw.len / 4 * 3 + 4))
		return VIEW("");
	decode_digits(&state, &b, raw);
	if (!state.done && state.in_group == 1)
		return without_line_ends(arena, raw);
	return builder_view(&b);
}

bool transfer_decode_base64_word(struct arena *arena, struct view raw, struct view *ret_bytes)
{
	struct builder b = builder_init(arena);
	struct base64 state = { 0 };

	if (!builder_reserve(&b, raw.len / 4 * 3 + 4))
		return false;
	decode_digits(&state, &b, raw);
	decode_digits(&state, &b, view_head(VIEW("==="), (4 - raw.len % 4) % 4));
	*ret_bytes = builder_view(&b);
	return state.done || state.in_group == 0;
}

/*
 * The text after the first line `begin MODE NAME`, with the mode in octal digits; absent if there
 * is none.
 */
static struct view after_begin(struct view raw)
{
	const struct view begin = VIEW("begin ");
	struct view line, bare;

	while (view_next_mail_line(&raw, &line, &bare)) {
		size_t digits = begin.len;

		if (!view_starts(bare, begin))
			continue;
		while (digits < bare.len && bare.ptr[digits] >= '0' && bare.ptr[digits] <= '7')
			digits++;
		if (digits > begin.len && (digits == bare.len || bare.ptr[digits] == ' '))
			return raw;
	}
	return (struct view){ 0 };
}

/* The length in bytes at the beginning of a line. */
static unsigned uuencode_line_len(struct view line)
{
	return ((unsigned char)line.ptr[0] - ' ') & 63;
}

/* Decode a line: its length in bytes, then six bits in each character.  Further text is ignored. */
static bool decode_uuencode_line(struct builder *b, struct view line)
{
	unsigned left = uuencode_line_len(line), bits = 0, count = 0;

	for (size_t at = 1; left > 0; at++) {
		unsigned char c = at < line.len ? (unsigned char)line.ptr[at] : ' ';

		if (c < ' ' || c > '`')
			return false;
		bits = bits << 6 | ((c - ' ') & 63);
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		builder_byte(b, (char)(bits >> count & 0xFF));
		left--;
	}
	return true;
}

static bool is_uuencode_end(struct view bare)
{
	return view_eq(text_trim(bare), VIEW("end"));
}

struct view transfer_decode_uuencode(struct arena *arena, struct view raw)
{
	struct view rest = after_begin(raw), line, bare;
	struct builder b = builder_init(arena);

	if (rest.ptr == NULL)
		return raw;
	while (view_next_mail_line(&rest, &line, &bare) && !is_uuencode_end(bare))
		if (bare.len == 0 || !decode_uuencode_line(&b, bare))
			return raw;
	return builder_view(&b);
}

size_t transfer_uuencode_len(struct view raw)
{
	struct view rest = after_begin(raw), line, bare;
	size_t len = 0;

	while (view_next_mail_line(&rest, &line, &bare) && !is_uuencode_end(bare))
		len += bare.len > 0 ? uuencode_line_len(bare) : 0;
	return len;
}
