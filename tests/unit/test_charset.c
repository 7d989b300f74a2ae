/* test_charset - bytes in a declared character set to UTF-8; see parser/charset.h */
#include "tests/unit/check.h"

#include "parser/charset.h"

static const struct {
	const char *name;
	struct view charset, raw;
	enum charset_result result;
	struct view utf8;
} decodings[] = {
	{ "UTF-8", V("UTF-8"), V("\xC3\xA4\0z"), CHARSET_OK, V("\xC3\xA4\0z") },
	{ "UTF-8 without hyphen", V("utf8"), V("\xC3\xA4"), CHARSET_OK, V("\xC3\xA4") },
	{ "UTF-8 that is Latin-1", V("utf-8"), V("\xE4"), CHARSET_MISFIT, ABSENT },
	{ "UTF-8 within a character", V("utf-8"), V("a\xE2\x82"), CHARSET_MISFIT,
	  ABSENT },
	{ "UTF-8 surrogate", V("utf-8"), V("\xED\xA0\x80"), CHARSET_MISFIT, ABSENT },
	{ "ASCII", V("us-ascii"), V("abc"), CHARSET_OK, V("abc") },
	{ "ASCII by its standard", V("ANSI_X3.4-1968"), V("abc"), CHARSET_OK,
	  V("abc") },
	{ "ASCII with a high byte", V("US-ASCII"), V("a\xE4"), CHARSET_MISFIT, ABSENT },
	{ "Latin-1", V("ISO-8859-1"), V("\xE4\xFF\0"), CHARSET_OK,
	  V("\xC3\xA4\xC3\xBF\0") },
	{ "Latin-1 takes all bytes", V("iso8859-1"), V("\x81"), CHARSET_OK,
	  V("\xC2\x81") },
	{ "Latin-1 by nickname", V("latin1"), V("\xE4"), CHARSET_OK, V("\xC3\xA4") },
	{ "Latin-9", V("iso-8859-15"), V("\xA4"), CHARSET_OK, V("\xE2\x82\xAC") },
	{ "windows-1252", V("Windows-1252"), V("\x80\0"), CHARSET_OK,
	  V("\xE2\x82\xAC\0") },
	{ "windows-1252 has holes", V("windows-1252"), V("a\x81"), CHARSET_MISFIT,
	  ABSENT },
	{ "windows-1252 by nickname", V("cp1252"), V("\x9F"), CHARSET_OK,
	  V("\xC5\xB8") },
	{ "Latin-2", V("iso-8859-2"), V("\xB1\xE6"), CHARSET_OK,
	  V("\xC4\x85\xC4\x87") },
	{ "what some mails say", V("u"), V("a"), CHARSET_UNKNOWN, ABSENT },
	{ "KOI8-R", V("koi8-r"), V("\xC1\xC2"), CHARSET_OK, V("\xD0\xB0\xD0\xB1") },
	{ "GB2312", V("gb2312"), V("\xD6\xD0"), CHARSET_OK, V("\xE4\xB8\xAD") },
	{ "Big5's punctuation", V("big5"), V("\xA1\xE3\xA1\x45\xA2\x44\xA4\xA4"),
	  CHARSET_OK, V("\u223C\u2022\u00A5\u4E2D") },
	{ "Big5 has no euro sign", V("Big5"), V("\xA3\xE1"), CHARSET_MISFIT, ABSENT },
	{ "code page 950 has", V("cp950"), V("\xA3\xE1\xA1\xE3"), CHARSET_OK,
	  V("\u20AC\uFF5E") },
	{ "nor has GBK", V("gbk"), V("a\x80"), CHARSET_MISFIT, ABSENT },
	{ "GBK", V("GBK"), V("\xD6\xD0"), CHARSET_OK, V("\u4E2D") },
	{ "Macintosh", V("macintosh"), V("\xC6\xF0\x8A"), CHARSET_OK,
	  V("\u2206\uF8FF\u00E4") },
	{ "Shift_JIS", V("Shift_JIS"), V("\x93\xFA"), CHARSET_OK, V("\xE6\x97\xA5") },
	{ "half a character", V("Shift_JIS"), V("\x93"), CHARSET_MISFIT, ABSENT },
	{ "states", V("iso-2022-jp"), V("\x1B$BF|\x1B(B."), CHARSET_OK,
	  V("\xE6\x97\xA5.") },
	{ "by number", V("ks_c_5601-1987"), V("\xC7\xD1"), CHARSET_OK,
	  V("\xED\x95\x9C") },
	{ "wide", V("utf-16le"), V("a\0\xAC\x20"), CHARSET_OK, V("a\xE2\x82\xAC") },
	{ "nothing", V("koi8-r"), V(""), CHARSET_OK, V("") },
	{ "no such set", V("x-unknown"), V("a"), CHARSET_UNKNOWN, ABSENT },
	{ "no name", V(""), V("a"), CHARSET_UNKNOWN, ABSENT },
	{ "only punctuation", V("--"), V("a"), CHARSET_UNKNOWN, ABSENT },
	{ "orders for iconv", V("koi8-r//IGNORE"), V("a"), CHARSET_UNKNOWN, ABSENT },
};

static void decodes(void **state)
{
	for (size_t i = 0; i < COUNT(decodings); i++) {
		struct view utf8 = { NULL, 0 };

		check_number(decodings[i].name, "charset_decode",
			     charset_decode(*state, decodings[i].charset,
					    decodings[i].raw, &utf8),
			     decodings[i].result);
		check_view(decodings[i].name, utf8, decodings[i].utf8);
	}
}

static const struct check_case western[] = {
	{ "windows-1252 where it fits", V("\x93\xE4"), V("\xE2\x80\x9C\xC3\xA4") },
	{ "Latin-1 where it does not", V("\x93\x81"), V("\xC2\x93\xC2\x81") },
	{ "8D", V("\x8D"), V("\xC2\x8D") },
	{ "9D", V("\x9D"), V("\xC2\x9D") },
	{ "NUL stays", V("\0\xE4"), V("\0\xC3\xA4") },
	{ "nothing", V(""), V("") },
};

RUN(TEST(decodes), EACH(charset_decode_western, western))
