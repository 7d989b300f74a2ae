/*
 * transfer - content transfer encodings (RFC 2045, 6.7 and 6.8; uuencode as in POSIX)
 *
 * GMime's decoders are not used, because they lose bytes: the quoted-printable decoder drops an `=`
 * before a byte that is not a hex digit together with the encoded byte after it, the base64 decoder
 * drops an end that is not a whole group of four, and the uuencode decoder drops a truncated line.
 * Patches pass through broken mail programs, and a patch that lost bytes no longer applies.
 */
#ifndef PARSER_TRANSFER_H
#define PARSER_TRANSFER_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * Decode quoted-printable.  An `=` that starts neither a soft line break nor a hex pair
 * stands for itself, `==` for one `=`.
 */
struct view transfer_decode_qp(struct arena *arena, struct view raw);

/*
 * Decode base64.  Bytes outside the alphabet are skipped, a missing padding is added, and the text
 * after a padding is ignored.  A text with one character too many is not base64; it is returned as
 * it is, but in one line.
 */
struct view transfer_decode_base64(struct arena *arena, struct view raw);

/* The value of a hexadecimal digit, or -1. */
int transfer_hex_digit(char c);

/* The six bits that a character of base64 stands for, or -1. */
int transfer_base64_digit(char c);

/*
 * Decode base64 as in an encoded word: padding is only added up to a multiple of four characters.
 * Returns false if a group is then not complete.
 */
bool transfer_decode_base64_word(struct arena *arena, struct view raw, struct view *ret_bytes);

/*
 * Decode uuencode, from the first `begin MODE` line to `end` or the end of the text; a truncated
 * line is filled up with zeros.  A text without such a line, or with an empty line or an invalid
 * character, is returned as it is.
 */
struct view transfer_decode_uuencode(struct arena *arena, struct view raw);

/*
 * The most bytes that decoding gives, by the length at the beginning of each line, which may be
 * truncated.
 */
size_t transfer_uuencode_len(struct view raw);

#endif
