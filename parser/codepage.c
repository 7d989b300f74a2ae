/* codepage - character sets by name; see codepage.h */
#include "parser/codepage.h"

#include <glib.h>

/* UTF-8, ASCII and Latin-1, in which nearly all mail is: their names are compared one by one. */
#define COMMON_PAGES 4

/* Several entries in a line, or one entry in each line: */
/* clang-format off */

/*
 * Kana, Cyrillic letters and circled numbers, which ETEN added and iconv maps to private
 * characters.
 */
#define BIG5_ETEN \
	{ 0xC6A1, 0xC6A1, 0x30FE }, { 0xC6A2, 0xC6A3, 0x309D }, { 0xC6A4, 0xC6A4, 0x3005 }, \
	{ 0xC6A5, 0xC6F7, 0x3041 }, { 0xC6F8, 0xC6FE, 0x30A1 }, { 0xC740, 0xC77E, 0x30A8 }, \
	{ 0xC7A1, 0xC7B0, 0x30E7 }, { 0xC7B1, 0xC7B2, 0x0414 }, { 0xC7B3, 0xC7B3, 0x0401 }, \
	{ 0xC7B4, 0xC7BA, 0x0416 }, { 0xC7BB, 0xC7CD, 0x0423 }, { 0xC7CE, 0xC7CE, 0x0451 }, \
	{ 0xC7CF, 0xC7E8, 0x0436 }, { 0xC7E9, 0xC7F2, 0x2460 }, { 0xC7F3, 0xC7FC, 0x2474 }, \
	{ 0xC7FD, 0xC8FE, 0 }

/* Microsoft's punctuation and seven characters of ETEN, which are not in Big5. */
static const struct codepage_reading big5[] = {
	{ 0x80, 0x80, 0 }, { 0xA145, 0xA145, 0x2022 }, { 0xA14E, 0xA14E, 0xFF64 },
	{ 0xA1C2, 0xA1C2, 0x203E }, { 0xA1E3, 0xA1E3, 0x223C }, { 0xA1F2, 0xA1F2, 0x2641 },
	{ 0xA1F3, 0xA1F3, 0x2609 }, { 0xA241, 0xA241, 0xFF0F }, { 0xA242, 0xA242, 0xFF3C },
	{ 0xA244, 0xA244, 0xA5 }, { 0xA246, 0xA247, 0xA2 }, { 0xA3E1, 0xA3E1, 0 },
	BIG5_ETEN, { 0xF9D6, 0xF9FE, 0 },
};

static const struct codepage_reading cp950[] = { { 0x80, 0x80, 0 }, BIG5_ETEN };

static const struct codepage_reading big5_hkscs[] = {
	{ 0x80, 0x80, 0 }, { 0x877A, 0x877E, 0 }, { 0x87A1, 0x87DF, 0 },
	{ 0xA15A, 0xA15A, 0x2574 }, { 0xA1C3, 0xA1C3, 0xFFE3 }, { 0xA1C5, 0xA1C5, 0x02CD },
	{ 0xA1FE, 0xA1FE, 0xFF0F }, { 0xA240, 0xA240, 0xFF3C }, { 0xA2CC, 0xA2CC, 0x5341 },
	{ 0xA2CE, 0xA2CE, 0x5345 },
};

/* The euro sign at this code is Microsoft's. */
static const struct codepage_reading gbk[] = { { 0x80, 0x80, 0 } };

