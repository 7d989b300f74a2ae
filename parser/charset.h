/*
 * charset - bytes in a declared character set to UTF-8
 *
 * Names are those of the IANA registry with the variants seen on lists, compared without
 * regard to case and punctuation.  Conversion is iconv(3)'s and strict: a byte sequence that
 * does not fit the character set is an error here, and the caller decides what to try next.
 * A thread keeps the converters that it used until it ends.
 */
#ifndef PARSER_CHARSET_H
#define PARSER_CHARSET_H

#include "parser/arena.h"
#include "parser/view.h"

enum charset_result {
	CHARSET_OK,
	CHARSET_UNKNOWN, /* no character set of that name */
	CHARSET_MISFIT,  /* some byte is not valid in it */
};

/*
 * Decode `raw` from the character set `name`.
 *
 * The result is valid UTF-8, may hold NUL, and is `raw` itself where the bytes are the same.
 * It is set on CHARSET_OK only; when memory was short the arena's error is latched.
 */
enum charset_result charset_decode(struct arena *arena, struct view name, struct view raw,
				   struct view *ret_utf8);

/* Decode `raw` from windows-1252 where it fits, else from ISO-8859-1, which always does. */
struct view charset_decode_western(struct arena *arena, struct view raw);

#endif
