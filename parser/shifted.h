/*
 * shifted - character sets in which some of ASCII switches to other characters and back
 *
 * iconv(3) has no HZ, is stricter than the reference about UTF-7, laxer about ISO-2022-JP, and reads
 * ISO-2022-KR otherwise where a line or its designator is missing.
 */
#ifndef PARSER_SHIFTED_H
#define PARSER_SHIFTED_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * Decode UTF-7 (RFC 2152); of ASCII all but `+` stands for itself.  False if `raw` is none.
 * A surrogate without its other half makes it none.
 */
bool shifted_decode_utf7(struct arena *arena, struct view raw, struct view *ret_utf8);

/* Make HZ (RFC 1843) GB 2312 in its eight-bit form.  False if `raw` is none. */
bool shifted_decode_hz(struct arena *arena, struct view raw, struct view *ret_gb2312);

/*
 * Make ISO-2022-KR (RFC 1557) EUC-KR.  What is shifted without a designator before it is ASCII, as
 * in an encoded word that is the rest of another.  False if `raw` is none.
 */
bool shifted_decode_korean(struct arena *arena, struct view raw, struct view *ret_euc);

/* Whether no blank or DEL stands where ISO-2022-JP has characters of two bytes. */
bool shifted_is_iso_2022(struct view raw);

#endif
