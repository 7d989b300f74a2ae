/* charset - bytes in a declared character set to UTF-8; see charset.h */
#include "parser/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>

#include "parser/text.h"

#define NAME_BYTES_MAX 64

/*
 * Names that iconv does not know under any spelling, or knows as something else, in
 * normalised form: lower case, each run of punctuation one underscore.
 */
static const struct {
	const char *alias;
	const char *iconv_name;
} aliases[] = {
	{ "646", "US-ASCII" },
	{ "8859", "ISO-8859-1" },
	{ "932", "CP932" },
	{ "936", "GBK" },
	{ "949", "UHC" },
	{ "950", "CP950" },
	{ "ansi_x3.4_1968", "US-ASCII" },
	{ "ascii", "US-ASCII" },
	{ "big5_tw", "BIG5" },
	{ "cp65001", "UTF-8" },
	{ "cp936", "GBK" },
	{ "cp949", "UHC" },
	{ "csbig5", "BIG5" },
	{ "gb18030_2000", "GB18030" },
	{ "gb2312_80", "GB2312" },
	{ "hz", "HZ" },
	{ "hz_gb_2312", "HZ" },
	{ "iso2022_jp", "ISO-2022-JP" },
	{ "iso2022_kr", "ISO-2022-KR" },
	{ "iso8859", "ISO-8859-1" },
	{ "iso_8859_1_1987", "ISO-8859-1" },
	{ "korean", "EUC-KR" },
	{ "ks_c_5601", "EUC-KR" },
	{ "ks_c_5601_1987", "EUC-KR" },
	{ "ks_x_1001", "EUC-KR" },
	{ "ksc5601", "EUC-KR" },
	{ "l9", "ISO-8859-15" },
	{ "latin", "ISO-8859-1" },
	{ "latin_1", "ISO-8859-1" },
	{ "mac_roman", "MACINTOSH" },
	{ "macroman", "MACINTOSH" },
	{ "ms949", "UHC" },
	{ "ms950", "CP950" },
	{ "mskanji", "CP932" },
	{ "shiftjis", "SHIFT_JIS" },
	{ "s_jis", "SHIFT_JIS" },
	{ "u8", "UTF-8" },
	{ "unicode_1_1_utf_7", "UTF-7" },
	{ "us_ascii", "US-ASCII" },
	{ "utf", "UTF-8" },
	{ "utf8", "UTF-8" },
	{ "utf_16_be", "UTF-16BE" },
	{ "utf_16_le", "UTF-16LE" },
	{ "utf_8", "UTF-8" },
	{ "utf_8_sig", "UTF-8" },
};

/* windows-1252's 80..9F (the WHATWG and Unicode tables agree on what is defined). */
static const uint16_t windows_1252[32] = {
	0x20AC, 0,	0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,	0x017D, 0,	0,	0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,	0x017E, 0x0178,
};

/* Lower case, runs of punctuation (but for the dot) one underscore, none at either end. */
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

static const char *find_alias(const char *normal)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++)
		if (strcmp(aliases[i].alias, normal) == 0)
			return aliases[i].iconv_name;
	return NULL;
}

static iconv_t open_converter(const char *normal)
{
	char dashed[NAME_BYTES_MAX + 4];
	iconv_t cd;

	(void)snprintf(dashed, sizeof(dashed), "%s%s", view_is_digit(normal[0]) ? "CP" : "", normal);
	for (char *p = dashed; *p != '\0'; p++)
		if (*p == '_')
			*p = '-';
	cd = iconv_open("UTF-8", dashed);
	if (cd == (iconv_t)-1)
		cd = iconv_open("UTF-8", normal);
	return cd;
}

static enum charset_result convert(struct arena *arena, iconv_t cd, struct view raw,
				   struct view *ret_utf8)
{
	struct builder b = builder_init(arena);
	char *in = (char *)(uintptr_t)raw.ptr;
	size_t in_left = raw.len;
	bool flushing = false;

	for (;;) {
		char *out;
		size_t out_left, made;

		if (!builder_reserve(&b, in_left + in_left / 2 + 64))
			return CHARSET_MISFIT;
		out = b.ptr + b.len;
		out_left = b.capacity - b.len;
		made = out_left;
		if (iconv(cd, flushing ? NULL : &in, &in_left, &out, &out_left) == (size_t)-1) {
			if (errno != E2BIG)
				return CHARSET_MISFIT;
		} else if (flushing) {
			b.len += made - out_left;
			break;
		} else {
			flushing = true;
		}
		b.len += made - out_left;
	}
	*ret_utf8 = builder_view(&b);
	return CHARSET_OK;
}

static void add_latin(struct builder *b, uint16_t c)
{
	if (c < 0x80) {
		builder_byte(b, (char)c);
	} else if (c < 0x800) {
		builder_byte(b, (char)(0xC0 | (c >> 6)));
		builder_byte(b, (char)(0x80 | (c & 0x3F)));
	} else {
		builder_byte(b, (char)(0xE0 | (c >> 12)));
		builder_byte(b, (char)(0x80 | ((c >> 6) & 0x3F)));
		builder_byte(b, (char)(0x80 | (c & 0x3F)));
	}
}

/* Every byte is a character; with `windows` 80..9F are windows-1252's. */
static enum charset_result decode_latin(struct arena *arena, struct view raw, bool windows,
					struct view *ret_utf8)
{
	struct builder b = builder_init(arena);

	if (text_is_ascii(raw)) {
		*ret_utf8 = raw;
		return CHARSET_OK;
	}
	for (size_t i = 0; i < raw.len; i++) {
		uint16_t c = (unsigned char)raw.ptr[i];

		if (windows && c >= 0x80 && c < 0xA0)
			c = windows_1252[c - 0x80];
		if (c == 0 && raw.ptr[i] != '\0')
			return CHARSET_MISFIT;
		add_latin(&b, c);
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

enum charset_result charset_decode(struct arena *arena, struct view name, struct view raw,
				   struct view *ret_utf8)
{
	char normal[NAME_BYTES_MAX];
	const char *known;
	enum charset_result r;
	iconv_t cd;

	if (!normalise(name, normal))
		return CHARSET_UNKNOWN;
	known = find_alias(normal);
	if (known != NULL && strcmp(known, "UTF-8") == 0)
		return keep_if(text_valid_len(raw) == raw.len, raw, ret_utf8);
	if (known != NULL && strcmp(known, "US-ASCII") == 0)
		return keep_if(text_is_ascii(raw), raw, ret_utf8);
	if (strcmp(normal, "iso_8859_1") == 0 || strcmp(normal, "latin1") == 0)
		return decode_latin(arena, raw, false, ret_utf8);
	if (strcmp(normal, "windows_1252") == 0 || strcmp(normal, "cp1252") == 0)
		return decode_latin(arena, raw, true, ret_utf8);
	cd = known != NULL ? iconv_open("UTF-8", known) : open_converter(normal);
	if (cd == (iconv_t)-1)
		return CHARSET_UNKNOWN;
	r = convert(arena, cd, raw, ret_utf8);
	(void)iconv_close(cd);
	return r;
}

struct view charset_decode_western(struct arena *arena, struct view raw)
{
	struct view utf8 = VIEW("");

	if (decode_latin(arena, raw, true, &utf8) != CHARSET_OK)
		(void)decode_latin(arena, raw, false, &utf8);
	return utf8;
}
