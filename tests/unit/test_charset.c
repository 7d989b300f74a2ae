/* test_charset - conversion of bytes in a declared character set to UTF-8; see parser/charset.h */
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
	{ "UTF-8 within a character", V("utf-8"), V("a\xE2\x82"), CHARSET_MISFIT, ABSENT },
	{ "UTF-8 surrogate", V("utf-8"), V("\xED\xA0\x80"), CHARSET_MISFIT, ABSENT },
	{ "ASCII", V("us-ascii"), V("abc"), CHARSET_OK, V("abc") },
	{ "ASCII by its standard", V("ANSI_X3.4-1968"), V("abc"), CHARSET_OK, V("abc") },
	{ "ASCII with a high byte", V("US-ASCII"), V("a\xE4"), CHARSET_MISFIT, ABSENT },
	{ "Latin-1", V("ISO-8859-1"), V("\xE4\xFF\0"), CHARSET_OK, V("\xC3\xA4\xC3\xBF\0") },
	{ "Latin-1 takes all bytes", V("iso8859-1"), V("\x81"), CHARSET_OK, V("\xC2\x81") },
	{ "Latin-1 by another name", V("latin1"), V("\xE4"), CHARSET_OK, V("\xC3\xA4") },
	{ "Latin-9", V("iso-8859-15"), V("\xA4"), CHARSET_OK, V("\xE2\x82\xAC") },
	{ "windows-1252", V("Windows-1252"), V("\x80\0"), CHARSET_OK, V("\xE2\x82\xAC\0") },
	{ "windows-1252 has holes", V("windows-1252"), V("a\x81"), CHARSET_MISFIT, ABSENT },
	{ "windows-1252 by another name", V("cp1252"), V("\x9F"), CHARSET_OK, V("\xC5\xB8") },
	{ "Latin-2", V("iso-8859-2"), V("\xB1\xE6"), CHARSET_OK, V("\xC4\x85\xC4\x87") },
	{ "a name that some mails have", V("u"), V("a"), CHARSET_UNKNOWN, ABSENT },
	{ "KOI8-R", V("koi8-r"), V("\xC1\xC2"), CHARSET_OK, V("\xD0\xB0\xD0\xB1") },
	{ "GB2312", V("gb2312"), V("\xD6\xD0"), CHARSET_OK, V("\xE4\xB8\xAD") },
	{ "Big5's punctuation", V("big5"), V("\xA1\xE3\xA1\x45\xA2\x44\xA4\xA4"), CHARSET_OK,
	  V("\u223C\u2022\u00A5\u4E2D") },
	{ "Big5's kana", V("big5"), V("\xC6\xA5\xC7\x40\xC7\xCE"), CHARSET_OK,
	  V("\u3041\u30A8\u0451") },
	{ "Big5's circled numbers", V("csBig5"), V("\xC7\xE9\xC7\xFC"), CHARSET_OK,
	  V("\u2460\u247D") },
	{ "Big5 has no characters after them", V("big5"), V("\xC7\xFD"), CHARSET_MISFIT, ABSENT },
	{ "kana between other characters", V("big5"), V("a\xA4\xA4\xC6\xA5\xA4\xA4z"), CHARSET_OK,
	  V("a\u4E2D\u3041\u4E2Dz") },
	{ "the second half of a character is not a character", V("big5"), V("\xA4\xC6\xA5\xA4"),
	  CHARSET_OK, V("\u5316\u5976") },
	{ "Big5 with Hong Kong's characters", V("big5-hkscs"), V("\xA2\xCC\x87\x40"), CHARSET_OK,
	  V("\u5341\u43F0") },
	{ "Big5 has no euro sign", V("Big5"), V("\xA3\xE1"), CHARSET_MISFIT, ABSENT },
	{ "code page 950 has a euro sign", V("cp950"), V("\xA3\xE1\xA1\xE3"), CHARSET_OK,
	  V("\u20AC\uFF5E") },
	{ "GBK has no euro sign", V("gbk"), V("a\x80"), CHARSET_MISFIT, ABSENT },
	{ "GBK", V("GBK"), V("\xD6\xD0"), CHARSET_OK, V("\u4E2D") },
	{ "GB 18030 of the year 2000", V("gb18030"), V("\xA6\xD9\xA8\xBC\xFE\x51"), CHARSET_OK,
	  V("\uE78D\uE7C7\uE816") },
	{ "GB 18030, four bytes", V("GB18030"),
	  V("\x84\x31\x82\x36\x81\x35\xF4\x37\x90\x30\x81\x30"), CHARSET_OK,
	  V("\uFE10\u1E3F\U00010000") },
	{ "HZ", V("hz-gb-2312"), V("a ~{VPND~} ~~ b~\nc"), CHARSET_OK, V("a \u4E2D\u6587 ~ bc") },
	{ "HZ that is truncated", V("hz"), V("~{VPN"), CHARSET_MISFIT, ABSENT },
	{ "HZ with a meaningless tilde", V("hz"), V("~a"), CHARSET_MISFIT, ABSENT },
	{ "UTF-7", V("utf-7"), V("+ZeVnLIqe-, +AOQ. 1 +- 2+2D3eAA-"), CHARSET_OK,
	  V("\u65E5\u672C\u8A9E, ä. 1 + 2\U0001F600") },
	{ "UTF-7 with all of ASCII", V("unicode-1-1-utf-7"), V("\0\x01~\\\x7F"), CHARSET_OK,
	  V("\0\x01~\\\x7F") },
	{ "UTF-7 with half a character", V("utf-7"), V("+AO"), CHARSET_MISFIT, ABSENT },
	{ "UTF-7 with bits left over", V("utf-7"), V("+AOR"), CHARSET_MISFIT, ABSENT },
	{ "UTF-7 with half a pair", V("utf-7"), V("+2D0-"), CHARSET_MISFIT, ABSENT },
	{ "UTF-7 with a meaningless plus", V("utf-7"), V("1 + 2"), CHARSET_MISFIT, ABSENT },
	{ "UTF-7 ends with a plus", V("utf-7"), V("1 +"), CHARSET_OK, V("1 ") },
	{ "UTF-8 with a signature", V("utf-8-sig"), V("\xEF\xBB\xBFz\xEF\xBB\xBF"), CHARSET_OK,
	  V("z\uFEFF") },
	{ "UTF-8 keeps the signature", V("utf-8"), V("\xEF\xBB\xBFz"), CHARSET_OK, V("\uFEFFz") },
	{ "Thai", V("TIS-620"), V("\xA1\x80\xDB"), CHARSET_MISFIT, ABSENT },
	{ "Thai with control characters", V("TIS-620"), V("\xA1\x80"), CHARSET_OK,
	  V("\u0E01\xC2\x80") },
	{ "Thai has no no-break space", V("tis-620"), V("\xA0"), CHARSET_MISFIT, ABSENT },
	{ "code page 932's single bytes", V("cp932"), V("\x80\xA0\xFD\xFF\x93\xFA"), CHARSET_OK,
	  V("\xC2\x80\uF8F0\uF8F1\uF8F3\u65E5") },
	{ "Shift_JIS keeps backslash and tilde", V("sjis"), V("\\~\x81\x5F\x83\x5C"), CHARSET_OK,
	  V("\\~\uFF3C\u30BD") },
	{ "EUC-JP's tilde", V("euc-jp"), V("\x8F\xA2\xB7"), CHARSET_OK, V("~") },
	{ "EUC-KR without control characters", V("euc-kr"), V("\xC7\xD1\x85"), CHARSET_MISFIT,
	  ABSENT },
	{ "a blank within Japanese", V("iso-2022-jp"), V("\x1B$BF| \x1B(B"), CHARSET_MISFIT,
	  ABSENT },
	{ "Korean with shifts", V("iso-2022-kr"), V("\x1B$)Ca\x0EGQ19\x0F b\x0EGQ\n9"), CHARSET_OK,
	  V("a\uD55C\uAD6D b\uD55C\n9") },
	{ "shifts without Korean", V("iso-2022-kr"), V("a\x0EGQ\x0F"), CHARSET_OK, V("aGQ") },
	{ "half a Korean character", V("csISO2022KR"), V("\x1B$)C\x0EG"), CHARSET_MISFIT, ABSENT },
	{ "an older standard by its name", V("iso-2022-jp-1"), V("\x1B$(D\x30\x21\x1B(B"),
	  CHARSET_OK, V("\u4E02") },
	{ "a name with a dot", V("ISO_646.irv:1991"), V("a\x80"), CHARSET_MISFIT, ABSENT },
	{ "Kazakh", V("KZ-1048"), V("\xA1"), CHARSET_OK, V("\u04B0") },
	{ "Macintosh, Cyrillic", V("mac-cyrillic"), V("\x80\xFF"), CHARSET_OK, V("\u0410\u20AC") },
	{ "Macintosh", V("macintosh"), V("\xC6\xF0\x8A"), CHARSET_OK, V("\u2206\uF8FFä") },
	{ "Shift_JIS", V("Shift_JIS"), V("\x93\xFA"), CHARSET_OK, V("\xE6\x97\xA5") },
	{ "half a character", V("Shift_JIS"), V("\x93"), CHARSET_MISFIT, ABSENT },
	{ "escape sequences", V("iso-2022-jp"), V("\x1B$BF|\x1B(B."), CHARSET_OK,
	  V("\xE6\x97\xA5.") },
	{ "by number", V("ks_c_5601-1987"), V("\xC7\xD1"), CHARSET_OK, V("\xED\x95\x9C") },
	{ "wide", V("utf-16le"), V("a\0\xAC\x20"), CHARSET_OK, V("a\xE2\x82\xAC") },
	{ "nothing", V("koi8-r"), V(""), CHARSET_OK, V("") },
	{ "no such set", V("x-unknown"), V("a"), CHARSET_UNKNOWN, ABSENT },
	{ "no name", V(""), V("a"), CHARSET_UNKNOWN, ABSENT },
	{ "only punctuation", V("--"), V("a"), CHARSET_UNKNOWN, ABSENT },
	{ "options for iconv", V("koi8-r//IGNORE"), V("a"), CHARSET_UNKNOWN, ABSENT },
};

static void decodes(void **state)
{
	for (size_t i = 0; i < COUNT(decodings); i++) {
		struct view utf8 = { NULL, 0 };

		check_number(decodings[i].name, "charset_decode",
			     charset_decode(*state, decodings[i].charset, decodings[i].raw, &utf8),
			     decodings[i].result);
		check_view(decodings[i].name, utf8, decodings[i].utf8);
	}
}

static const struct check_case western[] = {
	{ "windows-1252 if it is valid", V("\x93\xE4"), V("\xE2\x80\x9C\xC3\xA4") },
	{ "Latin-1 otherwise", V("\x93\x81"), V("\xC2\x93\xC2\x81") },
	{ "8D", V("\x8D"), V("\xC2\x8D") },
	{ "9D", V("\x9D"), V("\xC2\x9D") },
	{ "NUL stays", V("\0\xE4"), V("\0\xC3\xA4") },
	{ "nothing", V(""), V("") },
};

RUN(TEST(decodes), EACH(charset_decode_western, western))
