/* charset - bytes in a declared character set to UTF-8; see charset.h */
#include "parser/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>

#include "parser/text.h"

#define NAME_BYTES_MAX 64

/* What iconv reads otherwise than mail programs do. */
enum quirk {
	QUIRK_NONE,
	QUIRK_C1, /* bytes that start no character pass as the control characters 80..9F */
	QUIRK_YEN,  /* 5C and 7E are a yen sign and an overline, and not ASCII's */
	QUIRK_BIG5, /* as C1, and the punctuation is Microsoft's */
	QUIRK_EURO, /* 80 is a euro sign, and not a mistake */
	QUIRK_MAC, /* the sign of difference is a delta, and the apple another's private one */
};

/*
 * Names that iconv does not know under any spelling, or knows as something else, in
 * normalised form: lower case, each run of punctuation one underscore.
 */
static const struct alias {
	const char *alias;
	const char *iconv_name;
	enum quirk quirk;
} aliases[] = {
	{ "646", "US-ASCII", QUIRK_NONE },
	{ "8859", "ISO-8859-1", QUIRK_NONE },
	{ "932", "CP932", QUIRK_NONE },
	{ "936", "GBK", QUIRK_EURO },
	{ "949", "UHC", QUIRK_NONE },
	{ "950", "CP950", QUIRK_NONE },
	{ "ansi_x3.4_1968", "US-ASCII", QUIRK_NONE },
	{ "ascii", "US-ASCII", QUIRK_NONE },
	{ "big5", "BIG5", QUIRK_BIG5 },
	{ "big5_hkscs", "BIG5-HKSCS", QUIRK_C1 },
	{ "big5_tw", "BIG5", QUIRK_BIG5 },
	{ "big5hkscs", "BIG5-HKSCS", QUIRK_C1 },
	{ "cp65001", "UTF-8", QUIRK_NONE },
	{ "cp936", "GBK", QUIRK_EURO },
	{ "cp949", "UHC", QUIRK_NONE },
	{ "csbig5", "BIG5", QUIRK_BIG5 },
	{ "csshiftjis", "SHIFT_JIS", QUIRK_YEN },
	{ "euc_jp", "EUC-JP", QUIRK_C1 },
	{ "euc_kr", "EUC-KR", QUIRK_C1 },
	{ "eucjp", "EUC-JP", QUIRK_C1 },
	{ "euckr", "EUC-KR", QUIRK_C1 },
	{ "gb18030_2000", "GB18030", QUIRK_NONE },
	{ "gb2312_80", "GB2312", QUIRK_NONE },
	{ "gbk", "GBK", QUIRK_EURO },
	{ "iso2022_jp", "ISO-2022-JP", QUIRK_NONE },
	{ "iso2022_kr", "ISO-2022-KR", QUIRK_NONE },
	{ "iso8859", "ISO-8859-1", QUIRK_NONE },
	{ "iso_8859_1_1987", "ISO-8859-1", QUIRK_NONE },
	{ "korean", "EUC-KR", QUIRK_C1 },
	{ "ks_c_5601", "EUC-KR", QUIRK_C1 },
	{ "ks_c_5601_1987", "EUC-KR", QUIRK_C1 },
	{ "ks_x_1001", "EUC-KR", QUIRK_C1 },
	{ "ksc5601", "EUC-KR", QUIRK_C1 },
	{ "l9", "ISO-8859-15", QUIRK_NONE },
	{ "latin", "ISO-8859-1", QUIRK_NONE },
	{ "latin_1", "ISO-8859-1", QUIRK_NONE },
	{ "macintosh", "MACINTOSH", QUIRK_MAC },
	{ "mac_roman", "MACINTOSH", QUIRK_MAC },
	{ "macroman", "MACINTOSH", QUIRK_MAC },
	{ "ms936", "GBK", QUIRK_EURO },
	{ "ms949", "UHC", QUIRK_NONE },
	{ "ms950", "CP950", QUIRK_NONE },
	{ "mskanji", "CP932", QUIRK_NONE },
	{ "s_jis", "SHIFT_JIS", QUIRK_YEN },
	{ "shift_jis", "SHIFT_JIS", QUIRK_YEN },
	{ "shiftjis", "SHIFT_JIS", QUIRK_YEN },
	{ "sjis", "SHIFT_JIS", QUIRK_YEN },
	{ "u8", "UTF-8", QUIRK_NONE },
	{ "ujis", "EUC-JP", QUIRK_C1 },
	{ "unicode_1_1_utf_7", "UTF-7", QUIRK_NONE },
	{ "us_ascii", "US-ASCII", QUIRK_NONE },
	{ "utf", "UTF-8", QUIRK_NONE },
	{ "utf8", "UTF-8", QUIRK_NONE },
	{ "utf_16_be", "UTF-16BE", QUIRK_NONE },
	{ "utf_16_le", "UTF-16LE", QUIRK_NONE },
	{ "utf_8", "UTF-8", QUIRK_NONE },
	{ "utf_8_sig", "UTF-8", QUIRK_NONE },
};

