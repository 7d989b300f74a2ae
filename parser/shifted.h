/*
 * shifted - character sets in which ASCII characters switch to other characters and back
 *
 * iconv(3) does not know HZ, is stricter than the reference with UTF-7 and less strict with
 * ISO-2022-JP, and decodes ISO-2022-KR differently if a line or its designator is missing.
 */
#ifndef PARSER_SHIFTED_H
#define PARSER_SHIFTED_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * Decode UTF-7 (RFC 2152); all of ASCII but `+` stands for itself.  False if `raw` is not UTF-7,
 * for example because of a surrogate without its other half.
 */
bool shifted_decode_utf7(struct arena *arena, struct view raw, struct view *ret_utf8);

/* Convert HZ (RFC 1843) to GB 2312 in its eight-bit form.  False if `raw` is not HZ. */
bool shifted_decode_hz(struct arena *arena, struct view raw, struct view *ret_gb2312);

/*
 * Convert ISO-2022-KR (RFC 1557) to EUC-KR.  Shifted text without a designator before it is ASCII,
 * as in an encoded word that is the continuation of another.  False if `raw` is not ISO-2022-KR.
 */
bool shifted_decode_korean(struct arena *arena, struct view raw, struct view *ret_euc);

/* Whether there is no blank or DEL in the parts of ISO-2022-JP with characters of two bytes. */
bool shifted_is_iso_2022(struct view raw);

#endif