/* The version of 2000, in which these characters had no code points of their own. */
static const struct codepage_reading gb18030[] = {
	{ 0xA6D9, 0xA6DF, 0xE78D }, { 0xA6EC, 0xA6ED, 0xE794 }, { 0xA6F3, 0xA6F3, 0xE796 },
	{ 0xA8BC, 0xA8BC, 0xE7C7 }, { 0xFE51, 0xFE53, 0xE816 }, { 0xFE59, 0xFE59, 0xE81E },
	{ 0xFE61, 0xFE61, 0xE826 }, { 0xFE66, 0xFE67, 0xE82B }, { 0xFE6C, 0xFE6D, 0xE831 },
	{ 0xFE76, 0xFE76, 0xE83B }, { 0xFE7E, 0xFE7E, 0xE843 }, { 0xFE90, 0xFE91, 0xE854 },
	{ 0xFEA0, 0xFEA0, 0xE864 }, { 0x8135F437, 0x8135F437, 0x1E3F },
	{ 0x82359037, 0x82359039, 0x9FB4 }, { 0x82359130, 0x82359134, 0x9FB7 },
	{ 0x84318236, 0x84318239, 0xFE10 }, { 0x84318330, 0x84318335, 0xFE14 },
};

/* Bytes to which Microsoft gave no character. */
static const struct codepage_reading cp932[] = {
	{ 0x80, 0x80, 0x80 }, { 0xA0, 0xA0, 0xF8F0 }, { 0xFD, 0xFF, 0xF8F1 },
};

/* ASCII's backslash and tilde, not a yen sign and an overline; the wide backslash is another. */
static const struct codepage_reading shift_jis[] = {
	{ 0x5C, 0x5C, 0x5C }, { 0x7E, 0x7E, 0x7E }, { 0x815F, 0x815F, 0xFF3C },
};

static const struct codepage_reading euc_jp[] = {
	{ 0x80, 0x8D, 0 }, { 0x90, 0x9F, 0 }, { 0x8FA2B7, 0x8FA2B7, 0x7E },
};

/* 8E and 8F begin no character in it. */
static const struct codepage_reading euc_kr[] = {
	{ 0x80, 0x9F, 0 }, { 0x8E00, 0x8FFF, 0 }, { 0x8F0000, 0x8FFFFF, 0 },
	{ 0xA2E8, 0xA2E8, 0 }, { 0xA4D4, 0xA4D4, 0 },
};

static const struct codepage_reading johab[] = {
	{ 0x5C, 0x5C, 0x5C }, { 0x8441, 0x8441, 0x3000 }, { 0x8442, 0x8443, 0x3131 },
	{ 0x8445, 0x8445, 0x3134 }, { 0x8448, 0x8448, 0x3137 }, { 0x8449, 0x8449, 0x3139 },
	{ 0x8451, 0x8451, 0x3141 }, { 0x8453, 0x8453, 0x3142 }, { 0x8455, 0x8458, 0x3145 },
	{ 0x8459, 0x845D, 0x314A }, { 0xD9E8, 0xD9E8, 0 },
};

static const struct codepage_reading tis_620[] = { { 0xA0, 0xA0, 0 } };

static const struct codepage_reading cp856[] = {
	{ 0x1A, 0x1A, 0x1A }, { 0x1C, 0x1C, 0x1C }, { 0x7F, 0x7F, 0x7F },
	{ 0xEE, 0xEE, 0xAF }, { 0xFA, 0xFA, 0xB7 },
};

static const struct codepage_reading mac_cyrillic[] = { { 0xFF, 0xFF, 0x20AC } };

/* A difference sign (U+2206), not a delta; the apple is Apple's own private character. */
static const struct codepage_reading mac_roman[] = {
	{ 0xC6, 0xC6, 0x2206 }, { 0xF0, 0xF0, 0xF8FF },
};

#define READ_AS(table) table, sizeof(table) / sizeof(*(table))
#define AS_ICONV       NULL, 0

