/*
 * mentioned_id - message ids that a text names: in brackets, or in the URL of an archive
 *
 * A URL names an id as a segment of its path, percent-encoded or not, as archives of
 * public-inbox and Mailman's `Link:` trailers do.
 */
#ifndef PARSER_MENTIONED_ID_H
#define PARSER_MENTIONED_ID_H

#include "parser/arena.h"
#include "parser/view.h"

/* Cut a piece off the front of *rest, up to one of the bytes `ends`; false at its end. */
bool mentioned_piece(struct view *rest, const char *ends, struct view *ret_piece);

/* A word without the punctuation that a text has around an id or a URL. */
struct view mentioned_word(struct view word);

/* Whether a word is a URL (it contains `://`). */
bool mentioned_is_url(struct view word);

/* The separators of the segments of a URL, for mentioned_piece(). */
extern const char mentioned_segment_ends[];

/*
 * `v` as a message id in brackets, cut to 255 characters.  With `is_encoded`, percent-encoding is
 * undone; the result is valid UTF-8 (text_repair()).  False if `v` is not a message id.
 */
bool mentioned_id(struct arena *arena, struct view v, bool is_encoded, struct view *ret_id);

#endif
