/* test_transfer - quoted-printable and base64, well-formed and malformed; see parser/transfer.h */
#include "tests/unit/check.h"

#include "parser/transfer.h"

static const struct check_case quoted_printable[] = {
	{ "plain", V("a b\xE4_\r\n\t\n"), V("a b\xE4_\r\n\t\n") },
	{ "nothing", V(""), V("") },
	{ "hex pairs", V("=C3=A4=3D"), V("\xC3\xA4=") },
	{ "hex in lower case", V("=c3=a4=3d"), V("\xC3\xA4=") },
	{ "NUL", V("a=00b\0"), V("a\0b\0") },
	{ "soft line break", V("a=\nb"), V("ab") },
	{ "soft line break, CR LF", V("a=\r\n=41"), V("aA") },
	{ "soft line break at the end", V("a="), V("a") },
	{ "= before no hex digit", V("a=b c=zz"), V("a=b c=zz") },
	{ "= before one hex digit", V("=4z=4"), V("=4z=4") },
	{ "== before a hex pair", V("x ==41"), V("x =41") },
	{ "== and ===", V("a == b==="), V("a = b=") },
};

static const struct check_case base64[] = {
	{ "whole groups", V("QUJD"), V("ABC") },
	{ "one padding", V("QUI="), V("AB") },
	{ "two paddings", V("QQ=="), V("A") },
	{ "nothing", V(""), V("") },
	{ "all digits", V("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
	  V("\x00\x10\x83\x10\x51\x87\x20\x92\x8B\x30\xD3\x8F\x41\x14\x93\x51"
	    "\x55\x97\x61\x96\x9B\x71\xD7\x9F\x82\x18\xA3\x92\x59\xA7\xA2\x9A"
	    "\xAB\xB2\xDB\xAF\xC3\x1C\xB3\xD3\x5D\xB7\xE3\x9E\xBB\xF3\xDF\xBF") },
	{ "NUL", V("AAAA"), V("\0\0\0") },
	{ "bytes outside the alphabet",
	  V("Q!U\0J\r\n\xE4"
	    "D"),
	  V("ABC") },
	{ "missing one padding", V("QUI"), V("AB") },
	{ "missing two paddings", V("QQ"), V("A") },
	{ "missing one of two", V("QQ="), V("A") },
	{ "text after a padding", V("QUI=QUJD"), V("AB") },
	{ "footer after a padding", V("QQ==\n-- \nlist\n"), V("A") },
	{ "one character too many", V("QUJDR"), V("QUJDR") },
	{ "one character", V("Q"), V("Q") },
	{ "invalid text stays in one line", V("QU\nJD\r\nR\n"), V("QUJDR") },
};

static struct view base64_word(struct arena *arena, struct view raw)
{
	struct view bytes;

	return transfer_decode_base64_word(arena, raw, &bytes) ? bytes : (struct view){ NULL, 0 };
}

static const struct check_case base64_words[] = {
	{ "whole groups", V("QUJD"), V("ABC") },
	{ "padding", V("QQ=="), V("A") },
	{ "missing two paddings", V("QQ"), V("A") },
	{ "missing one padding", V("QUI"), V("AB") },
	{ "nothing", V(""), V("") },
	{ "one character too many", V("QUJDR"), ABSENT },
	{ "junk in place of padding", V("QQ!!"), ABSENT },
};

RUN(EACH(transfer_decode_qp, quoted_printable), EACH(transfer_decode_base64, base64),
    EACH(base64_word, base64_words))