static const struct codepage pages[] = {
	{ "cp65001 u8 utf utf8 utf8_ucs2 utf8_ucs4 utf_8", NULL, CODEPAGE_UTF8,
	  AS_ICONV },
	{ "utf_8_sig", NULL, CODEPAGE_UTF8_SIGNED, AS_ICONV },
	{ "646 ansi_x3_4_1968 ansi_x3_4_1986 ascii cp367 csascii ibm367 "
	  "iso646_us iso_646_irv_1991 iso_ir_6 us us_ascii",
	  NULL, CODEPAGE_ASCII, AS_ICONV },
	{ "8859 charmap cp819 csisolatin1 ibm819 iso8859 iso8859_1 iso_8859_1 "
	  "iso_8859_1_1987 iso_ir_100 l1 latin latin1 latin_1",
	  NULL, CODEPAGE_LATIN1, AS_ICONV },
	{ "1252 cp1252 windows_1252", NULL, CODEPAGE_WINDOWS_1252, AS_ICONV },
	{ "csisolatin2 iso8859_2 iso_8859_2 iso_8859_2_1987 iso_ir_101 l2 "
	  "latin2",
	  "ISO-8859-2", CODEPAGE_BYTES, AS_ICONV },
	{ "csisolatin3 iso8859_3 iso_8859_3 iso_8859_3_1988 iso_ir_109 l3 "
	  "latin3",
	  "ISO-8859-3", CODEPAGE_BYTES, AS_ICONV },
	{ "csisolatin4 iso8859_4 iso_8859_4 iso_8859_4_1988 iso_ir_110 l4 "
	  "latin4",
	  "ISO-8859-4", CODEPAGE_BYTES, AS_ICONV },
	{ "csisolatincyrillic cyrillic iso8859_5 iso_8859_5 iso_8859_5_1988 "
	  "iso_ir_144",
	  "ISO-8859-5", CODEPAGE_BYTES, AS_ICONV },
	{ "arabic asmo_708 csisolatinarabic ecma_114 iso8859_6 iso_8859_6 "
	  "iso_8859_6_1987 iso_ir_127",
	  "ISO-8859-6", CODEPAGE_BYTES, AS_ICONV },
	{ "csisolatingreek ecma_118 elot_928 greek greek8 iso8859_7 "
	  "iso_8859_7 iso_8859_7_1987 iso_ir_126",
	  "ISO-8859-7", CODEPAGE_BYTES, AS_ICONV },
	{ "csisolatinhebrew hebrew iso8859_8 iso_8859_8 iso_8859_8_1988 "
	  "iso_ir_138",
	  "ISO-8859-8", CODEPAGE_BYTES, AS_ICONV },
	{ "csisolatin5 iso8859_9 iso_8859_9 iso_8859_9_1989 iso_ir_148 l5 "
	  "latin5",
	  "ISO-8859-9", CODEPAGE_BYTES, AS_ICONV },
	{ "csisolatin6 iso8859_10 iso_8859_10 iso_8859_10_1992 iso_ir_157 l6 "
	  "latin6",
	  "ISO-8859-10", CODEPAGE_BYTES, AS_ICONV },
	{ "iso8859_11 iso_8859_11 iso_8859_11_2001 thai", "ISO-8859-11", CODEPAGE_BYTES,
	  AS_ICONV },
	{ "iso8859_13 iso_8859_13 l7 latin7", "ISO-8859-13", CODEPAGE_BYTES, AS_ICONV },
	{ "iso8859_14 iso_8859_14 iso_8859_14_1998 iso_celtic iso_ir_199 l8 "
	  "latin8",
	  "ISO-8859-14", CODEPAGE_BYTES, AS_ICONV },
	{ "iso8859_15 iso_8859_15 l9 latin9", "ISO-8859-15", CODEPAGE_BYTES, AS_ICONV },
	{ "iso8859_16 iso_8859_16 iso_8859_16_2001 iso_ir_226 l10 latin10",
	  "ISO-8859-16", CODEPAGE_BYTES, AS_ICONV },
	{ "1250 cp1250 windows_1250", "CP1250", CODEPAGE_BYTES, AS_ICONV },
	{ "1251 cp1251 windows_1251", "CP1251", CODEPAGE_BYTES, AS_ICONV },
	{ "1253 cp1253 windows_1253", "CP1253", CODEPAGE_BYTES, AS_ICONV },
	{ "1254 cp1254 windows_1254", "CP1254", CODEPAGE_BYTES, AS_ICONV },
	{ "1255 cp1255 windows_1255", "CP1255", CODEPAGE_BYTES, AS_ICONV },
	{ "1256 cp1256 windows_1256", "CP1256", CODEPAGE_BYTES, AS_ICONV },
	{ "1257 cp1257 windows_1257", "CP1257", CODEPAGE_BYTES, AS_ICONV },
	{ "1258 cp1258 windows_1258", "CP1258", CODEPAGE_BYTES, AS_ICONV },
	{ "437 cp437 cspc8codepage437 ibm437", "CP437", CODEPAGE_BYTES, AS_ICONV },
	{ "cp737", "CP737", CODEPAGE_BYTES, AS_ICONV },
	{ "775 cp775 cspc775baltic ibm775", "CP775", CODEPAGE_BYTES, AS_ICONV },
	{ "850 cp850 cspc850multilingual ibm850", "CP850", CODEPAGE_BYTES, AS_ICONV },
	{ "852 cp852 cspcp852 ibm852", "CP852", CODEPAGE_BYTES, AS_ICONV },
	{ "855 cp855 csibm855 ibm855", "CP855", CODEPAGE_BYTES, AS_ICONV },
	{ "cp856", "CP856", CODEPAGE_BYTES, READ_AS(cp856) },
	{ "857 cp857 csibm857 ibm857", "CP857", CODEPAGE_BYTES, AS_ICONV },
	{ "858 cp858 csibm858 ibm858", "CP858", CODEPAGE_BYTES, AS_ICONV },
	{ "860 cp860 csibm860 ibm860", "CP860", CODEPAGE_BYTES, AS_ICONV },
	{ "861 cp861 cp_is csibm861 ibm861", "CP861", CODEPAGE_BYTES, AS_ICONV },
	{ "862 cp862 cspc862latinhebrew ibm862", "CP862", CODEPAGE_BYTES, AS_ICONV },
	{ "863 cp863 csibm863 ibm863", "CP863", CODEPAGE_BYTES, AS_ICONV },
	{ "864 cp864 csibm864 ibm864", "CP864", CODEPAGE_BYTES, AS_ICONV },
	{ "865 cp865 csibm865 ibm865", "CP865", CODEPAGE_BYTES, AS_ICONV },
	{ "866 cp866 csibm866 ibm866", "CP866", CODEPAGE_BYTES, AS_ICONV },
	{ "869 cp869 cp_gr csibm869 ibm869", "CP869", CODEPAGE_BYTES, AS_ICONV },
	{ "cp874", "CP874", CODEPAGE_BYTES, AS_ICONV },
	{ "1125 cp1125 cp866u ibm1125 ruscii", "CP1125", CODEPAGE_BYTES, AS_ICONV },
	{ "cp1051 cshproman8 hp_roman8 ibm1051 r8 roman8", "HP-ROMAN8", CODEPAGE_BYTES,
	  AS_ICONV },
	{ "cskoi8r koi8_r", "KOI8-R", CODEPAGE_BYTES, AS_ICONV },
	{ "koi8_t", "KOI8-T", CODEPAGE_BYTES, AS_ICONV },
	{ "koi8_u", "KOI8-U", CODEPAGE_BYTES, AS_ICONV },
	{ "kz1048 kz_1048 rk1048 strk1048_2002", "RK1048", CODEPAGE_BYTES, AS_ICONV },
	{ "cp154 csptcp154 cyrillic_asian pt154 ptcp154", "PT154", CODEPAGE_BYTES,
	  AS_ICONV },
	{ "mac_cyrillic maccyrillic", "MAC-CYRILLIC", CODEPAGE_BYTES,
	  READ_AS(mac_cyrillic) },
	{ "mac_centeuro mac_latin2 maccentraleurope maclatin2", "MAC-CENTRALEUROPE",
	  CODEPAGE_BYTES, AS_ICONV },
	{ "mac_roman macintosh macroman", "MACINTOSH", CODEPAGE_BYTES,
	  READ_AS(mac_roman) },
	{ "iso_ir_166 tis620 tis_620 tis_620_0 tis_620_2529_0 tis_620_2529_1",
	  "ISO-8859-11", CODEPAGE_BYTES, READ_AS(tis_620) },
	{ "big5 big5_tw csbig5 x_mac_trad_chinese", "BIG5", CODEPAGE_DOUBLE,
	  READ_AS(big5) },
	{ "950 cp950 ms950", "CP950", CODEPAGE_DOUBLE, READ_AS(cp950) },
	{ "big5_hkscs big5hkscs hkscs", "BIG5-HKSCS", CODEPAGE_DOUBLE,
	  READ_AS(big5_hkscs) },
	{ "chinese csiso58gb231280 euc_cn euccn eucgb2312_cn gb2312 "
	  "gb2312_1980 gb2312_80 iso_ir_58 x_mac_simp_chinese",
	  "GB2312", CODEPAGE_DOUBLE, AS_ICONV },
	{ "936 cp936 gbk ms936", "GBK", CODEPAGE_DOUBLE, READ_AS(gbk) },
	{ "gb18030 gb18030_2000", "GB18030", CODEPAGE_GB18030, READ_AS(gb18030) },
	{ "hz hz_gb hz_gb_2312 hzgb", "GB2312", CODEPAGE_HZ, AS_ICONV },
	{ "euc_kr euckr korean ks_c_5601 ks_c_5601_1987 ks_x_1001 ksc5601 "
	  "ksx1001 x_mac_korean",
	  "EUC-KR", CODEPAGE_EUC, READ_AS(euc_kr) },
	{ "949 cp949 ms949 uhc", "UHC", CODEPAGE_DOUBLE, AS_ICONV },
	{ "cp1361 johab ms1361", "JOHAB", CODEPAGE_DOUBLE, READ_AS(johab) },
	{ "csiso2022kr iso2022_kr iso2022kr iso_2022_kr", "EUC-KR", CODEPAGE_KOREAN,
	  AS_ICONV },
	{ "euc_jp eucjp u_jis ujis", "EUC-JP", CODEPAGE_EUC, READ_AS(euc_jp) },
	{ "euc_jis2004 euc_jis_2004 eucjis2004 euc_jisx0213 eucjisx0213 "
	  "jisx0213",
	  "EUC-JISX0213", CODEPAGE_WHOLE, AS_ICONV },
	{ "csshiftjis s_jis shift_jis shiftjis sjis x_mac_japanese", "SHIFT_JIS",
	  CODEPAGE_SHIFT_JIS, READ_AS(shift_jis) },
	{ "932 cp932 ms932 ms_kanji mskanji", "CP932", CODEPAGE_SHIFT_JIS,
	  READ_AS(cp932) },
	{ "s_jis_2004 s_jisx0213 shift_jis_2004 shift_jisx0213 shiftjis2004 "
	  "shiftjisx0213 sjis_2004 sjisx0213",
	  "SHIFT_JISX0213", CODEPAGE_WHOLE, AS_ICONV },
	{ "csiso2022jp iso2022_jp iso2022jp iso_2022_jp", "ISO-2022-JP",
	  CODEPAGE_ISO_2022, AS_ICONV },
	{ "iso2022_jp_1 iso2022_jp_2 iso2022_jp_ext iso2022jp_1 iso2022jp_2 "
	  "iso2022jp_ext iso_2022_jp_1 iso_2022_jp_2 iso_2022_jp_ext",
	  "ISO-2022-JP-2", CODEPAGE_ISO_2022, AS_ICONV },
	{ "iso2022_jp_2004 iso2022_jp_3 iso2022jp_2004 iso2022jp_3 "
	  "iso_2022_jp_2004 iso_2022_jp_3",
	  "ISO-2022-JP-3", CODEPAGE_ISO_2022, AS_ICONV },
	{ "u7 unicode_1_1_utf_7 utf7 utf_7", NULL, CODEPAGE_UTF7, AS_ICONV },
	{ "u16 utf16 utf_16", "UTF-16", CODEPAGE_WHOLE, AS_ICONV },
	{ "unicodebigunmarked utf_16_be utf_16be", "UTF-16BE", CODEPAGE_WHOLE,
	  AS_ICONV },
	{ "unicodelittleunmarked utf_16_le utf_16le", "UTF-16LE", CODEPAGE_WHOLE,
	  AS_ICONV },
	{ "u32 utf32 utf_32", "UTF-32", CODEPAGE_WHOLE, AS_ICONV },
	{ "utf_32_be utf_32be", "UTF-32BE", CODEPAGE_WHOLE, AS_ICONV },
	{ "utf_32_le utf_32le", "UTF-32LE", CODEPAGE_WHOLE, AS_ICONV },
};
/* clang-format on */

