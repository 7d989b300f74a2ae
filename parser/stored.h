/*
 * stored - reading the messages of Patchwork's tables: headers, comment and diff
 *
 * The mail itself is not stored: of its body only the comment and the diff are known.
 */
#ifndef PARSER_STORED_H
#define PARSER_STORED_H

#include <stdbool.h>

#include "parser/arena.h"
#include "parser/submission.h"
#include "parser/view.h"

/* The references in stored headers, nearest first.  Returns as msgid_references() does. */
int stored_references(struct arena *arena, struct view headers, const struct view **ret_references,
		      size_t *ret_count);

/*
 * Read the From header, as text, out of stored headers; absent if there is none.  Returns 0,
 * FAULT_HEADERS_TOO_LARGE or arena_error().
 */
int stored_from(struct arena *arena, struct view headers, struct view *ret_from);

/*
 * Read subject, sender and references out of stored headers; the other members of *ret_submission
 * are not set.  A sender who cannot be read has no name and an empty address.  Returns 0,
 * FAULT_HEADERS_TOO_LARGE or arena_error().
 */
int stored_read(struct arena *arena, struct view headers, struct view link_name,
		struct view list_address, struct submission *ret_submission);

struct stored {
	bool is_comment, is_cover;
	struct view headers;
	struct view content, diff; /* not used for a comment */
};

/*
 * The rules (enum rule) that were applied to a stored message, as far as headers, comment and diff
 * show it.  Returns as stored_read() does.
 */
int stored_rules(struct arena *arena, const struct stored *stored, struct view link_name,
		 struct view list_address, unsigned *ret_rules);

#endif
