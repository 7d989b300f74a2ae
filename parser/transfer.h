/*
 * transfer - content transfer encodings (RFC 2045, 6.7 and 6.8; uuencode as in POSIX)
 *
 * Written here and not left to GMime: its quoted-printable decoder takes `=` before a byte
 * that is not a hex digit together with the encoded byte behind it, and its base64 decoder
 * drops a tail that is not a whole group of four, as its uuencode drops a line that is cut.
 * Patches go through broken mailers, and such a loss is a patch that no longer applies.
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
 * Decode base64.  Bytes outside the alphabet are passed over, a missing padding is supplied,
 * and what stands behind a padding is not read.  A text with one character too many is no
 * base64 and returned in one line, else as it is.
 */
struct view transfer_decode_base64(struct arena *arena, struct view raw);

/* The value of a hexadecimal digit, or -1. */
int transfer_hex_digit(char c);

/* The six bits that a character of base64 stands for, or -1. */
int transfer_base64_digit(char c);

/*
 * Decode base64 that has to carry its own padding, up to the multiple of four that its
 * length lacks, as in an encoded word.  Returns false when a group is not complete then.
 */
bool transfer_decode_base64_word(struct arena *arena, struct view raw, struct view *ret_bytes);

/*
 * Decode uuencode, from the first `begin MODE` line to `end` or the end of the text; a line
 * that is cut off is filled up with zeros.  What has no such line, or holds an empty line or a
 * character that does not belong there, is returned as it is.
 */
struct view transfer_decode_uuencode(struct arena *arena, struct view raw);

/* How many bytes that makes at most: by the length in front of each line, which may be cut off. */
size_t transfer_uuencode_len(struct view raw);

#endif
