/*
 * mentioned_id - message ids that a text names: in brackets, or in the address of an archive
 *
 * An address names an id as a segment of its path, percent-encoded or not, as archives of
 * public-inbox and Mailman's `Link:` trailers do.
 */
#ifndef PARSER_MENTIONED_ID_H
#define PARSER_MENTIONED_ID_H

#include "parser/arena.h"
#include "parser/view.h"

/* Cut a piece off the front of *rest, up to one of the bytes `ends`; false at its end. */
bool mentioned_piece(struct view *rest, const char *ends, struct view *ret_piece);

/* A word without the punctuation that a text has around an id or an address. */
struct view mentioned_word(struct view word);

/* Whether a word is an address (it holds `://`). */
bool mentioned_is_address(struct view word);

/* The separators of the segments of an address, for mentioned_piece(). */
extern const char mentioned_segment_ends[];

/*
 * `v` as a message id in brackets, cut to 255, with percent-encoding undone if `is_encoded` and
 * what then is no UTF-8 repaired.  False if it is none.
 */
bool mentioned_id(struct arena *arena, struct view v, bool is_encoded, struct view *ret_id);

#endif
