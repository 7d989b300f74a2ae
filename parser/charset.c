/* charset - bytes in a declared character set to UTF-8; see charset.h */
#include "parser/charset.h"

#include <errno.h>
#include <glib.h>
#include <iconv.h>

#include "parser/codepage.h"
#include "parser/shifted.h"
#include "parser/text.h"

#define NAME_BYTES_MAX 64

/* windows-1252's characters 80..9F (WHATWG and Unicode define the same ones). */
static const uint16_t windows_1252[32] = {
	0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

/* Lower case; each run of punctuation except dots becomes one underscore, none at the ends. */
static bool normalise(struct view name, char normal[NAME_BYTES_MAX])
{
	size_t n = 0;
	bool gap = false;

	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!(c >= 'a' && c <= 'z') && !view_is_digit(c) && c != '.') {
			gap = true;
			continue;
		}
		if (n + 3 > NAME_BYTES_MAX)
			return false;
		if (gap && n > 0)
			normal[n++] = '_';
		normal[n++] = c;
		gap = false;
	}
	normal[n] = '\0';
	return n > 0;
}

/*
 * A converter stays open as long as its thread: glibc loads a module for each and unloads it, which
 * takes a thousand times as long as converting a word.  All 1,200 that glibc has take 8 MB.
 */
static void free_converter(gpointer cd)
{
	(void)iconv_close((iconv_t)cd);
}

static void free_converters(gpointer converters)
{
	g_hash_table_destroy(converters);
}

static GPrivate converters_of_thread = G_PRIVATE_INIT(free_converters);

static GHashTable *own_converters(void)
{
	GHashTable *converters = g_private_get(&converters_of_thread);

	if (converters == NULL) {
		converters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_converter);
		g_private_set(&converters_of_thread, converters);
	}
	return converters;
}

/* The converter for a name of iconv_open(3), in its initial state; NULL if there is none. */
static iconv_t find_converter(const char *name)
{
	GHashTable *converters = own_converters();
	iconv_t cd = g_hash_table_lookup(converters, name);

	if (cd != NULL) {
		(void)iconv(cd, NULL, NULL, NULL, NULL);
		return cd;
	}
	cd = iconv_open("UTF-8", name);
	if (cd == (iconv_t)-1)
		return NULL;
	g_hash_table_insert(converters, g_strdup(name), cd);
	return cd;
}

/* Append the result of iconv for `raw`, which begins and ends in the initial state. */
static bool convert(iconv_t cd, struct view raw, struct builder *b)
{
	char *in = (char *)(uintptr_t)raw.ptr;
	size_t in_left = raw.len;
	bool flushing = false;

	for (;;) {
		char *out;
		size_t out_left, made, r;

		if (!builder_reserve(b, in_left + in_left / 2 + 64))
			return false;
		out = b->ptr + b->len;
		out_left = b->capacity - b->len;
		made = out_left;
		r = iconv(cd, flushing ? NULL : &in, &in_left, &out, &out_left);
		if (r == (size_t)-1 && errno != E2BIG)
			return false;
		b->len += made - out_left;
		if (r != (size_t)-1 && flushing)
			return true;
		if (r != (size_t)-1)
			flushing = true;
	}
}

/* Names of character sets in which the bytes of ASCII have another meaning. */
static bool is_wide_or_shifted(const char *normal)
{
	static const char *const families[] = { "utf", "iso_2022_", "iso2022", "csiso2022" };

	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
		if (view_starts(view_str(normal), view_str(families[i])))
			return true;
	return false;
}

/* The same, except for the characters that `page` decodes differently. */
static bool convert_readings(iconv_t cd, const struct codepage *page, struct view raw,
			     struct builder *b)
{
	for (size_t at = 0, next, len; at < raw.len; at = next + len) {
		uint32_t c;

		next = codepage_next(page, raw, at, &len, &c);
		if (next > at && !convert(cd, view_of(raw.ptr + at, next - at), b))
			return false;
		if (next == raw.len)
			break;
		if (c == 0)
			return false;
		text_add_char(b, c);
	}
	return true;
}

/* iconv also writes numbers beyond Unicode: these are not characters. */
static enum charset_result decode_by(struct arena *arena, iconv_t cd, const struct codepage *page,
				     struct view raw, struct view *ret_utf8)
{
	struct builder b = builder_init(arena);
	bool fits = page != NULL && page->reading_count > 0 ? convert_readings(cd, page, raw, &b)
							    : convert(cd, raw, &b);

	if (!fits || text_valid_len(builder_view(&b)) != b.len)
		return CHARSET_MISFIT;
	*ret_utf8 = builder_view(&b);
	return CHARSET_OK;
}

/* Every byte is a character; with `windows` 80..9F are those of windows-1252. */
static enum charset_result decode_latin(struct arena *arena, struct view raw, bool windows,
					struct view *ret_utf8)
{
	struct builder b = builder_init(arena);
	size_t wide = 0;

	if (text_is_ascii(raw)) {
		*ret_utf8 = raw;
		return CHARSET_OK;
	}
	for (size_t i = 0; i < raw.len; i++)
		wide += (unsigned char)raw.ptr[i] >= 0x80;
	if (!builder_reserve(&b, raw.len + (windows ? 2 * wide : wide)))
		return CHARSET_MISFIT;
	for (size_t i = 0; i < raw.len; i++) {
		uint16_t c = (unsigned char)raw.ptr[i];

		if (windows && c >= 0x80 && c < 0xA0)
			c = windows_1252[c - 0x80];
		if (c == 0 && raw.ptr[i] != '\0')
			return CHARSET_MISFIT;
		text_add_char(&b, c);
	}
	*ret_utf8 = builder_view(&b);
	return CHARSET_OK;
}

