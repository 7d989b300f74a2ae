/*
 * text - operations on Unicode text
 *
 * Text is valid UTF-8: invalid bytes became U+FFFD when it was decoded (text_repair, charset.h).
 * "White space" is that of Unicode and U+001C to U+001F, as in Python's str.isspace.  Lengths such
 * as "255" count characters (code points).
 */
#ifndef PARSER_TEXT_H
#define PARSER_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/arena.h"
#include "parser/view.h"

/*
 * The most characters of a name, message id, address, reference or pull URL (PostgreSQL's columns).
 */
#define TEXT_COLUMN_CHARS 255

/*
 * The first character of `v`, which is not empty; *ret_len is its length in bytes.  If the bytes
 * are not UTF-8, it is larger than U+10FFFF.
 */
uint32_t text_char(struct view v, size_t *ret_len);

/* Append the character `c`. */
void text_add_char(struct builder *b, uint32_t c);

bool text_is_space(uint32_t c);

/*
 * Whether a terminal only shows the character of text_char(): no control character, no change of
 * the direction of writing, and UTF-8.
 */
bool text_is_harmless(uint32_t c);

/* Whether a character is a letter, digit or underscore: \w of Python's regular expressions. */
bool text_is_word(uint32_t c);

/* Whether all of `v` is ASCII. */
bool text_is_ascii(struct view v);

/* Length of the longest prefix of `v` that is valid UTF-8 (RFC 3629; no surrogates). */
size_t text_valid_len(struct view v);

/*
 * `raw` as valid UTF-8 without NUL: each maximal invalid piece becomes one U+FFFD (Unicode 15, 3.9,
 * "U+FFFD Substitution of Maximal Subparts").  If nothing has to change, `raw` itself is returned,
 * not a copy.  `flaw_invalid` and FLAW_NUL are set in *flaws accordingly.
 */
struct view text_repair(struct arena *arena, struct view raw, unsigned flaw_invalid,
			unsigned *flaws);

/* `v` without the character `c`, which is ASCII; `v` itself if it has none, or memory is short. */
struct view text_without(struct arena *arena, struct view v, char c);

/* `v` with every CR LF replaced by LF; `v` itself if it has none. */
struct view text_unix_lines(struct arena *arena, struct view v);

/* `v` without white space at its beginning, its end, or both. */
struct view text_trim_left(struct view v);
struct view text_trim_right(struct view v);
struct view text_trim(struct view v);

/*
 * `v` trimmed, and each run of white space replaced by one blank; not a copy if that is so already.
 */
struct view text_fold(struct arena *arena, struct view v);

/* The first `chars` characters of `v`. */
struct view text_cut(struct view v, size_t chars);

/* Whether `a` and `b` are the same when case is ignored, in all of Unicode. */
bool text_ieq(struct view a, struct view b);

/* `v` in lower case. */
struct view text_lower(struct arena *arena, struct view v);

/* Number of characters. */
size_t text_length(struct view v);

#endif
