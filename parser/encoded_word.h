/*
 * encoded_word - encoded words in a header, such as `=?utf-8?q?J=C3=BCrgen?=` (RFC 2047)
 */
#ifndef PARSER_ENCODED_WORD_H
#define PARSER_ENCODED_WORD_H

#include "parser/arena.h"
#include "parser/view.h"

/* Encoded words of one text beyond this many stay as they are. */
#define ENCODED_WORDS_MAX 4096

/*
 * `text` with its encoded words decoded; `text` itself if it has none.  White space between two of
 * them is removed (6.2), also if their character sets differ.  A word in an unknown character set,
 * or with bytes that are not valid in its own, is read as UTF-8 (FLAW_BAD_CHARSET); a word that is
 * not valid base64 stays as it is.
 */
struct view encoded_words_decode(struct arena *arena, struct view text, unsigned *flaws);

#endif
