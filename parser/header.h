/*
 * header - the header block of a mail, and what its values say
 *
 * The block is split here and not by GMime because every header has to be kept, in order and
 * as it came, and because it ends where the reference's parser (Python's email package) ends
 * it: at an empty line or at the first line that is neither a header, a continuation nor a
 * `From ` line.  Lines end at LF, CR LF or a lone CR (RFC 5322, 2.2).
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
	struct view value; /* raw, folded as it came; no blanks before, no line end behind it */
};

struct headers {
	const struct header *items;
	size_t count;
	struct view
		from; /* a `From ` line at the end of the block: it belongs to the body; or absent */
	struct view body; /* what follows the block and the empty line that ends it */
};

/*
 * Split `raw` into header block and body.  Views point into `raw`, of which no more is read than
 * the block.  Returns 0, FAULT_HEADERS_TOO_LARGE or arena_error().
 */
int headers_split(struct arena *arena, struct view raw, struct headers *ret_headers);

/*
 * The same for a part: a boundary line of a multipart that is open ends the block, too.  A `From `
 * line in front of the block is passed over if `may_start_with_from`: not if one was before `raw`.
 */
int headers_split_part(struct arena *arena, struct view raw, const struct boundaries *open,
		       bool may_start_with_from, struct headers *ret_headers);

/*
 * The raw value of the first header called `name`, ignoring case, at or behind *index, which
 * becomes the place to go on from; the absent view when there is none (left).
 */
struct view headers_next(const struct headers *headers, struct view name, size_t *index);

/* The raw value of the first header called `name`; the absent view when there is none. */
struct view headers_find(const struct headers *headers, struct view name);

/*
 * A raw value as text: encoded words decoded (RFC 2047; adjacent ones joined, 6.2, also when
 * their character sets differ), raw bytes read as UTF-8, white space folded to single blanks
 * and trimmed, NUL taken out.  An encoded word with an unknown or lying character set is read
 * as UTF-8; one that is not valid base64 stays as it is.
 */
struct view header_text(struct arena *arena, struct view value, unsigned *flaws);

/* All headers as they are stored: `Name: value` lines joined by LF, bytes made valid UTF-8. */
struct view headers_stored(struct arena *arena, const struct headers *headers, unsigned *flaws);

#endif