static enum charset_result keep_if(bool fits, struct view raw, struct view *ret_utf8)
{
	if (!fits)
		return CHARSET_MISFIT;
	*ret_utf8 = raw;
	return CHARSET_OK;
}

static enum charset_result decode_iconv(struct arena *arena, const struct codepage *page,
					struct view raw, struct view *ret_utf8)
{
	iconv_t cd = find_converter(page->iconv_name);

	return cd != NULL ? decode_by(arena, cd, page, raw, ret_utf8) : CHARSET_UNKNOWN;
}

static enum charset_result decode_page(struct arena *arena, const struct codepage *page,
				       struct view raw, struct view *ret_utf8)
{
	const struct view byte_order_mark = VIEW("\xEF\xBB\xBF");

	switch (page->form) {
	case CODEPAGE_UTF8_SIGNED:
		if (view_starts(raw, byte_order_mark))
			raw = view_skip(raw, byte_order_mark.len);
		return keep_if(text_valid_len(raw) == raw.len, raw, ret_utf8);
	case CODEPAGE_UTF8:
		return keep_if(text_valid_len(raw) == raw.len, raw, ret_utf8);
	case CODEPAGE_ASCII:
		return keep_if(text_is_ascii(raw), raw, ret_utf8);
	case CODEPAGE_LATIN1:
	case CODEPAGE_WINDOWS_1252:
		return decode_latin(arena, raw, page->form == CODEPAGE_WINDOWS_1252, ret_utf8);
	case CODEPAGE_UTF7:
		return shifted_decode_utf7(arena, raw, ret_utf8) ? CHARSET_OK : CHARSET_MISFIT;
	case CODEPAGE_HZ:
		if (!shifted_decode_hz(arena, raw, &raw))
			return CHARSET_MISFIT;
		return decode_iconv(arena, page, raw, ret_utf8);
	case CODEPAGE_KOREAN:
		if (!shifted_decode_korean(arena, raw, &raw))
			return CHARSET_MISFIT;
		return decode_iconv(arena, page, raw, ret_utf8);
	case CODEPAGE_ISO_2022:
		if (!shifted_is_iso_2022(raw))
			return CHARSET_MISFIT;
		return decode_iconv(arena, page, raw, ret_utf8);
	case CODEPAGE_WHOLE:
	case CODEPAGE_BYTES:
	case CODEPAGE_DOUBLE:
	case CODEPAGE_SHIFT_JIS:
	case CODEPAGE_EUC:
	case CODEPAGE_GB18030:
		return decode_iconv(arena, page, raw, ret_utf8);
	}
	return CHARSET_UNKNOWN;
}

/*
 * Whether `cd` leaves the printable characters of ASCII unchanged.  iconv knows `de`, `us`,
 * `cp037`, `ucs-2` and many more in which no mail is written: with these the name is wrong, not the
 * text.
 */
static bool keeps_ascii(iconv_t cd)
{
	const struct view ascii = VIEW("\t\n !\"#$%&'()*+,-./0123456789:;<=>?@"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
				       "abcdefghijklmnopqrstuvwxyz{|}~");
	char made[1024], *in = (char *)(uintptr_t)ascii.ptr, *out = made;
	size_t in_left = ascii.len, out_left = sizeof(made);

	return iconv(cd, &in, &in_left, &out, &out_left) != (size_t)-1 &&
	       iconv(cd, NULL, NULL, &out, &out_left) != (size_t)-1 &&
	       view_eq(view_of(made, sizeof(made) - out_left), ascii);
}

/* Look up the name with hyphens, as most are known, or with underscores. */
static iconv_t find_other(const char *normal)
{
	g_autofree char *dashed = g_strdelimit(
		g_strconcat(view_is_digit(normal[0]) ? "CP" : "", normal, NULL), "_", '-');
	iconv_t cd = find_converter(dashed);

	return cd != NULL ? cd : find_converter(normal);
}

/* A set that iconv knows and the reference does not, if mail can be written in it. */
static enum charset_result decode_other(struct arena *arena, const char *normal, struct view raw,
					struct view *ret_utf8)
{
	iconv_t cd = find_other(normal);

	if (cd == NULL || (!is_wide_or_shifted(normal) && !keeps_ascii(cd)))
		return CHARSET_UNKNOWN;
	(void)iconv(cd, NULL, NULL, NULL, NULL);
	return decode_by(arena, cd, NULL, raw, ret_utf8);
}

enum charset_result charset_decode(struct arena *arena, struct view name, struct view raw,
				   struct view *ret_utf8)
{
	char normal[NAME_BYTES_MAX];
	const struct codepage *page;

	if (!normalise(name, normal))
		return CHARSET_UNKNOWN;
	page = codepage_find(normal);
	return page != NULL ? decode_page(arena, page, raw, ret_utf8)
			    : decode_other(arena, normal, raw, ret_utf8);
}

struct view charset_decode_western(struct arena *arena, struct view raw)
{
	struct view utf8 = VIEW("");

	if (decode_latin(arena, raw, true, &utf8) != CHARSET_OK)
		(void)decode_latin(arena, raw, false, &utf8);
	return utf8;
}
