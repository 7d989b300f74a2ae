/*
 * header - the header block of a mail, and its values as text
 *
 * The block is not split by GMime, because every header is kept, in order and unchanged, and
 * because the block has to end where the reference's parser (Python's email package) ends it: at an
 * empty line, or at the first line that is neither a header, a continuation nor a `From ` line.
 * Lines end at LF, CR LF or a lone CR (RFC 5322, 2.2).
 */
#ifndef PARSER_HEADER_H
#define PARSER_HEADER_H

#include "parser/arena.h"
#include "parser/boundary.h"
#include "parser/view.h"

/* A message with a larger header block is FAULT_HEADERS_TOO_LARGE. */
#define HEADER_BLOCK_BYTES_MAX ((size_t)2 << 20)

struct header {
	struct view name;  /* raw, without the colon */
	struct view value; /* raw and folded, without the blanks before it and the last line end */
};

struct headers {
	const struct header *items;
	size_t count;
	/*
	 * A `From ` line at the end of the block, which belongs to the body; absent if there is
	 * none.
	 */
	struct view from;
	struct view body; /* the text after the block and the empty line that ends it */
};

/*
 * Split `raw` into header block and body.  Views point into `raw`; only the block is read.  Returns
 * 0, FAULT_HEADERS_TOO_LARGE or arena_error().
 */
int headers_split(struct arena *arena, struct view raw, struct headers *ret_headers);

/*
 * The same for a part: a boundary line of an open multipart ends the block, too.  With
 * `may_start_with_from` a `From ` line before the block is ignored; the
 * caller passes false if such a line already precedes `raw`.
 */
int headers_split_part(struct arena *arena, struct view raw, const struct boundaries *open,
		       bool may_start_with_from, struct headers *ret_headers);

/*
 * The raw value of the first header `name`, in any case, at or after *index, which is moved to the
 * header after it; absent if there is none.
 */
struct view headers_next(const struct headers *headers, struct view name, size_t *index);

/* The raw value of the first header `name`; absent if there is none. */
struct view headers_find(const struct headers *headers, struct view name);

/*
 * A raw value as text: encoded words are decoded (encoded_word.h), raw bytes are read as UTF-8,
 * white space is trimmed and folded to single blanks, and NUL is removed.
 */
struct view header_text(struct arena *arena, struct view value, unsigned *flaws);

/* All headers as stored: lines `Name: value` joined by LF, with invalid bytes replaced (text.h). */
struct view headers_stored(struct arena *arena, const struct headers *headers, unsigned *flaws);

#endif
