/*
 * boundary - the boundary lines of the multiparts that are open (RFC 2046, 5.1.1)
 *
 * A boundary line is two hyphens, the boundary, two more hyphens at the end of its multipart, and
 * white space.  A multipart ends where one that holds it goes on, so a line is compared with all
 * that are open, and the outermost that it fits counts.  With them on a stack a body is read once,
 * however deep its parts are nested.  A line costs two searches in a sorted table, however many
 * multiparts are open and however much alike their boundaries are.
 */
#ifndef PARSER_BOUNDARY_H
#define PARSER_BOUNDARY_H

#include "parser/view.h"

/* More multiparts than this are never open at a time. */
#define BOUNDARY_DEPTH_MAX 80

enum boundary_kind { BOUNDARY_NONE, BOUNDARY_NEXT, BOUNDARY_END };

struct boundary {
	enum boundary_kind kind;
	size_t level; /* of the delimiter in the stack; of BOUNDARY_NONE their count */
};

/* All zero is the empty stack. */
struct boundaries {
	struct view delimiters[BOUNDARY_DEPTH_MAX]; /* with the two hyphens; the outermost first */
	size_t count;
	size_t sorted
		[BOUNDARY_DEPTH_MAX]; /* levels by their delimiters; of equal ones the outermost */
	size_t sorted_count;
	struct view line; /* the last boundary line that was found, and what it is */
	struct boundary found;
};

/* Open a multipart, at most BOUNDARY_DEPTH_MAX at a time; close the innermost. */
void boundaries_push(struct boundaries *open, struct view delimiter);
void boundaries_pop(struct boundaries *open);

/* What the line, without its end, is.  An empty stack has no boundary lines. */
struct boundary boundary_of_line(const struct boundaries *open, struct view bare);

/*
 * Take all up to the next boundary line off *rest: *ret_before, or all there is left.  The line
 * itself stays.  The time it takes grows with the bytes that are taken: a line that ends many
 * multiparts is read once.
 */
struct boundary boundary_find(struct boundaries *open, struct view *rest, struct view *ret_before);

#endif