/* Whether `name` equals `word`; a dot matches an underscore. */
static bool is_word(struct view word, const char *name)
{
	for (size_t i = 0; i < word.len; i++)
		if (name[i] != word.ptr[i] && !(name[i] == '.' && word.ptr[i] == '_'))
			return false;
	return name[word.len] == '\0';
}

static bool has_name(const struct codepage *page, const char *name)
{
	struct view rest = view_str(page->names);

	while (rest.len > 0) {
		size_t end = view_find(rest, ' ', 0);

		if (is_word(view_head(rest, end), name))
			return true;
		rest = view_skip(rest, end < rest.len ? end + 1 : end);
	}
	return false;
}

/*
 * All names, for sets that are not among the first ones: a mail may name a hundred thousand sets.
 */
static GHashTable *pages_by_name(void)
{
	static GHashTable *made;

	if (g_once_init_enter(&made)) {
		GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);

		for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
			char **names = g_strsplit(pages[i].names, " ", -1);

			for (char **name = names; *name != NULL; name++)
				(void)g_hash_table_insert(table, *name,
							  (void *)(uintptr_t)&pages[i]);
			g_free(names); /* they point to the table */
		}
		g_once_init_leave(&made, table);
	}
	return made;
}

const struct codepage *codepage_find(const char *name)
{
	g_autofree char *plain = NULL;

	for (size_t i = 0; i < COMMON_PAGES; i++)
		if (has_name(&pages[i], name))
			return &pages[i];
	plain = g_strdelimit(g_strdup(name), ".", '_');
	return g_hash_table_lookup(pages_by_name(), plain);
}

