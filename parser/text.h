/*
 * text - Unicode text as the rules of mail need it
 *
 * Text is UTF-8 and valid: what was not valid became U+FFFD when it was decoded (text_repair,
 * charset.h).  "White space" is Unicode's, U+001C to U+001F included, as Python's str.isspace
 * has it.  Lengths such as "255" count characters (code points).
 */
#ifndef PARSER_TEXT_H
#define PARSER_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/arena.h"
#include "parser/view.h"

/* What a name, message id, address, reference or pull URL is cut to (PostgreSQL's columns). */
#define TEXT_COLUMN_CHARS 255

/* The first character of `v`, which is not empty; *ret_len is its length in bytes. */
uint32_t text_char(struct view v, size_t *ret_len);

/* Append the character `c`. */
void text_add_char(struct builder *b, uint32_t c);

bool text_is_space(uint32_t c);

/* A letter, digit or underscore: \w of Python's regular expressions. */
bool text_is_word(uint32_t c);

/* Whether all of `v` is ASCII. */
bool text_is_ascii(struct view v);

/* Length of the longest front of `v` that is valid UTF-8 (RFC 3629; no surrogates). */
size_t text_valid_len(struct view v);

/*
 * `raw` as valid UTF-8 without NUL: each maximal invalid piece becomes one U+FFFD (Unicode
 * 15, 3.9, "U+FFFD Substitution of Maximal Subparts").  Returns `raw` itself, not a copy,
 * where nothing has to change.  *flaws gains `flaw_invalid` and FLAW_NUL accordingly.
 */
struct view text_repair(struct arena *arena, struct view raw, unsigned flaw_invalid,
			unsigned *flaws);

/* `v` without the character `c`, which is ASCII; `v` itself where there is none, or no memory. */
struct view text_without(struct arena *arena, struct view v, char c);

/* `v` with every CR LF made LF; `v` itself where there are none. */
struct view text_unix_lines(struct arena *arena, struct view v);

/* `v` without white space at its front, its end, or both. */
struct view text_trim_left(struct view v);
struct view text_trim_right(struct view v);
struct view text_trim(struct view v);

/* Runs of white space made one blank, trimmed. `v` itself, trimmed, if it is already so. */
struct view text_fold(struct arena *arena, struct view v);

/* The first `chars` characters of `v`. */
struct view text_cut(struct view v, size_t chars);

/* Whether `a` and `b` are the same but for case, in all of Unicode. */
bool text_ieq(struct view a, struct view b);

/* `v` in lower case. */
struct view text_lower(struct arena *arena, struct view v);

/* Number of characters. */
size_t text_length(struct view v);

#endif
