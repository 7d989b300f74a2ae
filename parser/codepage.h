/*
 * codepage - character sets by name, and the characters that iconv(3) decodes differently
 *
 * The reference decodes with Python's codecs.  Their names are listed here with iconv's names for
 * the same sets; most tables are the same.  Bytes that the two decode differently (Big5's kana, the
 * private characters of GB 18030, a tilde that is an overline) are listed, and are not passed to
 * iconv.  tests/differential/charsets compares every name and every character.
 *
 * Sets that no mail program writes are left out: EBCDIC; cp720, cp1006, palmos; the Arabic,
 * Croatian, Farsi, Greek, Icelandic, Romanian and Turkish sets of the Macintosh.
 */
#ifndef PARSER_CODEPAGE_H
#define PARSER_CODEPAGE_H

#include "parser/view.h"

/* How bytes form characters. */
enum codepage_form {
	CODEPAGE_UTF8,
	CODEPAGE_UTF8_SIGNED, /* a byte order mark at the front is not a part of the text */
	CODEPAGE_ASCII,
	CODEPAGE_LATIN1,
	CODEPAGE_WINDOWS_1252,
	CODEPAGE_UTF7,
	CODEPAGE_HZ,       /* RFC 1843 */
	CODEPAGE_KOREAN,   /* RFC 1557 */
	CODEPAGE_ISO_2022, /* escape sequences (RFC 1468), Japanese */
	CODEPAGE_WHOLE,    /* known to iconv alone */
	CODEPAGE_BYTES,    /* one byte for each character */
	CODEPAGE_DOUBLE,   /* 81 to FE begin two bytes */
	CODEPAGE_SHIFT_JIS,
	CODEPAGE_EUC,     /* A1 to FE and 8E begin two, 8F three */
	CODEPAGE_GB18030, /* 81 to FE begin two, or four if a digit follows */
};

/* The codes `first` to `last` (of one to four bytes) are the characters from `to` on. */
struct codepage_reading {
	uint32_t first, last;
	uint32_t to; /* 0: they are not characters */
};

struct codepage {
	const char *names; /* with a blank between them, in normalised form */
	const char *iconv_name;
	enum codepage_form form;
	const struct codepage_reading *readings; /* in order; NULL if there are none */
	size_t reading_count;
};

/*
 * The character set with this name, which is in lower case with one underscore for each run of
 * punctuation; a dot may stay and matches an underscore.  NULL if the reference has no such set.
 */
const struct codepage *codepage_find(const char *name);

/*
 * Find the next character at or after `from` that iconv decodes differently.
 *
 * Returns its position, or raw.len if there is none; *ret_len is its length in bytes, *ret_char the
 * character, or 0 if the bytes are not a character.
 */
size_t codepage_next(const struct codepage *page, struct view raw, size_t from, size_t *ret_len,
		     uint32_t *ret_char);

#endif