/* The number of bytes of the character that begins with `lead` and continues with `next`. */
static size_t char_len(enum codepage_form form, unsigned char lead, unsigned char next)
{
	if (form == CODEPAGE_SHIFT_JIS)
		return (lead >= 0x81 && lead <= 0x9F) || (lead >= 0xE0 && lead <= 0xFC) ? 2 : 1;
	if (form == CODEPAGE_BYTES || lead < 0x81 || lead > 0xFE)
		return 1;
	if (form == CODEPAGE_GB18030 && next >= '0' && next <= '9')
		return 4;
	if (form != CODEPAGE_EUC || lead >= 0xA1 || lead == 0x8E)
		return 2;
	return lead == 0x8F ? 3 : 1;
}

static const struct codepage_reading *reading_of(const struct codepage *page, uint32_t code)
{
	for (size_t i = 0; i < page->reading_count; i++)
		if (code >= page->readings[i].first && code <= page->readings[i].last)
			return &page->readings[i];
	return NULL;
}

size_t codepage_next(const struct codepage *page, struct view raw, size_t from, size_t *ret_len,
		     uint32_t *ret_char)
{
	const unsigned char *p = (const unsigned char *)raw.ptr;

	for (size_t at = from, n; at < raw.len; at += n) {
		const struct codepage_reading *reading;
		uint32_t code = 0;

		n = char_len(page->form, p[at], at + 1 < raw.len ? p[at + 1] : 0);
		if (n > raw.len - at)
			n = raw.len - at;
		for (size_t i = 0; i < n; i++)
			code = code << 8 | p[at + i];
		reading = reading_of(page, code);
		if (reading == NULL)
			continue;
		*ret_len = n;
		*ret_char = reading->to != 0 ? reading->to + code - reading->first : 0;
		return at;
	}
	return raw.len;
}