/* windows-1252's 80..9F (the WHATWG and Unicode tables agree on what is defined). */
static const uint16_t windows_1252[32] = {
	0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
	0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
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

static const struct alias *find_alias(const char *normal)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++)
		if (strcmp(aliases[i].alias, normal) == 0)
			return &aliases[i];
	return NULL;
}

static iconv_t open_converter(const char *normal)
{
	char dashed[NAME_BYTES_MAX + 4];
	iconv_t cd;

	(void)snprintf(dashed, sizeof(dashed), "%s%s",
		       view_is_digit(normal[0]) ? "CP" : "", normal);
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
		if (iconv(cd, flushing ? NULL : &in, &in_left, &out, &out_left) ==
		    (size_t)-1) {
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

/* Names of character sets in which the bytes of ASCII mean something else. */
static bool is_wide_or_shifted(const char *normal)
{
	static const char *const families[] = { "utf", "iso_2022_", "iso2022",
						"csiso2022" };

	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
		if (view_starts(view_str(normal), view_str(families[i])))
			return true;
	return false;
}

/*
 * Whether `cd` leaves the printable characters of ASCII alone.  iconv knows `de`, `us`, `cp037`,
 * `ucs-2` and many more that no mail is written in: there the name is wrong, not the text.
 */
static bool keeps_ascii(struct arena *arena, iconv_t cd)
{
	const struct view ascii = VIEW("\t\n !\"#$%&'()*+,-./0123456789:;<=>?@"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
				       "abcdefghijklmnopqrstuvwxyz{|}~");
	struct view utf8;

	return convert(arena, cd, ascii, &utf8) == CHARSET_OK && view_eq(utf8, ascii);
}

static bool has_c1(struct view utf8)
{
	for (size_t at = view_find(utf8, '\xC2', 0); at + 1 < utf8.len;
	     at = view_find(utf8, '\xC2', at + 1))
		if ((unsigned char)utf8.ptr[at + 1] < 0xA0)
			return true;
	return false;
}

/* Characters that iconv reads, and what mail programs read instead. */
struct reading {
	struct view from, to;
};

/* The backslash there is the full-width one. */
static const struct reading yen_readings[] = {
	{ { "\\", 1 }, { "\xEF\xBC\xBC", 3 } },
	{ { "\xC2\xA5", 2 }, { "\\", 1 } },
	{ { "\xE2\x80\xBE", 3 }, { "~", 1 } },
};

static const struct reading big5_readings[] = {
	{ { "‧", 3 }, { "•", 3 } },   /* A145 */
	{ { "﹑", 3 }, { "､", 3 } },  /* A14E */
	{ { "¯", 2 }, { "‾", 3 } },   /* A1C2 */
	{ { "～", 3 }, { "∼", 3 } },  /* A1E3 */
	{ { "⊕", 3 }, { "♁", 3 } },   /* A1F2 */
	{ { "⊙", 3 }, { "☉", 3 } },   /* A1F3 */
	{ { "∕", 3 }, { "／", 3 } },  /* A241 */
	{ { "﹨", 3 }, { "＼", 3 } }, /* A242 */
	{ { "￥", 3 }, { "¥", 2 } },  /* A244 */
	{ { "￠", 3 }, { "¢", 2 } },  /* A246 */
	{ { "￡", 3 }, { "£", 2 } },  /* A247 */
};

static const struct reading mac_readings[] = {
	{ { "\xCE\x94", 2 }, { "\xE2\x88\x86", 3 } },     /* C6 */
	{ { "\xEE\x80\x9E", 3 }, { "\xEF\xA3\xBF", 3 } }, /* F0 */
};

static struct view read_as(struct arena *arena, struct view utf8,
			   const struct reading *readings, size_t count)
{
	struct builder b = builder_init(arena);

	while (utf8.len > 0) {
		size_t i = 0;

		while (i < count && !view_starts(utf8, readings[i].from))
			i++;
		builder_add(&b, i < count ? readings[i].to : view_head(utf8, 1));
		utf8 = view_skip(utf8, i < count ? readings[i].from.len : 1);
	}
	return builder_view(&b);
}

static bool has_euro(struct view utf8)
{
	return view_search(utf8, VIEW("\xE2\x82\xAC"), 0) < utf8.len;
}

/* Read what iconv made as mail programs read it; false if they do not read it at all. */
static bool mend(struct arena *arena, enum quirk quirk, struct view *utf8)
{
	switch (quirk) {
	case QUIRK_NONE:
		return true;
	case QUIRK_C1:
		return !has_c1(*utf8);
	case QUIRK_YEN:
		*utf8 = read_as(arena, *utf8, yen_readings, 3);
		return true;
	case QUIRK_BIG5:
		if (has_c1(*utf8) || has_euro(*utf8))
			return false;
		*utf8 = read_as(arena, *utf8, big5_readings, 11);
		return true;
	case QUIRK_EURO:
		return !has_euro(*utf8);
	case QUIRK_MAC:
		*utf8 = read_as(arena, *utf8, mac_readings, 2);
		return true;
	}
	return true;
}

/* What iconv takes for characters has to be some: it writes numbers beyond Unicode, too. */
static enum charset_result convert_strictly(struct arena *arena, iconv_t cd,
					    enum quirk quirk, struct view raw,
					    struct view *ret_utf8)
{
	struct view utf8 = VIEW("");
	enum charset_result r = convert(arena, cd, raw, &utf8);

	if (r != CHARSET_OK)
		return r;
	if (text_valid_len(utf8) != utf8.len || !mend(arena, quirk, &utf8))
		return CHARSET_MISFIT;
	*ret_utf8 = utf8;
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
static enum charset_result decode_latin(struct arena *arena, struct view raw,
					bool windows, struct view *ret_utf8)
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

enum charset_result charset_decode(struct arena *arena, struct view name,
				   struct view raw, struct view *ret_utf8)
{
	char normal[NAME_BYTES_MAX];
	const struct alias *known;
	enum charset_result r;
	iconv_t cd;

	if (!normalise(name, normal))
		return CHARSET_UNKNOWN;
	known = find_alias(normal);
	if (known != NULL && strcmp(known->iconv_name, "UTF-8") == 0)
		return keep_if(text_valid_len(raw) == raw.len, raw, ret_utf8);
	if (known != NULL && strcmp(known->iconv_name, "US-ASCII") == 0)
		return keep_if(text_is_ascii(raw), raw, ret_utf8);
	if (strcmp(normal, "iso_8859_1") == 0 || strcmp(normal, "latin1") == 0)
		return decode_latin(arena, raw, false, ret_utf8);
	if (strcmp(normal, "windows_1252") == 0 || strcmp(normal, "cp1252") == 0)
		return decode_latin(arena, raw, true, ret_utf8);
	cd = known != NULL ? iconv_open("UTF-8", known->iconv_name)
			   : open_converter(normal);
	if (cd == (iconv_t)-1)
		return CHARSET_UNKNOWN;
	if (known != NULL)
		r = convert_strictly(arena, cd, known->quirk, raw, ret_utf8);
	else if (is_wide_or_shifted(normal) || keeps_ascii(arena, cd))
		r = convert_strictly(arena, cd, QUIRK_NONE, raw, ret_utf8);
	else
		r = CHARSET_UNKNOWN;
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
