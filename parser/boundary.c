/* boundary - the boundary lines of the multiparts that are open; see boundary.h */
#include "parser/boundary.h"

static struct view trim_blanks(struct view line)
{
	while (line.len > 0 && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t'))
		line.len--;
	return line;
}

struct boundary boundary_of_line(const struct boundaries *open, struct view bare)
{
	struct view hyphens = VIEW("--"), without;

	if (open->count > 0 && view_starts(bare, hyphens)) {
		bare = without = trim_blanks(bare);
		if (view_ends(bare, hyphens))
			without.len -= hyphens.len;
		for (size_t level = 0; level < open->count; level++) {
			if (view_eq(bare, open->delimiters[level]))
				return (struct boundary){ BOUNDARY_NEXT, level };
			if (view_eq(without, open->delimiters[level]))
				return (struct boundary){ BOUNDARY_END, level };
		}
	}
	return (struct boundary){ BOUNDARY_NONE, open->count };
}

/* Hyphens inside a line are no boundary, whatever follows: the search goes on behind that line. */
struct boundary boundary_find(const struct boundaries *open, struct view *rest,
			      struct view *ret_before)
{
	struct view all = *rest, line, bare;
	struct boundary found = { BOUNDARY_NONE, open->count };
	size_t at = open->count > 0 ? view_search(all, VIEW("--"), 0) : all.len;

	while (at < all.len) {
		struct view tail = view_skip(all, at);

		(void)view_next_mail_line(&tail, &line, &bare);
		if (at == 0 || all.ptr[at - 1] == '\n' || all.ptr[at - 1] == '\r')
			found = boundary_of_line(open, bare);
		if (found.kind != BOUNDARY_NONE)
			break;
		at = view_search(all, VIEW("--"), at + line.len);
	}
	*ret_before = view_head(all, at);
	*rest = view_skip(all, at);
	return found;
}
