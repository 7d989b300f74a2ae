/*
 * content - the comment and the diff in the parts of a mail
 *
 * The diff is taken from a text/x-patch or text/x-diff part, otherwise from the first text/plain
 * part that has one, otherwise from the only attachment with a patch.  The text/plain parts without
 * the diff, up to a signature, are the comment.
 */
#ifndef PARSER_CONTENT_H
#define PARSER_CONTENT_H

#include <stdbool.h>

#include "parser/arena.h"
#include "parser/header.h"
#include "parser/message.h"
#include "parser/view.h"

enum content_reading {
	CONTENT_WITH_DIFF,
	CONTENT_ALL_COMMENT, /* a diff is not searched for, and is part of the comment */
};

struct content {
	struct view comment; /* trimmed, lines end at LF; empty if there is none */
	struct view diff;    /* absent if there is none */
};

/*
 * Read the body of the mail with these headers.  Sets the flaws of message_parts(), part_text() and
 * split_patch(), and RULE_RELABELLED, RULE_FLOWED and RULE_ATTACHED.  Returns 0 or arena_error().
 */
int content_read(struct arena *arena, const struct headers *headers, enum content_reading reading,
		 struct content *ret_content, unsigned *flaws);

/* Whether a part without a file name was labelled application/octet-stream, but is text. */
bool content_is_relabelled(const struct part *part);

/* The rules by which the diff of this attachment is read; 0 if it is not an attached patch. */
unsigned content_attachment_rules(const struct part *part);

#endif
