/* boundary - the boundary lines of the open multiparts; see boundary.h */
#include "parser/boundary.h"

#include <assert.h>

static struct view trim_blanks(struct view line)
{
	while (line.len > 0 && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t'))
		line.len--;
	return line;
}

/* Compare by length first, because most lines differ in length. */
static int compare(struct view a, struct view b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return memcmp(a.ptr, b.ptr, a.len);
}

/* The index of `delimiter` in the sorted levels, or the one at which it would be inserted. */
static size_t find_sorted(const struct boundaries *open, struct view delimiter, bool *ret_found)
{
	size_t low = 0, high = open->sorted_count;

	*ret_found = false;
	while (low < high && !*ret_found) {
		size_t middle = low + (high - low) / 2;
		int order = compare(delimiter, open->delimiters[open->sorted[middle]]);

		if (order < 0)
			high = middle;
		else
			low = order > 0 ? middle + 1 : middle;
		*ret_found = order == 0;
	}
	return low;
}

/* The level of that delimiter; the number of levels if there is none. */
static size_t level_of(const struct boundaries *open, struct view delimiter)
{
	bool found;
	size_t at = find_sorted(open, delimiter, &found);

	return found ? open->sorted[at] : open->count;
}

void boundaries_push(struct boundaries *open, struct view delimiter)
{
	bool found;
	size_t at = find_sorted(open, delimiter, &found);

	assert(open->count < BOUNDARY_DEPTH_MAX);
	if (!found) {
		memmove(&open->sorted[at + 1], &open->sorted[at],
			(open->sorted_count - at) * sizeof(*open->sorted));
		open->sorted[at] = open->count;
		open->sorted_count++;
	}
	open->delimiters[open->count++] = delimiter;
}

void boundaries_pop(struct boundaries *open)
{
	bool found;
	size_t level = open->count - 1, at = find_sorted(open, open->delimiters[level], &found);

	open->count = level;
	if (!found || open->sorted[at] != level)
		return;
	open->sorted_count--;
	memmove(&open->sorted[at], &open->sorted[at + 1],
		(open->sorted_count - at) * sizeof(*open->sorted));
}

struct boundary boundary_of_line(const struct boundaries *open, struct view bare)
{
	struct view hyphens = VIEW("--");
	size_t next, end = open->count;

	if (open->count == 0 || !view_starts(bare, hyphens))
		return (struct boundary){ BOUNDARY_NONE, open->count };
	bare = trim_blanks(bare);
	next = level_of(open, bare);
	if (view_ends(bare, hyphens))
		end = level_of(open, view_head(bare, bare.len - hyphens.len));
	if (next < end)
		return (struct boundary){ BOUNDARY_NEXT, next };
	return (struct boundary){ end < open->count ? BOUNDARY_END : BOUNDARY_NONE, end };
}

/* The length of the boundary line at the beginning of `all` if it was found before, or 0. */
static size_t found_before(const struct boundaries *open, struct view all)
{
	return all.len > 0 && all.ptr == open->line.ptr ? open->line.len : 0;
}

/*
 * Hyphens inside a line are not a boundary, whatever follows: the search continues after that line.
 */
struct boundary boundary_find(struct boundaries *open, struct view *rest, struct view *ret_before)
{
	struct view all = *rest, line, bare;
	struct boundary found = { BOUNDARY_NONE, open->count };
	size_t at = found_before(open, all);

	/*
	 * Once its own multipart is closed, a line is not a boundary line unless an outer multipart
	 * has it.
	 */
	if (at > 0 && open->found.level < open->count) {
		*ret_before = view_head(all, 0);
		return open->found;
	}
	at = open->count > 0 ? view_search(all, VIEW("--"), at) : all.len;
	while (at < all.len) {
		struct view tail = view_skip(all, at);

		(void)view_next_mail_line(&tail, &line, &bare);
		if (at == 0 || all.ptr[at - 1] == '\n' || all.ptr[at - 1] == '\r')
			found = boundary_of_line(open, bare);
		if (found.kind != BOUNDARY_NONE) {
			open->line = line;
			open->found = found;
			break;
		}
		at = view_search(all, VIEW("--"), at + line.len);
	}
	*ret_before = view_head(all, at);
	*rest = view_skip(all, at);
	return found;
}
