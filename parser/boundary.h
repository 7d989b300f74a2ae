/*
 * boundary - the boundary lines of the open multiparts (RFC 2046, 5.1.1)
 *
 * A boundary line consists of two hyphens, the boundary, two more hyphens at the end of its
 * multipart, and white space.  A multipart also ends at a boundary line of one that contains it, so
 * a line is compared with all open multiparts, and the outermost one that it matches counts.  With
 * the boundaries on a stack, a body is read once, however deeply its parts are nested.  A line
 * costs two searches in a sorted table, however many multiparts are open and however similar their
 * boundaries are.
 */
#ifndef PARSER_BOUNDARY_H
#define PARSER_BOUNDARY_H

#include "parser/view.h"

/* At most this many multiparts are open at a time. */
#define BOUNDARY_DEPTH_MAX 80

enum boundary_kind { BOUNDARY_NONE, BOUNDARY_NEXT, BOUNDARY_END };

struct boundary {
	enum boundary_kind kind;
	size_t level; /* of the delimiter in the stack; of BOUNDARY_NONE their count */
};

/* A zeroed stack is empty. */
struct boundaries {
	struct view delimiters[BOUNDARY_DEPTH_MAX]; /* with the two hyphens; the outermost first */
	size_t count;
	/* Levels, sorted by their delimiters; of equal delimiters the outermost. */
	size_t sorted[BOUNDARY_DEPTH_MAX];
	size_t sorted_count;
	struct view line; /* the last boundary line that was found, and what it is */
	struct boundary found;
};

/* Open a multipart, at most BOUNDARY_DEPTH_MAX at a time; close the innermost. */
void boundaries_push(struct boundaries *open, struct view delimiter);
void boundaries_pop(struct boundaries *open);

/* Classify a line, given without its line end.  An empty stack has no boundary lines. */
struct boundary boundary_of_line(const struct boundaries *open, struct view bare);

/*
 * Take the text before the next boundary line, or all text that is left, off *rest into
 * *ret_before.  The line itself stays in *rest.  The time grows with the bytes that are taken: a
 * line that ends many multiparts is read once.
 */
struct boundary boundary_find(struct boundaries *open, struct view *rest, struct view *ret_before);

#endif
