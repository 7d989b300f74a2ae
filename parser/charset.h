/*
 * charset - conversion of bytes in a declared character set to UTF-8
 *
 * Names are those of the IANA registry and variants seen on lists; case and punctuation are
 * ignored.  Conversion is done by iconv(3) and is strict: bytes that are not valid in the character
 * set are an error, and the caller decides which set to try next.  A thread keeps the converters
 * that it has used until it ends.
 */
#ifndef PARSER_CHARSET_H
#define PARSER_CHARSET_H

#include "parser/arena.h"
#include "parser/view.h"

enum charset_result {
	CHARSET_OK,
	CHARSET_UNKNOWN, /* there is no character set with this name */
	CHARSET_MISFIT,  /* some byte is not valid in it */
};

/*
 * Decode `raw` from the character set `name`.
 *
 * The result is valid UTF-8, may contain NUL, and is `raw` itself if the bytes are the same.  It is
 * set on CHARSET_OK only; if memory is short, the arena's error is latched.
 */
enum charset_result charset_decode(struct arena *arena, struct view name, struct view raw,
				   struct view *ret_utf8);

/* Decode `raw` from windows-1252 if it is valid, otherwise from ISO-8859-1, which always is. */
struct view charset_decode_western(struct arena *arena, struct view raw);

#endif
